#!/usr/bin/env bats
#
# gate --base of a project whose toolchain is none: no compiler of the kit's, no program, no profile. What is measured
# here is a number that the benchmark counts, so that it is the same however busy the machine is.

load ../helper
load gate-base

setup() {
  mkdir -p "$BATS_TEST_TMPDIR/tiny/src"
  cd "$BATS_TEST_TMPDIR/tiny" || return
  printf 'def count(n):\n    return 100 * n\n' >src/work.py
  cat >run.py <<'CODE'
import sys
sys.path.insert(0, "src")
from work import count
print("steps:", count(42))
CODE
  cat >pgokit.json <<'CONFIG'
{
  "name": "tiny",
  "toolchain": "none",
  "build": "true",
  "outputs": ["src"],
  "benches": [{"name": "full_check_flow", "run": "python3 run.py",
    "metric": {"unit": "steps", "from": {"regex": "^steps: ([0-9]+)"}}}],
  "gate": {"budget_s": 20}
}
CONFIG
  repository .
  PATH=$(path_without clang{,-{15..30}} llvm-{nm,readelf,profdata} lld ld.lld rustc cargo)
}

heavier() {
  sed -i 's/100 \* n/101 * n/' src/work.py
}

@test "without LLVM: 1 % more is found, a comment is none, the same outputs are measured not at all" {
  run -1 type -P clang
  against 0
  has "$(logged)" 'Byte for byte the same outputs: each benchmark ran once, and nothing was measured'
  same "$(verdict '.benches[0].verdict')" identical
  echo '# a comment' >>src/work.py
  against 0
  same "$(verdict '.benches[0].verdict')" unchanged
  heavier
  against 1
  same "$(verdict '.benches[0] | [.verdict, .base_value, .cand_value]')" '["regressed",4200,4242]'
  # Both ran at one path, and what was copied is there again.
  same "$(jq -r '[.arms[].tree | split("/")[-1]] | join(" ")' .pgokit/gate/receipt.json)" 'base head ctrl slow'
  same "$(ls -A .pgokit/tree)" $'.git\npgokit.json\nrun.py\nsrc'
  holds ! -e .pgokit/gate/trees
}

@test "what no output is differs on neither side: the benchmark is that of this tree, and that is said" {
  sed -i 's/count(42)/count(43)/' run.py
  against 0
  same "$(verdict '.benches[0].verdict')" identical
  has "$(logged)" "Byte for byte the same outputs, although a file differs, 'run.py', which then is no part of it"
  heavier
  against 1
  same "$(verdict '.benches[0] | [.base_value, .cand_value]')" '[4300,4343]'
}

@test "built by gcc, as it is: the base is built once, shards measure what another machine built" {
  tiny_source >main.c
  # shellcheck disable=SC2016 # the build's variable
  config_edit '.build = "[ -z \"${CFLAGS-}${CC-}${CCC_OVERRIDE_OPTIONS-}\" ] && gcc -O1 -o prog main.c" | .outputs = ["prog"]
    | .benches[0] |= (.run = "./prog 30" | .metric.from.regex = "^[0-9]+$")'
  commit
  sed -i 's/sum += steps/sum += 100 + steps/' main.c
  gate 0 --base main --until base
  gate 0 --base main --until build
  has "$(logged)" 'the base was built before'
  cp -R .pgokit/gate/build "$BATS_TEST_TMPDIR/build"
  gate 0 --measure "$BATS_TEST_TMPDIR/build" --shard 1/1
  cp -R .pgokit/gate/shard "$BATS_TEST_TMPDIR/shard"
  gate 1 --judge "$BATS_TEST_TMPDIR/build" "$BATS_TEST_TMPDIR/shard"
  same "$(verdict '.benches[0].verdict')" regressed
}

@test "a benchmark that makes anew what it measures has measured something else: invalid" {
  config_edit '.benches[0] |= (.prepare = "echo \"# $$\" >>src/work.py")'
  heavier
  against 4
  has "$(messages)" "measure: the benchmarks changed the outputs of the build (config: outputs) in the trees of 'base', 'ctrl', 'head', 'slow'"
  same "$(ls -A .pgokit/tree)" $'.git\npgokit.json\nrun.py\nsrc'
}

@test "outputs that are not there, or lead out of the project" {
  config_edit '.outputs = ["src", "made"]'
  against 2
  has "$(messages)" "build 'head': the build made no 'made' (config: outputs), or nothing is in it"
  config_edit '.build = "mkdir -p made"'
  against 2
  has "$(messages)" "build 'head': the build made no 'made' (config: outputs), or nothing is in it"
  config_edit '.outputs = ["made"] | .build = "mkdir -p made && touch made/x"'
  against 4
  has "$(messages)" "it has none of the outputs that pgokit.json names: 'made'"
  mkdir "$BATS_TEST_TMPDIR/out"
  touch "$BATS_TEST_TMPDIR/out/kept"
  ln -s ../out made
  config_edit '.outputs = ["made/kept", "src"] | .build = "true"'
  against 2
  has "$(messages)" "take 'made/kept' (config: outputs): a link on its way leads out of the project"
  holds -e "$BATS_TEST_TMPDIR/out/kept"
}

@test "a build that fails, and a base of another toolchain" {
  config_edit '.build = "echo because >&2; exit 3"'
  against 2
  has "$(messages)" "build 'head': the build command failed"
  has "$(messages)" '  | because'
  git checkout -q pgokit.json
  cp pgokit.json none.json
  tiny_config >pgokit.json
  commit
  mv none.json pgokit.json
  against 4
  has "$(messages)" "its toolchain is 'clang', and that of this tree is none, so the two are not built alike"
}

@test "what makes no sense is refused by name" {
  local command
  for command in bench choose collect compete full keep merge optimize package report training; do
    run --separate-stderr -2 "$pgokit" "$command"
    same "$stderr" "pgokit $command: read 'pgokit.json': 'toolchain' is none, so there is nothing for this command to do: no profile, no variants, no package. pgokit gate --base REF compares two commits; for the rest the toolchain has to be clang or cargo"
  done
  gate 2
  same "$(messages)" "pgokit gate: there is no variant to choose where 'toolchain' is none; --base REF compares this tree with a commit"
  gate 2 --variants a,b
  same "$(messages)" "pgokit gate: there is no variant to choose where 'toolchain' is none; --base REF compares this tree with a commit"
  against 2 --layouts 2
  same "$(messages)" "pgokit gate: --variant, --profile and --layouts are for the toolchains clang and cargo; this project's is none"
}
