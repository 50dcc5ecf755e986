#!/usr/bin/env bats
#
# bench/torture on a small scale: the pipeline killed at random moments.

load ../helper

torture=$top/bench/torture

@test "killed at four random moments, each way once, and started again, it ends as if nothing had happened" {
  run --separate-stderr -0 "$torture" -n 4 -s 3 -k 2
  same "$stderr" ''
  has "${lines[-1]}" '4 kills (seed 3), 2 restarts to the end: 0 mismatches, 0 times something not whole, 0 processes left'
  # A column for each way of killing, and all in the last row of the table.
  has "$output" '| killed during | SIGKILL, command | SIGKILL, group | SIGTERM, command | SIGINT, group | all |'
  has "$output" '| all | 1 | 1 | 1 | 1 | 4 |'
  same "$(find "$TMPDIR" -maxdepth 1 -name 'torture.*')" ''
}

@test "a wrong call of torture is a usage error" {
  run --separate-stderr -2 "$torture" -n 0
  same "$stderr" "torture: option '-n' needs a number from 1"
  run --separate-stderr -2 "$torture" --fast
  same "$stderr" 'usage: torture [-n KILLS] [-s SEED] [-k K]'
  run --separate-stderr -0 "$torture" -h
  has "$output" 'Summary: kill the pipeline at random moments'
}
