# shellcheck shell=bash disable=SC2016 # single quotes are for jq
# Receipts to change: for tests of bench-compare. A file whose receipt is another has a setup_file of its own.

# whole.json: 40 rounds of one gated benchmark with the arms of a gate; all take
# 16 ms with noise of 1 %, the canary 5 % more.
setup_file() {
  cd "$BATS_FILE_TMPDIR" || return
  bench-run --seed 1 --warmup 1 --rounds 40 --bench x_full_check_flow -o real.json --arm base=true \
    --arm cand=true --arm control=true --arm canary=true --arm last=true --role base=base \
    --role cand=cand --role control=control --role canary=canary --role last=release \
    --slow canary=5 >/dev/null
  jq '
    def noise($prime): [range(40) | 0.016 * (1 + 0.02 * (. * $prime % 97 / 97 - 0.5))];
    .benches[0] |= (.sha256[1] = "cand" | .sha256[4] = "last"
      | .samples |= with_entries(.value.output = "same")
      | .samples.base.wall_s = noise(7919) | .samples.cand.wall_s = noise(104729)
      | .samples.control.wall_s = noise(1299709) | .samples.last.wall_s = noise(611953)
      | .samples.canary.wall_s = (noise(15485863) | map(. * 1.05)))' real.json >whole.json
}

setup() {
  with_receipt
}

# Enters the folder of the test, with whole.json in it.
with_receipt() {
  cd "$BATS_TEST_TMPDIR" || return
  cp "$BATS_FILE_TMPDIR/whole.json" .
}

# r.json: whole.json after a change.
receipt() { # <jq filter>
  jq "$1" whole.json >r.json
}
