#!/usr/bin/env bats
#
# clean: .pgokit and nothing else.

load helper

setup() {
  tiny
}

clean() { # <status>
  run --separate-stderr "-$1" "$pgokit" clean
  same "$output" ''
}

@test "removes .pgokit, whatever is in it, and leaves the project as it was" {
  local before
  before=$(project_state .)
  mkdir -p .pgokit/tree/deep
  ln -s / .pgokit/tree/root
  touch .pgokit/manifest.json
  clean 0
  same "$stderr" ''
  [ ! -e .pgokit ]
  same "$(project_state .)" "$before"
}

@test "nothing to remove is no error" {
  clean 0
  same "$stderr" ''
}

@test "a .pgokit that is a link to elsewhere: what is there is not touched" {
  mkdir ../elsewhere
  touch ../elsewhere/kept
  ln -s ../elsewhere .pgokit
  clean 0
  [ ! -L .pgokit ]
  [ -e ../elsewhere/kept ]
}

@test "a folder that is no project loses nothing" {
  mkdir -p ../other/.pgokit
  cd ../other
  clean 2
  [ -d .pgokit ]
}
