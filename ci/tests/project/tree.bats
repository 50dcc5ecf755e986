#!/usr/bin/env bats
#
# .pgokit/tree, the copy of the project that every variant is built in: what git tracks or does not
# ignore, as it is now.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

load ../helper

# A build that makes nothing: the copy is all that is looked at, and the run ends behind it.
setup() {
  tiny "$BATS_TEST_TMPDIR/p" '.build = "true"'
}

repository() { # [folder]
  git -C "${1:-.}" init -q
  git -C "${1:-.}" add -A
  git -C "${1:-.}" commit -q -m all
}

copy() { # what the build would see, one path per line
  run --separate-stderr -2 "$pgokit" optimize --variants lto
  has "$stderr" "the build made no executable 'prog'"
  (cd .pgokit/tree && find . -mindepth 1 -name .git -prune -o -not -type d -print | sed 's|^\./||' | sort) >"$BATS_TEST_TMPDIR/copied"
}

copied() { # <path...>: exactly these, beside the two of every small project
  same "$(<"$BATS_TEST_TMPDIR/copied")" "$(printf '%s\n' main.c pgokit.json "$@" | sort)"
}

@test "tracked and untracked files are copied as they are now, ignored ones are not" {
  printf '*.o\nout/\n' >.gitignore
  repository
  mkdir -p sub out
  echo old >stale.o
  echo x >out/x
  echo new >sub/new.h
  echo '// changed' >>main.c
  copy
  copied .gitignore sub/new.h
  same "$(messages | head -n 1)" "pgokit optimize: build 'baseline': the build made no executable 'prog' (config: binary); see '$PWD/.pgokit/log/build-baseline.log'"
  same "$(tail -n 1 .pgokit/tree/main.c)" '// changed'
}

@test "a tracked file that was deleted is not missed" {
  touch gone.h
  repository
  rm gone.h
  copy
  copied
}

@test "an ignored file that is tracked is copied" {
  echo '*.o' >.gitignore
  touch kept.o
  git init -q
  git add -f kept.o
  copy
  copied .gitignore kept.o
}

@test "links are copied as links, broken ones too, and modes and times are kept" {
  ln -s main.c link.c
  ln -s nowhere broken
  mkdir real
  touch real/f
  ln -s real folder
  echo 'echo' >run.sh
  chmod 755 run.sh
  touch -d '2001-02-03 04:05:06' run.sh
  repository
  copy
  copied broken folder link.c real/f run.sh
  same "$(readlink .pgokit/tree/link.c .pgokit/tree/broken .pgokit/tree/folder)" 'main.c
nowhere
real'
  same "$(stat -c '%a %Y' .pgokit/tree/run.sh)" "$(stat -c '%a %Y' run.sh)"
}

@test "names with blanks, quotes, stars, a leading hyphen, bytes that are no UTF-8 and a line break" {
  local names=('a b' "it's" '"q"' '*' '-rf' '--checkpoint=1' $'line\nbreak' $'\xff' 'back\slash')
  touch -- "${names[@]}"
  git init -q
  git add -- 'a b' '-rf'
  copy
  local name
  for name in "${names[@]}"; do
    holds -f ".pgokit/tree/$name"
  done
  same "$(find .pgokit/tree -name .git -prune -o -type f -printf x | wc -c)" 11
}

@test "a project in a folder of a repository: only its own files" {
  mkdir ../above
  mv ../p ../above/
  cd "$BATS_TEST_TMPDIR/above/p"
  touch ../outside.h untracked.h
  printf 'ignored.h\n' >../.gitignore
  touch ignored.h
  repository ..
  copy
  copied untracked.h
  holds ! -e ../.pgokit
}

@test "a project that its repository ignores is copied whole" {
  mkdir ../above
  mv ../p ../above/
  cd "$BATS_TEST_TMPDIR/above/p"
  echo 'p/' >../.gitignore
  repository ..
  touch a.o
  copy
  copied a.o
}

@test "without a repository everything is copied but .pgokit" {
  touch a.o .hidden
  mkdir .pgokit deep
  touch .pgokit/old deep/.pgokit
  copy
  copied .hidden a.o deep/.pgokit
}

@test "without git everything is copied but .pgokit and .git" {
  repository
  touch a.o
  PATH=$(path_without git) copy
  copied a.o
  lacks "$stderr" 'not found'
}

@test "a repository that git cannot read: said, and everything is copied" {
  repository
  echo nonsense >.git/HEAD
  touch a.o
  copy
  has "$(messages | head -n 1)" "pgokit optimize: warning: copy '$PWD': git cannot read it, so all files are copied: "
  copied a.o
}

@test "submodules are copied, with their untracked and without their ignored files" {
  mkdir ../lib
  echo '*.o' >../lib/.gitignore
  touch ../lib/lib.c
  repository ../lib
  repository
  git -c protocol.file.allow=always submodule --quiet add "$BATS_TEST_TMPDIR/lib" 'sub module'
  touch 'sub module/new.c' 'sub module/no.o'
  copy
  copied .gitmodules 'sub module/.gitignore' 'sub module/lib.c' 'sub module/new.c'
}

@test "a submodule that is empty is said, with the remedy" {
  mkdir ../lib
  touch ../lib/lib.c
  repository ../lib
  repository
  git -c protocol.file.allow=always submodule --quiet add "$BATS_TEST_TMPDIR/lib" sub
  git submodule --quiet deinit -f sub
  copy
  has "$(messages | head -n 1)" "pgokit optimize: warning: copy 'sub': the submodule is empty; git submodule update --init fills it"
  copied .gitmodules
}

@test "a repository inside, which git does not look into, is copied by its own rules" {
  repository
  mkdir inner
  echo '*.o' >inner/.gitignore
  touch inner/a.c inner/a.o
  repository inner
  copy
  copied inner/.gitignore inner/a.c
}

@test "in a hook of git, with GIT_DIR and GIT_INDEX_FILE set" {
  mkdir ../lib
  touch ../lib/lib.c
  repository ../lib
  repository
  git -c protocol.file.allow=always submodule --quiet add "$BATS_TEST_TMPDIR/lib" sub
  GIT_DIR=$PWD/.git GIT_INDEX_FILE=$PWD/.git/index GIT_WORK_TREE=$PWD copy
  has "$(<"$BATS_TEST_TMPDIR/copied")" sub/lib.c
}

@test "files of the copy before are gone" {
  repository
  copy
  touch .pgokit/tree/left
  copy
  copied
}

@test "git status is as it was, and no file outside .pgokit has changed" {
  repository
  local before
  before=$(project_state .)
  copy
  same "$(git status --porcelain)" ''
  same "$(project_state .)" "$before"
}

@test "a .pgokit that is a file: the message says so" {
  touch .pgokit
  run --separate-stderr ! "$pgokit" optimize --variants lto
  has "$stderr" .pgokit
  holds -f .pgokit
}
