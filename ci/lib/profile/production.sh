# shellcheck shell=bash
#
# The profile from production (pgokit ingest) as one more workload of the merge: raw/999/pool.profraw, in the
# record of collect with the others, so that whatever looks at raw profiles or keeps them has it as well.

PRODUCTION_RAW=999

# Ends the phase ingest with what became of it.
production_record() { # <what profraw-ingest --json printed>
  # shellcheck disable=SC2016 # jq's variables
  phase_end '$said[0] | {made: $now, pool: "ingest/\(.build)/pool.profraw", sha256: $sha256, build, bytes, counts, uploads, sources, agreement}' \
    --slurpfile said <(printf '%s\n' "$1") --arg sha256 "$(hash_of "$(jq -r .pool <<<"$1")")"
}

# Puts the pool of the last ingest among the raw profiles, in place of that of an earlier one.
production_join() {
  local pool weight raw=$work/raw/$PRODUCTION_RAW
  production_leave
  pool=$(manifest_get .phases.ingest.pool)
  weight=$(config .ingest.weight)
  if [ -z "$pool" ] || [ "$weight" -eq 0 ]; then return 0; fi
  [[ $pool =~ ^ingest/[0-9a-f]{16}/pool[.]profraw$ ]] || refuse 1 "merge '$pool': the manifest has no such pool; run pgokit ingest again"
  pool=$work/$pool
  [ "$(hash_of "$pool" 2>/dev/null)" = "$(manifest_get .phases.ingest.sha256)" ] ||
    refuse 1 "merge '$pool': not what ingest left there; run pgokit ingest again"
  production_fits "$pool" || return 0
  rm -rf -- "$raw.new"
  mkdir -- "$raw.new"
  cp -- "$pool" "$raw.new/pool.profraw"
  mv -- "$raw.new" "$raw"
  # shellcheck disable=SC2016 # jq's variables
  manifest_edit '.phases.ingest as $i | .phases.collect |= (.workloads += [{name: "production", $weight, $raw, production: true,
      made: $i.made, uploads: $i.uploads.accepted, sources: $i.sources.pooled}] | .hashes["\($raw)/pool.profraw"] = $i.sha256)' \
    --argjson weight "$weight" --arg raw "$PRODUCTION_RAW"
}

# What an earlier merge has put there. The files go first: a merge that is killed in between begins here again.
production_leave() {
  remove "${work:?}/raw/$PRODUCTION_RAW" "$work/raw/$PRODUCTION_RAW.new"
  [[ ${!MANIFEST[*]} == *.workloads.*.production* ]] || return 0
  # shellcheck disable=SC2016 # jq's variables
  manifest_edit '.phases.collect |= (.workloads |= map(select(.production | not)) | .hashes |= with_entries(select(.key | startswith("\($raw)/") | not)))' \
    --arg raw "$PRODUCTION_RAW"
}

# Whether llvm-profdata can add it to the others; says how much of it still is of this source.
production_fits() { # <pool>
  local kinds percent
  kinds=$(profraw-verify --json "$1" "$work/raw" 2>/dev/null | jq -r '[.files[] | select(.version) | "raw version \(.version), \(.kind)"] | unique | join("; ")') || true
  if [[ $kinds == *'; '* ]]; then
    warn "merge '$1': the profile from production is left out, since it is of another compiler or kind than what collect has: $kinds; collect with the compiler of the release, or ship its next one"
    return 1
  fi
  percent=$(profile-drift --json "$1" --new "$work/raw" 2>/dev/null | jq -r '.unchanged.percent * 100 | round / 100') || percent=
  [ -n "$percent" ] || refuse 2 "compare '$1' with '$work/raw': profile-drift failed"
  log "of the profile from production $percent % of the counts are of functions that are still the same"
}
