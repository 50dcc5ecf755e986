#!/usr/bin/env bats
# Reading and writing a receipt: one undoes the other.

load ../helper

copy() { # <receipt>
  "$ROOT/build/tests/receipt/receipt_copy" "$1"
}

# Whether they differ in nothing but the digits of numbers past the twelfth, which a receipt does not keep.
alike() { # <receipt> <receipt>
  jq -e -n --slurpfile a "$1" --slurpfile b "$2" '
    def numbers_of: [.. | numbers];
    def rest_of: (.. | numbers) |= 0;
    ($a | rest_of) == ($b | rest_of) and
      ([$a, $b] | map(numbers_of) | transpose | all((.[0] - .[1] | fabs) <= 1e-11 * (.[0] | fabs)))' >/dev/null
}

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "a receipt of bench-run that is read and written again is the same, byte for byte" {
  cat >plan.json <<END
{"arms": [{"name": "b1", "binary": "/bin/echo", "role": "base", "layout": 1},
   {"name": "c1", "binary": "/bin/echo", "role": "cand", "layout": 1},
   {"name": "b2", "binary": "/bin/echo", "role": "base", "layout": 2},
   {"name": "c2", "binary": "/bin/echo", "role": "cand", "layout": 2},
   {"name": "control \"µ\"", "binary": "/bin/echo", "role": "control"},
   {"name": "canary", "binary": "/bin/echo", "role": "canary", "slow_pct": 5}],
 "benches": [{"name": "a", "run": "\$PGOKIT_BINARY x", "prepare": "true", "margin_pct": 1.5, "other_output": true},
   {"name": "b", "run": "\$PGOKIT_BINARY y; date +%N; echo >>kept", "shell": true, "metric": "cpu"}]}
END
  mkdir work
  run -0 bench-run -C work --plan plan.json --rounds 5 --warmup 1 --own own -o r.json
  copy r.json | cmp - r.json
  same "$(jq -c '[.benches[].samples | length]' r.json)" '[6,6]'
  run -0 bench-run --arm a=true --arm b=true --rounds 3 --warmup 1 -o r.json
  copy r.json | cmp - r.json
  run -1 bench-run --arm a=true --arm b=false --rounds 3 -o r.json
  copy r.json | cmp - r.json
  same "$(jq .complete r.json)" false
}

@test "a receipt of counts, too" {
  run -0 bench-run --arm a=true --arm b=true --metric instructions -o r.json
  copy r.json | cmp - r.json
  jq -e '.benches[0].samples.a.instructions | length == 2' r.json
}

@test "the recorded receipts are read and written without a loss" {
  for f in receipt.json paired.json; do
    copy "$ROOT/ci/tests/behaviour/inputs/$f" >copy.json
    alike "$ROOT/ci/tests/behaviour/inputs/$f" copy.json
    run ! alike "$ROOT/ci/tests/behaviour/inputs/$f" <(jq '.benches[0].steal_ticks[7] += 1' copy.json)
    copy copy.json | cmp - copy.json
  done
}
