#!/usr/bin/env bats
#
# Builds that use git, files that git is told to ignore, and variables that name the workspace: each sees the
# copy as it would see the checkout, and the checkout is after it what it was, to the byte and the second.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

# rustup finds the compiler through the real home.
export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
load ../helper

# A repository with a commit, a tag, a change that is staged, one that is not, and a new file.
setup() {
  tiny "$BATS_TEST_TMPDIR/p" '.build = "sh build.sh"'
  printf '.pgokit/\nignored/\n*.o\n' >.gitignore
  echo one >staged.h
  echo one >changed.h
  printf 'exit 0\n' >build.sh
  commit
  git tag v1.0
  date=@1700000000
  echo two >staged.h
  git add staged.h
  echo two >changed.h
  echo new >new.h
  touch -d "$date" changed.h main.c
  export SAID=$BATS_TEST_TMPDIR/said
}

commit() { # [folder]
  [ -e "${1:-.}/.git" ] || git -C "${1:-.}" init -q -b main
  git -C "${1:-.}" add -A
  git -C "${1:-.}" commit -q -m one
}

# Everything of the checkout, .git included: content, modes, times. git itself renews the time of an object
# that it would have written, and of a shared index that it reads.
checkout() { # <folder>
  (cd -- "$1" && find . -path '*/.pgokit' -prune -o -printf '%p %y %m %T@ %l\n' -type f -exec sha256sum -- {} + |
    sed -E 's:^([.]/[.]git/(objects/|sharedindex)[^ ]* . [0-9]+) [0-9.]+:\1:' | sort)
}

# Runs the given build in the copy, in which it makes no program, and shows what it said: on $SAID. What the
# build.sh of the checkout was is kept: the script stands outside.
build() { # [folder whose state is watched]; the script on standard input
  local before
  cat >"$BATS_TEST_TMPDIR/script"
  config_edit ".build = \"sh -e '$BATS_TEST_TMPDIR/script' >\\\"\$SAID\\\"\""
  git add pgokit.json
  mkdir -p .pgokit # which changes the folder's time
  before=$(checkout "${1:-.}")
  run --separate-stderr -2 "$pgokit" optimize --variants lto
  has "$stderr" "the build made no executable 'prog'"
  same "$(diff <(echo "$before") <(checkout "${1:-.}"))" ''
  lacks "$stderr" 'changed while this ran'
}

said() {
  same "$(<"$SAID")" "$1"
}

@test "reset --hard and clean -fdx empty the copy, not the checkout" {
  build <<<'git reset -q --hard; git clean -qfdx; cat staged.h changed.h; ls; git status --short'
  said 'one
one
build.sh
changed.h
main.c
pgokit.json
staged.h'
  same "$(git status --short)" ' M changed.h
M  pgokit.json
M  staged.h
?? new.h'
}

@test "apply patches the copy" {
  sed 's/int main/int  main/' main.c >"$BATS_TEST_TMPDIR/other"
  git diff --no-index main.c "$BATS_TEST_TMPDIR/other" | sed "s|$BATS_TEST_TMPDIR/other|/main.c|" >fix.patch || true
  build <<<'git apply fix.patch; git diff --stat -- main.c | tail -n 1; grep -c "int  main" main.c'
  said ' 1 file changed, 1 insertion(+), 1 deletion(-)
1'
}

@test "status, ls-files, diff and describe say in the copy what they say in the checkout" {
  local script='git status --short -uall; git ls-files; git ls-files -o --exclude-standard; git diff HEAD; git describe --tags --dirty; git rev-parse HEAD; git symbolic-ref HEAD; git log --format=%s; git branch --list; git check-ignore ignored/x a.o'
  mkdir ignored
  build <<<"$script"
  same "$(<"$SAID")" "$(bash -ec "$script")"
  has "$(<"$SAID")" 'v1.0-dirty'
}

@test "diff-index, which reads no file, finds a clean copy clean" {
  git commit -q -a -m two
  config_edit '.'
  build <<<'git diff-index --quiet HEAD -- main.c staged.h changed.h && echo clean'
  said clean
}

@test "show-toplevel is the copy, so are the git folder and the work tree" {
  build <<<'git rev-parse --show-toplevel --absolute-git-dir --show-prefix; git rev-parse --git-common-dir'
  said "$PWD/.pgokit/tree
$PWD/.pgokit/tree/.git

.git"
}

@test "commits, branches, tags and a stash stay in the copy" {
  build <<<'git stash -q; git stash pop -q; git switch -q -c other; git commit -q -a -m built; git tag v2; git branch -D main 2>/dev/null >&2; git gc -q --prune=now; git log --format=%s'
  said 'built
one'
}

@test "submodules: their HEAD, their reset, update --init" {
  mkdir ../lib
  echo 1 >../lib/lib.c
  commit ../lib
  git -c protocol.file.allow=always submodule --quiet add "$BATS_TEST_TMPDIR/lib" 'deep/sub module'
  git commit -q -m sub
  echo 2 >>'deep/sub module/lib.c'
  build <<<'git submodule --quiet foreach "git rev-parse HEAD; git status --short; git rev-parse --show-toplevel"; git -C "deep/sub module" reset -q --hard; cat "deep/sub module/lib.c"; git submodule --quiet update --init; git status --short deep'
  said "$(git -C ../lib rev-parse HEAD)
 M lib.c
$PWD/.pgokit/tree/deep/sub module
1"
  same "$(<'deep/sub module/lib.c')" '1
2'
}

@test "a repository inside, which git does not look into" {
  mkdir inner
  echo 1 >inner/a
  commit inner
  echo 2 >inner/a
  build <<<'git -C inner reset -q --hard; cat inner/a'
  said 1
  same "$(<inner/a)" 2
}

@test "a linked worktree" {
  git worktree add -q ../linked
  cd ../linked
  echo two >changed.h
  build <<<'git status --short changed.h; git reset -q --hard; cat changed.h; git symbolic-ref HEAD; git worktree list | wc -l'
  said ' M changed.h
one
refs/heads/linked
1'
  same "$(git -C ../p worktree list | wc -l)" 2
}

@test "a sparse checkout stays sparse" {
  mkdir far near
  touch far/a near/b
  commit
  git sparse-checkout set near
  holds ! -e far
  build <<<'git status --short -- far near; git reset -q --hard; ls -d far near 2>&1 | tail -n 1; git sparse-checkout list'
  said 'near
near'
}

@test "files that a filter keeps elsewhere (LFS) are there as they are here, and are not called changed" {
  git config filter.kept.clean 'sed s/large/pointer/'
  git config filter.kept.smudge 'sed s/pointer/large/'
  echo '*.bin filter=kept' >.gitattributes
  echo large >data.bin
  git add data.bin .gitattributes
  git commit -q -m filtered
  build <<<'cat data.bin; git show HEAD:data.bin; git status --short data.bin; touch data.bin; git status --short data.bin; git checkout -q data.bin; cat data.bin'
  said 'large
pointer
large'
}

@test "variables that lead into the checkout lead into the copy" {
  mkdir include ignored
  touch include/x.h ignored/tool
  export GITHUB_WORKSPACE=$PWD SRC=$PWD/main.c OUT_DIR=$PWD/out LISTED=/usr/lib:$PWD/include FLAGS="-O1 -I$PWD/include --root=$PWD" \
    VENV=$PWD/ignored BESIDE=${PWD}er/x INSIDE=/mnt$PWD KEPT=$PWD/.pgokit/raw
  build <<<'printf "%s\n" "$GITHUB_WORKSPACE" "$SRC" "$OUT_DIR" "$LISTED" "$FLAGS" "$VENV" "$BESIDE" "$INSIDE" "$KEPT"'
  local tree=$PWD/.pgokit/tree
  said "$tree
$tree/main.c
$tree/out
/usr/lib:$tree/include
-O1 -I$tree/include --root=$tree
$PWD/ignored
${PWD}er/x
/mnt$PWD
$PWD/.pgokit/raw"
}

@test "the flags of the user's environment, too; through a link to the checkout as well" {
  mkdir include
  touch include/x.h
  ln -s p ../link
  cd ../link
  export CFLAGS="-O2 -I$PWD/include" LDFLAGS=-L$BATS_TEST_TMPDIR/p/include
  build <<<'printf "%s\n" "${CFLAGS%% -f*}" "${LDFLAGS%% -f*}"'
  said "-O2 -I$BATS_TEST_TMPDIR/p/.pgokit/tree/include
-L$BATS_TEST_TMPDIR/p/.pgokit/tree/include"
}

@test "a path with blanks" {
  mv ../p '../a b'
  cd '../a b'
  export WHERE=$PWD
  build <<<'printf "%s\n" "$WHERE"; git rev-parse --show-toplevel; git status --short changed.h'
  said "$PWD/.pgokit/tree
$PWD/.pgokit/tree
 M changed.h"
}

@test "a project in a folder of a repository: the commit's name, its own files, a clean status" {
  mkdir ../above
  mv ../p ../above/
  rm -rf .git
  cd "$BATS_TEST_TMPDIR/above"
  touch beside.h
  mkdir p/sub
  touch p/sub/x.h
  commit
  git tag v3
  cd p
  local commit
  commit=$(git rev-parse HEAD)
  echo three >changed.h
  build .. <<<'git rev-parse HEAD; git describe --tags; git ls-files | tr "\n" " "; git status --short; git reset -q --hard; git status --short; git diff-index --quiet HEAD; ls; cat changed.h; git log --format=%s; git show HEAD:changed.h'
  said "$commit
v3
.gitignore build.sh changed.h main.c new.h pgokit.json staged.h sub/x.h  M changed.h
M  pgokit.json
build.sh
changed.h
main.c
new.h
pgokit.json
staged.h
sub
two
one
two"
}

@test "a project that its repository ignores, and one in no repository" {
  mkdir ../above
  mv ../p ../above/
  cd "$BATS_TEST_TMPDIR/above"
  rm -rf p/.git
  echo p >.gitignore
  echo kept >file
  commit
  echo changed >file
  cd p
  git() { :; } # nothing to add there
  build .. <<<'git reset -q --hard; git rev-parse --show-toplevel; ls main.c'
  unset -f git
  said "$PWD/.pgokit/tree
main.c"
  same "$(<../file)" changed
  rm -rf ../.git .pgokit
  git() { :; }
  build <<<'git rev-parse --show-toplevel 2>&1 || true'
  has "$(<"$SAID")" 'not a git repository'
}

@test "a build that removes the copy's repository does not reach the one above" {
  build <<<'rm -rf .git; git rev-parse --show-toplevel 2>&1 || true; git reset -q --hard 2>/dev/null || echo refused'
  has "$(<"$SAID")" 'not a git repository'
  has "$(<"$SAID")" refused
}

@test "a repository that git cannot read does not answer for the copy" {
  echo nonsense >.git/HEAD
  git() { :; }
  build <<<'git rev-parse --show-toplevel; git reset --hard 2>&1 || true; ls main.c'
  has "$(<"$SAID")" "$PWD/.pgokit/tree"
}

@test "repositories of Mercurial and Jujutsu above do not answer for the copy, either" {
  mkdir -p ../.hg/store .jj/repo
  echo '*' >.jj/.gitignore
  build <<<'find .hg .jj; git status --short changed.h'
  said '.hg
.jj
 M changed.h'
}

@test "shallow, detached, without a commit, with conflicts" {
  git commit -q -a -m two
  git clone -q --depth 1 "file://$PWD" ../shallow
  cd ../shallow
  git checkout -q --detach
  build <<<'git log --format=%s; git rev-parse --is-shallow-repository; git symbolic-ref -q HEAD || echo detached'
  said 'two
true
detached'
  cd ../p
  git switch -q -c side HEAD~1
  sed -i 's/int main/int MAIN/' main.c
  git commit -q -a -m side
  sed -i 's/int MAIN/int Main/' main.c
  git switch -q main 2>/dev/null || git stash -q && git switch -q main
  sed -i 's/int main/int mAIN/' main.c
  git commit -q -a -m three
  run git merge -q side
  build <<<'git status --short main.c; git ls-files -u | wc -l'
  said 'UU main.c
3'
  mkdir ../unborn
  cp main.c pgokit.json ../unborn/
  cd ../unborn
  git init -q -b first
  build <<<'git symbolic-ref HEAD; git rev-parse HEAD 2>/dev/null || echo none; git status --short'
  said 'refs/heads/first
HEAD
none
A  pgokit.json
?? main.c'
}

@test "a split index, an untracked cache, objects of a third repository" {
  git clone -q --shared . ../third 2>/dev/null
  cd ../third
  git config core.untrackedCache true
  git update-index --split-index --untracked-cache
  echo two >changed.h
  build <<<'git status --short; git log --format=%s' 2>"$BATS_TEST_TMPDIR/err"
  said ' M changed.h
M  pgokit.json
one'
}

@test "no hook, no credential and no other setting that runs a program comes into the copy" {
  printf '#!/bin/sh\necho hook >>"$SAID"\n' >.git/hooks/post-checkout
  chmod +x .git/hooks/post-checkout
  git config http.https://example.org/.extraheader 'AUTHORIZATION: basic c2VjcmV0'
  git config remote.origin.url 'https://user:secret@example.org/p.git'
  git config alias.st '!echo alias'
  git config core.sshCommand 'echo ssh'
  git config core.hooksPath "$PWD/.git/hooks"
  build <<<'git checkout -q -b x; git config remote.origin.url; git st 2>/dev/null || echo none; grep -c -e secret -e c2Vj -e ssh .git/config || true'
  said 'https://example.org/p.git
none
0'
}

@test "a tool that honours .gitignore sees the files of the copy" {
  mkdir data
  touch data/1 data/2 ignored.o
  build <<<'git ls-files -co --exclude-standard data; git status --short --ignored | grep "!!" || echo none'
  said 'data/1
data/2
none'
}

@test "the base of a gate has its own HEAD, also where the head is dirty" {
  git stash -q -u
  config_edit '.build = "git rev-parse HEAD >>\"$SAID\"; git status --short >>\"$SAID\"; $CC $CFLAGS $LDFLAGS -o prog main.c" | .benches[0].run = "$PGOKIT_BINARY 20"'
  git commit -q -a -m config
  git tag base
  git commit -q --allow-empty -m head
  echo '// new' >>main.c
  mkdir .pgokit
  local before
  before=$(checkout .)
  run --separate-stderr -0 "$pgokit" gate --base base
  said "$(git rev-parse base)
$(git rev-parse HEAD)
 M main.c"
  same "$(checkout .)" "$before"
  has "$(<.pgokit/gate/summary.md)" "Byte for byte the same program, although a file differs, 'main.c', which then is no part of it: each benchmark ran once"
}

@test "what a build changes in the checkout by its absolute path is said, with the file" {
  config_edit ".build = \"echo 1 >$PWD/made.txt; echo x >>'$PWD/ignored/log'; git -C $PWD tag made; git -C $PWD add made.txt; false\""
  mkdir ignored
  run --separate-stderr -2 "$pgokit" collect
  has "$(messages)" "pgokit collect: warning: watch '$PWD': changed while this ran: '.git (HEAD, branches, tags)', '.git (index)', 'ignored/log', 'made.txt'. A build or a workload did that by a path outside of its copy, '$PWD/.pgokit/tree', or somebody else did"
  # Where there was no repository, one that is made.
  rm -rf .git
  config_edit ".build = \"git init -q '$PWD'; false\""
  run --separate-stderr -2 "$pgokit" collect
  has "$(messages)" "changed while this ran: '.git'. A build"
}

@test "tools that pass caches by pass .pgokit by" {
  build <<<true
  same "$(head -c 43 .pgokit/CACHEDIR.TAG)" 'Signature: 8a477f597d28d172789f06886806bc55'
  same "$(tar --exclude-caches-all -cf - . | tar -tf - | grep -c '^./.pgokit/.')" 0
}

@test "a source, or a folder of headers, that is compiled from the checkout is refused by name" {
  config_edit ".build = \"\$CC \$CFLAGS \$LDFLAGS -o prog '$PWD/main.c'\""
  run --separate-stderr -1 "$pgokit" collect
  has "$(messages)" "pgokit collect: build 'instrumented': it compiled from the checkout, not from its copy in '$PWD/.pgokit/tree': '$PWD/main.c'. Let the build name its files relative to the folder in which it is started"
  mkdir -p include ignored
  touch include/own.h ignored/installed.h
  config_edit ".build = \"\$CC \$CFLAGS -I$PWD/ignored -I '$PWD/include' \$LDFLAGS -o prog main.c\""
  run --separate-stderr -1 "$pgokit" collect
  has "$(messages)" "not from its copy in '$PWD/.pgokit/tree': '$PWD/include'. Let"
}

@test "a module of a Rust program, too" {
  mkdir src 'a b'
  echo 'pub fn f() {}' >'a b/x.rs'
  printf '#[path = "%s"] mod x;\nfn main() { x::f() }\n' "$PWD/a b/x.rs" >src/main.rs
  printf '[package]\nname = "prog"\nversion = "0.1.0"\nedition = "2021"\n' >Cargo.toml
  config_edit '.toolchain = "cargo" | .build = "cargo build --release --offline" | .binary = "target/release/prog"'
  run --separate-stderr -1 "$pgokit" collect
  has "$(messages)" "it compiled from the checkout, not from its copy in '$PWD/.pgokit/tree': '$PWD/a b/x.rs'"
}
