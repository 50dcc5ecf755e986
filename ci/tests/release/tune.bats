#!/usr/bin/env bats
#
# The launcher of a package for several levels of x86-64, on CPUs of qemu's, and `pgokit tune`, which measures
# them on this one.

# Variables in single quotes are those of the builds.
# shellcheck disable=SC2016
load ../helper

# Each build says which it is, and with what it was started.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  cp "$top/build/bin/level-launch" prog
  local level
  for level in x86-64 x86-64-v2 x86-64-v3; do
    build "$level" <<<'echo "$level: $0 $* $MARK"; exit 7'
  done
}

build() { # <level>, a script on standard input, in which $level is its name
  mkdir -p "prog.levels/$1"
  {
    printf '#!/bin/sh\nlevel=%s\n' "$1"
    cat
  } >"prog.levels/$1/prog"
  chmod +x "prog.levels/$1/prog"
}

# qemu leaves execve to the kernel: the launcher alone is on that CPU.
on_cpu() { # <status> <CPU> [argument...]
  run --separate-stderr "-$1" qemu-x86_64 -cpu "$2" prog "${@:3}"
}

started() { # <what the launcher printed>
  printf '%s' "${1%%:*}"
}

# A program of as many rounds as said, or as an expression in C says.
spinner() { # <level> <rounds>
  mkdir -p "prog.levels/$1"
  printf '#include <stdio.h>\n#include <stdlib.h>\n#include <time.h>\nint main(int c, char **v) { unsigned s = 1, i, n = %s;
    for (i = 0; i < n; i++) s = s * 1664525 + 1013904223;
    printf("%%d\\n", c); return s == 42 ? atoi(v[0]) : 0; }\n' "$2" >spin.c
  "$(llvm_bin)/clang" -O1 spin.c -o "prog.levels/$1/prog"
}

tune() { # <status> [argument...]
  run --separate-stderr "-$1" "$pgokit" tune "${@:2}"
}

@test "the highest level that the CPU can run is started, never one that it lacks" {
  local cpu
  for cpu in qemu64,x86-64 Nehalem,x86-64-v2 SandyBridge,x86-64-v2 Haswell,x86-64-v3 EPYC,x86-64-v3; do
    on_cpu 7 "${cpu%,*}"
    same "${cpu%,*} $(started "$output")" "${cpu/,/ }"
  done
}

@test "a kernel that does not save the wide registers leaves the CPU without them" {
  on_cpu 7 Haswell,-xsave
  same "$(started "$output")" x86-64-v2
}

@test "arguments, environment and exit status are the program's" {
  MARK=here run -7 ./prog one 'two  words' ''
  same "$output" "x86-64-v3: $PWD/prog.levels/x86-64-v3/prog one two  words  here"
  ln -s "$PWD/prog" "$BATS_TEST_TMPDIR/link"
  run -7 "$BATS_TEST_TMPDIR/link"
  has "$output" "$PWD/prog.levels/"
}

@test "what was measured on this model is started, but nothing that the CPU lacks or that is gone" {
  local model
  model=$(PGOKIT_LEVEL=list ./prog | tail -n 1)
  printf 'x86-64-v3\tanother CPU\nx86-64-v2\t%s\nx86-64\tanother CPU\n' "$model" >prog.levels/best
  run -7 ./prog
  same "$(started "$output")" x86-64-v2
  rm prog.levels/x86-64-v2/prog
  run -7 ./prog
  same "$(started "$output")" x86-64-v3
  model=$(PGOKIT_LEVEL=list qemu-x86_64 -cpu Nehalem prog | tail -n 1)
  printf 'x86-64-v3\t%s\n' "$model" >prog.levels/best
  on_cpu 7 Nehalem
  same "$(started "$output")" x86-64
}

@test "a file of measurements that is none is passed by" {
  local model text
  model=$(PGOKIT_LEVEL=list ./prog | tail -n 1)
  for text in "x86-64\t$model" "x86-64 $model\n" "v2\t$model\n" '\0\n\n\t\t\n' "\t$model\n"; do
    printf %b "$text" >prog.levels/best
    run -7 ./prog
    same "$(started "$output")" x86-64-v3
  done
  yes "x86-64	$model" | head -n 1000 >prog.levels/best
  run -7 ./prog
  same "$(started "$output")" x86-64-v3
  rm prog.levels/best
  mkfifo prog.levels/best
  run -7 timeout 10 ./prog
  same "$(started "$output")" x86-64-v3
}

@test "PGOKIT_LEVEL starts one, or lists them" {
  PGOKIT_LEVEL=x86-64 run -7 ./prog
  same "$(started "$output")" x86-64
  PGOKIT_LEVEL='' run -7 ./prog
  same "$(started "$output")" x86-64-v3
  PGOKIT_LEVEL=list on_cpu 0 Nehalem
  same "$output" $'x86-64\tyes\tno\nx86-64-v2\tyes\tyes\nx86-64-v3\tno\tno\nGenuineIntel-6-26-3 Intel Core i7 9xx (Nehalem Class Core i7)'
  PGOKIT_LEVEL=x86-64-v3 on_cpu 126 Nehalem
  same "$stderr" "$PWD/prog: start 'x86-64-v3': this CPU cannot run it (PGOKIT_LEVEL)"
  PGOKIT_LEVEL=v3 run --separate-stderr -126 ./prog
  has "$stderr" "start 'v3': PGOKIT_LEVEL is no level of x86-64"
}

@test "nothing to start: which file, and why" {
  rm -r prog.levels/x86-64 prog.levels/x86-64-v2
  on_cpu 126 Nehalem
  same "$stderr" "$PWD/prog: start '$PWD/prog': no build in the .levels folder of that name is one that this CPU can run; PGOKIT_LEVEL=list tells which there are"
  printf '#!/gone\n' >prog.levels/x86-64-v3/prog
  run --separate-stderr -126 ./prog
  same "$stderr" "$PWD/prog: start '$PWD/prog.levels/x86-64-v3/prog': it is not there, or its interpreter is not"
}

@test "tune writes down what is faster here, in place of what it wrote before" {
  rm -r prog.levels/*
  spinner x86-64 30000000
  spinner x86-64-v3 12000000
  printf 'x86-64-v2\tanother CPU\n' >prog.levels/best
  tune 0 prog --budget 3 -o receipt.json -- "it's" '$HOME'
  same "$output" x86-64-v3
  matches "$stderr" 'x86-64-v3: improved, -[0-9.]+ % against x86-64'
  local model
  model=$(PGOKIT_LEVEL=list ./prog | tail -n 1)
  same "$(cat prog.levels/best)" $'x86-64-v2\tanother CPU\nx86-64-v3\t'"$model"
  "$top/build/bin/bench-compare" --match tune receipt.json >/dev/null
  same "$(./prog a b)" 3
  spinner x86-64 12000000
  spinner x86-64-v3 30000000
  tune 0 prog --budget 3 --
  same "$output" x86-64
  same "$(tail -n 1 prog.levels/best)" $'x86-64\t'"$model"
  same "$(wc -l <prog.levels/best)" 2
}

@test "tune: builds that cannot be told apart change nothing" {
  rm -r prog.levels/*
  # By the nanosecond at which it starts: the same for both in the long run, and hardly ever twice.
  local chance='({ struct timespec t; timespec_get(&t, TIME_UTC); (unsigned)t.tv_nsec * 2654435761u >> 8; }) % 20000000'
  spinner x86-64 "$chance"
  spinner x86-64-v3 "$chance + 1"
  tune 3 prog --budget 0.1 --
  has "$stderr" "whether 'x86-64-v3' is faster than 'x86-64' could not be told in 0.1 s; try --budget 0.4"
  holds ! -e prog.levels/best
}

@test "tune refuses what it cannot measure, and says why" {
  tune 1 prog --
  has "$stderr" "measure '$PWD/prog'"
  for level in x86-64 x86-64-v2 x86-64-v3; do build "$level" <<<'echo "$level"'; done
  tune 1 prog --budget 0.1 --
  has "$stderr" 'its builds do not print the same'
  holds ! -e prog.levels/best
  tune 2 gone --
  has "$stderr" "tune '$PWD/gone': there is no such program"
  tune 2 "$top/build/bin/bench-run" --
  has "$stderr" 'it was not packed with release.levels'
  tune 2
  has "$stderr" 'which program?'
}
