# shellcheck shell=bash
#
# What is measured and packed is what pgokit optimize made, of the sources and the profile that are there.

# The tree that is there is of the files that the variants were made of: the data of the benchmarks is theirs, and what is
# built in it belongs to them. Of pgokit.json only what says how the program is built counts.
check_sources() { # <exit status> <what is about to be done> <where the files are>
  local differ=''
  [ "$(hash_of "$work/built.files" 2>/dev/null)" = "$(manifest_get .phases.optimize.sources.tree)" ] ||
    refuse "$1" "$2: nothing tells of which sources the variants are; run pgokit optimize again"
  [ "${MANIFEST[program]-}" = "$(config program)" ] ||
    refuse "$1" "$2: pgokit.json says another way to build the program than when the variants were built; run pgokit optimize again"
  [ -f "$work/tree.files" ] || differ=": what is in it is not recorded"
  [ -n "$differ" ] || differ=$(sources_named "$work/built.files" pgokit.json)
  [ -z "$differ" ] || refuse "$1" "$2: the variants were built of other files than $3$differ; run pgokit optimize again"
}

# The programs that stand there are those that optimize made and checked: nothing was put over them.
check_recorded() { # <variant...>
  local v i=0
  local -A was=()
  while v=${MANIFEST[.phases.optimize.variants.$i.name]-} && [ -n "$v" ]; do
    was[$v]=${MANIFEST[.phases.optimize.variants.$i.sha256]-}
    i=$((i + 1))
  done
  for v; do
    [ "$(hash_of "$(bin_of "$v")")" = "${was[$v]:-no record}" ] ||
      refuse 1 "measure '$(bin_of "$v")': it is not the program that optimize recorded; run pgokit optimize again"
  done
}

# What was built is of the profile that is there: a new one is of no use until it is built in.
check_profile_used() {
  local used file=$work/profile/merged.profdata
  sample_check
  used=$(manifest_get .phases.optimize.profile)
  [ -n "$used" ] && [ -f "$file" ] || return 0
  [ "$used" = "$(hash_of "$file")" ] ||
    refuse 1 "measure '$work/bin': the variants were built from another profile than '$file'; run pgokit optimize again"
}
