#!/usr/bin/env bats
#
# The canary sees a test command that cannot fail any more.

# The variables are ci/test's.
# shellcheck disable=SC2016

load ../helper

canary_of() { # <status>, a ci/test on standard input
  mkdir -p "$BATS_TEST_TMPDIR/ci"
  cp "$top/ci/canary" "$BATS_TEST_TMPDIR/ci/"
  cat >"$BATS_TEST_TMPDIR/ci/test"
  chmod +x "$BATS_TEST_TMPDIR/ci/test"
  run --separate-stderr "-$1" "$BATS_TEST_TMPDIR/ci/canary"
}

# The real one without what takes time: setting up and building.
quick_test() {
  sed -e '/"$top\/ci\/setup" --tests/d' -e '/^ *make /d' "$top/ci/test"
}

@test "ci/test as it is sings" {
  canary_of 0 < <(quick_test)
  same "$stderr" ''
  has "$output" 'as it should be: a test that fails'
}

@test "a ci/test that loses the exit status, or the count, does not" {
  canary_of 1 < <(quick_test | sed 's/^ *finish "\$status"/  finish 0 || true/')
  has "$stderr" "a test that fails: exit status 1 and '1 passed, 1 failed' expected, got 0"
  canary_of 1 < <(quick_test | sed 's/\[ "$failed" -gt 0 \] || \[ "$1" -eq 0 \] || failed=1//')
  has "$stderr" 'a test that ends its process'
  canary_of 1 < <(quick_test | sed 's/ && \[ "$passed" -gt 0 \]//')
  has "$stderr" 'a file without a test'
}
