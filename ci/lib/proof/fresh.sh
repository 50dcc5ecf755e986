# shellcheck shell=bash
#
# Fresh: little of what was counted belongs to functions that have changed since, or that are gone. Of a build's own
# profile here, of any two profiles by pgokit drift: both measure the share of the counts whose functions have the
# same names and hashes, which are the counts that a compiler takes, and say it in these words.

fresh_words() { # <percent>
  printf '%s %% of its counts are of functions that have not changed' "$1"
}

proof_fresh() { # <variant> <build log> <profile> <refuse|warn> <program>; sets changed (functions) and match (percent of the counts)
  local total lost moved gone why='' stale least list=$work/log/stale-$1.tsv
  if [ "$3" = "$(sample_path)" ]; then sample_changed "$1" "$list"; else proof_changed "$1" "$2" "$3" "$list"; fi
  [ "$moved" -eq 0 ] || why="; $moved static functions were counted under another path, which is part of their names, as when a profile was made in another folder"
  [ "$gone" -eq 0 ] || why+="; nothing that was compiled has the names of $gone"
  [ ${#unseen[@]} -eq 0 ] || why+="; what was compiled of $(some_names "${unseen[@]}") cannot be known, since that is gone or does not compile again"
  [[ $1 != *+* ]] || why+="; with ${1#*+} the source may hold other code than what was trained: leave it out, or set its flags in the build for all variants"
  changed=$((changed + moved + gone))
  match=$(awk -v l="$lost" -v t="$total" 'BEGIN { printf "%.15g", t ? int((100 - 100 * l / t) * 100) / 100 : 100 }')
  [ "$changed" -gt 0 ] || return 0
  least=$(config .release.min_profile_match_pct)
  if ! awk -v l="$lost" -v t="$total" -v least="$least" 'BEGIN { exit !(100 - 100 * l / t >= least) }'; then
    stale="check '$1': the profile is stale: only $(fresh_words "$match"), $changed have (release.min_profile_match_pct is $least)$why$(proof_stale "$1" "$3"); '$list' names the functions"
    [ "$4" = warn ] || refuse 1 "$stale"
    warn "$stale"
  fi
  log "profile: $changed functions have changed since it was made; $(fresh_words "$match")$why"
}

proof_stale() { # <variant> <profile>
  if [ "$2" = "$(sample_path)" ]; then
    printf '. Sample the program as it is now (config: profile.sample)'
  elif [ "$(manifest_get .phases.merge.profile_status)" = kept ]; then
    printf '. It is the one in the repository: the pull request of the weekly run brings another, or pgokit keep by hand'
  elif toolchain_is cargo; then
    printf '. Run pgokit collect and pgokit merge again'
  else
    stale_why "$1"
  fi
}

# What the functions of this build ask for, and what is asked by none. Of a source that cannot be compiled
# again the program itself tells, where it can, what took its counts.
proof_changed() { # <variant> <build log> <profile> <list of what is lost>; reads taken; sets changed, moved, gone, lost, total, blind, unseen
  local asked=$work/log/asked-$1.tsv profile_counts
  blind=false unseen=()
  # Of a Rust program clang compiles the parts in C, where there are some.
  if ! asked_functions "$1"; then
    toolchain_is cargo ||
      refuse 1 "check '$1': clang's record of the build, '$(compiles_of "$1")', has no line with this profile, so what of it fits cannot be told. Does a part of the build run with another environment?"
    : >"$asked"
  fi
  ! toolchain_is cargo || cargo_asked "$2" >>"$asked"
  [ "$blind" = true ] || : >"$taken"
  : >"$4"
  profile_counts "$3"
  read -r changed moved gone lost total < <(LIST=$4 awk -F '\t' -f "$PGOKIT_HOME/ci/lib/proof/fresh.awk" \
    MODE=taken "$taken" MODE=asked "$asked" MODE=profile "$profile_counts")
  sort -t $'\t' -k 1,1nr -o "$4" -- "$4"
}

# The functions of a profile, a line each: sum of the counters, hash, name. Read once.
profile_counts() { # <profile>; sets profile_counts to the file
  local hash
  profile_counts=$work/build/counts.tsv
  hash=$(hash_of "$1")
  [ "${profile_counts_of-}" != "$hash" ] || return 0
  "$LLVM_BIN/llvm-profdata" merge -text -o - "$1" | awk -f "$PGOKIT_HOME/ci/lib/profile/counts.awk" >"$profile_counts"
  profile_counts_of=$hash
}
