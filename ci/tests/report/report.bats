#!/usr/bin/env bats
#
# report: the decision in words, tables, JSON and a drawing; names from outside are only names.

# The variables in single quotes are those of the build and the commands.
# shellcheck disable=SC2016

load ../helper

report() { # <status>
  run --separate-stderr "-$1" "$pgokit" report
}

summary() {
  cat .pgokit/report/summary.md
}

json() { # <jq expression>
  jq -cr "$1" .pgokit/report/report.json
}

# Every row of every table has as many cells as its heading. A bar behind a backslash is none.
tables_are_whole() { # <file>
  sed 's/\\|//g' "$1" | awk '
    /^\|/ { n = gsub(/\|/, ""); if (!cells) cells = n; else if (n != cells) { print "row " NR ": " n " bars, not " cells; bad = 1 }; rows++; next }
    { if (rows && rows < 3) { print "a table without rows before line " NR; bad = 1 }; cells = 0; rows = 0 }
    END { exit bad }'
}

# No control character but line break and tab.
is_clean() { # <file>
  ! LC_ALL=C grep -nP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$1"
}

# Every element is closed in order, and no bare < or & is left: what a parser of XML would refuse.
is_well_formed() { # <file>
  tr '\n' ' ' <"$1" | sed -E 's/<\?[^?]*\?>//; s/<!--([^-]|-[^-])*-->//g; s/(<\/?[^<>]+>)/\n\1\n/g' | awk '
    /^<\// { name = substr($0, 3); sub(/[ >].*/, "", name); if (stack[depth--] != name) { print "closes " name; bad = 1 }; next }
    /^<.*\/>$/ { next }
    /^<[A-Za-z].*>$/ { name = substr($0, 2); sub(/[ >].*/, "", name); stack[++depth] = name; next }
    { gsub(/&(amp|lt|gt|quot|apos|#[0-9]+|#x[0-9A-Fa-f]+);/, ""); if (/[<&]/) { print "bare: " $0; bad = 1 } }
    END { if (depth) { print "open: " stack[depth]; bad = 1 }; exit bad }'
}

# A project measured under these benchmarks.
measured() { # <jq array of benchmarks>
  tiny_after optimize
  config_edit ".benches = $1"
  "$pgokit" bench --rounds 20 >/dev/null
  "$pgokit" gate >/dev/null
}

hostile='[
  {name: "a|b`c*_full_check_flow", run: "$PGOKIT_BINARY 10"},
  {name: "x\n::error::y\u001b[31m\u009b1m\u202e_full_check_flow", run: "$PGOKIT_BINARY 11"},
  {name: "\"<b>&\\t${x}`id`_full_check_flow", run: "$PGOKIT_BINARY 12"},
  {name: (("long " * 2000) + "_full_check_flow"), run: "$PGOKIT_BINARY 13"},
  {name: "../../x_full_check_flow", run: "$PGOKIT_BINARY 14"},
  {name: "%s ä @user #1 ~~~ [l](http://x)", run: "$PGOKIT_BINARY 15"}]'

# A report of a measurement in which pgo-nolto takes half of the baseline's time, and is chosen.
twice_as_fast() {
  tiny_after bench
  jq '.benches[].samples |= (.baseline.wall_s |= [range(20) | 0.01 + . / 1e6] | .["pgo-nolto"].wall_s |= [range(20) | 0.005 + . / 1e6])' \
    .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
  "$pgokit" gate
  report 0
}

@test "prints the summary and its path, and writes summary, JSON and drawing" {
  tiny_after gate
  report 0
  same "$output" "$(summary)

Report: $PWD/.pgokit/report/summary.md"
  same "$(messages)" ''
  same "$(cd .pgokit/report && printf '%s\n' *)" 'report.html
report.json
speedup.svg
speedup.tsv
summary.md'
  same "$(json .format)" pgokit-report-1
  is_well_formed .pgokit/report/speedup.svg
}

@test "the page has variants and runs, and the evidence of what ships" {
  twice_as_fast
  like "$(grep -o '<h1>.*</h1>' .pgokit/report/report.html)" '<h1><span class="mark good">Ship pgo-nolto</span> [12].[0-9]*&#215; the speed of the baseline</h1>'
  has "$(<.pgokit/report/report.html)" '<b>ships</b>; better than baseline'
  run -0 --separate-stderr "$top/build/bin/bench-compare" verify --json .pgokit/report/report.html
  same "$(jq -c '[.base, .cand, .suite.verdict]' <<<"$output")" '["baseline","pgo-nolto","improved"]'
}

@test "the profile beside the last one is in the page, where it was held against one" {
  tiny_after gate
  report 0
  same "$(json .health)" null
  run -1 grep -q 'Beside the last profile' .pgokit/report/report.html
  jq -n '{why: ["workload <b> has left no counts"], notes: [], workloads: [{name: "a<b>", new_count: 7, total_pct: 61.5, overlap_pct: null, match_pct: 98}]}' \
    >.pgokit/profile/health.json
  report 0
  same "$(json .health.workloads[0].total_pct)" 61.5
  has "$(<.pgokit/report/report.html)" '<li>workload &#60;b&#62; has left no counts</li>'
  has "$(grep -o 'a&#60;b&#62;</th>.*' .pgokit/report/report.html | sed 's/<[^>]*>/ /g' | tr -s ' ')" 'a&#60;b&#62; 7 61.5 % - 98 %'
}

@test "where all variants are faster, or slower, the drawing's axis has the baseline's 1 on it" {
  local of
  cd "$BATS_TEST_TMPDIR"
  for of in '1.30\t1.25\t1.35' '0.80\t0.75\t0.85'; do
    printf '0\t%b\tlabel\t0\n' "$of" >one.tsv
    gnuplot -c "$top/ci/lib/report/speedup.gp" one.tsv one.svg title 1
    same "$(grep -cE '<text>(<tspan[^>]*>)? *1(.0*)?<' one.svg)" 1
  done
}

@test "says what to ship and why, in a table of variants and one of benchmarks" {
  tiny_after gate
  report 0
  same "${lines[0]}" '# pgokit: tiny'
  has "${lines[1]}" '**Ship '
  has "$output" '| variant '
  has "$output" '| benchmark '
  has "$output" "| \`baseline\` "
  has "$output" "| \`pgo-nolto\` "
  has "$output" 'Profile: tier fast, 1 raw files, 2 of 2 functions hit.'
  tables_are_whole .pgokit/report/summary.md
}

@test "the JSON agrees with the verdict, variant by variant" {
  tiny_after gate
  report 0
  same "$(json .ship)" "$(jq -r .ship .pgokit/gate/verdict.json)"
  same "$(json '[.variants[1:][] | [.name, .against, .chosen, .why]]')" "$(jq -c '[.steps[] | [.cand, .base, .chosen, .why]]' .pgokit/gate/verdict.json)"
  same "$(json '[.variants[] | .stripped_bytes]')" "$(jq -c '[.phases.optimize.variants[].stripped_bytes]' .pgokit/manifest.json)"
  same "$(json .seed)" "$(jq -r .seed .pgokit/bench/receipt.json)"
  run -0 jq -e '(.against_baseline[0].suite.change_pct | 1 / (1 + . / 100)) as $want
    | ($report[0].variants[1].speedup.estimate - $want) | fabs < 1e-9' \
    --slurpfile report .pgokit/report/report.json .pgokit/gate/verdict.json
}

@test "a variant that is chosen is what to ship, with its speedup and interval" {
  twice_as_fast
  matches "${lines[1]}" '^\*\*Ship `pgo-nolto`\*\*: [12]\.[0-9]{3}x the speed of the baseline \(interval \[.*\], 98 %\), geometric mean over 1 gated benchmark\.$'
  has "$output" "better than \`baseline\`"
}

@test "the line to check it by hand runs in the tree" {
  tiny_after gate
  report 0
  local line
  line=$(grep '^hyperfine ' .pgokit/report/summary.md)
  cd .pgokit/tree
  eval "$line --runs 2 --style none --export-json out.json"
  same "$(jq -c '[.results[] | [.command, .exit_codes]]' out.json)" '[["baseline",[0,0]],["pgo-nolto",[0,0]]]'
}

@test "the line to check it by hand quotes a program with a blank in its name" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.binary = "my prog" | .build |= sub("prog"; "\"my prog\"")
    | .benches[0].run = "\"$PGOKIT_BINARY\" 300" | .workloads.fast[0].run = "\"${PGOKIT_BINARY}\" 300"'
  "$pgokit" full --fast >/dev/null
  local line
  line=$(grep '^hyperfine ' .pgokit/report/summary.md)
  cd .pgokit/tree
  eval "$line --runs 2 --style none --export-json out.json"
  same "$(jq -c '[.results[].exit_codes]' out.json)" '[[0,0],[0,0]]'
}

# Runs the line of a report on this benchmark, of which script.sh is the program's user; prints what that
# saw, relative to .pgokit, with its arguments.
by_hand() { # <benchmark without its name, as JSON>
  local line
  jq --argjson bench "$1" '.benches[0] |= {name} + $bench' pgokit.json >edited && mv edited pgokit.json
  report 0
  line=$(grep '^hyperfine ' .pgokit/report/summary.md)
  cd .pgokit/tree || return
  printf 'echo "$PGOKIT_BINARY $*" >>"%s/ran"\ncd / && exec "$PGOKIT_BINARY" 3000\n' "$PWD" >script.sh
  rm -f ran
  eval "$line --runs 1 --style none" >/dev/null
  sort -u ran | sed "s|$PWD/../||g"
}

@test "the line to check it by hand runs what was run, with the program in the environment for scripts and loaders" {
  tiny_after gate
  same "$(by_hand '{"run": "sh script.sh a"}')" $'bin/baseline/prog a\nbin/pgo-nolto/prog a'
  same "$(by_hand '{"run": "sh script.sh $PGOKIT_BINARY '"'b  c'"'", "prepare": "mkdir made", "cleanup": "rmdir made"}')" \
    $'bin/baseline/prog bin/baseline/prog b  c\nbin/pgo-nolto/prog bin/pgo-nolto/prog b  c'
  same "$(by_hand '{"shell": true, "run": "x=${PGOKIT_BINARY%/*}; sh script.sh \"${x##*/}\" | cat"}')" \
    $'bin/baseline/prog baseline\nbin/pgo-nolto/prog pgo-nolto'
  holds ! -e .pgokit/tree/made
}

@test "hostile names break no table, no terminal, no drawing" {
  measured "$hostile"
  report 0
  same "$(messages)" ''
  tables_are_whole .pgokit/report/summary.md
  is_clean .pgokit/report/summary.md
  is_well_formed .pgokit/report/speedup.svg
  is_clean .pgokit/report/speedup.svg
  lacks "$(summary)" $'\u202e'
  lacks "$(summary)" "$(printf 'long %.0s' {1..100})"
  same "$(grep -c '^::' .pgokit/report/summary.md)" 0
  has "$(<.pgokit/report/speedup.svg)" "'&lt;b>&amp;"
  # In the JSON they are whole.
  same "$(json '[.benches[].name]')" "$(jq -c '[.benches[].name]' pgokit.json)"
}

@test "the job summary of a run of GitHub's gets the summary, behind what is there" {
  tiny_after gate
  echo before >steps.md
  GITHUB_STEP_SUMMARY=$PWD/steps.md report 0
  same "$(<steps.md)" "before
$(summary)"
}

@test "rounds too few for an interval: the tables say so, and there is nothing to draw" {
  tiny_after optimize
  "$pgokit" bench --rounds 2 >/dev/null
  "$pgokit" gate >/dev/null
  report 0
  has "$output" '(too few rounds)'
  tables_are_whole .pgokit/report/summary.md
  same "$(messages)" "pgokit report: warning: draw 'speedup.svg': there is no interval to draw; the numbers are in the tables"
  holds ! -e .pgokit/report/speedup.svg
}

@test "without gnuplot: a warning, and everything else is written" {
  tiny_after gate
  PATH=$(path_without gnuplot) report 0
  has "$(messages)" "gnuplot is not installed; the numbers are in the tables"
  holds -s .pgokit/report/summary.md
  holds ! -e .pgokit/report/speedup.svg
}

@test "a gnuplot that fails: a warning" {
  tiny_after gate
  mkdir bin
  printf '#!/bin/sh\nexit 1\n' >bin/gnuplot
  chmod +x bin/gnuplot
  PATH=$PWD/bin:$PATH report 0
  has "$(messages)" 'gnuplot failed'
  has "$output" '**Ship '
}

@test "nothing was decided: what to run first, and the last report stays" {
  tiny_after gate
  report 0
  local before
  before=$(sha256sum .pgokit/report/*)
  rm .pgokit/gate/verdict.json
  report 1
  same "$output" ''
  same "$(messages)" "pgokit report: report '$PWD/.pgokit/gate/verdict.json': nothing was decided; run pgokit gate first"
  same "$(sha256sum .pgokit/report/*)" "$before"
}

@test "a workload and a variant that were skipped are named, and the profile is called partial" {
  tiny_after gate
  jq '.phases.collect |= (.skipped = ["with|db"] | .workloads[0].processes = {ran: 4, lost: [{program: "prog", how: "exit", count: 1}]}) | .phases.optimize.skipped = ["pgo-bolt"]' .pgokit/manifest.json >changed
  mv changed .pgokit/manifest.json
  report 0
  has "$output" 'Workload not run: `with\|db`; the profile is partial.'
  has "$output" 'The profile is partial: without the counts of 1 of 4 processes of train.'
  has "$output" 'Skipped on this machine: `pgo-bolt`.'
}

@test "an inconclusive benchmark: what would have been found" {
  tiny_after bench
  jq '.benches[].samples |= (.baseline.wall_s |= [range(20) | 0.01] | .["pgo-nolto"].wall_s |= [range(20) | 0.01 * (1 + (. * 7919 % 13 - 6) / 20)])' \
    .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
  "$pgokit" gate
  report 0
  matches "$output" '`full_check_flow`, pgo-nolto: inconclusive; a slowdown of [0-9.]+ % would have been found\.'
}

# The gate's decision and report on 20 samples a side, in which the variant takes so much of the baseline's time.
decided() { # <ratio> <spread of the variant's samples>
  jq --argjson ratio "$1" --argjson spread "$2" '.benches[].samples |= (.baseline.wall_s |= [range(20) | 0.01 + . / 1e6]
      | .["pgo-nolto"].wall_s |= [range(20) | (0.01 + . / 1e6) * $ratio * (1 + $spread * ((. * 7 % 20) - 9.5) / 9.5)])
    | .benches[].order |= map(.)' .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
  "$pgokit" gate
  report 0
}

@test "what was measured, where and beside what stands at the top" {
  tiny_after bench
  jq '.machine += {cpu: "Some CPU", cores: 4, virtual: false, load1: 2.34}' .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
  "$pgokit" gate
  report 0
  same "${lines[2]}" 'Measured: wall-clock time, on Some CPU, 4 cores, at a load of 2.3 when it began.'
  jq '.benches[].metric = "cpu" | del(.machine.load1)' .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
  "$pgokit" gate
  report 0
  same "${lines[2]}" 'Measured: CPU time, on Some CPU, 4 cores.'
}

@test "a choice that the noise could have made otherwise is called borderline" {
  tiny_after bench
  decided 0.978 0.02 # chosen: 2.2 %
  has "${lines[1]}" "**Ship \`pgo-nolto\`**"
  has "${lines[3]}" "**Borderline**: \`pgo-nolto\` gains 2.2"
  has "${lines[3]}" "has release.min_win_pct (2 %) in it: another measurement may choose otherwise."
  decided 0.982 0.02 # not chosen: 1.8 %
  has "${lines[1]}" '**Ship the baseline**'
  has "${lines[3]}" "**Borderline**: \`pgo-nolto\` gains 1.8"
  decided 0.9 0.02
  lacks "$output" Borderline
  decided 0.99 0.001
  lacks "$output" Borderline
}

@test "what is the same program has no speedup of its own" {
  tiny_after optimize
  cp .pgokit/bin/baseline/prog .pgokit/bin/pgo-nolto/prog
  sed -i "s/$(jq -r '.phases.optimize.variants[1].sha256' .pgokit/manifest.json)/$(jq -r '.phases.optimize.variants[0].sha256' .pgokit/manifest.json)/" .pgokit/manifest.json
  "$pgokit" bench --rounds 5
  "$pgokit" gate
  report 0
  matches "$output" '\| `full_check_flow` \| [0-9.]+ ms +\| - +\| identical \|'
}
