# shellcheck shell=bash
#
# What the tests of gate --base share.

# A repository of the small project; its program takes a few milliseconds.
gate_project() {
  # shellcheck disable=SC2016 # the benchmark's variable
  tiny "$BATS_TEST_TMPDIR/tiny" '.benches[0].run = "$PGOKIT_BINARY 20000" | .gate.budget_s = 3'
  repository .
}

repository() { # <folder>
  git -C "$1" init -q -b main
  git -C "$1" add -A
  git -C "$1" commit -q -m one
}

commit() {
  git add -A
  git commit -q -m two
}

# The same output for nearly twice the work.
slower() {
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + (i % 4 ? steps((unsigned)i + 1) >> 20 : 0);/' main.c
}

# Other bytes, the same code.
renamed() {
  echo 'const char note[] __attribute__((used)) = "another version";' >>main.c
}

# Another source of the very same program.
reworded() {
  echo '// another version' >>main.c
}

gate() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" gate "${@:2}"
}

against() { # <status> [option...]
  gate "$1" --base main "${@:2}"
}

verdict() { # <jq expression>
  jq -cr "($1) | $plain" .pgokit/gate/verdict.json
}
