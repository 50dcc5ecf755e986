#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for other shells, jq and awk
# bench-run: suites, which measure many benchmarks in one execution; what they print was recorded of real ones.

load ../helper
load bench-run

formats=$BATS_TEST_DIRNAME/../../../fixtures/formats

# A plan of a suite whose arms run commands of their own.
plan() { # <suite, JSON> <command of the base> <command of the candidate> [control]
  jq -n --argjson suite "$1" --arg base "$2" --arg cand "$3" --arg ctrl "${4-}" '
    [["base", $base], ["cand", $cand], ["control", $ctrl]] | map(select(.[1] != "")) as $arms
    | {arms: ($arms | map({name: .[0], role: .[0]})),
       benches: [{name: "s", run: "false", shell: true, suite: $suite, runs: ($arms | map({key: .[0], value: .[1]}) | from_entries)}]}' \
    >plan.json
}

measured() { # [option of bench-run]...
  bench-run --plan plan.json --warmup 1 --rounds 20 -o r.json "$@" >medians
}

@test "each benchmark of a suite is judged by its own name, unit and direction; one that is slower, and no other" {
  sed 's/19.12 ns/29.12 ns/; s/17.47 ns/27.47 ns/; s/10.83 ns/20.83 ns/' "$formats/go-bench.txt" >cand
  plan '{"format": "go-bench"}' "cat $formats/go-bench.txt" 'cat cand' "cat $formats/go-bench.txt"
  # Its failed benchmark is measured by nobody, and that is told, arm by arm.
  run --separate-stderr measured
  same "$status" 0
  has "$stderr" "measure benchmark 'linux/amd64 example.org/gob/b.BenchmarkFail', arm 'cand': it failed"
  # One execution of each arm in a round fills the series of all, in the same order.
  jq -e '[.benches[].order] | unique | length == 1' r.json
  jq -e '.benches[] | select(.name == "linux/amd64 example.org/gob/a.BenchmarkSub/n=1_x-2")
    | .number == {name: null, unit: null, better: "lower", count: false, from: null, suite: "go-bench"}
      and (.samples.base.number[19] * 1e12 | round) == 15807 and .executions == 1' r.json
  jq -e '.benches[] | select(.name == "linux/amd64 example.org/gob/a.BenchmarkFullCheckFlow-2 MB/s")
    | .number.unit == "MB/s" and .number.better == "higher"' r.json
  run bench-compare --match '*BenchmarkSub/*' --match '*allocs/op' -o e.json r.json
  same "$status" 1
  jq -e '[.verdict.benches[] | select(.verdict == "regressed").name] == ["linux/amd64 example.org/gob/a.BenchmarkSub/n=1_x-2"]' e.json
  run bench-compare verify e.json
  same "$status" 1
  # Gated, the one that failed is no pass.
  run bench-compare --match '*b.BenchmarkFail' -o e.json r.json
  same "$status" 4
  jq -e '.verdict.benches[] | select(.name | endswith("b.BenchmarkFail"))
    | .verdict == "invalid" and (.reason | contains("has no number of it"))' e.json
}

@test "a benchmark that only one side has is told, and gated it is no pass" {
  plan '{"format": "go-bench"}' 'echo "BenchmarkA-2 10 7 ns/op"; echo "BenchmarkOld-2 10 7 ns/op"' \
    'echo "BenchmarkA-2 10 7 ns/op"; echo "BenchmarkNew-2 10 7 ns/op"'
  run --separate-stderr measured
  same "$status" 0
  has "$stderr" "measure benchmark 'BenchmarkNew-2', arm 'base': its suite has no such benchmark"
  has "$stderr" "measure benchmark 'BenchmarkOld-2', arm 'cand': its suite has no such benchmark"
  jq -e '[.benches[] | [.name, .number.lacks]] == [["BenchmarkA-2", null],
    ["BenchmarkOld-2", "arm '\''cand'\'' has no number of it"], ["BenchmarkNew-2", "arm '\''base'\'' has no number of it"]]' r.json
  for gone in Old New; do
    run bench-compare --match "Benchmark$gone-2" -o e.json r.json
    same "$status" 4
    jq -e --arg name "Benchmark$gone-2" '.verdict.benches[] | select(.name == $name)
      | .verdict == "invalid" and (.reason | contains("has no number of it"))' e.json
  done
  has "$(grep -P '^BenchmarkOld-2\tcand' medians)" nan
}

@test "one that is new in a later round, and a run whose output cannot be read, end it; what was measured is kept" {
  plan '{"format": "go-bench"}' 'echo "BenchmarkA-2 10 7 ns/op"' \
    'echo x >>n; echo "BenchmarkA-2 10 7 ns/op"; [ $(wc -l <n) -lt 5 ] || echo "BenchmarkB-2 10 7 ns/op"'
  run --separate-stderr measured
  same "$status" 1
  same "$stderr" "bench-run: measure benchmark 'BenchmarkB-2', arm 'cand': its suite did not have it before"
  jq -e '.complete == false and (.benches[0].order | length) == 2' r.json
  rm n
  plan '{"format": "go-bench"}' 'echo "BenchmarkA-2 10 7 ns/op"' \
    'echo x >>n; [ $(wc -l <n) -ge 4 ] || echo "BenchmarkA-2 10 7 ns/op"'
  run --separate-stderr measured
  same "$status" 1
  has "$stderr" "bench-run: read what suite 's', arm 'cand', measured: it is empty"
  jq -e '.complete == false and (.benches[0].samples.cand.number | length) == 1' r.json
  # One that fails is no suite.
  plan '{"format": "go-bench"}' 'echo "BenchmarkA-2 10 7 ns/op"' 'echo "BenchmarkA-2 10 7 ns/op"; exit 3'
  run --separate-stderr measured
  same "$status" 1
  has "$stderr" "benchmark 's', arm 'cand': exit status 3"
}

@test "every format is read as bench-compare reads it, from the output and from files" {
  names() { # <format> <file, or empty> <expected names>...
    plan "{\"format\": \"$1\"}" "cat $formats/$2" "cat $formats/$2"
    bench-run --plan plan.json --warmup 1 --rounds 1 -o r.json >medians 2>told
    for name in "${@:3}"; do
      jq -e --arg name "$name" --arg format "$1" '.benches[] | select(.name == $name) | .number.suite == $format' r.json
    done
  }
  names libtest libtest.txt full_check_flow m::small
  names google-benchmark google-benchmark.json "$(jq -r '.benchmarks[0].name' "$formats/google-benchmark.json")"
  names google-benchmark google-benchmark-aggregates.json
  names google-benchmark google-benchmark-counters.json
  names pytest-benchmark pytest-benchmark.json "$(jq -r '.benchmarks[0].fullname' "$formats/pytest-benchmark.json")"
  names pyperf pyperf.json
  names gungraun gungraun.jsonl
  # A folder that the suite writes is removed before each run, so that no old one is read.
  plan '{"format": "criterion", "results": "target/criterion"}' \
    "[ ! -e target/criterion ] && mkdir -p target && cp -R $formats/criterion target/criterion" "mkdir -p target; cp -R $formats/criterion target/criterion"
  bench-run --plan plan.json --warmup 1 --rounds 1 -o r.json >medians
  jq -e '.benches | length > 1 and all(.[]; .number.suite == "criterion" and .number.unit == null)' r.json
  plan '{"format": "criterion", "results": "target/criterion"}' "cp -R $formats/criterion target/criterion" true
  run --separate-stderr measured
  same "$status" 1
  has "$stderr" "read what suite 's', arm 'cand', measured: read './target/criterion'"
  plan '{"format": "hyperfine"}' 'echo "{\"results\": [{\"command\": \"a b\", \"times\": [1, 3]}]}"' 'echo "{\"results\": [{\"command\": \"a b\", \"times\": [2]}]}"'
  bench-run --plan plan.json --warmup 1 --rounds 1 -o r.json >medians
  jq -e '.benches[0] | .name == "a b" and .samples.base.number == [2] and .samples.cand.number == [2]' r.json
}

@test "rows that a regular expression or jq finds: names with blanks and quotes, several samples, a unit" {
  plan '{"format": "command", "rows": {"regex": "^(.+): ([0-9.]+) ms$", "unit": "ms"}}' \
    'echo "it'\''s \"a\"/b: 3 ms"; echo other; echo "x: 8 ms"; echo "x: 10 ms"' 'echo "it'\''s \"a\"/b: 3 ms"; echo "x: 9 ms"'
  bench-run --plan plan.json --warmup 1 --rounds 2 -o r.json >medians
  jq -e '[.benches[] | [.name, .samples.base.number[0], .number.unit]] == [["it'\''s \"a\"/b", 0.003, null], ["x", 0.009, null]]' r.json
  plan '{"format": "command", "rows": {"jq": ".[] | {name: .n, unit: \"req/s\", better: \"higher\", samples: [.v]} # all"}}' \
    'echo "[{\"n\": \"a\", \"v\": 5}]"' 'echo "[{\"n\": \"a\", \"v\": 6}]"'
  bench-run --plan plan.json --warmup 1 --rounds 2 -o r.json >medians
  jq -e '.benches[0] | .number == {name: null, unit: "req/s", better: "higher", count: false, from: null, suite: "command"}
    and .samples.cand.number == [6, 6]' r.json
  # A name that has the number in it, and lines whose ends are matched, too.
  plan '{"format": "command", "rows": {"regex": "^([a-z]=([0-9]+))\n", "unit": "ns"}}' 'echo a=1; echo b=2' 'echo a=1; echo b=2'
  bench-run --plan plan.json --warmup 1 --rounds 1 -o r.json >medians
  jq -e '[.benches[].name] == ["a=1", "b=2"]' r.json
  plan '{"format": "command", "rows": {"regex": "^(.+): (.*)$", "unit": "ms"}}' 'echo "x: 8"' 'echo "x: eight"'
  run --separate-stderr measured
  same "$status" 1
  has "$stderr" "'eight' is no number"
  plan '{"format": "command", "rows": {"regex": "^(.+): ([0-9]+)$", "unit": "ms"}}' 'echo "x: 8"' 'echo nothing'
  run --separate-stderr measured
  same "$status" 1
  has "$stderr" "measured: there is no benchmark in it"
}

@test "plans whose suite cannot be" {
  refuses_suite() { # <message> <suite>
    refuses_plan "$1" '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true", "suite": '"$2"'}]}'
  }
  refuses_suite 'benches[0].suite: Object item not found: format' '{}'
  refuses_suite "benches[0].suite.results '../x': expected a path below the folder where it runs" '{"format": "criterion", "results": "../x"}'
  refuses_suite "benches[0].suite.results '/x': expected a path below the folder where it runs" '{"format": "criterion", "results": "/x"}'
  refuses_suite "benches[0].suite.results '.': expected a path below the folder where it runs" '{"format": "criterion", "results": "."}'
  refuses_suite "benches[0].suite.results 'a//b': expected a path below the folder where it runs" '{"format": "criterion", "results": "a//b"}'
  refuses_suite 'benches[0].suite.rows: expected with the format command, and with no other' '{"format": "command"}'
  refuses_suite 'benches[0].suite.rows: expected with the format command, and with no other' '{"format": "pyperf", "rows": {"jq": "."}}'
  refuses_suite 'benches[0].suite.rows: expected jq, or regex and unit' '{"format": "command", "rows": {"regex": "(a)(b)"}}'
  refuses_suite "benches[0].suite.rows.regex '(a)': expected two groups, a name and a number" '{"format": "command", "rows": {"regex": "(a)", "unit": "s"}}'
  refuses_plan 'benches[0].metric: a suite has its own' '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true", "metric": "cpu", "suite": {"format": "pyperf"}}]}'
  # The same name twice in a plan, and a format that there is not.
  printf '%s' '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true"}, {"name": "s", "run": "echo BenchmarkA 1 1 ns/op", "suite": {"format": "gobench"}}]}' >plan.json
  run -1 --separate-stderr bench-run --plan plan.json -o r.json
  has "$stderr" "read --format 'gobench': expected auto, hyperfine,"
  printf '%s' '{"arms": [{"name": "a"}], "benches": [{"name": "BenchmarkA", "run": "true"}, {"name": "s", "run": "echo BenchmarkA 1 1 ns/op", "suite": {"format": "go-bench"}}]}' >plan.json
  run -2 --separate-stderr bench-run --plan plan.json -o r.json
  has "$stderr" "add benchmark 'BenchmarkA': the name is taken"
}

@test "the canary of a suite is said to have been stopped, and numbers that are no times have none" {
  plan '{"format": "go-bench"}' 'echo "BenchmarkA-2 10 700 ns/op 3 allocs/op"' 'echo "BenchmarkA-2 10 701 ns/op 3 allocs/op"'
  jq '.arms += [{name: "slow", role: "canary", slow_pct: 5}] | .benches[0].runs.slow = "echo \"BenchmarkA-2 10 740 ns/op 3 allocs/op\""' plan.json >p2.json
  mv p2.json plan.json
  measured
  run bench-compare --match 'Bench*' -o e.json r.json
  jq -e '.verdict.self_check | contains("canary, meant to be 5 % slower by being stopped in turns, was +5.71 %: found in 1 of 1")' e.json
  run bench-compare --match '*allocs/op' -o e.json r.json
  jq -e '.verdict.self_check | contains("no canary: these numbers are the same where a program is slower")' e.json
}

@test "decide: none of a suite's benchmarks matches" {
  plan '{"format": "go-bench"}' 'echo "BenchmarkA-2 10 7 ns/op"' 'echo "BenchmarkA-2 10 7 ns/op"'
  run -2 --separate-stderr measured --decide --match 'x*'
  has "$stderr" 'decide: no benchmark is gated: none matches'
  # One look decides all of those that ran with it.
  measured --decide --match 'Bench*'
  jq -e '.benches[0].planned == 20' r.json
}
