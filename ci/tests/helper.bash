# shellcheck shell=bash
#
# What the tests of the commands share. The tools are the real ones; a test that needs one to be
# missing or to fail says so with path_without or a program of its own in front of PATH.

top=$(cd -- "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
pgokit=$top/ci/pgokit

# shellcheck source=../../tools/tests/expect.bash
. "$top/tools/tests/expect.bash"

# Nothing of the caller reaches the tests: settings, credentials, compilers, the CI it runs in.
unset CC CXX CFLAGS CXXFLAGS LDFLAGS AR RANLIB NM LLVM_PROFDATA LLVM_PROFILE_FILE PGOKIT_LLVM \
  PGOKIT_BINARY GITHUB_ACTIONS GITHUB_STEP_SUMMARY CDPATH MAKEFLAGS MAKELEVEL
export HOME=$BATS_RUN_TMPDIR/home TMPDIR=${BATS_TEST_TMPDIR:-$BATS_RUN_TMPDIR} LC_ALL=C.UTF-8
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b \
  GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b
mkdir -p -- "$HOME"
shared=${PGOKIT_TEST_SHARED:-$BATS_RUN_TMPDIR}

# The program of the small projects: a loop that gets hot. It builds in a fraction of a second.
tiny_source() {
  cat <<'SOURCE'
#include <stdio.h>
#include <stdlib.h>

__attribute__((noinline)) static unsigned steps(unsigned x)
{
	unsigned n = 0;

	for (; x > 1; n++)
		x = x % 2 ? 3 * x + 1 : x / 2;
	return n;
}

int main(int argc, char **argv)
{
	unsigned long sum = 0;

	for (int i = 1; i < (argc > 1 ? atoi(argv[1]) : 1); i++)
		sum += steps((unsigned)i);
	printf("%lu\n", sum);
	return 0;
}
SOURCE
}

# Makes a small project in the folder and enters it.
tiny() { # [folder] [jq filter on its pgokit.json]
  mkdir -p -- "${1:-$BATS_TEST_TMPDIR/tiny}"
  cd -- "${1:-$BATS_TEST_TMPDIR/tiny}" || return
  tiny_source >main.c
  tiny_config >pgokit.json
  [ -z "${2-}" ] || config_edit "$2"
}

tiny_config() {
  cat <<'CONFIG'
{
  "name": "tiny",
  "build": "$CC $CFLAGS $LDFLAGS -o prog main.c",
  "binary": "prog",
  "workloads": {
    "fast": [
      {
        "name": "train",
        "run": "$PGOKIT_BINARY 3000"
      }
    ]
  },
  "benches": [
    {
      "name": "full_check_flow",
      "run": "$PGOKIT_BINARY 4000"
    }
  ],
  "gate": {
    "budget_s": 1
  },
  "variants": [
    "pgo-nolto"
  ]
}
CONFIG
}

config_edit() { # <jq filter>
  jq "$1" pgokit.json >pgokit.json.edited
  mv -- pgokit.json.edited pgokit.json
}

# A small project that has been through the phases up to this one, and enters it. Each stage is made
# once, for all files where ci/test runs them; the test gets a copy.
tiny_after() { # <collect|merge|optimize|bench|gate> [folder]
  (
    flock 9
    stages_make "$1" "$shared"
  ) 9>"$shared/stages.lock" || return
  cp -R -- "$shared/after-$1" "${2:-$BATS_TEST_TMPDIR/tiny}"
  cd -- "${2:-$BATS_TEST_TMPDIR/tiny}" || return
}

stages_make() { # <stage> <folder of all stages>
  local stage before=
  for stage in collect merge optimize bench gate; do
    if [ ! -d "$2/after-$stage" ]; then
      rm -rf -- "$2/making"
      if [ -z "$before" ]; then
        tiny "$2/making"
      else
        cp -R -- "$2/after-$before" "$2/making"
      fi
      local options=()
      [ "$stage" != bench ] || options=(--rounds 20)
      "$pgokit" -C "$2/making" "$stage" "${options[@]}" >/dev/null 9>&- || return
      mv -- "$2/making" "$2/after-$stage"
    fi
    before=$stage
    [ "$stage" != "$1" ] || break
  done
}

# Enters a folder of this test with what the function makes in the current one, once for all tests of a file.
made_once() { # <function>
  local made=$BATS_FILE_TMPDIR/made
  if [ ! -e "$made.whole" ]; then
    rm -rf -- "$made"
    mkdir -- "$made"
    cd -- "$made" || return
    "$1"
    : >"$made.whole"
  fi
  cp -R -- "$made/." "$BATS_TEST_TMPDIR"
  cd -- "$BATS_TEST_TMPDIR" || return
}

# A wrapper of a program, or that program with what it is followed by, that leaves a server behind once.
leaves_a_server() { # [program]
  # shellcheck disable=SC2016 # the wrapper's variables
  printf '#!/bin/sh\nif [ ! -e "%s/server" ]; then setsid sleep 58.3 </dev/null >/dev/null 2>&1 3>&- & echo "$!" >"%s/server"; fi\nexec %s "$@"\n' \
    "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR" "${1-}"
}

# It runs still; now it ends.
server_runs() {
  kill -- "$(cat -- "$BATS_TEST_TMPDIR/server")"
}

# Puts the project in the current folder into git, and what its weekly collection would upload elsewhere.
weekly_artifact() { # <folder>
  printf '.pgokit/\n' >.gitignore
  git init -q -b main
  git add -A
  git commit -q -m first
  "$pgokit" collect
  "$pgokit" merge
  mkdir -- "$1"
  cp -R .pgokit/manifest.json .pgokit/profile .pgokit/raw "$1"
  "$pgokit" clean
}

# What each phase looks at before it begins is looked at once for all tests: what the system has, and what
# clang says. breakage.bats has what happens where they are not so, and full.bats leaves it to the phases.
# shellcheck source=../lib/lib.sh
[ -s "$shared/clang" ] || {
  (
    export PGOKIT_HOME=$top
    . "$top/ci/lib/lib.sh"
    use toolchain
    toolchain_find
    printf '%s' "$PGOKIT_CLANG"
  ) >"$shared/clang.$$"
  mv -- "$shared/clang.$$" "$shared/clang"
}
PGOKIT_CLANG=$(<"$shared/clang")
tests_llvm=${PGOKIT_CLANG%/clang: *}
export PGOKIT_CLANG PGOKIT_CONDITIONS=met

phases_look() {
  unset PGOKIT_CLANG PGOKIT_CONDITIONS
}

# The folder of LLVM that the kit chooses on this machine.
llvm_bin() {
  printf '%s' "$tests_llvm"
}

# For jq: 1.7 and later print a number as it was written, 3.0; compared is what it is, 3.
plain='walk(if type == "number" then . + 0 else . end)'

# What the last command said beside its log: the lines of standard error that begin with no time.
messages() {
  printf '%s\n' "$stderr" | grep -v '^[0-9][0-9]:[0-9][0-9]:[0-9][0-9] ' || true
}

# The log without its times.
logged() {
  printf '%s\n' "$stderr" | sed -nE 's/^[0-9]{2}:[0-9]{2}:[0-9]{2} +//p'
}

# A folder with everything that PATH has but these programs; prints it.
path_without() { # <program...>
  local dir=$BATS_TEST_TMPDIR/path p d
  mkdir -p -- "$dir"
  while IFS= read -r -d : d; do
    [ ! -d "$d" ] || ln -s -- "$d"/* "$dir/" 2>/dev/null || true # the first of a name wins
  done <<<"$PATH:"
  for p; do rm -f -- "$dir/$p"; done
  printf '%s' "$dir"
}

# The files of a project, .pgokit left out, with their hashes.
project_state() { # <folder>
  (cd -- "$1" && find . -path ./.git -prune -o -path ./.pgokit -prune -o \
    \( -type f -exec sha256sum -z {} + -o -printf '%y %p %l\0' \)) | sort -z | tr '\0' '\n'
}

# A copy of the demo project, as a repository of its own, that the tests of one file may change.
relcheck_copy() { # <folder>
  mkdir -p -- "$1"
  git -C "$top/fixtures/relcheck" ls-files -z --cached --others --exclude-standard |
    tar -C "$top/fixtures/relcheck" --null -T - -cf - | tar -C "$1" -xf -
  git -C "$1" init -q
  git -C "$1" add -A
  git -C "$1" commit -q -m all
}

# The folder of a demo project that has been through `pgokit full` in a run of GitHub's, made once
# per run of bats and shared by all files: tests only read it, or work on a copy of it. Beside it
# lie what it printed (.out, .err), the job summary (.summary) and the project's files (.before,
# .after). With the system's jq: every phase has to do with that as well as with the one in build/.
pipeline_once() { # sets piped
  piped=$BATS_RUN_TMPDIR/piped
  if [ ! -f "$piped.status" ]; then
    relcheck_copy "$piped"
    project_state "$piped" >"$piped.before"
    local status=0
    GITHUB_ACTIONS=true GITHUB_STEP_SUMMARY=$piped.summary \
      PATH=${PATH//"$top/build/jq:"/} "$pgokit" -C "$piped" full --budget 8 >"$piped.out" 2>"$piped.err" || status=$?
    project_state "$piped" >"$piped.after"
    printf '%s\n' "$status" >"$piped.status"
  fi
  [ "$(<"$piped.status")" = 0 ] || {
    cat -- "$piped.err"
    return 1
  }
}

# A member of the manifest as the kit writes it, without the time that a start of jq takes.
manifest_part() { # <key>
  sed -n '/^  "'"$1"'": /,/^  }/p'
}

# What the manifest of the current .pgokit says of the phases whose results are there; how the latest
# phase went (last) changes with every run.
phase_records() {
  manifest_part phases <manifest.json
}

# From here on the files that sha256sum is given are noted in $BATS_TEST_TMPDIR/hashed, a line a call.
hashing_noted() {
  mkdir -p "$BATS_TEST_TMPDIR/noting"
  printf '#!/bin/sh\necho "$@" >>"%s"\nexec "%s" "$@"\n' "$BATS_TEST_TMPDIR/hashed" "$(type -P sha256sum)" \
    >"$BATS_TEST_TMPDIR/noting/sha256sum"
  chmod +x "$BATS_TEST_TMPDIR/noting/sha256sum"
  PATH=$BATS_TEST_TMPDIR/noting:$PATH
}
