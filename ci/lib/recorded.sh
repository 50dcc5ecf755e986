# shellcheck shell=bash
#
# What is measured is what pgokit optimize made, of the profile that is there.

# The programs that stand there are those that optimize made and checked: nothing was put over them.
check_recorded() { # <variant...>
  local v
  for v; do
    [ "$(hash_of "$(bin_of "$v")")" = "$(manifest_get ".phases.optimize.variants[] | select(.name == \"$v\") | .sha256")" ] ||
      refuse 1 "measure '$(bin_of "$v")': it is not the program that optimize recorded; run pgokit optimize again"
  done
}

# What was built is of the profile that is there: a new one is of no use until it is built in.
check_profile_used() {
  local used file=$work/profile/merged.profdata
  used=$(manifest_get .phases.optimize.profile)
  [ -n "$used" ] && [ -f "$file" ] || return 0
  [ "$used" = "$(hash_of "$file")" ] ||
    refuse 1 "measure '$work/bin': the variants were built from another profile than '$file'; run pgokit optimize again"
}
