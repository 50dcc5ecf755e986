#!/usr/bin/env bats
# shellcheck disable=SC2016 # single quotes are for jq
# bench-compare --waivers: a regression passes only while somebody answers for just that.

load ../helper
load receipts

setup() {
  with_receipt
  receipt '.benches[0].samples.cand.wall_s[] *= 1.03'
}

# w.json: one waiver for the benchmark, as a jq filter changes it.
waiver() { # <jq filter>
  jq -n '[{benchmark: "x_full_check_flow", max_pct: 4, reason: "new check of signatures", expires: "2030-02-28"}]' |
    jq "$1" >w.json
}

judge() { # <expected exit> <argument>...
  run --separate-stderr "-$1" bench-compare --waivers w.json --today 2030-02-28 "${@:2}"
}

@test "a waiver lets its regression pass, and says why" {
  waiver .
  judge 0 r.json
  same "$stderr" ''
  has "${lines[1]}" " regressed, waived: new check of signatures;"
  starts "${lines[2]}" "pass: "
  judge 0 --json r.json
  jq -e '.benches[0].verdict == "regressed" and .benches[0].waived == "new check of signatures"
    and .benches[0].exit == 0 and .waivers[0].state == "used" and .rules.today == "2030-02-28"' <<<"$output"
}

@test "a waiver that does not fit does nothing and is told: exit 1" {
  refuted() { # <message> <state> <jq filter>
    waiver "$3"
    judge 1 r.json
    same "$stderr" "bench-compare: judge: the waiver of 'x_full_check_flow' $1"
    has "${lines[1]}" " regressed;"
    judge 1 --json r.json
    same "$(jq -r '.waivers[0].state' <<<"$output")" "$2"
  }
  refuted "expired on '2030-02-27'" expired '.[0].expires = "2030-02-27"'
  refuted "allows 2.5 %, which is less" exceeded '.[0].max_pct = 2.5'
  waiver '.[0].benchmark = "x_full_check_flo"'
  judge 1 r.json
  same "$stderr" "bench-compare: judge: the waiver of 'x_full_check_flo' is for no benchmark that is gated here"
  waiver '.[0].benchmark = "*"' # a name, not a pattern
  judge 1 r.json
  echo '[]' >w.json
  judge 1 r.json
}

@test "a waiver that is not needed is told; the comparison passes" {
  waiver .
  judge 0 whole.json
  same "$stderr" "bench-compare: judge: the waiver of 'x_full_check_flow' is not needed: it has not regressed"
  has "${lines[1]}" " unchanged (by ranks and the mean of these rounds;"
}

@test "a waiver excuses a regression and nothing else" {
  waiver .
  receipt '.benches[0].samples.cand.wall_s[0] = 0'
  judge 4 r.json
  receipt '.benches[0].samples.cand.wall_s[] *= 1.03 | .benches[0].samples.control.wall_s[] *= 1.03'
  judge 4 r.json
  receipt '.benches[0].samples.cand.wall_s[] *= 1.03 | .benches += [.benches[0] | .name = "full_check_flow"]'
  judge 1 r.json
}

@test "today is the day it is" {
  waiver '.[0].expires = "9999-12-31"'
  run -0 bench-compare --waivers w.json r.json
  waiver '.[0].expires = "2026-01-01"'
  run -1 bench-compare --waivers w.json r.json
  run --separate-stderr -1 bench-compare --json --waivers w.json r.json
  day=$(jq -r .rules.today <<<"$output")
  [ "$day" = "$(date -u -d '1 minute ago' +%F)" ] || same "$day" "$(date -u +%F)"
}

@test "a file of waivers that is none is refused: exit 2" {
  refused() { # <message> <jq filter>
    waiver "$2"
    judge 2 r.json
    same "$output" ''
    same "$stderr" "bench-compare: read 'w.json': $1"
  }
  refused "expected an array of waivers" '.[0]'
  refused "waiver 1: Object item not found: reason" 'del(.[0].reason)'
  refused "waiver 1: Expected string, got integer" '.[0].reason = 5'
  refused "waiver 1: Expected object, got string" '.[0] = "x"'
  refused "waiver 2: 1 object item(s) left unpacked: commit" '. + [.[0] + {commit: "x"}]'
  refused "waiver 1: it names no benchmark or no reason" '.[0].reason = ""'
  refused "waiver 1: it names no benchmark or no reason" '.[0].benchmark = ""'
  refused "waiver 2: there is another one for 'x_full_check_flow'" '. + .'
  for max in 0 -1 1001 1e300; do
    refused "waiver 1: max_pct: expected a number above 0, at most 1000" ".[0].max_pct = $max"
  done
  for day in "" 2030-02-29 2030-13-01 2030-00-10 2030-04-31 2030-4-01 30-04-01 "2030-04-01 " \
    "2030-04-01T00:00:00Z" -030-04-01 2030/04/01; do
    refused "waiver 1: expires '$day': expected a day as YYYY-MM-DD" ".[0].expires = \"$day\""
  done
  waiver '.[0].expires = "2032-02-29"'
  judge 0 r.json
  head -c 100000 /dev/zero | tr '\0' '[' >w.json
  judge 2 r.json
  like "$stderr" "bench-compare: read 'w.json': line 1, *maximum parsing depth reached*"
  run --separate-stderr -2 bench-compare --waivers none.json r.json
  same "$stderr" "bench-compare: read 'none.json': No such file or directory"
  run --separate-stderr -2 bench-compare --today 2030-02-30 r.json
  same "$stderr" "bench-compare: read --today '2030-02-30': expected a day as YYYY-MM-DD"
}

@test "waivers are part of the evidence" {
  waiver .
  judge 0 -o e.json r.json
  run -0 bench-compare verify e.json
  has "${lines[1]}" "waived: new check of signatures"
  for change in '.rules.today = "2030-03-01"' '.rules.today = "today"' 'del(.rules.today)' 'del(.rules.waivers)' \
    '.rules.waivers[0].max_pct = 1' '.rules.waivers = 5' '.rules.waivers += [5]'; do
    jq "$change" e.json >f.json
    run --separate-stderr -2 bench-compare verify f.json
    has "$stderr" "'f.json'"
  done
}

@test "reasons reach neither the terminal nor the CI log as commands" {
  waiver '.[0].reason = "::error::\u001b[31m\n::warning::x"'
  judge 0 r.json
  lacks "$output" $'\e'
  lacks "$output" $'\n::'
  waiver '.[0].benchmark = "::error::\u001b[31m\n::warning::x"'
  judge 1 r.json
  lacks "$stderr" $'\e'
  same "${#stderr_lines[@]}" 1
}
