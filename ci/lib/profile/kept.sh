# shellcheck shell=bash
#
# The profile that is kept in the repository (config: profile.keep): profile.proftext, as llvm-profdata merge -text
# writes it, and profile.json, which says what it is. Text, because the names of static functions carry the path of
# the source: where a build names its sources by absolute paths, that is .pgokit/tree of whoever collected. It is
# written as KEPT_TREE and read as the tree here, so a clone elsewhere has the same profile. Needs config_load.

KEPT_TREE='<tree>/'
KEPT_MAX=$((100 << 20)) # bytes, of one file on GitHub
KEPT_ADVICE='The pull request of the weekly run brings another; by hand: pgokit collect, pgokit merge, pgokit keep'

kept_files() { # sets kept_text, kept_state, as paths relative to the project's root
  kept_text=${CONFIG_VALUES[.profile.path]}/profile.proftext
  kept_state=${CONFIG_VALUES[.profile.path]}/profile.json
}

kept_wanted() {
  [ "${CONFIG_VALUES[.profile.keep]}" = repository ]
}

# Whether there is one: half of it is to be refused, not passed over.
kept_there() {
  kept_files
  [ -e "$root/$kept_text" ] || [ -L "$root/$kept_text" ] || [ -e "$root/$kept_state" ] || [ -L "$root/$kept_state" ]
}

# Names, and the targets of indirect calls, stand at the beginning of a line. Whoever collected had the tree in a folder
# of that name, elsewhere maybe.
kept_general() { # standard input to standard output
  LC_ALL=C sed "s|^/.*/[.]pgokit/tree/|$KEPT_TREE|"
}

kept_local() { # standard input to standard output
  FROM=$KEPT_TREE TO=$work/tree/ LC_ALL=C awk 'BEGIN { from = ENVIRON["FROM"]; to = ENVIRON["TO"]; n = length(from) }
    index($0, from) == 1 { $0 = to substr($0, n + 1) } { print }'
}

# What profile.json says, if it is of the right shape; only that is relied on.
kept_read() { # <file>; prints it, or nothing
  jq -ce "$(<"$PGOKIT_HOME/ci/lib/core/manifest.jq") $(<"$PGOKIT_HOME/ci/lib/profile/kept.jq")"'kept' "$1" 2>/dev/null || true
}

# Is it whole, of this project, program and kind of machine, of a commit behind HEAD, and young enough? Prints the
# first reason against it, or nothing. Age is measured at the commit that is built, so that the answer is the same
# whenever that is: for a release that is built again, too.
kept_unfit() { # sets kept
  local file said commit built most age
  for file in "$kept_text" "$kept_state"; do
    if [ ! -f "$root/$file" ] || [ -L "$root/$file" ]; then
      unfit="there is no file '$file'"
      return
    fi
  done
  kept=$(kept_read "$root/$kept_state")
  unfit="'$kept_state' is not the record of a profile that pgokit keep wrote"
  [ -n "$kept" ] || return 0
  unfit="'$kept_text' is not the profile that '$kept_state' tells of: its SHA-256 is another"
  [ "$(hash_of "$root/$kept_text")" = "$(kept_of .sha256)" ] || return 0
  said=$(jq -r --arg name "${CONFIG_VALUES[.name]}" --arg binary "${CONFIG_VALUES[.binary]}" --arg toolchain "${CONFIG_VALUES[.toolchain]}" \
    --arg target "$(target_here)" '
    if .name != $name then "it is of the project \u0027\(.name)\u0027, and this one is \u0027\($name)\u0027"
    elif .binary != $binary then "it is of the program \u0027\(.binary)\u0027, and binary in pgokit.json is \u0027\($binary)\u0027"
    elif .toolchain != $toolchain then "it is of the toolchain \(.toolchain), and this project has \($toolchain)"
    elif .target != $target then "it was collected on \(.target), and this is \($target)"
    else empty end' <<<"$kept")
  unfit=$said
  [ -z "$said" ] || return 0
  built=$EPOCHSECONDS
  if [ -n "$(head_commit)" ]; then
    while IFS= read -r commit; do
      unfit="it is of the commit ${commit:0:12}, which HEAD neither is nor comes from (or this clone is shallow: git fetch --unshallow, or fetch-depth: 0 of actions/checkout, brings the rest)"
      git -C "$root" merge-base --is-ancestor "$commit" HEAD 2>/dev/null || return 0
    done < <(kept_of '.sources[].commit')
    built=$(git -C "$root" log -1 --format=%ct HEAD)
  fi
  most=$(config .release.max_profile_age_days)
  age=$((built - $(kept_of '.made | fromdateiso8601')))
  unfit="it was made on $(kept_of .made), $((age / 86400)) days before the commit that is built, and release.max_profile_age_days is $most"
  [ "$age" -gt $((most * 86400)) ] || unfit=
}

kept_of() { # <jq filter>
  jq -r "$1" <<<"$kept"
}

# Puts it in place of the merged profile, with its record in the manifest; refused by name where it does not fit. How
# much of it fits the source is known when the variants are built (proof_fresh). Needs toolchain_find and a phase.
kept_take() {
  local unfit kept out=$work/profile/merged.profdata text=$work/profile/kept.proftext said functions
  git_unhooked
  kept_files
  kept_unfit
  [ -z "$unfit" ] || refuse 1 "take the profile of the repository: $unfit. $KEPT_ADVICE"
  mkdir -p -- "$work/profile"
  kept_local <"$root/$kept_text" >"$text"
  if ! said=$("$LLVM_BIN/llvm-profdata" merge -o "$out.new" "$text" 2>&1) || ! said=$("$LLVM_BIN/llvm-profdata" show "$out.new" 2>&1); then
    refuse 1 "take the profile of the repository: LLVM $LLVM_MAJOR cannot read '$kept_text', which was made with $(kept_of .compiler): $(tail -n 1 <<<"$said"). $KEPT_ADVICE"
  fi
  functions=$(sed -n 's/^Total functions: //p' <<<"$said")
  [ "${functions:-0}" -gt 0 ] || refuse 1 "take the profile of the repository: there is no function in '$kept_text'. $KEPT_ADVICE"
  mv -- "$out.new" "$out"
  rm -f -- "$text"
  # shellcheck disable=SC2016 # jq's variables
  manifest_edit '.phases.collect = ($kept[0] | {tier, partial, skipped, made, sources, binary, target, compiler, raw, workloads: []})
    | .phases.merge = ($kept[0] | {profile_status: "kept", made, sources, binary, functions: $functions, sha256: $sha256, kept_sha256: .sha256})' \
    --slurpfile kept <(printf '%s\n' "$kept") --argjson functions "$functions" --arg sha256 "$(hash_of "$out")"
  log "the profile of the repository, '$kept_text': made $(kept_of .made) of $(sources_say "$(kept_of '.sources[0] | tojson')"), $functions functions"
  [ "$(kept_of .partial)" = false ] || warn "take '$kept_text': it is partial: without $(kept_of '.skipped | join(", ")')"
}
