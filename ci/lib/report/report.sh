# shellcheck shell=bash
#
# What was measured and decided, as one object and as a page, of what optimize, bench and gate left.

# Prints it (pgokit-report-1, see report.jq).
report_json() { # reads CONFIG
  local health=$work/profile/health.json
  [ -s "$health" ] || health=/dev/null # there was no profile to hold this one against
  jq --slurpfile manifest "$work/manifest.json" \
    --slurpfile gate "$work/gate/verdict.json" --slurpfile receipt "$work/bench/receipt.json" \
    --slurpfile health "$health" \
    '. as $config | $manifest[0] as $manifest | $gate[0] as $gate | $receipt[0] as $receipt | '"$(cat -- "$PGOKIT_HOME"/ci/lib/{core/manifest,report/report}.jq)" \
    <<<"$CONFIG"
}

# The page of that, and of the evidence for what ships against the baseline, else for the last that did not beat it.
report_page() { # <report.json> <page>
  local shown status=0 said
  shown=$(jq -r '.ship as $ship | [.against_baseline[].cand] | if any(. == $ship) then $ship else .[-1] end' "$work/gate/verdict.json")
  said=$(bench-compare verify --html "$2" --about "$1" "$work/gate/baseline..$shown.json" 2>&1 >/dev/null) || status=$?
  [ "$status" -ne 2 ] || die "draw '$2': bench-compare could not do its work: $(tail -n 1 <<<"$said")"
}
