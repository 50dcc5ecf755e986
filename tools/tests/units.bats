#!/usr/bin/env bats
# The C unit tests: as built, and again with the sanitizers of the compiler watching.

load helper

# Runs every unit test, built in a folder; their messages name file and line.
units_pass() { # <folder>
  local t status=0
  for t in "$ROOT"/tools/tests/*/*_test.c; do
    t=${t#"$ROOT"/tools/tests/}
    "$1/${t%.c}" || status=1
  done
  return "$status"
}

@test "every unit test passes" {
  cd "$BATS_TEST_TMPDIR"
  run -0 units_pass "$ROOT/build/tests"
}

# bats test_tags=slow
@test "every unit test passes under the address and undefined-behaviour sanitizers" {
  cp -R "$ROOT/tools" "$ROOT/ci" "$ROOT/Makefile" "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR"
  make -s -j2 units CFLAGS='-O0 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all'
  run -0 units_pass build/tests
}

@test "a failed check fails its unit test" {
  cat >"$BATS_TEST_TMPDIR/broken_test.c" <<'END'
#include "check.h"
int main(void)
{
	CHECK(1 == 1);
	CHECKINT(2 + 2, 5);
	CHECKSTR("a", "b");
	CHECKNEAR(1.0, 1.1, 1e-3);
	CHECKNEAR(NAN, 1.1, 1);
	return checkdone();
}
END
  cc -I"$ROOT/tools/tests" -o "$BATS_TEST_TMPDIR/broken_test" "$BATS_TEST_TMPDIR/broken_test.c" -lm
  run -1 --separate-stderr "$BATS_TEST_TMPDIR/broken_test"
  same "$output" "5 checks, 4 failed"
  ends "${stderr_lines[0]}" 'broken_test.c:5: 2 + 2 is 4, expected 5'
  ends "${stderr_lines[1]}" 'broken_test.c:6: "a" is "a", expected "b"'
}
