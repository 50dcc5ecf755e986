#!/usr/bin/env bats
#
# pgokit init: which files it writes, and that it loses none.

# The variables in single quotes are those of builds and workloads.
# shellcheck disable=SC2016

load ../helper
load init
load ../runner

setup() {
  make_project
}

written() { # every file that git does not know yet, one per line
  git status --porcelain --untracked-files=all | sed 's/^...//'
}

@test "writes pgokit.json, workflows, a Dependabot entry, a line in .gitignore; then there is nothing left to do" {
  init 0 --binary prog
  same "$output" ''
  same "$(written | grep -v '^\.github/workflows/')" $'.github/dependabot.yml\n.gitignore\npgokit.json'
  same "$(written | sed -n 's|^\.github/workflows/||p' | sort)" \
    "$(cd "$top/.github/workflows" && printf '%s\n' *.yml | grep -vxE '(ci|keep|compete)[.]yml')"
  same "$(<.gitignore)" /.pgokit/
  same "$(jq -c '[.toolchain, .build, .binary]' pgokit.json)" '["clang","make -j\"$(nproc)\"","prog"]'
  has "$(decisions)" $'What is left to you:\n 1. workloads: '
  local before
  before=$(project_state .)
  init 0 --binary prog
  same "$output" ''
  has "$(logged)" 'as it should be: pgokit.json'
  same "$(project_state .)" "$before"
}

@test "a placeholder fails in words: of a workload before anything is collected, of a benchmark in its turn" {
  init 0 --binary prog --only config
  run --separate-stderr -1 "$pgokit" collect
  has "$stderr" "run workload 'edit-me': its probe failed: false # a placeholder: say in run what the program is to be trained on"
  holds ! -e .pgokit/raw
  config_edit 'del(.workloads.fast[0].needs)'
  run --separate-stderr -1 "$pgokit" collect
  has "$stderr" "run workload 'edit-me': it failed"
  config_edit '.workloads.fast[0].run = "$PGOKIT_BINARY 3000" | .variants = ["pgo-nolto"]'
  run --separate-stderr "$pgokit" full --budget 1
  holds "$status" -gt 0
  has "$stderr" "bench-run: find 'edit-me' of benchmark 'edit_me_full_check_flow'"
  holds ! -e .pgokit/gate
}

@test "a binary that nothing tells is a placeholder, too, or asked for at a terminal" {
  init 0 --only config
  has "$(decisions)" ' 1. binary: put in the path of the program'
  run --separate-stderr -2 "$pgokit" collect
  has "$stderr" "the build made no executable 'edit-me'"
  rm pgokit.json
  printf 'prog\n' | script -qec "'$pgokit' init --only config" /dev/null >asked
  has "$(<asked)" 'Which program does the build make'
  same "$(jq -r .binary pgokit.json)" prog
}

@test "what is there and differs stays, the difference is shown, and --force replaces it" {
  init 0 --binary prog
  decided
  cp pgokit.json mine.json
  init 1 --binary prog
  has "$output" '-      "name": "full_check_flow",'
  has "$output" '+      "name": "edit_me_full_check_flow",'
  has "$(logged)" 'left as it is, with the difference above: pgokit.json; --force replaces it'
  same "$(decisions)" ''
  cmp pgokit.json mine.json
  init 0 --binary prog --force --dry-run
  has "$output" 'edit_me_full_check_flow'
  cmp pgokit.json mine.json
  init 0 --binary prog --force
  has "$output" 'edit_me_full_check_flow'
  same "$(jq -r '.benches[0].name' pgokit.json)" edit_me_full_check_flow
}

@test "--only writes what it names and leaves the rest alone" {
  init 0 --only gitignore,dependabot
  same "$(written)" $'.github/dependabot.yml\n.gitignore'
  init 0 --only 'collect gitignore'
  has "$(written)" .github/workflows/collect.yml
  for bad in x ../config '' '*'; do
    init 2 --only "$bad"
    has "$stderr" "pgokit init: --only '$bad': expected some of: config workflows"
  done
}

@test "--dry-run writes nothing, and what it prints is the patch that makes all of it" {
  printf 'a\nb' >.gitignore
  printf '[tools]\nnode = "24"\n' >mise.toml
  cp -R . ../other
  init 0 --binary prog --dry-run
  same "$(written)" $'.gitignore\nmise.toml'
  printf '%s\n' "$output" >../patch
  init 0 --binary prog
  git -C ../other apply ../patch
  rm -rf ../other/.git
  diff -r --exclude=.git . ../other
}

@test "nothing is written through a link that leads out, nor over one" {
  mkdir ../elsewhere
  ln -s ../elsewhere .github
  init 2
  has "$stderr" "pgokit init: write '.github/workflows/collect.yml': '.github' is a link out of the repository"
  same "$(written)" .github
  rm .github
  mkdir inside
  ln -s inside .github
  ln -s ../elsewhere/x pgokit.json
  init 2 --force
  has "$stderr" "pgokit init: write 'pgokit.json': it is a link, to '../elsewhere/x'; what it stands for is not replaced"
  rm pgokit.json
  mkdir pgokit.json
  init 2 --force
  has "$stderr" "write 'pgokit.json': what is there is no file"
  rmdir pgokit.json
  init 0
  holds -f inside/workflows/collect.yml
  same "$(ls ../elsewhere)" ''
}

@test "a file that cannot be written is named, and none is half there" {
  mkdir .github
  : >.github/workflows
  init 2
  has "$stderr" "write '.github/workflows/collect.yml': '.github/workflows' is no folder"
  same "$(written)" .github/workflows
  rm .github/workflows
  mkdir bin
  printf '#!/bin/sh\nexit 1\n' >bin/mv
  chmod +x bin/mv
  PATH=$PWD/bin:$PATH init 2
  has "$stderr" "pgokit init: write 'pgokit.json': it cannot be put in place"
  same "$(written)" bin/mv
}

@test "modes stay, new files are as the umask says, and nothing else is left" {
  umask 027
  init 0
  same "$(stat -c %a pgokit.json)" 640
  chmod 404 pgokit.json
  echo >>pgokit.json
  init 0 --force
  same "$(stat -c %a pgokit.json)" 404
  same "$(find . "$TMPDIR" -name '*pgokit.??????')" ''
}

@test "a folder of a repository: workflows at the top name it, the rest is in it" {
  mkdir -p "it's/a b"
  mv main.c Makefile "it's/a b"
  printf '[tasks]\n' >mise.toml
  commit_all .
  cd "it's/a b"
  init 0
  same "$(cd ../.. && written | grep -v workflows/)" $'mise.toml\n.github/dependabot.yml\n"it\'s/a b/.gitignore"\n"it\'s/a b/pgokit.json"'
  has "$(<../../.github/workflows/collect.yml)" $'\n  PROJECT: "it\'s/a b" # where pgokit.json is\n'
  has "$(<../../mise.toml)" 'dir = "{{config_root}}/it'\''s/a b"'
}

@test "a folder that a workflow cannot name is refused" {
  local name
  for name in ' a' 'a$b' '${{ github.token }}' 'a"b' 'a*' 'a\b' '#a' $'a\nb' $'a\eb' $'a\xff' '100%'; do
    mkdir -p "$BATS_TEST_TMPDIR/p/$name"
    cp Makefile "$BATS_TEST_TMPDIR/p/$name"
    cd "$BATS_TEST_TMPDIR/p/$name"
    init 2
    has "$stderr" 'workflows cannot name this folder'
    lacks "$stderr" $'\e'
    cd "$BATS_TEST_TMPDIR/p"
  done
  same "$(written | grep -c pgokit.json)" 0
}

@test "without git it writes here, and says what is missing" {
  rm -rf .git
  init 0
  has "$stderr" 'is in no git repository; git init makes one'
  holds -f .github/workflows/collect.yml
}
