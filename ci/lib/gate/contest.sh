# shellcheck shell=bash
#
# One contest: measured by bench-run until it is decided, a control and a canary beside it, and judged
# by bench-compare with the same rules.

# The rules of the config as options that both tools take, and those of the judge alone.
rules_options() { # sets rules, limits
  local pattern patterns
  rules=(--alpha "$(config .gate.alpha)" --min-effect "$(config .gate.min_effect_pct)" --margin "$(config .gate.margin_pct)")
  config_list .gate.match patterns
  for pattern in "${patterns[@]}"; do
    rules+=(--match "$pattern")
  done
  limits=(--max-undetected "$(config .gate.max_undetected_pct)")
}

# What a reader of the result has to know beside the verdicts; ends up in the summary.
note() { # <text>
  log "$1"
  notes+=("$1")
}

# Removes what an earlier contest left in a folder: no verdict survives one that did not end.
contest_clear() { # <folder>
  folder "$1"
  rm -f -- "$1"/*.json "$1"/*.xml "$1"/summary.md "$1"/report.html
}

# Measures $arms in $benches.
contest_measure() { # <folder> <option of bench-run...>
  local status=0
  contest_clear "$1"
  jq -n --argjson arms "$arms" '{$arms, benches: input}' <<<"$benches" >"$1/plan.json"
  remove "${work:?}/own"
  cpu_limit_said "$(cpu_limit /sys/fs/cgroup /proc/self/cgroup)" "$(getconf _NPROCESSORS_ONLN)"
  turns_begin
  as_user bench-run -C "$tree" --plan "$1/plan.json" --own "$work/own" "${seed[@]}" "${@:2}" -o "$1/receipt.json" >"$1/medians.tsv" || status=$?
  turns_end
  remove "${work:?}/own"
  # A command that failed leaves a receipt that is not complete, which the judge calls invalid.
  [ "$status" -lt 2 ] || die "measure: bench-run could not do its work; its message stands above"
}

# Prints the table; sets judged to the exit status of bench-compare.
contest_judge() { # <folder> [option of bench-compare...]
  judged=0
  bench-compare "${rules[@]}" "${limits[@]}" "${@:2}" -o "$1/evidence.json" --project "$(config .name)" --markdown "$1/summary.md" \
    --junit "$1/junit.xml" --html "$1/report.html" "$1/receipt.json" || judged=$?
  case $judged in
    0 | 1 | 3 | 4) ;;
    *) die "judge: bench-compare could not do its work; its message stands above" ;;
  esac
  jq .verdict "$1/evidence.json" >"$1/verdict.json"
}

# Shows the result to the run on GitHub that this is a step of.
contest_publish() { # <folder>
  local outcome
  outcome=$(jq -r .outcome "$1/verdict.json")
  notes_markdown >>"$1/summary.md"
  # shellcheck disable=SC2016 # Markdown
  [ ! -f "$1/report.html" ] ||
    printf '\nPage, with every run and the evidence in it: `%s`%s.\n' ".pgokit/${1#"$work/"}/report.html" \
      "$([ "$1" != "$work/gate" ] || printf '; in a GitHub run in its artifact `pgokit-gate`')" >>"$1/summary.md"
  job_summary "$1/summary.md"
  step_output gate "$outcome"
  [ "$judged" -eq 0 ] || contest_annotate "$1"
}

# The verdict in the words that it has everywhere.
contest_said() { # <folder> <jq program behind said.jq>
  jq -r --rawfile outcomes "$PGOKIT_HOME/ci/data/outcomes.tsv" --arg name "$(config .name)" \
    "$(cat -- "$PGOKIT_HOME"/ci/lib/{core/manifest,report/markdown,report/said}.jq) $2" "$1/verdict.json"
}

# The first line of several shards.
contest_heading() { # <folder>
  # shellcheck disable=SC2016 # jq's variables
  contest_said "$1" '"## pgokit gate \(said[.outcome].headline) (\($name | code); the check \(said[.outcome].check))", ""'
}

# What decided, with the headline as its title.
contest_annotate() { # <folder>
  local lines
  mapfile -t lines < <(contest_said "$1" '
      said[.outcome].headline, ([deciding[] | "\(.name | visible): \(found)"] | first_of)')
  annotate error "${lines[1]}" "pgokit gate ${lines[0]}"
}

# What the manifest keeps of it, as JSON.
contest_record() { # <folder>
  jq -c --argjson arms "$arms" '{outcome, arms: [$arms[] | {name, binary, role}],
    benches: [.benches[] | {name, gated, verdict, rounds, change_pct}]}' "$1/verdict.json"
}

notes_markdown() {
  [ ${#notes[@]} -gt 0 ] || return 0
  printf '\n'
  # shellcheck disable=SC2016 # jq's variables
  jq -n -r "$(<"$PGOKIT_HOME/ci/lib/report/markdown.jq")"' $ARGS.positional[] | "- \(.[0:1000] | escaped)"' --args -- "${notes[@]}"
}
