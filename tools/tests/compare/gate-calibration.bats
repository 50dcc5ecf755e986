#!/usr/bin/env bats
# shellcheck disable=SC2016 # single quotes are for sed and awk
# bench/gate-calibration: its promises can be kept and can be broken.
#
# It links a program of its own with the library, without the options that CFLAGS gave the build.
# bats file_tags=plain,slow

load ../helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

# A recording of 300 rounds: noise of 1 % and a drift of 5 % up and down in 80 rounds; B2 takes `more` percent longer than A.
recording() { # <more>
  awk -v more="$1" 'BEGIN {
    srand(7)
    print "round\tslot\tarm\twall_s\tcpu_s"
    for (r = 0; r < 300; r++)
      for (k = 0; k < 4; k++) {
        arm = (k + r) % 4
        t = 0.016 * (1 + 0.01 * (rand() + rand() - 1) + 0.05 * sin(r / 80 * 6.28)) * (1 + (arm == 3 ? more : arm == 2 ? 1 : 0) / 100)
        printf "%d\t%d\t%s\t%.6f\t%.6f\n", r, k + 1, arm < 2 ? "A" (arm ? 2 : "") : "B" (arm - 1), t, t
      }
  }' >rec.tsv
}

calibrate() {
  run --separate-stderr "$ROOT/bench/gate-calibration/run" --draws 200 --rounds 100 "$@"
}

@test "a quiet recording keeps every promise: exit 0" {
  recording 2
  calibrate rec.tsv
  same "$status" 0
  starts "${lines[0]}" "alpha 0.01, one gated benchmark, minimum effect 0.5 %; 200 draws, each of 100 "
  like "${lines[2]}" 'rec.tsv, wall: 300 rounds, 16.* ms a run'
  holds "$(grep -c ' kept$' <<<"$output")" -ge 6
  lacks "$output" NOT
}

@test "a gate that finds too little breaks its promise: exit 1" {
  recording 0.3 # less than any rule calls, though it ought to be 2 %
  calibrate rec.tsv
  same "$status" 1
  same "$(grep -c '^  2 % slower is found in at least 95 % *NOT KEPT$' <<<"$output")" 2
}

@test "a recording that is none is refused by name: exit 2" {
  recording 2
  refused() { # <message> <sed script>
    sed "$2" rec.tsv >bad.tsv
    calibrate bad.tsv
    same "$status" 2
    same "$stderr" "calibrate: read 'bad.tsv': $1"
  }
  refused "round 3 lacks an arm" '/^3\t2/d'
  refused "unknown arm 'C'" '5s/A2*\|B./C/'
  refused "expected five columns" '5s/\t[^\t]*$//'
  refused "round 7 stands where 6 was expected" '/^6\t/d'
  refused "there are only 3 rounds in it" '14,$d'
}

@test "shapes: a clock too coarse and long outliers are not called unchanged, and a shift is found: exit 0" {
  shapes() { # <row>
    run --separate-stderr "$ROOT/bench/gate-calibration/run" shapes --draws 30 --rounds 100 --only "$1" rec.tsv
    same "$status" 0
    same "$(grep -c ' kept$' <<<"$output")" "$2"
  }
  recording 2
  shapes 'clock of 10 ms' 2
  shapes '5 % of runs 5 times, recorded' 4 # wall and CPU time, at once and in looks
  # So few rounds do not find 2 % under this noise.
  run --separate-stderr "$ROOT/bench/gate-calibration/run" shapes --draws 30 --rounds 20 --only '2 % slower, lognormal' rec.tsv
  same "$status" 1
  has "$output" 'NOT KEPT'
}
