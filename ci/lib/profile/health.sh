# shellcheck shell=bash
#
# Is the profile that is about to be made as good as the last good one? Of each workload that both were trained with,
# profile-drift --health compares the two sums of raw profiles; health.jq judges. The last good one has the shape of an
# artifact: manifest.json, profile/ and raw/. Where none is given, it is what the last merge left in .pgokit/last.

# Why the last one is of no use for that; nothing when it is.
health_unusable() { # <folder of the last good profile>; sets health_last, its record of collect
  local raw_now differs
  health_last=$(jq -ce "$(<"$PGOKIT_HOME/ci/lib/core/manifest.jq")"'select(.format == "pgokit-manifest-1")
    | .phases.collect | collected' "$1/manifest.json" 2>/dev/null) || health_last=
  if [ -z "$health_last" ]; then
    printf 'there is no record of a collection in it'
  elif raw_differs "$1/raw" "$health_last" && [ -n "$differs" ]; then
    printf 'its raw profiles are not those of its manifest: %s' "$differs"
  fi
}

# Sets health: JSON for the manifest, and health_why, in words: why the new one is not to be adopted, if so.
health_compare() { # <folder of the last good profile> <true: it is of another run>
  local unusable now pairs name old new backwards='' ids=false
  health=null health_why=''
  now=$(manifest_get '.phases.collect | select(.workloads) | tojson')
  if [ ! -d "$1" ] || [ -z "$now" ]; then return 0; fi
  health_unusable "$1" >"$work/log/health.reason"
  unusable=$(<"$work/log/health.reason")
  if [ -n "$unusable" ]; then
    warn "compare with the last profile in '$1': $unusable; whether the new one is as good is not known"
    return
  fi
  [ "$2" = false ] || backwards=$(health_backwards)
  # A build id in raw profiles tells their program from another; without one only its counts do.
  [ "$(jq -r .program <<<"$health_last")" = "$(manifest_get .phases.collect.program)" ] ||
    ids=$(profraw-verify --json "$work/raw" 2>/dev/null | jq '[.files[]?.binary_ids[]?] != []') || ids=false
  : >"$work/profile/health.new"
  pairs=$(jq -r "$(health_jq)"'[$last[0], .] | pairs | [.name, .old, .new] | @tsv' --slurpfile last <(printf '%s' "$health_last") <<<"$now")
  while IFS=$'\t' read -r name old new; do
    [ -z "$name" ] || health_pair "$name" "$1/raw/$old" "$work/raw/$new" >>"$work/profile/health.new"
  done <<<"$pairs"
  jq -s "$(health_jq)"'judge($last[0]; $now[0]; repeated($last[0]; $now[0]; $ids); $backwards; $elsewhere; $max_days; $min_total; $min_overlap)' "$work/profile/health.new" \
    --slurpfile last <(printf '%s' "$health_last") --slurpfile now <(printf '%s' "$now") --arg backwards "$backwards" --argjson ids "$ids" \
    --argjson elsewhere "$2" --argjson max_days "$(config .release.max_profile_age_days)" --argjson min_total "$(config .profile.min_total_pct)" \
    --argjson min_overlap "$(config .profile.min_overlap_pct)" >"$work/profile/health.json"
  rm -f -- "$work/profile/health.new"
  health=$(<"$work/profile/health.json")
  health_why=$(jq -r "$(<"$PGOKIT_HOME/ci/lib/core/manifest.jq")"'.why | select(. != []) | first_of' <<<"$health")
  # What may be an old profile is no matter of course, wherever this ends.
  name=$(jq -r '.repeated | objects | select((.played_back or .same_commit or .program == "same") | not) | .words' <<<"$health")
  [ -z "$name" ] || warn "compare '$work/raw' with the last profile: $name"
  jq -r '.notes - [.repeated.words?] | .[]' <<<"$health" | while IFS= read -r name; do log "compared with the last profile: $name"; done
}

# One workload then and now. A profile that lost all of its files has counted nothing.
health_pair() { # <workload> <folder then> <folder now>; JSON
  local said='' status=0
  raw_any "$2" || return 0
  if raw_any "$3"; then
    said=$(profile-drift --health --json "$2" "$3" 2>"$work/log/health.log") || status=$?
    # Exit status 2: the old one has no counts, or the two are made in ways that cannot be compared.
    [ "$status" -eq 0 ] || said=$(jq -nc --rawfile why "$work/log/health.log" '{incomparable: $why | rtrimstr("\n") | split("\n")[-1]}')
  fi
  jq -c --arg name "$1" '{$name, said: .}' <<<"${said:-null}"
}

# A collection that is no newer than the last one, or of a commit before its: somebody's cache, or an old run that was
# started again.
health_backwards() { # reads health_last
  local was is made last
  made=$(manifest_get .phases.collect.made)
  last=$(jq -r .made <<<"$health_last")
  if [[ ! $made > $last ]]; then
    printf 'it was collected %s, which is not after the last one, %s: an old profile that is played back' "$made" "$last"
    return
  fi
  is=$(manifest_get '[.phases.collect.sources[].commit | strings] | unique | select(length == 1)[0]')
  was=$(jq -r '[.sources[].commit | strings] | unique | select(length == 1)[0] // empty' <<<"$health_last")
  if [ -z "$is" ] || [ -z "$was" ] || [ "$is" = "$was" ]; then return 0; fi
  git_unhooked
  ! git -C "$root" merge-base --is-ancestor "$is" "$was" 2>/dev/null ||
    printf 'it is of the commit %s, which comes before that of the last one, %s: an old run that was started again' "${is:0:12}" "${was:0:12}"
}

# What this merge has made is the next one's last good profile.
health_keep() {
  rm -rf -- "$work/last.new"
  mkdir -p -- "$work/last.new/profile"
  cp -R -- "$work/raw" "$work/last.new/raw"
  cp -- "$work/profile/merged.profdata" "$work/last.new/profile/"
  cp -- "$work/manifest.json" "$work/last.new/"
  rm -rf -- "$work/last"
  mv -- "$work/last.new" "$work/last"
}

health_jq() { # its definitions, for a program behind them
  cat -- "$PGOKIT_HOME"/ci/lib/{core/manifest,profile/health,profile/replay}.jq
}
