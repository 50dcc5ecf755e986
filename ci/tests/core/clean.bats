#!/usr/bin/env bats
#
# clean: .pgokit and nothing else.

load ../helper

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
  holds ! -e .pgokit
  same "$(project_state .)" "$before"
}

@test "nothing to remove is no error" {
  clean 0
  same "$stderr" ''
}

@test "a folder that is no project loses nothing" {
  mkdir -p ../other/.pgokit
  cd ../other
  clean 2
  holds -d .pgokit
}

@test "a linked .pgokit: what the kit made where it leads is removed, the link stays, and git sees none of it" {
  git init -q -b main
  printf '.pgokit/\n' >.gitignore
  git add -A
  git commit -q -m first
  mkdir ../big
  ln -s ../big .pgokit
  "$pgokit" collect
  holds -f ../big/manifest.json
  same "$(jq -r '.phases.collect.sources[0].dirty' ../big/manifest.json)" false
  holds ! -e ../big/tree/.pgokit
  holds ! -L ../big/tree/.pgokit
  clean 0
  same "$(ls -A ../big)" ''
  same "$(readlink .pgokit)" ../big
}

@test "a .pgokit that leads where other things lie is not used, and nothing there is removed" {
  mkdir -p ../home/bin
  touch ../home/bin/precious
  ln -s ../home .pgokit
  clean 2
  same "$(messages)" "pgokit clean: use '$PWD/.pgokit': it is a link to '../home', where other things lie than pgokit's; let it lead to an empty folder"
  run --separate-stderr -2 "$pgokit" full --clean
  holds -f ../home/bin/precious
}
