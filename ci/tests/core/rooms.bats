#!/usr/bin/env bats
#
# The check of which room uses which (ci/tests/rooms), and the loader.

load ../helper

# What the check says of uses: pairs of rooms.
uses() { # <exit status> <"user used">...
  printf '# comment\nlow  the floor :\nmid  above it : low\ntop  the roof : low mid\n' >list
  run "-$1" "$top/ci/tests/rooms" list < <(for pair in "${@:2}"; do printf '%s\t%s\t%s\n' "${pair% *}" "${pair#* }" "${pair% *}/file"; done)
}

setup() {
  cd "$BATS_TEST_TMPDIR" || exit
}

@test "what is allowed, and what a room has of its own, is clean" {
  uses 0 'mid low' 'top mid' 'low low' 'mid libc'
  same "$output" ''
}

@test "a use of a room above, or of one that is not allowed, is named with its place" {
  uses 1 'low top' 'mid low'
  same "$output" 'low/file: low may not use top'
}

@test "a room that no list has, a list that allows what is above, and no use at all are found" {
  uses 1 'new low'
  same "$output" 'list: new is missing'
  uses 1
  same "$output" 'list: no use was read'
  printf 'low  the floor : top\ntop  the roof :\n' >list
  run -1 "$top/ci/tests/rooms" list <<<$'low\tlow\tx'
  same "$output" 'list: low may not use top, which is no room below it'
}

@test "use loads each room once, behind those that it may use, and every script loads" {
  mkdir -p kit/ci/lib/{core,one,two}
  cp "$top/ci/lib/lib.sh" kit/ci/lib/
  printf '# comment\ncore  the floor :\none  above it : core\ntwo  the roof : core one\n' >kit/ci/lib/rooms
  printf 'printf core\n' >kit/ci/lib/core/a.sh
  printf 'printf " one"\n' >kit/ci/lib/one/a.sh
  printf 'printf " two"\n' >kit/ci/lib/two/a.sh
  # shellcheck disable=SC2016 # for the shell that is started
  PGOKIT_HOME=$PWD/kit run -0 bash -euo pipefail -c '. "$PGOKIT_HOME/ci/lib/lib.sh"; use two one core two'
  same "$output" 'core one two'
  # shellcheck disable=SC2016
  PGOKIT_HOME=$PWD/kit run ! bash -euo pipefail -c '. "$PGOKIT_HOME/ci/lib/lib.sh"; use three'
  has "$output" "no room is called three"
  # shellcheck disable=SC2016
  PGOKIT_HOME=$top run -0 bash -euo pipefail -c '. "$PGOKIT_HOME/ci/lib/lib.sh"; use profile gate init release'
  same "$output" ''
}

@test "what a room declares outlives the loader: declare -g" {
  run -1 grep -nE '^(declare|readonly) -[^g ]+ ' "$top"/ci/lib/*/*.sh
}
