#!/usr/bin/env bats
#
# The record of what clang compiled in a build: .pgokit/log/compiles-<build>.jsonl.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

load ../helper

collect() { # <build>
  config_edit ".build = $(jq -Rn --arg build "$1" '$build')"
  "$pgokit" collect
}

# Fields of each line, in the order of the objects.
lines() { # <jq expression>
  jq -rs "sort_by(.object, .source)[] | $1" .pgokit/log/compiles-instrumented.jsonl
}

@test "each source that became an object, with its folder, its words and its hash, however clang was called" {
  tiny
  mkdir 'sub "é	😀'
  mv main.c sub*
  collect 'cd sub*; printf "%s\n" -O1 -c main.c -o ../one.o >words; "$CC" $CFLAGS @words
    $CC $CFLAGS $LDFLAGS -Wl,-E -DNAME="\"a\\b\"" -o ../prog main.c'
  same "$(lines '.object | sub("^/.*"; "temporary")' | sort)" 'one.o
temporary'
  same "$(lines .source | uniq)" 'sub "é	😀/main.c'
  same "$(lines .dir | uniq)" "$PWD/.pgokit/tree/$(echo sub*)"
  same "$(lines .compiler | uniq)" "$(llvm_bin)/clang"
  same "$(lines 'select(.object == "one.o").args | map(select(startswith("-O"))) | last')" -O1
  has "$(lines 'select(.object != "one.o").args | join(" ")')" 'NAME="a\b"'
  same "$(lines .sha256 | uniq)" "$(sha256sum <sub*/main.c | cut -d ' ' -f 1)"
}

@test "what a configure script tries has no source left, what makes no object is left out, and compiler caches give way" {
  tiny
  collect 'cp main.c conftest.c; $CC $CFLAGS -c conftest.c; rm conftest.c
    $CC -E main.c >/dev/null; $CC -M main.c >/dev/null; $CC -fsyntax-only main.c; $CC -x c-header main.c -o main.pch
    $CC $CFLAGS -S main.c; $CC -c main.s; $CC $LDFLAGS -o prog main.o; test "$CCACHE_DISABLE" = 1'
  same "$(lines '"\(.source) \(.object) \(.sha256 | type)"')" 'conftest.c conftest.o null
main.c main.s string'
}

@test "nothing of it is seen by the build, and what the environment edits already stays" {
  tiny
  CCC_OVERRIDE_OPTIONS='# +-Wextra-semi' collect '{ $CC $CFLAGS -c main.c; $CC $CFLAGS $LDFLAGS -o prog main.o; $CC -S main.c; $CC -c main.s; } >said 2>&1'
  same "$(<.pgokit/tree/said)" ''
  has "$(lines '.args | join(" ")')" -Wextra-semi
  lacks "$(ls .pgokit)" compiling
}

@test "a project whose path has blanks and quotes" {
  tiny "$BATS_TEST_TMPDIR/a 'b' \"c"
  "$pgokit" collect
  same "$(lines .source)" main.c
}

@test "a build that takes the environment from its compilers leaves an empty record" {
  tiny
  CFLAGS=-O2 collect 'env -i PATH="$PATH" $CC $CFLAGS $LDFLAGS -o prog main.c'
  same "$(<.pgokit/log/compiles-instrumented.jsonl)" ''
}

@test "a build that fails leaves the record of what it compiled until then" {
  tiny
  run ! collect '$CC $CFLAGS -c main.c && false'
  same "$(lines .object)" main.o
  lacks "$(ls .pgokit)" compiling
}
