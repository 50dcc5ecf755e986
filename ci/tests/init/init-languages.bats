#!/usr/bin/env bats
#
# What pgokit init writes for projects that LLVM does not build: a gate, and nothing else.

# The variables in single quotes are those of benchmarks.
# shellcheck disable=SC2016

load ../helper
load init

setup() {
  mkdir "$BATS_TEST_TMPDIR/p"
  cd "$BATS_TEST_TMPDIR/p" || return
  git init -q -b main
}

file() { # <path>, its text on standard input
  mkdir -p "$(dirname -- "$1")"
  cat >"$1"
}

# As init writes it, and as every command reads it.
made() { # <jq filter> <what it prints>
  init 0
  same "$(jq -c "$1" pgokit.json)" "$2"
  same "$(ls .github/workflows)" $'bench-gate.yml\ncomment.yml\nhistory.yml'
  run --separate-stderr -0 "$pgokit" clean
  same "$stderr" ''
}

@test "Go: each benchmark of the folder that has most, by a test program that is built once" {
  printf 'module example.com/acme/parse // the module\n\ngo 1.22\n' >go.mod
  echo 'all:' >Makefile
  printf 'package a\nfunc BenchmarkOne(b *testing.B) {}\n' | file a_test.go
  printf 'package x\nfunc BenchmarkParse(b *testing.B) {}\nfunc Benchmark_q(b *testing.B) {}\nfunc Benchmarkless() {}\n' | file 'in/x_test.go'
  made '[.name, .toolchain, .build, .outputs, .gate.match, [.benches[].name]]' \
    '["parse","none","go test -c -o pgokit.test ./in",["pgokit.test"],["Benchmark*"],["BenchmarkParse","Benchmark_q"]]'
  jq -e '.benches[0] | .run == "cd in && \"$OLDPWD/pgokit.test\" -test.run '"'^\$' -test.bench '^BenchmarkParse\$'"' -test.benchtime 100ms"
    and .metric == {name: "time", unit: "ns", from: {regex: "([0-9.]+) ns/op"}}' pgokit.json
  init 0
  rm pgokit.json
  init 0
  has "$(decisions)" 'a default.pgo in the folder of package main, a CPU profile of pprof'
  has "$(decisions)" 'A toolchain that collects and proves it is not in this kit yet'
}

@test "Go: what its benchmark prints is found, by a program that prints what go test does" {
  echo 'module m' >go.mod
  printf 'package a\nfunc BenchmarkOne(b *testing.B) {}\n' >a_test.go
  init 0 --only config
  # In the form of go test: no Go is needed to read it.
  printf '#!/bin/sh\nprintf "goos: linux\\nBenchmarkOne-2   \\t   12345\\t     %%s ns/op\\t  16 B/op\\nPASS\\n" 97.31\n' >answer
  config_edit '.build = "cp answer pgokit.test && chmod +x pgokit.test" | .gate.budget_s = 20'
  git add -A
  git commit -q -m one
  sed -i 's/97.31/98.52/' answer
  run --separate-stderr -1 "$pgokit" gate --base main
  same "$(jq -r '.benches[0] | "\(.name) \(.verdict)"' .pgokit/gate/verdict.json)" 'BenchmarkOne regressed'
}

@test "Python with pytest-benchmark: the files that use it, as one number" {
  printf '[project]\nname = "my-tool"\n[project.optional-dependencies]\ndev = ["pytest-benchmark>=4"]\n' >pyproject.toml
  echo | file my_tool/__init__.py
  printf 'def test_speed(benchmark):\n    benchmark(sum, [1])\n' | file tests/test_speed.py
  echo 'def test_other(): pass' | file tests/test_other.py
  made '[.name, .toolchain, .build, .outputs, .benches[0].name]' '["my-tool","none","true",["my_tool"],"suite_full_check_flow"]'
  has "$(jq -r '.benches[0].run' pgokit.json)" ' --benchmark-max-time=0.1 --benchmark-json="$TMPDIR/b.json" tests/test_speed.py >&2 && cat'
  # The number of a file as the suite writes it.
  same "$(jq "$(jq -r '.benches[0].metric.from.jq' pgokit.json) * 1000 | round" <<<'{"benchmarks": [{"stats": {"min": 0.002}}, {"stats": {"min": 0.008}}]}')" 4
}

@test "Node: npm's build, and what is left to say of the suite" {
  echo '{"name": "@acme/fast", "scripts": {"build": "tsc"}, "devDependencies": {"tinybench": "2"}}' >package.json
  echo '{}' >package-lock.json
  echo | file lib/a.js
  rm -f pgokit.json
  made '[.name, .toolchain, .build, .outputs, .benches]' \
    '["fast","none","npm ci && npm run build",["lib"],[{"name":"edit_me_full_check_flow","run":"edit-me"}]]'
  rm pgokit.json
  init 0
  has "$(decisions)" 'benches: for tinybench, let a script print the number of a benchmark'
}

@test "what is not known is a placeholder that fails, and what is no file of its kind stops nothing" {
  echo 'no json' >package.json
  made '[.name, .build, .outputs]' '["p","true",["edit-me"]]'
  rm package.json pgokit.json
  echo 'no toml' >pyproject.toml
  made '[.name, .build, .outputs]' '["p","true",["edit-me"]]'
  rm pyproject.toml pgokit.json
  : >go.mod
  made '[.name, .build, .outputs]' '["p","go test -c -o pgokit.test ./edit-me",["pgokit.test"]]'
}

@test "a makefile with sources of C's stays a make project; a program is none of a gate's" {
  echo '{}' >package.json
  make_project .
  init 0 --only config
  same "$(jq -r .toolchain pgokit.json)" clang
  rm pgokit.json
  init 0 --only config --build-system node
  same "$(jq -r .toolchain pgokit.json)" none
  rm pgokit.json
  init 2 --only config --build-system node --binary x
  same "$(messages)" "pgokit init: --binary 'x': a project of node is compared by its outputs, and has none"
}
