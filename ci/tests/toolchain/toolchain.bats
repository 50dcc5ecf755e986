#!/usr/bin/env bats
#
# Which LLVM the phases choose, and which flags reach the build.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

load ../helper

setup() {
  tiny "$BATS_TEST_TMPDIR/tiny" '.build = "printf \"%s\\n\" \"$CC\" \"$CXX\" \"$CFLAGS\" \"$CXXFLAGS\" \"$LDFLAGS\" \"$AR\" \"$RANLIB\" \"$NM\" >said; \(.build)"'
}

collect() { # <status>
  run --separate-stderr "-$1" "$pgokit" collect
}

said() { # <line>: what the build was given
  sed -n "$1p" .pgokit/tree/said
}

@test "compiler, archiver and flags are exported, all of one LLVM" {
  collect 0
  local bin
  bin=$(llvm_bin)
  same "$(<.pgokit/tree/said)" "$bin/clang
$bin/clang++
-fprofile-generate
-fprofile-generate
-fprofile-generate
$bin/llvm-ar
$bin/llvm-ranlib
$bin/llvm-nm"
}

@test "the user's own flags stand in front of the variant's" {
  CFLAGS='-O3 -DMINE' CXXFLAGS=-O1 LDFLAGS='-Wl,-z,now' collect 0
  same "$(said 3)" '-O3 -DMINE -fprofile-generate'
  same "$(said 4)" '-O1 -fprofile-generate'
  same "$(said 5)" '-Wl,-z,now -fprofile-generate'
  "$pgokit" merge
  CFLAGS='-O3 -DMINE' LDFLAGS='-Wl,-z,now' run -0 "$pgokit" optimize --variants lto
  same "$(said 3)" '-O3 -DMINE -flto=thin'
  same "$(said 5)" '-Wl,-z,now -flto=thin -fuse-ld=lld -Wl,--fat-lto-objects -Wl,-z,nostart-stop-gc -Wl,--undefined-version'
  same "$(jq -r '.phases.optimize.variants[0] | .cflags + " " + .ldflags' .pgokit/manifest.json)" '-O3 -DMINE -Wl,-z,now'
}

@test "flags that are set but empty stay empty" {
  CFLAGS='' collect 0
  same "$(said 3)" '-fprofile-generate'
}

@test "PGOKIT_LLVM as a folder, relative too" {
  mkdir llvm
  ln -s "$(llvm_bin)" llvm/bin
  PGOKIT_LLVM=llvm/bin collect 0
  same "$(said 1)" "$PWD/llvm/bin/clang"
}

@test "a clang is asked once for its version, for all phases of a command, and each for its own" {
  local dir
  for dir in one two; do
    mkdir -p "$dir"
    ln -s "$(llvm_bin)"/{ld.lld,llvm-profdata} "$dir"
    printf '#!/bin/sh\necho %s >>"%s"\necho "clang version 22.1 of %s"\n' "$dir" "$PWD/asked" "$dir" >"$dir/clang"
    chmod +x "$dir/clang"
  done
  PGOKIT_HOME=$top run -0 bash -c '. "$PGOKIT_HOME/ci/lib/lib.sh"; use toolchain
    find_in() { PGOKIT_LLVM=./$1; toolchain_find; echo "$compiler"; }
    find_in one; find_in one; (find_in one); find_in two'
  same "$output" 'clang version 22.1 of one
clang version 22.1 of one
clang version 22.1 of one
clang version 22.1 of two'
  same "$(<asked)" 'one
two'
}

@test "PGOKIT_LLVM as a major" {
  local bin
  bin=$(llvm_bin)
  [[ $bin =~ llvm-([0-9]+)/bin$ ]] || skip "LLVM is not in /usr/lib/llvm-N here"
  PGOKIT_LLVM=${BASH_REMATCH[1]} collect 0
  same "$(said 1)" "$bin/clang"
}

@test "PGOKIT_LLVM that is not there: where it was looked for, and what to run" {
  PGOKIT_LLVM=3 collect 2
  same "$output" ''
  has "$(messages)" "pgokit collect: find LLVM: no folder has clang, ld.lld and llvm-profdata (looked in: /usr/lib/llvm-3/bin"
  has "$(messages)" "; run $top/ci/setup"
}

@test "an LLVM that lacks one of its programs is not taken" {
  mkdir llvm
  ln -s "$(llvm_bin)"/* llvm/
  rm llvm/ld.lld
  PGOKIT_LLVM=$PWD/llvm collect 2
  has "$(messages)" "(looked in: $PWD/llvm)"
}

@test "an LLVM that is too old is named" {
  mkdir llvm
  ln -s "$(llvm_bin)"/* llvm/
  rm llvm/clang
  printf '#!/bin/sh\necho clang version 14.0.6\n' >llvm/clang
  chmod +x llvm/clang
  PGOKIT_LLVM=$PWD/llvm collect 2
  same "$(messages)" "pgokit collect: use '$PWD/llvm': LLVM 14 is too old for pgokit, which needs 15 or newer; PGOKIT_LLVM names another"
}

@test "the LLVM of CC when it is clang, behind a launcher too" {
  local bin
  bin=$(llvm_bin)
  CC=$bin/clang collect 0
  same "$(said 1)" "$bin/clang"
  CC="env $bin/clang -pipe" collect 0
  same "$(said 1)" "$bin/clang"
}

@test "a CC that is not there is named" {
  CC=clang-nowhere collect 2
  same "$(messages)" "pgokit collect: find LLVM: CC is 'clang-nowhere', and there is no 'clang-nowhere'"
}

@test "a CC that is not clang is passed over with a warning" {
  CC=gcc collect 0
  same "$(messages)" "pgokit collect: warning: CC is 'gcc', but PGO needs clang: using LLVM's own"
  same "$(said 1)" "$(llvm_bin)/clang"
}

@test "the BOLT flags are those of the major" {
  flags() { # <major>
    PGOKIT_HOME=$top LLVM_MAJOR=$1 bash -c '. "$PGOKIT_HOME/ci/lib/lib.sh"; use toolchain; bolt_flags'
  }
  has "$(flags 17)" '-reorder-functions=hfsort'
  lacks "$(flags 17)" cdsort
  has "$(flags 18)" '-reorder-functions=cdsort'
  lacks "$(flags 18)" hfsort
  lacks "$(flags 18)" '-icf'
  has "$(flags 22)" '--use-old-text'
  run -0 "$(llvm_bin)/llvm-bolt" --help-hidden
  local flag
  for flag in $(flags 22); do
    flag=${flag#-}
    flag=${flag#-}
    has "$output" "--${flag%%=*}"
  done
}
