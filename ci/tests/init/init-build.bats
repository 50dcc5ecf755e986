#!/usr/bin/env bats
#
# pgokit init in a project of each build system, the edits it asks for, and the whole pipeline: what was
# written builds, with the flags of every variant.

# The variables in single quotes are those of builds and workloads.
# shellcheck disable=SC2016

load ../helper
load init

setup() {
  mkdir "$BATS_TEST_TMPDIR/p"
  cd "$BATS_TEST_TMPDIR/p" || return
  git init -q
  tiny_source >main.c
}

# The tests of the project are what it is trained on; only the benchmarks are put in.
full() { # <binary>
  git add -A
  git commit -q -m all
  init 0 --only config
  same "$(jq -r .binary pgokit.json)" "$1"
  same "$(jq -r '.workloads.fast[0].name' pgokit.json)" tests
  config_edit '.benches = [{name: "full_check_flow", run: "$PGOKIT_BINARY 4000"}] | .gate.budget_s = 1'
  run -0 --separate-stderr "$pgokit" full --fast
  has "$(logged)" 'profile applied: 2 functions with counts'
  has "$output" '| `pgo-nolto` |'
}

@test "CMake" {
  cat >CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
project(tiny C)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
add_executable(${PROJECT_NAME} main.c)
enable_testing()
add_test(NAME some COMMAND tiny 3000)
CMAKE
  full build/bin/tiny
}

@test "meson" {
  printf "project('tiny', 'c')\ntest('some', executable('tiny', 'main.c'), args: ['3000'])\n" >meson.build
  full build/tiny
}

@test "autotools, as a distribution comes" {
  printf 'AC_INIT([tiny], [1.0])\nAM_INIT_AUTOMAKE([foreign])\nAC_PROG_CC\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n' >configure.ac
  printf 'bin_PROGRAMS = tiny\ntiny_SOURCES = main.c\nTESTS = some\nEXTRA_DIST = some\n' >Makefile.am
  printf '#!/bin/sh\n./tiny 3000\n' >some
  chmod +x some
  autoreconf -fi 2>/dev/null
  rm -rf autom4te.cache
  full tiny
}

@test "make, whose makefile assigns what the environment has" {
  printf '%s\n' 'CC = gcc -std=gnu99' 'DEFS = -DN=main' 'CFLAGS = -O3 $(DEFS) -DWHO='"'"'"me & you"'"'" 'tiny: main.c' \
    '	$(CC) $(CFLAGS) -o $@ main.c' 'check: tiny' '	./tiny 3000' >Makefile
  sed -i 's/int main(/const char *who = WHO;\nint N(/' main.c
  make -s CC=gcc
  rm tiny
  git add -A
  init 0 --only config --binary tiny
  run --separate-stderr -0 "$pgokit" collect
  has "$(logged)" '1 raw profiles'
}
