#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for other shells, jq and awk
# bench-run: numbers that a command prints, and its peak memory, instead of its time.

load ../helper
load bench-run

# Two programs and a copy of the first, each of which prints what its file of answers has next.
sides() { # <answer of the base> <answer of the candidate>
  mkdir base cand ctrl
  program base/p <<<"$1"
  program cand/p <<<"$2"
  cp base/p ctrl/p
}

# A plan of them with one benchmark, gated.
plan() { # <metric, JSON> [run]
  jq -n --argjson metric "$1" --arg run "${2:-\$PGOKIT_BINARY}" '{
    arms: [["base", "base", "base"], ["cand", "cand", "cand"], ["ctrl", "control", "ctrl"], ["slow", "canary", "base"]]
      | map({name: .[0], role: .[1], binary: "\(.[2])/p"} + if .[1] == "canary" then {slow_pct: 5} else {} end),
    benches: [{name: "full_check_flow", run: $run, metric: $metric, other_output: true}]}' >plan.json
}

judged() { # [option of bench-run]...
  bench-run --plan plan.json --warmup 1 --decide "$@" -o r.json >medians
  run bench-compare -o e.json r.json
}

found() { # <jq expression of the verdict's benchmark>
  jq -e ".verdict.benches[0] | $1" e.json
}

@test "a number that is found by a regular expression: one more in a hundred is found, none is none" {
  sides 'echo "bytes: 4200 in 3 files"' 'echo "bytes: 4242 in 3 files"'
  plan '{"name": "bytes", "unit": "B", "from": {"regex": "^bytes: ([0-9]+)"}}'
  judged --rounds 20
  same "$status" 1
  found '.verdict == "regressed" and .base_value == 4200 and .cand_value == 4242 and .unit == "B"
    and (.change_pct | . > 0.99 and . < 1.01) and .low_pct == .high_pct'
  jq -e '.benches[0] | .number == {name: "bytes", unit: "B", better: "lower", count: false,
      from: {regex: "^bytes: ([0-9]+)"}, suite: null} and .samples.cand.number[19] == 4242' r.json
  run bench-compare verify e.json
  same "$status" 1
  same "$(sed -n 2p medians)" $'full_check_flow\tcand\t20\t4242'
  cp base/p cand/p
  echo '# another file' >>cand/p
  judged --rounds 20
  same "$status" 0
  found '.verdict == "unchanged"'
}

@test "what no clock gives has no canary, and that is said; the control has to be equal" {
  sides 'echo 7' 'echo 7 # other'
  plan '{"unit": "items", "from": {"regex": "[0-9]+"}}'
  judged --rounds 20
  same "$status" 0
  jq -e '.verdict.self_check | contains("control, a copy of the base: no difference in 1 of 1")
    and contains("no canary: these numbers are the same where a program is slower")' e.json
  found 'has("canary") | not'
  # The control prints something else: it is no copy.
  jq '.benches[0].samples.ctrl.number |= map(8)' r.json >r2.json
  run bench-compare r2.json
  same "$status" 4
}

@test "where more is better, fewer regress; and what jq finds" {
  sides 'echo "{\"rate\": [900]}"' 'echo "{\"rate\": [800]}"'
  plan '{"unit": "ops/s", "better": "higher", "from": {"jq": ".rate[0]"}}'
  judged --rounds 20
  same "$status" 1
  found '.verdict == "regressed" and .base_value == 900 and .cand_value == 800 and (.change_pct | . > 12.4 and . < 12.6)'
  jq '.benches[0].number.better = "lower"' r.json >r2.json
  run bench-compare r2.json
  same "$status" 0
}

@test "times are in seconds, and noisy ones are judged by their ranks" {
  sides 'echo "p99 $((1000 + $(od -An -N1 -tu1 /dev/urandom) % 16)) ms"' 'echo "p99 $((2000 + $(od -An -N1 -tu1 /dev/urandom) % 16)) ms"'
  plan '{"name": "p99", "unit": "ms", "from": {"regex": "p99 ([0-9.]+)"}}'
  judged --rounds 30
  same "$status" 1
  found '.verdict == "regressed" and (.change_pct | . > 95 and . < 105) and .low_pct < .high_pct and .base_s > 1 and .base_s < 1.1'
}

@test "a count of 0 is one; 0 to something is a regression, and something to 0 none" {
  sides 'echo 0' 'echo 3'
  plan '{"unit": "allocs", "from": {"regex": "[0-9]+"}}'
  judged --rounds 20
  same "$status" 1
  found '.verdict == "regressed" and .base_value == 0 and .change_pct == null'
  judged_again() { # <filter>
    jq "$1" r.json >r2.json
    run bench-compare -o e.json r2.json
  }
  judged_again '.benches[0].samples |= (.cand.number = .base.number)'
  same "$status" 0
  found '.verdict == "unchanged"'
  judged_again '.benches[0].samples |= ((.base, .ctrl).number |= map(3) | .cand.number |= map(0))'
  same "$status" 0
  found '.verdict == "improved" and .change_pct == -100'
  judged_again '.benches[0].samples.cand.number[7] = 5'
  same "$status" 4
  found '.verdict == "invalid" and (.reason | contains("0 each time"))'
  judged_again '.benches[0].samples.cand.number[7] = null'
  same "$status" 4
}

@test "the peak of memory: 5 % more of it is found" {
  cat >p.c <<'C'
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv)
{
	size_t n = (size_t)KILOBYTES << 10;
	char *p = malloc(n);

	memset(p, argc, n);
	return argv[argc] != NULL || p[n / 2] != argc;
}
C
  mkdir base cand ctrl
  cc -O0 -DKILOBYTES=6000 -o base/p p.c
  cc -O0 -DKILOBYTES=6400 -o cand/p p.c
  cp base/p ctrl/p
  plan '"peak_rss"'
  judged --rounds 20
  same "$status" 1
  found '.verdict == "regressed" and .unit == "B" and .base_value > 6e6 and (.change_pct | . > 3.5 and . < 7)'
  cc -O0 -g -DKILOBYTES=6000 -o cand/p p.c
  judged --rounds 20
  same "$status" 0
  found '.verdict == "unchanged" or .verdict == "inconclusive"'
}

@test "a command that prints no such number failed, and what was measured before is kept" {
  sides 'echo 1' 'if [ -e "$HOME/../../again" ]; then echo none; else : >"$HOME/../../again"; echo 1; fi'
  plan '{"unit": "B", "from": {"regex": "^[0-9]+$"}}'
  jq 'del(.arms[2:][])' plan.json >p2.json
  run -1 --separate-stderr bench-run --plan p2.json --warmup 1 --rounds 3 -o r.json
  has "$stderr" "read the number of benchmark 'full_check_flow', arm 'cand', in what it printed: nothing in it matches '^[0-9]+\$'"
  jq -e '.complete == false' r.json
  plan '{"unit": "B", "from": {"jq": ".x"}}'
  run -1 --separate-stderr bench-run --plan plan.json --warmup 1 --rounds 3 -o r.json
  has "$stderr" "arm '"
  program base/p <<<'echo seven'
  cp base/p cand/p
  cp base/p ctrl/p
  plan '{"unit": "B", "from": {"regex": "s.*"}}'
  run -1 --separate-stderr bench-run --plan plan.json --warmup 1 --rounds 3 -o r.json
  has "$stderr" "'seven' is no number"
}

@test "plans whose number cannot be" {
  refuses_metric() { # <message> <metric>
    refuses_plan "$1" '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true", "metric": '"$2"'}]}'
  }
  refuses_metric "benches[0].metric 'number': expected wall, cpu, instructions, peak_rss or an object" '"number"'
  refuses_metric "benches[0].metric 'speed': expected wall, cpu, instructions, peak_rss or an object" '"speed"'
  refuses_metric "benches[0].metric.from: expected regex or jq" '{"unit": "B", "from": {}}'
  refuses_metric "benches[0].metric.from: expected regex or jq" '{"unit": "B", "from": {"regex": "a", "jq": "."}}'
  refuses_metric "benches[0].metric.better 'more': expected lower or higher" '{"unit": "B", "better": "more", "from": {"jq": "."}}'
  refuses_metric "benches[0].metric.from.regex '(': Unmatched ( or \\(" '{"unit": "B", "from": {"regex": "("}}'
  refuses_metric "benches[0].metric: Object item not found: unit" '{"from": {"jq": "."}}'
}
