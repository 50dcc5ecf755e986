# shellcheck shell=bash
#
# gate --judge: the verdict on what the shards measured. Their receipts are judged here, by the rules of this
# tree. A shard may say nothing but what it measured, and of no other programs than those that were built.

# Bytes of a receipt. A thousand benchmarks of a hundred rounds are less.
RECEIPT_MAX=$((128 << 20))

gate_judge() {
  local n i dir
  need git
  record_read "$build"
  phase_begin gate "$(config .name): $(record .head_name) against $(record .base_name)"
  contest_clear "$work/gate"
  remove "${work:?}/gate"/shard-*
  sides_arms
  rules_options
  rules+=(--shares "$(record '[(.gated | length), 1] | max')")
  waiver_options
  for dir in "${dirs[@]}"; do shard_take "$dir"; done
  n=$(record '.shards | length')
  for ((i = 1; i <= n; i++)); do
    dir=$work/gate/shard-$i
    # In a shell of its own: what is wrong with one shard must not cost what the others have.
    if [ ! -f "$dir/receipt.json" ] || ! (shard_judge "$i" "$dir"); then
      shard_missing "$i" "$n" "$dir"
    fi
  done
  shards_together "$n"
  sides_end "$(record .base)" "$(record .head_name)"
}

# Puts the receipt of a shard into gate/shard-I/, if it is one: of the programs that were built, with the
# benchmarks and the rules that the shard was given.
shard_take() { # <folder>
  local file=$1/receipt.json is to
  if [ ! -f "$file" ] || [ -L "$file" ] || [ "$(stat -c %s -- "$file")" -gt "$RECEIPT_MAX" ]; then
    warn "read '$file': there is no such file, or it is no receipt"
    return
  fi
  # shellcheck disable=SC2016 # jq's variables
  is=$(jq -n -r --argjson arms "$arms" --slurpfile record <(printf '%s\n' "$RECORD") '
    def own: {name, metric: (.metric // "wall" | if type == "object" then "number" else . end),
      from: (.number.from // (.metric | objects | .from) // null), min_effect_pct, margin_pct, max_undetected_pct};
    $record[0] as $record | [inputs] | if length != 1 then error("no receipt") else .[0] end
    | ([.benches[] | own]) as $have
    | if .format != "pgokit-receipt-1" then "it is no receipt"
      elif ([.arms[] | {name, role, layout, slow_pct, sha256}] != [$arms[]
          | {name, role, layout, slow_pct: (.slow_pct // 0), sha256: $record.arms[(.binary // "\(.tree)/") | split("/")[-2] | sub("^(ctrl|slow)"; "base")]}])
        then "its programs are not those that were built"
      else [range($record.shards | length) | select([$record.shards[.][] as $name | $record.benches[] | select(.name == $name) | own] == $have)]
        | if . == [] then "its benchmarks are those of no shard" else .[0] + 1 end
      end' "$file" 2>/dev/null) || is='it is no receipt'
  if [[ ! $is =~ ^[0-9]+$ ]]; then
    warn "read '$file': $is, so it does not count"
    return
  fi
  to=$work/gate/shard-$is
  if [ -e "$to" ]; then
    remove "$to/receipt.json"
    warn "read '$file': shard $is is there twice, so neither counts"
    return
  fi
  folder "$to"
  cp -- "$file" "$to/receipt.json"
}

shard_judge() { # <number> <folder>
  shard_waivers "$1" "$2" || true
  contest_judge "$2" --other-output "${waivers[@]}" || return
  [ "$(record '.shards | length')" -eq 1 ] || sed -i -e "1s|^### \(.*\) ([^()]*)\$|### Shard $1: \1|" -e "\$s/\$/\n/" "$2/summary.md"
}

# A waiver for a benchmark of another shard is not one that nobody needs. (What is wrong with the file, bench-compare
# says.)
shard_waivers() { # <number> <folder>; changes waivers
  [ ${#waivers[@]} -gt 0 ] || return 0
  jq --slurpfile others <(record ".shards | del(.[$1 - 1])[][] | tojson") \
    'map(select(.benchmark | IN($others[]) | not))' "${waivers[1]}" >"$2/waivers.json" 2>/dev/null || return
  waivers=(--waivers "$2/waivers.json")
}

# Nothing is known of its benchmarks, which is no pass.
shard_missing() { # <number> <of how many> <folder>
  folder "$3"
  # shellcheck disable=SC2016 # jq's variables
  record_benches "$1" | jq --slurpfile gated <(record '.gated[] | tojson') --arg reason "shard $1 of $2 left no receipt that can be judged" '
    {format: "pgokit-verdict-1", base: "base", cand: "head", outcome: "invalid", exit: 4, severity: 3,
      benches: [.[] | (.name | IN($gated[])) as $is
        | {name, gated: $is, verdict: "invalid", rounds: 0, exit: (if $is then 4 else 0 end), severity: (if $is then 3 else 0 end), $reason}]}
    | .gated = (.benches | map(select(.gated)) | length)' >"$3/verdict.json"
  printf '### Shard %d: missing\n\n' "$1" >"$3/summary.md"
  local said
  said="Shard $1 of $2 is missing, or its receipt cannot be judged, so nothing is known of $(jq -r "$(<"$PGOKIT_HOME/ci/lib/core/manifest.jq")"'[.benches[].name] | first_of' "$3/verdict.json")"
  warn "$said"
  notes+=("$said")
}

# The worst of them is the verdict.
shards_together() { # <how many>; sets judged
  local i dirs=()
  for ((i = 1; i <= $1; i++)); do dirs+=("$work/gate/shard-$i"); done
  jq -s 'max_by(.severity) as $worst
    | .[0] + ($worst | {outcome, exit, severity}) + {gated: (map(.gated) | add), benches: [.[].benches[]],
      waivers: [.[].waivers[]?], self_check: ([.[].self_check | strings] | join("; ") | if . == "" then null else . end)}
      + (if length > 1 then {suite: null} else {} end)' "${dirs[@]/%//verdict.json}" >"$work/gate/verdict.json"
  {
    [ "$1" -eq 1 ] || contest_heading "$work/gate"
    cat -- "${dirs[@]/%//summary.md}"
  } >"$work/gate/summary.md"
  # The page of several shards is that of each.
  [ "$1" -gt 1 ] || [ ! -f "${dirs[0]}/report.html" ] || cp -- "${dirs[0]}/report.html" "$work/gate/report.html"
  judged=$(jq .exit "$work/gate/verdict.json")
}
