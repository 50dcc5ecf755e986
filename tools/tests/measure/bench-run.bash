# shellcheck shell=bash
# Loaded by the tests of bench-run after helper.

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export TMPDIR=$BATS_TEST_TMPDIR
}

# An executable script with the lines of standard input.
program() { # <name>
  {
    echo '#!/bin/sh'
    cat
  } >"$1"
  chmod +x "$1"
}

# One run with a receipt in r.json: arms a and b.
bench() { # <command a> <command b> <option>...
  bench-run --warmup 1 -o r.json "${@:3}" --arm "a=$1" --arm "b=$2"
}

# Whether the words run as bench-run's arguments are refused with this message.
refuses() { # <message> <argument>...
  run -2 --separate-stderr bench-run "${@:2}"
  same "$stderr" "bench-run: $1"
  same "$output" ''
}

# A plan with this text is refused with a message that starts with the file and the key.
refuses_plan() { # <message> <text>
  printf '%s' "$2" >plan.json
  refuses "read 'plan.json': $1" --plan plan.json
}
