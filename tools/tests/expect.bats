#!/usr/bin/env bats
# The comparisons of tests: what passes, and what a failure prints.

load helper

# The comparison fails and prints exactly this.
fails() { # <printed> <comparison...>
  run -1 --separate-stderr "${@:2}"
  [ "$output$stderr" = "$1" ] || {
    printf 'expected:\n%s\nactual:\n%s\n' "$1" "$output$stderr"
    return 1
  }
}

@test "the same text, else both are shown, what cannot be seen quoted" {
  same '' ''
  same $'a\nb' $'a\nb'
  same '*' '*'
  fails "expected:            ''
actual:              a" same a ''
  fails "expected:            a
actual:              'a '" same 'a ' a
  fails "expected:            a
actual:              \$'\\E[31ma'" same $'\e[31ma' a
  fails "expected:            *
actual:              ab" same ab '*'
  fails "expected:            1
actual:              01" same 01 1
}

@test "texts of several lines are shown as a diff" {
  fails $'--- expected\n+++ actual\n@@ -1,2 +1,2 @@\n a\n-b\n+^[c' same $'a\n\ec' $'a\nb'
  fails $'--- expected\n+++ actual\n@@ -1,2 +1 @@\n a\n-' same a $'a\n'
}

@test "a part, the beginning, the end: as they are written, not as patterns" {
  has abc b
  has abc ''
  has 'a*c' '*'
  fails "expected in it:      x
actual:              abc" has abc x
  fails "expected in it:      *
actual:              abc" has abc '*'
  lacks abc x
  lacks abc '*'
  fails "not expected in it:  b
actual:              abc" lacks abc b
  starts abc ab
  fails "expected first:      bc
actual:              abc" starts abc bc
  fails "expected first:      ?
actual:              abc" starts abc '?'
  ends abc bc
  fails "expected last:       ab
actual:              abc" ends abc ab
  fails "expected last:       ?
actual:              abc" ends abc '?'
}

@test "a pattern has to fit all of the text, a regular expression any part" {
  like abc 'a*c'
  like 'a*c' 'a\*[cd]'
  fails "expected like:       a*
actual:              bab" like bab 'a*'
  fails "expected like:       a\*c
actual:              abc" like abc 'a\*c'
  matches 'took 1.50 s' '^took [0-9.]+ s$'
  matches abc b
  fails "expected to match:   ^b
actual:              abc" matches abc '^b'
}

@test "numbers and files: the words as they came" {
  holds 3 -lt 4
  holds ! -e none
  holds -n x
  fails "does not hold: '4' '-lt' '4'" holds 4 -lt 4
  fails "does not hold: '!' '-e' '$BATS_TEST_TMPDIR'" holds ! -e "$BATS_TEST_TMPDIR"
  fails "does not hold: '-n' ''" holds -n ''
  # What is no number is neither less nor more.
  run -1 --separate-stderr holds '' -lt 4
  same "${stderr_lines[-1]}" "does not hold: '' '-lt' '4'"
  run -1 --separate-stderr holds '' -ge 4
}

@test "of a long text the beginning is shown" {
  printf -v long '%05000d' 0
  run -1 --separate-stderr has "$long" x
  same "${#stderr_lines[1]}" $((21 + 4000))
}

@test "a comparison or a status that fails ends the test, and shows what run has kept" {
  cd "$BATS_TEST_TMPDIR"
  sed 's/^%/@/' >inner.bats <<'END'
load "$EXPECT"

%test "text" {
  run -0 echo out
  same "$output" other
  echo 'not reached'
}

%test "status" {
  run -3 --separate-stderr sh -c 'echo out; echo err >&2; exit 4'
  echo 'not reached'
}
END
  EXPECT=$ROOT/tools/tests/expect run -1 bats --tap inner.bats
  has "$output" "#   \`same \"\$output\" other' failed
# expected:            other
# actual:              out
# Last output:
# out
"
  has "$output" "failed, expected exit code 3, got 4
# Last output:
# out
# Last stderr:"
  has "$output" $'\n# err'
  lacks "$output" 'not reached'
}
