#!/usr/bin/env bats
# shellcheck disable=SC2016 # single quotes are for jq
# bench-compare --format: what other programs write. fixtures/formats says how each file was made.

load ../helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  files=$ROOT/fixtures/formats
}

# The table that the filter makes of a file. Newer versions of jq write a number as it was written, as 96.40.
table() { # <format> <file> [argument...]
  bench-compare --format "$1" "${@:3}" -o - "$2" "$2" 2>/dev/null | jq '.inputs[0] | (.. | numbers) |= . + 0'
}

# The same as lines: name, unit, direction, samples.
rows() { # <format> <file> [argument...]
  table "$@" | jq -r '.benches[] | [.name, .unit, .better, (.samples | tojson), .invalid] | map(. // "-") | join("|")'
}

# The table of a file with samples that are a little slower.
slightly() { # <format> <file>
  table "$@" | jq '.source = "another" | .benches[].samples |= map(if . then . * 1.0001 else . end)'
}

# Verdicts and exit status; everything is gated.
verdicts() { # <argument>...
  run --separate-stderr bench-compare --json --match '*' "$@"
  echo "$(jq -r '[.benches[].verdict] | join(" ")' <<<"$output") $status"
}

refuses() { # <message> <argument>...
  run -2 --separate-stderr bench-compare "${@:2}"
  same "${stderr_lines[-1]}" "bench-compare: $1"
  same "$output" ''
}

# bats test_tags=slow
@test "--format auto knows each format by its content, and tells" {
  while read -r format file; do
    run --separate-stderr bench-compare --format auto -o a.json "$files/$file" "$files/$file"
    same "${stderr_lines[0]}" "bench-compare: read '$files/$file': taken for $format"
    bench-compare --format "$format" -o b.json "$files/$file" "$files/$file" >/dev/null 2>&1 || true
    cmp a.json b.json
  done <<'END'
criterion criterion
criterion criterion-0.3
criterion criterion-0.2
cargo-criterion cargo-criterion.jsonl
critcmp critcmp.json
google-benchmark google-benchmark.json
google-benchmark google-benchmark-aggregates.json
github-action-benchmark github-action-benchmark.json
github-action-benchmark github-action-benchmark.js
github-action-benchmark github-action-benchmark-go.json
pytest-benchmark pytest-benchmark.json
pytest-benchmark pytest-benchmark-without-data.json
pyperf pyperf.json
pyperf pyperf.json.gz
pyperf pyperf-memory.json
pyperf pyperf-machine.json
pyperf perf.json
pytest-benchmark pytest-benchmark-machine.json
go-bench go-bench.txt
libtest libtest.txt
libtest bencher.txt
gungraun gungraun.jsonl
gungraun gungraun-0.20.jsonl
gungraun iai-callgrind-0.16.jsonl
google-benchmark google-benchmark-counters.json
callgrind callgrind.out
callgrind cachegrind.out
END
  same "$(find "$ROOT/ci/formats" -name '*.jq' ! -name lib.jq | wc -l)" 11
}

# bats test_tags=slow
@test "the system's jq makes the same tables as the one that comes before it here" {
  local path=${PATH//$ROOT\/build\/jq:/} file made=0
  for file in "$files"/*; do
    bench-compare --format auto -o ours.json "$file" "$file" >/dev/null 2>&1 || [ -s ours.json ] || continue
    PATH=$path bench-compare --format auto -o theirs.json "$file" "$file" >/dev/null 2>&1 || true
    same "$(jq -S '(.. | numbers) |= . + 0' theirs.json)" "$(jq -S '(.. | numbers) |= . + 0' ours.json)"
    rm ours.json theirs.json
    made=$((made + 1))
  done
  holds "$made" -ge 20
}

@test "bench/formats checks each of these files that a program wrote" {
  grep '| by hand' "$files/README.md" | grep -oE '`[a-z.-]+`' | tr -d '`' >made
  holds -s made
  # `.js` stands for a file beside another.
  sed -i 's/^\.js$/github-action-benchmark.js/' made
  same "$(cut -f 2 "$ROOT/bench/formats/files.tsv" | grep -v '^file ' | sort)" \
    "$(find "$files" -mindepth 1 -maxdepth 1 ! -name README.md -printf '%f\n' | grep -vxFf made | sort)"
}

@test "the medians are those that the programs themselves report" {
  medians() { # <format> <file>
    slightly "$@" >other.json
    bench-compare --format auto --json "$2" other.json >v.json 2>/dev/null || true
  }
  for version in criterion criterion-0.3; do
    medians criterion "$files/$version"
    find "$files/$version" -name new >found
    same "$(jq '.benches | length' v.json)" "$(wc -l <found)"
    while read -r file; do
      echo "$file"
      jq -e --slurpfile b "$file/benchmark.json" --slurpfile e "$file/estimates.json" '
        (.benches[] | select(.name == $b[0].full_id).base_s * 1e9 / $e[0].median.point_estimate - 1) | fabs < 1e-9' v.json
    done <found
  done
  medians cargo-criterion "$files/cargo-criterion.jsonl"
  jq -e -n --slurpfile v v.json --slurpfile rows "$files/cargo-criterion.jsonl" '
    [$rows[] | select(.id) as $r | $v[0].benches[] | select(.name == $r.id).base_s * 1e9 / $r.median.estimate - 1]
    | length == 4 and all(fabs < 1e-9)'
  medians google-benchmark "$files/google-benchmark.json"
  sed -E 's/: -?(Infinity|NaN)/: null/' "$files/google-benchmark.json" >strict.json
  jq -e -n --slurpfile v v.json --slurpfile rows strict.json '{ns: 1e9, us: 1e6, ms: 1e3} as $per
    | [$rows[0].benchmarks[] | select(.aggregate_name == "median" and (.name | test("err") | not)) as $r
       | $v[0].benches[] | select(.name == $r.run_name).base_s * $per[$r.time_unit] / $r.real_time - 1]
    | length == 5 and all(fabs < 1e-9)'
  medians pytest-benchmark "$files/pytest-benchmark.json"
  jq -e --slurpfile rows "$files/pytest-benchmark.json" '
    [.benches, [$rows[0].benchmarks[].stats.median]] | transpose | length == 3 and all((.[0].base_s / .[1] - 1) | fabs < 1e-9)' v.json
}

@test "google-benchmark: failed rows are failures, complexity is no time, old files say less" {
  same "$(table google-benchmark "$files/google-benchmark.json" | jq -r '.benches[] | select(.name == "BM_err").invalid')" "it failed: went wrong \"here\""
  lacks "$(table google-benchmark "$files/google-benchmark.json" | jq -c '[.benches[].name]')" BigO
  table google-benchmark "$files/google-benchmark-aggregates.json" | jq -e '.benches | length == 6 and all(.aggregate or .invalid)'
  # CPU time is in the same file, and only there.
  table google-benchmark "$files/google-benchmark-aggregates.json" --metric cpu | jq -e '.metric == "cpu" and .benches[0].samples == [6416.09831285149]'
  refuses "read '$files/libtest.txt' as libtest: it has no CPU time" --format libtest --metric cpu "$files"/libtest.txt{,}
  cat >old.json <<'END'
Running ./gb
{"context": {"date": "x"}, "benchmarks": [
  {"name": "f", "iterations": 5, "real_time": 2, "cpu_time": NaN, "time_unit": "us"},
  {"name": "f", "iterations": 5, "real_time": 3, "cpu_time": -Infinity, "time_unit": "us"},
  {"name": "f_mean", "iterations": 2, "real_time": 2.5, "cpu_time": 1, "time_unit": "us"},
  {"name": "f_BigO", "cpu_coefficient": 1, "real_coefficient": 1, "big_o": "N", "time_unit": "us"},
  {"name": "g", "iterations": 5, "real_time": 2, "time_unit": "us"},
  {"name": "g", "iterations": 5, "real_time": 2, "time_unit": "ns"},
  {"name": "h", "run_type": "iteration", "skipped": "x", "skip_message": "not here", "iterations": 0, "real_time": 0, "time_unit": "ns"}]}
END
  same "$(rows google-benchmark old.json)" 'f|us|lower|[2,3]|-
g|us|lower|[2,2]|its rows have several units
h|ns|lower|[0]|it failed: not here'
  # NaN and Infinity are no samples.
  same "$(verdicts --format google-benchmark --metric cpu old.json old.json)" "invalid invalid invalid 4"
}

@test "criterion: names from benchmark.json, any baseline, files that are damaged or missing" {
  same "$(table criterion "$files/criterion" | jq -c '[.benches[].name]')" \
    '["full_check_flow","hash/µ/a name: with \"quotes\"/slash","hash/µ/xor/100","hash/µ/xor/1000"]'
  # 0.3: linear and flat sampling, a letter outside of ASCII.
  same "$(table criterion "$files/criterion-0.3" | jq -c '[.benches[] | [.name, (.samples | length)]]')" \
    '[["full_check_flow",10],["group/sums µ/sum/100",10]]'
  cp -R "$files/criterion" c
  jq -c '.times[] *= 2' "$files/criterion/full_check_flow/new/sample.json" >c/full_check_flow/new/sample.json
  cp "$files/criterion/full_check_flow/new/sample.json" c/full_check_flow/base/
  bench-compare --format criterion --base base --cand new --json c c >v.json 2>err || true
  jq -e '.base == "base" and .cand == "new" and (.benches[0].change_pct - 100 | fabs) < 1e-6' v.json
  refuses "read 'c': no folder 'nosuch' with a benchmark of criterion in it" --format criterion --cand nosuch c c
  rm c/full_check_flow/new/sample.json
  table criterion c | jq -e '.benches[0] | .aggregate and (.samples | length) == 1'
  ln -s .. c/round
  # Before 0.3 it wrote both as a pair, and capitals; with samples and without, the median is its own.
  cp -R "$files/criterion-0.2" old
  for _ in 1 2; do
    table criterion old >t.json
    for dir in old/*/new; do
      jq -e --slurpfile b "$dir/benchmark.json" --slurpfile e "$dir/estimates.json" 'include "lib"; .benches[]
        | select(.name == $b[0].full_id) | .unit == "ns" and (((.samples | median) / $e[0].Median.point_estimate - 1) | fabs < 1e-9)' \
        -L "$ROOT/ci/formats" t.json
      rm -f "$dir/sample.json"
    done
  done
  echo '{"iters": [0, 2, 3], "times": [5, 6, null]}' >c/full_check_flow/new/sample.json
  same "$(rows criterion c | head -n 1)" 'full_check_flow|ns|lower|[null,3,null]|-'
  echo '{' >c/full_check_flow/new/sample.json
  refuses "read 'c/full_check_flow/new/sample.json': line 2, column 1: expected a key, found the end of the file" \
    --format criterion c c
}

@test "github-action-benchmark: null, empty and true are no numbers; direction by tool or unit" {
  same "$(rows github-action-benchmark "$files/github-action-benchmark.json")" 'full_check_flow|ms|lower|[12.5]|-
as text|ns|lower|[1234.5]|-
throughput|ops/sec|higher|[250]|-
nobody knows|points|-|[3]|-
null|ms|lower|[null]|-
empty|ms|lower|[null]|-
true|ms|lower|[null]|-
not available|ms|lower|[null]|-
zero|ms|lower|[0]|-'
  slightly github-action-benchmark "$files/github-action-benchmark.json" >other.json
  bench-compare --format auto --json "$files/github-action-benchmark.json" other.json >v.json 2>/dev/null || true
  jq -e '[.benches[] | .verdict] == ["inconclusive", "inconclusive", "inconclusive", "inconclusive", "invalid", "invalid", "invalid", "invalid", "invalid"]' v.json
  same "$(rows github-action-benchmark "$files/github-action-benchmark.json" --better higher | grep knows)" 'nobody knows|points|higher|[3]|-'
  # Of a store the latest run counts.
  same "$(rows github-action-benchmark "$files/github-action-benchmark.js")" 'Custom/score|points|higher|[9]|-
Python/t.py::test|iter/sec|higher|[250.5]|-'
}

@test "github-action-benchmark: of go test -benchmem each number is a row, once, in any version" {
  go=$files/github-action-benchmark-go.json
  same "$(rows github-action-benchmark "$go" | sed -n 1,8p)" 'BenchmarkFullCheckFlow (example.org/gob/a)|ns|lower|[2054]|-
BenchmarkFullCheckFlow (example.org/gob/a) - widgets|widgets|-|[3]|-
BenchmarkFullCheckFlow (example.org/gob/a) - B/op|B/op|lower|[896]|-
BenchmarkFullCheckFlow (example.org/gob/a) - allocs/op|allocs/op|lower|[1]|-
BenchmarkPlain (example.org/gob/a)|ns|lower|[2126]|-
BenchmarkPlain (example.org/gob/a) - B/op|B/op|lower|[0]|-
BenchmarkPlain (example.org/gob/a) - allocs/op|allocs/op|lower|[0]|-
BenchmarkFullCheckFlow (example.org/gob/b)|ns|lower|[2843]|-'
  # Before 1.18 there were no rows but the first of each.
  jq '.entries.Go[0].benches |= map(select(.name | contains(" - ") | not))' "$go" >old.json
  cmp <(rows github-action-benchmark "$go") <(rows github-action-benchmark old.json)
  # Allocations are exact, bytes are a mean; nothing else needs a direction.
  sed 's/ 1 allocs/ 2 allocs/; s/ 896 B/ 900 B/' old.json >more.json
  run -1 --separate-stderr bench-compare --format auto --match '*/op' --json "$go" more.json
  same "$(jq -r '.benches[:4][] | [.verdict, .unit // "s"] | join(" ")' <<<"$output")" 'inconclusive s
identical widgets
inconclusive B/op
regressed allocs/op'
  # A row of its own that looks like a piece of another stays.
  echo '[{"name": "A - ms", "unit": "ms", "value": 3}, {"name": "B", "unit": "x y z", "value": 3}]' >own.json
  same "$(rows github-action-benchmark own.json)" 'A - ms|ms|lower|[3]|-
B|x y z|-|[3]|-'
}

@test "pytest-benchmark and pyperf: seconds, the median where there is no more, processes as samples" {
  table pytest-benchmark "$files/pytest-benchmark.json" | jq -e '.benches[0] | .name == "test_b.py::test_full_check_flow"
    and .unit == "s" and (.samples | length) == 8 and (.aggregate | not)'
  table pytest-benchmark "$files/pytest-benchmark-without-data.json" | jq -e '.benches | all(.aggregate and (.samples | length) == 1)'
  # Three values of each of three processes; a process that only calibrates has none.
  same "$(table pyperf "$files/pyperf.json.gz" | jq -c '[(.benches[0] | [.name, .samples]), (.benches[1].samples | length)]')" \
    '[["full_check_flow",[0.0011598974023385722,0.0007621722695319022,0.0012962553593709458]],3]'
  same "$(rows pyperf "$files/pyperf-memory.json")" 't|B|lower|[12562432,12541952]|-'
  same "$(rows pyperf "$files/perf.json")" 'full_check_flow|s|lower|[0.0010331002812904444,0.001369846187458279,0.00032802018745314854]|-'
  # One benchmark's name may stand anywhere.
  for name in '.metadata.name' '.benchmarks[0].metadata.name' '.benchmarks[0].runs[1].metadata.name'; do
    echo '{"benchmarks": [{"runs": [{"values": [1, "2", 3]}, {"values": [null]}]}], "metadata": {"unit": "integer"}}' |
      jq "del(.x) | $name = \"n\" | .benchmarks[0].runs[0].metadata += (.benchmarks[0].runs[1].metadata // {})" >p.json
    same "$(rows pyperf p.json)" 'n||lower|[2,null]|-'
  done
  head -c 600 "$files/pyperf.json.gz" >cut.json.gz
  refuses "unpack 'cut.json.gz': damaged or cut off" --format pyperf cut.json.gz "$files/pyperf.json.gz"
}

@test "go-bench: packages apart, every unit with its direction, failures" {
  same "$(table go-bench "$files/go-bench.txt" | jq -c '[.benches[:2][] | [.name, .unit, .better, .samples]]')" \
    '[["linux/amd64 example.org/gob/a.BenchmarkFullCheckFlow-2","ns","lower",[10623,8517,3902]],["linux/amd64 example.org/gob/a.BenchmarkFullCheckFlow-2 MB/s","MB/s","higher",[96.4,120.24,262.41]]]'
  same "$(table go-bench "$files/go-bench.txt" | jq -r '.benches[] | select(.name == "linux/amd64 example.org/gob/b.BenchmarkFail").invalid')" 'it failed'
  printf '%s\r\n' 'pkg: p' 'Unit points better=higher assume=exact' 'Benchmark1 	 1	 5 ns/op	7 points' \
    '--- FAIL: Benchmark2' 'Benchmark2-4 2 NaN ns/op' 'Benchmark without' 'BenchmarkX-4 1 1e3 B/s trailing' >g.txt
  same "$(rows go-bench g.txt)" 'p.Benchmark1|ns|lower|[5]|-
p.Benchmark1 points|points|higher|[7]|-
p.Benchmark2-4|ns|lower|[null]|it failed
p.BenchmarkX-4 B/s|B/s|higher|[1000]|-'
  # No allocations before and after: nothing to tell. From none to some is worse, by no ratio.
  printf 'BenchmarkA %d 5 ns/op 0 allocs/op\n' 1 2 3 >a.txt
  printf 'BenchmarkA %d 5 ns/op 2 allocs/op\n' 1 2 3 >b.txt
  printf 'BenchmarkA %d 6 ns/op 0 allocs/op\n' 1 2 3 >c.txt
  same "$(verdicts --format go-bench a.txt c.txt)" "inconclusive identical 3"
  same "$(verdicts --format go-bench a.txt b.txt)" "inconclusive regressed 1"
  jq -e '.benches[1] | .change_pct == null and .low_pct == null and .base_value == 0 and .cand_value == 2' \
    <<<"$(bench-compare --json --match '*' --format go-bench a.txt b.txt)"
  run -0 --separate-stderr bench-compare --match '*allocs/op' --format go-bench b.txt a.txt
  like "${lines[2]}" 'BenchmarkA allocs/op * 2 allocs/op 0 allocs/op  -100.00 %  \[-100.00, -100.00\] * 3  improved'
}

@test "go-bench: platform, package and processors are part of the name; what differs by them alone is told" {
  printf '%s\n' 'goos: linux' 'goarch: amd64' 'pkg: p' 'cpu: X' 'BenchmarkA-8 1 5 ns/op 3 B/op' 'BenchmarkB 1 5 ns/op' \
    'goarch: arm64' 'pkg: q' 'BenchmarkB 1 7 ns/op' >a.txt
  same "$(rows go-bench a.txt | cut -d'|' -f1,4)" 'linux/amd64 p.BenchmarkA-8|[5]
linux/amd64 p.BenchmarkA-8 B/op|[3]
linux/amd64 p.BenchmarkB|[5]
linux/arm64 q.BenchmarkB|[7]'
  while IFS='|' read -r change name; do
    sed "$change" a.txt >b.txt
    run -4 --separate-stderr bench-compare --format go-bench --match '*BenchmarkA*' a.txt b.txt
    has "$stderr" "benchmark 'linux/amd64 p.BenchmarkA-8 B/op': it is missing in 'b.txt', which has '$name B/op': they differ by their configuration alone, and --rename compares them"
  done <<'END'
s/A-8/A-16/|linux/amd64 p.BenchmarkA-16
s/pkg: p/pkg: r/|linux/amd64 r.BenchmarkA-8
s/os: linux/os: darwin/|darwin/amd64 p.BenchmarkA-8
/goos/d|amd64 p.BenchmarkA-8
END
  # Nothing of the kind is there; and another CPU is another machine.
  sed 's/BenchmarkA/BenchmarkC/; s/^cpu: X/cpu: Y/' a.txt >b.txt
  run -4 --separate-stderr bench-compare --format go-bench --match '*' a.txt b.txt
  same "${stderr_lines[0]}" "bench-compare: judge benchmark 'linux/amd64 p.BenchmarkA-8': it is missing in 'b.txt'"
  has "$stderr" "benchmark 'linux/amd64 p.BenchmarkB': the machines differ: cpu 'X' and 'Y'; --other-machine compares them all the same"
}

@test "counts that are the same in every sample are exact, whatever the rounds" {
  go() { for n in "$@"; do echo "BenchmarkA 1 $((100 + n % 3)) ns/op $n B/op $n allocs/op $n widgets"; done; }
  each() { # <what> <a> <b>
    run --separate-stderr bench-compare --json --match "$1" --format go-bench "${@:2}"
    echo "$(jq -r --arg what "${1#\*}" '.benches[] | select(.name | endswith($what)) | [.verdict, (.change_pct | if . then . * 100 | round / 100 else "-" end)] | join(" ")' <<<"$output") $status"
  }
  go 100 100 >a
  go 105 105 >b
  same "$(each '*allocs/op' a b)" "regressed 5 1"
  same "$(each '*allocs/op' b a)" "improved -4.76 0"
  # Once is enough for allocations. Bytes are a mean over as many turns as the clock allowed.
  go 100 >one
  go 105 >fuller
  same "$(each '*allocs/op' one fuller)" "regressed 5 1"
  same "$(each '*B/op' a b)" "regressed 5 1"
  lacks "$(each '*B/op' one fuller)" regressed
  # What hardly differs is as good; what differs is tested as a time is, and called beyond the floor only.
  go 1000 1001 1001 1000 >near
  go 1050 1051 1050 1050 >beyond
  same "$(each '*allocs/op' near beyond)" "regressed 4.95 1"
  go 90 100 110 95 105 92 98 >wide
  go 96 106 116 101 111 98 104 >wider
  same "$(each '*allocs/op' wide wider)" "inconclusive 6.12 3"
  # From none it is worse even so; some without any have no ratio.
  go 0 0 >none
  same "$(each '*allocs/op' none wide)" "regressed - 1"
  go 0 5 >some
  same "$(each '*allocs/op' some a)" "invalid - 4"
  # Of other units the file says so.
  same "$(each '*widgets' --better lower one fuller)" "inconclusive 5 3"
  sed -i '1i Unit widgets assume=exact better=higher' one fuller
  same "$(each '*widgets' one fuller)" "improved -4.76 0"
  sed -i '1s/.*/Unit widgets assume=exact/' one fuller
  same "$(each '*widgets' one fuller)" "changed 5 3"
}

@test "cargo-criterion: pretty-printed messages are the same" {
  jq . "$files/cargo-criterion.jsonl" >pretty.json
  { echo 'Compiling x' && sed 's/$/\r/' pretty.json && echo '}'; } >more.json
  for file in pretty.json more.json; do
    cmp <(rows auto "$files/cargo-criterion.jsonl") <(rows auto "$file")
  done
  sed '0,/^}$/{/^}$/d}' pretty.json >cut.json
  same "$(rows cargo-criterion cut.json | wc -l)" 3
}

@test "google-benchmark: a counter instead of the time, by its name" {
  same "$(rows google-benchmark "$files/google-benchmark-counters.json" --counter items_per_second | cut -d'|' -f1-3,5)" \
    'full_check_flow|items_per_second|higher|-'
  for row in 0 1 2; do
    table google-benchmark "$files/google-benchmark-counters.json" --counter misses | jq -e --argjson row "$row" \
      --slurpfile own "$files/google-benchmark-counters.json" '.benches[0] | .unit == "misses" and .better == null
        and .samples[$row] == $own[0].benchmarks[$row].misses'
  done
  table google-benchmark "$files/google-benchmark-counters.json" --counter misses --better misses=lower | jq -e '.benches[0].better == "lower"'
  refuses "read '$files/google-benchmark-counters.json' as google-benchmark: no benchmark has the counter x" \
    --format google-benchmark --counter x "$files"/google-benchmark-counters.json{,}
  refuses "read '$files/libtest.txt' as libtest: it has no counters to choose from" --format libtest --counter x "$files"/libtest.txt{,}
}

@test "libtest and bencher: grouped digits, throughput behind, numbers torn from their names" {
  same "$(rows libtest "$files/libtest.txt")" 'full_check_flow|ns|lower|[17695.11]|-
m::small|ns|lower|[97.13]|-'
  same "$(rows libtest "$files/bencher.txt" | wc -l)" 4
  printf '%s\n' 'test torn ... warning: something' 'more of it' 'bench:       1,234 ns/iter (+/- 5) = 3 MB/s' \
    'test fine ... ok' 'test broken ... FAILED' 'test last ... ' >t.txt
  same "$(rows libtest t.txt)" 'torn|ns|lower|[1234]|-
broken|ns|lower|[null]|it has no number
last|ns|lower|[null]|it has no number'
  printf '%s\n' 'test cmov ... bench:        2835 cycles/iter (+/- 14)' 'test up ... bench:        1911 MS/s (+/- 420)' >t.txt
  same "$(rows auto t.txt)" 'cmov|cycles/iter|lower|[2835]|-
up|MS/s|-|[1911]|-'
  # Either letter, the micro sign and the Greek one, stands for millionths.
  printf 'test a ... bench: 1.5 \xc2\xb5s/iter (+/- 5)\ntest b ... bench: 2.5 \xce\xbcs/iter (+/- 5)\n' >t.txt
  same "$(rows auto t.txt)" 'a|us|lower|[1.5]|-
b|us|lower|[2.5]|-'
  printf '%s\n' 'bench:       1,234 ns/iter (+/- 5)' 'test one ... bench: 5 ns/iter (+/- 5)' >t.txt
  refuses "read 't.txt' as libtest: a number without a name before it: bench:       1,234 ns/iter (+/- 5)" --format libtest t.txt t.txt
}

@test "gungraun and callgrind: instructions of the newer run, of all parts" {
  same "$(rows gungraun "$files/gungraun.jsonl")" 'parse::lines::short ascii|instructions|lower|[1250]|-
parse::lines::long|instructions|lower|[4000]|-
parse::lines::float x|instructions|lower|[10.5]|-
parse::lines::gone x|instructions|lower|[null]|-'
  # Version 7, twice: alone, and beside what the older run counted.
  for file in "$files"/gungraun-0.20{,-second}.jsonl; do
    same "$(rows gungraun "$file")" 'g::group::fib ten|instructions|lower|[1802]|-
g::group::fib twelve|instructions|lower|[4716]|-
g::group::full_check_flow|instructions|lower|[7015]|-'
  done
  # Version 6 of the same functions, in a program of its own.
  same "$(rows gungraun "$files/iai-callgrind-0.16.jsonl" | cut -d'|' -f1,4)" 'g::group::fib ten|[1802]
g::group::fib twelve|[4716]
g::group::full_check_flow|[7015]'
  jq -c '.profiles[].data.total.metrics.Ir.values |= {old}' "$files/gungraun-0.20-second.jsonl" >gone.jsonl
  same "$(rows gungraun gone.jsonl | cut -d'|' -f4 | paste -sd ' ')" '[null] [null] [null]'
  jq -c '.profiles[].data.total.metrics.Ir.values.new |= . * 1.05' "$files/gungraun-0.20.jsonl" >more.jsonl
  same "$(verdicts --format auto "$files/gungraun-0.20.jsonl" more.jsonl)" "regressed regressed regressed 1"
  # Allocations may be gone. No program executes no instruction.
  jq -c '.profiles[].data.total.metrics.Ir.values.new = 0' "$files/gungraun-0.20.jsonl" >zero.jsonl
  same "$(verdicts --format auto "$files/gungraun-0.20.jsonl" zero.jsonl)" "invalid invalid invalid 4"
  same "$(rows callgrind "$files/callgrind.out")" './gb --benchmark_filter=BM_manual|instructions|lower|[2706344]|-'
  same "$(rows callgrind "$files/cachegrind.out")" 'true|instructions|lower|[127521]|-'
  printf '%s\n' 'cmd: a b' 'events: Dr Ir' 'summary: 1 10' 'fn=summary: 5' 'events: Dr Ir' 'summary: 2 20' >two.out
  same "$(rows callgrind two.out)" 'a b|instructions|lower|[30]|-'
  sed -i '5s/.*/events: Ir Dr/' two.out
  refuses "read 'two.out' as callgrind: its parts count different events" --format callgrind two.out two.out
  head -n 20 "$files/callgrind.out" >cut.out
  refuses "read 'cut.out' as callgrind: it is cut off" --format callgrind cut.out cut.out
  # The names are commands: one against one is one benchmark, and counts are shown as such.
  sed 's/127521/255042/; s/cmd: true/cmd: other/' "$files/cachegrind.out" >more.out
  run --separate-stderr -1 bench-compare --match true --format callgrind "$files/cachegrind.out" more.out
  like "${lines[1]}" 'true * 127.5 k instructions 255 k instructions *+100.00 % *regressed'
}

@test "--better serves rows without a direction alone; what differs without one is changed" {
  for i in {1..10}; do
    echo "BenchmarkA $i 100 ns/op 7$i points 5$i widgets" >>a
    echo "BenchmarkA $i 200 ns/op 3$i points 2$i widgets" >>b
  done
  run -1 --separate-stderr bench-compare --format go-bench --match '*' --json a b
  jq -e '.benches | [.[].verdict] == ["regressed", "changed", "changed"]
    and (.[1] | .exit == 3 and .change_pct < -50 and .reason == "which way is better has to be said by --better \u0027points=lower\u0027 or higher")' <<<"$output"
  # Twice as slow stays so, whatever is said; without one that regressed the change is no pass.
  for better in lower higher; do
    run -1 --separate-stderr bench-compare --format go-bench --match BenchmarkA --better "$better" --json a b
  done
  run -3 --separate-stderr bench-compare --format go-bench --match '*points' a b
  same "$stderr" "bench-compare: judge benchmark 'BenchmarkA points': which way is better has to be said by --better 'points=lower' or higher"
  run -0 --separate-stderr bench-compare --format go-bench --match '*points' --better points=lower a b
  run -1 --separate-stderr bench-compare --format go-bench --match '*points' --better points=higher --better lower --json a b
  jq -e '[.benches[].verdict] == ["regressed", "regressed", "improved"]' <<<"$output"
  # What nobody needs is told.
  run -1 --separate-stderr bench-compare --format go-bench --match '*' --better ns=higher --better points=higher --better lower a b
  same "$stderr" "bench-compare: read 'a': no row needs --better ns=higher
bench-compare: read 'b': no row needs --better ns=higher"
  # A file may say what the other leaves open, but not the opposite.
  echo '[{"name": "x", "unit": "points", "value": 10}]' >open.json
  for tool in customSmallerIsBetter customBiggerIsBetter; do
    echo '{"entries": {"s": [{"tool": "'"$tool"'", "benches": [{"name": "x", "unit": "points", "value": 20}]}]}}' >"$tool.json"
  done
  same "$(verdicts --format auto open.json customSmallerIsBetter.json)" "differs 3"
  same "$(verdicts --format auto open.json customBiggerIsBetter.json)" "differs 0"
  same "$(verdicts --format auto customSmallerIsBetter.json customBiggerIsBetter.json)" "invalid 4"
  for better in =lower points= more points=more; do
    refuses "read --better '$better': expected lower, higher, UNIT=lower or UNIT=higher" --better "$better" a b
  done
  refuses "read --better 'points=higher': that was said already" --better points=lower --better points=higher a b
}

@test "known are the directions of times, bytes and a few rates, and of no other unit" {
  jq -n '[("s", "milliseconds", "µs", "ns/iter", "B/op", "KiB", "bytes", "allocs/op", "instructions", "MB/s", "GiB/sec",
    "ops/sec", "iter/sec", "items per second", "fps", "errors per second", "page-faults/s", "errors/op", "points", "", "/s", "b")
    | {name: "in \(.)", unit: ., value: 1}]' >u.json
  same "$(table github-action-benchmark u.json | jq -r '.benches[] | [.better // "?", .name[3:]] | join(" ")' | sort | paste -sd ,)" \
    '? ,? /s,? b,? errors per second,? errors/op,? page-faults/s,? points,higher GiB/sec,higher MB/s,higher fps,higher items per second,higher iter/sec,higher ops/sec,lower B/op,lower KiB,lower allocs/op,lower bytes,lower instructions,lower milliseconds,lower ns/iter,lower s,lower µs'
}

@test "single values differ by the floor, or cannot tell; there is no test and no chance of an error" {
  for factor in 0.8 0.95 1.05 1.2; do
    jq "[{name: \"x\", unit: \"ms\", value: 10}]" -n >a.json
    jq "[{name: \"x\", unit: \"ms\", value: (10 * $factor)}]" -n >b.json
    verdicts --format github-action-benchmark a.json b.json
  done >got
  same "$(xargs <got)" 'differs 0 inconclusive 3 inconclusive 3 differs 3'
  jq -n '[{name: "x", unit: "ms", value: 10.5}]' >b.json
  same "$(verdicts --max-undetected 10 --format github-action-benchmark a.json b.json)" "inconclusive 0"
  same "$(verdicts --floor 4 --format github-action-benchmark a.json b.json)" "differs 3"
  jq -e '.benches[0] | .p_slower == null and .low_pct == null and .detectable_pct == null' \
    <<<"$(bench-compare --json --match x --format github-action-benchmark a.json b.json)"
  run -3 --separate-stderr bench-compare --floor 4 --match x --format github-action-benchmark a.json b.json
  like "${lines[1]}" 'x * 10.00 ms * 10.50 ms * +5.00 % * - * 1  differs: a single value each does not tell a change from noise'
  same "$stderr" "bench-compare: judge benchmark 'x': a single value each does not tell a change from noise"
  # So it is where a file could have held several, and has one.
  echo 'BenchmarkA 1 5 ns/op' >a.txt
  echo 'BenchmarkA 1 6 ns/op' >b.txt
  same "$(verdicts --format go-bench a.txt b.txt)" "differs 3"
  # Whatever two blocks are made of, no chance of a false alarm is promised.
  for i in {1..9}; do cat a.txt; done >c.txt
  for i in {1..9}; do cat b.txt; done >d.txt
  run -1 --separate-stderr bench-compare --match '*' --markdown - --format go-bench c.txt d.txt
  has "$output" $'\n<code>c&#46;txt</code> -> <code>d&#46;txt</code>, sequential; 1 gated; the chance of a false alarm is not known\n'
}

@test "one run is not compared with itself, whatever it is called" {
  itself='one run cannot be compared with itself'
  # criterion leaves base equal to new, also in the fixture; one of the benchmarks is another run here.
  cp -R "$files/criterion" c
  jq -c '.times[0] += 1' "$files/criterion/full_check_flow/new/sample.json" >c/full_check_flow/new/sample.json
  run -4 --separate-stderr bench-compare --format criterion --base base --cand new --match '*' --json c c
  jq -e --arg why "its samples are the same on both sides: $itself" '.benches | length == 4 and .[0].verdict == "inconclusive"
    and all(.[1:][]; .verdict == "invalid" and .reason == $why)' <<<"$output"
  # Without samples the median has digits enough, and a copy of a file its hash.
  rm c/full_check_flow/*/sample.json
  run --separate-stderr bench-compare --format criterion --base base --cand new --match full_check_flow --json c c
  jq -e '.outcome == "invalid" and (.benches[0].reason | startswith("its samples are the same"))' <<<"$output"
  cp "$files/libtest.txt" copy.txt
  run -4 --separate-stderr bench-compare --format libtest --match full_check_flow "$files/libtest.txt" copy.txt
  same "$stderr" "bench-compare: judge benchmark 'full_check_flow': '$files/libtest.txt' and 'copy.txt' are the same file: $itself"
  # Few digits, and fewer than five numbers, may well be the same; so may what is counted.
  for i in 7 8 7 9; do echo "BenchmarkA $i $i ns/op 7 MB/s"; done >a.txt
  sed '$a PASS' a.txt >b.txt
  same "$(verdicts --format go-bench a.txt b.txt)" "inconclusive inconclusive 3"
  for i in 7 8 7 9; do echo "BenchmarkA $i $i ns/op 3 allocs/op"; done >a.txt
  sed 's/^/ /; s/^ //; $a PASS' a.txt >b.txt
  same "$(verdicts --format go-bench a.txt b.txt)" "inconclusive identical 3"
  for i in 5 6; do echo "BenchmarkA $i $i ns/op 3 allocs/op"; done | tee -a a.txt >>b.txt
  same "$(verdicts --format go-bench a.txt b.txt)" "invalid identical 4"
}

@test "files of different machines are compared only when that is asked for" {
  while read -r format file fact; do
    slightly "$format" "$files/$file" >same.json
    jq ".machine$fact" same.json >other.json
    what=${fact#.} && what=${what%% *}
    run --separate-stderr bench-compare --format auto --match '*' --json "$files/$file" same.json
    jq -e 'has("machines") | not' <<<"$output"
    run -4 --separate-stderr bench-compare --format auto --match '*' -o e.json "$files/$file" other.json
    like "${lines[1]}" "*invalid: the machines differ: $what * and *; --other-machine compares them all the same"
    starts "${lines[-1]}" "machines: $what "
    run -4 --separate-stderr bench-compare verify e.json
    # Asked for, it is judged, and still said.
    run --separate-stderr bench-compare --format auto --match '*' --other-machine -o e.json --json "$files/$file" other.json
    same "$status" 3
    run -3 --separate-stderr bench-compare verify --json e.json
    jq -e --arg what "$what" '.machines | startswith($what)' <<<"$output"
    run -3 --separate-stderr bench-compare verify --markdown - e.json
    like "$(grep ^machines <<<"$output")" "machines: <code>$what *</code>"
  done <<'END'
pytest-benchmark pytest-benchmark-machine.json .cpu = "AMD EPYC 7763"
pytest-benchmark pytest-benchmark-machine.json .cores = 64
pytest-benchmark pytest-benchmark-machine.json .os = "Darwin"
pytest-benchmark pytest-benchmark-machine.json .compiler = "Clang 15"
pyperf pyperf-machine.json .cpu = "AMD EPYC 7763"
pyperf pyperf-machine.json .compiler = "GCC 8"
pyperf perf.json .cores = 1
END
  same "$(table google-benchmark "$files/google-benchmark.json" | jq -c '.machine | .caches |= fromjson[-1].size')" \
    '{"cores":2,"caches":33554432,"build":"debug"}'
  same "$(table pyperf "$files/pyperf-machine.json" | jq -c .machine)" '{"cpu":"AMD EPYC","cores":2,"os":"Linux","compiler":"GCC 12.2.0"}'
  # What one file alone says is no difference.
  jq 'del(.metadata.cpu_model_name)' "$files/pyperf-machine.json" >less.json
  slightly pyperf less.json >other.json
  run -3 --separate-stderr bench-compare --format auto --match '*' "$files/pyperf-machine.json" other.json
}

@test "of what is better when there is more of it, less is a regression" {
  for i in {1..12}; do echo "BenchmarkA $i 5 ns/op $((1000 + i)) MB/s"; done >a.txt
  for i in {1..12}; do echo "BenchmarkA $i 5 ns/op $((500 + i)) MB/s"; done >b.txt
  run -1 --separate-stderr bench-compare --json --match '* MB/s' --format go-bench a.txt b.txt
  jq -e '.benches[1] | .verdict == "regressed" and .change_pct > 90 and (.base_value - 1006.5 | fabs) < 0.01 and .unit == "MB/s"' <<<"$output"
  run -0 bench-compare --match '* MB/s' --format go-bench b.txt a.txt
}

@test "what fits no format, or does not fit together, is refused" {
  echo 'nothing of the kind' >x
  refuses "read 'x': it is in none of the formats callgrind, cargo-criterion, critcmp, criterion, github-action-benchmark, go-bench, google-benchmark, gungraun, libtest, pyperf, pytest-benchmark, hyperfine" \
    --format auto x x
  printf ' \n' >x
  : >y
  for format in auto libtest pyperf; do
    refuses "read 'x': it is empty" --format "$format" x y
    refuses "read 'y': it is empty" --format "$format" y x
  done
  cat "$files/go-bench.txt" "$files/libtest.txt" >x
  refuses "read 'x': it may be go-bench or libtest; say which with --format" --format auto x x
  refuses "read --format 'gobench': expected auto, hyperfine, callgrind, cargo-criterion, critcmp, criterion, github-action-benchmark, go-bench, google-benchmark, gungraun, libtest, pyperf, pytest-benchmark" \
    --format gobench x x
  echo hello >h.txt
  refuses "read 'h.txt' as libtest: it does not look like that" --format libtest h.txt h.txt
  for format in lib ../formats/pyperf '' .; do
    run -2 bench-compare --format "$format" x x
    has "$output" "expected auto, hyperfine, callgrind"
  done
  refuses "read '$files/go-bench.txt': it has no arms to choose from" --format go-bench --base a "$files"/go-bench.txt{,}
  printf 'BenchmarkA 1 5 ns/op\n' >a
  refuses "read 'a': not a receipt of bench-run; to compare two files name both" --format go-bench a
  echo '[{"name": "BenchmarkA", "unit": "points", "value": 3}]' >b
  run -4 --separate-stderr bench-compare --json --match "*" --format auto --better lower a b
  jq -e '.benches[0].reason | startswith("its unit, or what is better, is not the same")' <<<"$output"
  # A name that is there twice has no result; the others have theirs.
  echo '[{"name": "n", "unit": "ms", "value": 3}, {"name": "x", "unit": "ms", "value": 3}, {"name": "n", "unit": "ms", "value": 4}]' >twice
  echo '[{"name": "n", "unit": "ms", "value": 3}, {"name": "x", "unit": "ms", "value": 5}]' >once
  for pair in 'twice once' 'once twice'; do
    run -4 --separate-stderr bench-compare --format auto --match '*' --json "${pair% *}" "${pair#* }"
    jq -e '.benches | map({(.name): .}) | add | length == 2 and .x.verdict == "differs" and .n.reason == "in \u0027twice\u0027: it is there more than once"' <<<"$output"
  done
  # What bench-compare reads by itself needs no filter.
  echo '{"results": [{"command": "full_check_flow", "times": [1, 2]}]}' >h
  for format in auto hyperfine; do
    run -3 bench-compare --format "$format" h h
  done
}

@test "lines around the JSON, and a byte order mark, do no harm" {
  { printf '\xef\xbb\xbf' && jq -c . "$files/critcmp.json"; } >bom.json
  { echo 'warming up ...' && cat "$files/critcmp.json" && echo 'done.'; } >noise.json
  for file in bom.json noise.json; do
    cmp <(rows auto "$file") <(rows auto "$files/critcmp.json")
  done
}

@test "a table is judged and verified without jq and without its filter" {
  sed 's/ 10623 ns/ 10624 ns/' "$files/go-bench.txt" >other.txt
  bench-compare --format go-bench -o e.json "$files/go-bench.txt" other.txt >before 2>/dev/null || true
  run --separate-stderr env PATH=/nowhere "$(command -v bench-compare)" verify e.json
  same "$output" "$(cat before)"
  jq '.inputs[0]' e.json >t.json
  jq '.inputs[1]' e.json >u.json
  run --separate-stderr bench-compare t.json u.json
  same "${lines[1]}" "$(sed -n 2p before)"
  jq '.benches[0].unit = 5' t.json >bad.json
  refuses "read 'bad.json': benches[0] has no name or no unit" bad.json t.json
}

@test "without jq it says what to install; what jq says is told; jq's memory is limited" {
  mkdir bin
  ln -s "$ROOT/build/bin/bench-compare" bin/
  run --separate-stderr -2 env PATH="$PWD/bin" bench-compare --format go-bench "$files"/go-bench.txt{,}
  same "${stderr_lines[0]}" "bench-compare: run 'jq': No such file or directory"
  has "$stderr" "Debian, Ubuntu: apt-get install jq"
  printf '#!/bin/sh\ntouch started\necho "jq: error (at <stdin>:0): \033[1mulimit $(ulimit -v)" >&2\nexit 5\n' >bin/jq
  chmod +x bin/jq
  run --separate-stderr -2 env PATH="$PWD/bin:$PATH" bench-compare --format go-bench "$files"/go-bench.txt{,}
  same "$stderr" "bench-compare: read '$files/go-bench.txt' as go-bench: ?[1mulimit 4194304"
  printf '#!/bin/sh\nkill -9 $$\n' >bin/jq
  run --separate-stderr -2 env PATH="$PWD/bin:$PATH" bench-compare --format go-bench "$files"/go-bench.txt{,}
  same "$stderr" "bench-compare: read '$files/go-bench.txt' as go-bench: was killed by signal 9"
  printf '#!/bin/sh\necho "[1, 2"\n' >bin/jq
  run --separate-stderr -2 env PATH="$PWD/bin:$PATH" bench-compare --format go-bench "$files"/go-bench.txt{,}
  same "$stderr" "bench-compare: read '$files/go-bench.txt': jq did not print a table"
}
