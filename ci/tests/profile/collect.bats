#!/usr/bin/env bats
#
# collect: an instrumented build, the workloads, raw profiles that are all usable, or a reason.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

# Runs `pgokit collect` in a small project whose configuration was so filtered.
collect() { # <status> <jq filter> [option...]
  tiny "$BATS_TEST_TMPDIR/tiny" "$2"
  run --separate-stderr "-$1" "$pgokit" collect "${@:3}"
}

again() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" collect "${@:2}"
}

manifest() { # <jq expression on the collect phase>
  jq -cr ".phases.collect | $1" .pgokit/manifest.json
}

raw() { # the raw profiles' folders, one per line
  find .pgokit/raw -type f -name '*.profraw' -printf '%P\n' | sed 's|/.*||' | sort
}

@test "writes a raw profile per workload, prints the folder, records what ran" {
  collect 0 .
  same "$output" "$PWD/.pgokit/raw"
  same "$(messages)" ''
  same "$(raw)" 001
  run -0 "$top/build/bin/profraw-verify" .pgokit/raw
  same "$(manifest '[.tier, .partial, .skipped, .raw.files, .raw.ok, .raw.functions_hit]')" '["fast",false,[],1,1,2]'
  same "$(manifest '.workloads | map([.name, .weight, .raw, .status, .timedout])')" '[["train",1,"001",0,false]]'
  same "$(manifest '[.cflags, .ldflags]')" '["-fprofile-generate","-fprofile-generate"]'
  has "$(manifest .compiler)" 'clang version'
}

@test "says what it does, in order" {
  collect 0 .
  has "$(logged)" '== collect: tiny, tier fast, LLVM '
  has "$(logged)" 'build instrumented: $CC $CFLAGS $LDFLAGS -o prog main.c
workload train
1 raw profiles, '
}

@test "each process that a workload starts is in the pool, with its hash" {
  collect 0 '.workloads.fast[0] |= (.shell = true | .run = "\"$PGOKIT_BINARY\" 10; \"$PGOKIT_BINARY\" 20")'
  same "$(raw)" '001'
  same "$(wc -l <.pgokit/raw/001/sources.tsv)" 2
  same "$(manifest '.raw.files')" 2
  holds ! -e .pgokit/raw/001/run
  has "$(logged)" '2 raw profiles, '
}

@test "a workload may be called like an option" {
  collect 0 '.workloads.fast[0].name = "-x"'
  same "$(manifest '[.workloads[].name]')" '["-x"]'
}

# 500 processes, each with other counts. Where more than 300 of their profiles lie about the workload
# waits until it has fewer.
many='.workloads.fast[0] |= (.shell = true | .run = "set -e
  tr \"\\0\" \" \" </proc/$PPID/cmdline
  for i in $(seq 500); do
    \"$PGOKIT_BINARY\" $i
    tries=0
    while [ $(ls \"${LLVM_PROFILE_FILE%/*}\" | wc -l) -gt 300 ]; do
      test $((tries += 1)) -lt 300
      sleep .1
    done
  done")'

# What all of these profiles come to when they are pooled at once.
pool_afterwards() {
  local i
  for i in {1..500}; do
    LLVM_PROFILE_FILE=$BATS_TEST_TMPDIR/all/%m_%p.profraw .pgokit/bin/instrumented/prog "$i" >/dev/null
  done
  "$top/build/bin/profraw-pool" -o "$BATS_TEST_TMPDIR/pool.profraw" "$BATS_TEST_TMPDIR/all"
}

@test "hundreds of profiles are pooled while the workload runs, to what they are pooled to afterwards" {
  while [ ! -e "$BATS_TEST_TMPDIR/tiny/.pgokit/raw.new/001/hold" ]; do sleep .01; done 3>&- &
  local watcher=$!
  collect 0 "$many"
  # It has stood still at least once, and not for ever.
  wait "$watcher"
  has "$(<.pgokit/log/workloads.log)" " --hold $PWD/.pgokit/raw.new/001/hold "
  pool_afterwards
  cmp .pgokit/raw/001/pool.profraw "$BATS_TEST_TMPDIR/pool.profraw"
  same "$(ls .pgokit/raw/001)" 'pool.profraw
sources.tsv'
  same "$(wc -l <.pgokit/raw/001/sources.tsv)" 500
  same "$(cut -f 1 .pgokit/raw/001/sources.tsv | grep -c '^[0-9a-f]\{64\}$')" 500
}

@test "after a SIGKILL to the group in the middle of it, collect comes to the same" {
  tiny "$BATS_TEST_TMPDIR/tiny" "$many"
  env --default-signal setsid "$pgokit" collect >/dev/null 2>err 3>&- &
  local group=$!
  until [ -s .pgokit/raw.new/001/sources.tsv ]; do
    kill -0 "$group"
    sleep .05
  done
  kill -KILL -- "-$group"
  wait "$group" || true
  holds ! -e .pgokit/raw
  again 0
  pool_afterwards
  cmp .pgokit/raw/001/pool.profraw "$BATS_TEST_TMPDIR/pool.profraw"
}

@test "the profile of a process that still runs is left alone until it has ended" {
  # The shell stands for a process that writes its profile before it ends.
  collect 0 '.workloads.fast[0] |= (.shell = true | .run = "set -e
    d=${LLVM_PROFILE_FILE%/*}
    LLVM_PROFILE_FILE=\"$d/m_$$.profraw\" \"$PGOKIT_BINARY\" 7
    for i in $(seq 210); do \"$PGOKIT_BINARY\" $i; done
    until [ $(ls \"$d\" | wc -l) -lt 200 ]; do sleep .1; done
    test -e \"$d/m_$$.profraw\""
  )'
  same "$(manifest .raw.files)" 211
  same "$(ls .pgokit/raw/001)" 'pool.profraw
sources.tsv'
}

@test "raw profiles stay when their sum cannot be put in place" {
  collect 0 '.workloads.fast[0] |= (.shell = true | .run = "for i in $(seq 210); do \"$PGOKIT_BINARY\" $i; done; sleep 1; \"$PGOKIT_BINARY\" 9")'
  local before
  before=$(sha256sum .pgokit/raw/*/*)
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\ncase $* in *pool.profraw) echo no >&2 && exit 1 ;; esac\nexec /bin/mv "$@"\n' >"$BATS_TEST_TMPDIR/bin/mv"
  chmod +x "$BATS_TEST_TMPDIR/bin/mv"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH again 2
  has "${stderr_lines[-1]}" "pgokit collect: pool '$PWD/.pgokit/raw.new/001': "
  same "$(find .pgokit/raw.new/001 -name '*.profraw' | wc -l)" 211
  same "$(sha256sum .pgokit/raw/*/*)" "$before"
  again 0
  same "$(manifest .raw.files)" 211
}

@test "a tier adds its workloads to those of the tiers below" {
  local more='.workloads += {comprehensive: [{name: "more", run: "$PGOKIT_BINARY 5"}], exhaustive: [{name: "most", run: "$PGOKIT_BINARY 6"}]}'
  collect 0 "$more"
  same "$(manifest '[.workloads[].name]')" '["train"]'
  again 0 --tier comprehensive
  same "$(manifest '[.tier, [.workloads[].name]]')" '["comprehensive",["train","more"]]'
  again 0 --tier exhaustive
  same "$(manifest '[.workloads[].name]')" '["train","more","most"]'
}

@test "an unknown tier is refused before anything is built" {
  collect 2 . --tier slow
  same "${stderr_lines[-1]}" "pgokit collect: unknown tier 'slow': fast, comprehensive or exhaustive"
  holds ! -e .pgokit/tree
}

@test "the raw profiles of the last run are replaced" {
  collect 0 .
  local old
  old=$(cat .pgokit/raw/001/sources.tsv)
  again 0
  same "$(raw)" 001
  same "$(wc -l <.pgokit/raw/001/sources.tsv)" 1
  holds "$(cat .pgokit/raw/001/sources.tsv)" != "$old"
}

@test "--keep-profiles adds, with the weights of both runs, never into a folder that is there" {
  collect 0 '.workloads.fast = [
    {name: "off", run: "true", needs: "false", optional: true},
    {name: "train", run: "$PGOKIT_BINARY 3000", weight: 5}]'
  same "$(raw)" 002
  again 0 --keep-profiles
  same "$(raw)" '002
004'
  same "$(manifest '.workloads | map([.raw, .weight])')" '[["002",5],["004",5]]'
  same "$(manifest .raw.files)" 2
}

@test "--keep-profiles counts on from folders of workloads only, whatever another is called" {
  tiny
  mkdir -p '.pgokit/raw/9+x[$(touch PWNED)]'
  again 0 --keep-profiles
  holds -f .pgokit/raw/001/pool.profraw
  holds ! -e PWNED
}

@test "--keep-profiles where there are none" {
  collect 0 . --keep-profiles
  same "$(raw)" 001
}

@test "a workload gets an empty standard input, and its output goes to the log" {
  collect 0 '.workloads.fast[0] |= (.shell = true | .run = "cat; echo said; \"$PGOKIT_BINARY\" 3")'
  same "$(<.pgokit/log/workloads.log)" 'said
1'
}

@test "a workload that fails: named, its status said, the old profiles untouched" {
  collect 0 .
  local before
  before=$(cd .pgokit && sha256sum raw/*/* && phase_records)
  config_edit '.workloads.fast[0] |= (.shell = true | .run = "echo why >&2; exit 3")'
  again 1
  same "$output" ''
  same "$(messages)" "workload-run: run 'echo why >&2; exit 3': exit status 3
  | why
pgokit collect: run workload 'train': it failed; what it said is in '$PWD/.pgokit/log/workloads.log'"
  same "$(<.pgokit/log/workloads.log)" why
  same "$(cd .pgokit && sha256sum raw/*/* && phase_records)" "$before"
}

@test "what a failed workload said at last is shown, as no message of anybody's" {
  collect 1 '.workloads.fast = [{name: "well", run: "echo all is well", shell: true},
    {name: "bad", shell: true, run: "seq 9; printf \"::error::\\033[1mno\"; exit 1"}]'
  has "$(messages)" "  | 6
  | 7
  | 8
  | 9
  | ::error::?[1mno
pgokit collect: run workload 'bad': it failed; what it said"
  lacks "$stderr" 'all is well
'
}

@test "a workload that a signal kills" {
  collect 1 '.workloads.fast[0] |= (.shell = true | .run = "kill -SEGV $$")'
  has "$(messages)" "killed by signal 11 (Segmentation fault)
pgokit collect: run workload 'train': it failed"
}

@test "a workload that hangs is stopped with every process of its group" {
  collect 1 '.workloads.fast[0] |= (.shell = true | .timeout_s = 0.3 | .run = "sleep 61.537 & sleep 61.537; true")'
  has "$(messages)" 'stopped at its timeout after 0.3 s'
  run -1 pgrep -f 'sleep 61\.537'
}

@test "a run that is ended takes its workload along" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.workloads.fast[0].run = "sleep 62.537"'
  setsid "$pgokit" collect >out 2>err 3>&- &
  local group=$!
  for _ in {1..100}; do
    ! pgrep -f '^sleep 62\.537' >/dev/null || break
    sleep .1
  done
  kill -TERM -- "-$group"
  wait "$group" || true
  sleep .2
  run -1 pgrep -f '^sleep 62\.537'
  holds ! -e .pgokit/raw
}

@test "a server that git, the build, a probe or a workload starts does not keep the next phase out" {
  mkdir -- "$BATS_TEST_TMPDIR/bin"
  leaves_a_server "$(type -P git)" >"$BATS_TEST_TMPDIR/bin/git"
  printf '#!/bin/sh\nfor fd in /proc/self/fd/*; do readlink "$fd"; done | grep "pgokit/lock$" >>"%s/leaks"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/bin/look"
  chmod +x "$BATS_TEST_TMPDIR/bin"/*
  tiny "$BATS_TEST_TMPDIR/tiny" '.build |= "look; \(.)" | .workloads.fast[0] |= (.needs = "look; true" | .shell = true | .run |= "look; \(.)")'
  git init -q
  PATH=$BATS_TEST_TMPDIR/bin:$PATH run -0 "$pgokit" collect
  holds ! -s "$BATS_TEST_TMPDIR/leaks"
  holds -e "$BATS_TEST_TMPDIR/leaks"
  PGOKIT_LOCK_WAIT=0.1 run -0 "$pgokit" merge
  server_runs
}

@test "an optional workload whose probe fails is skipped, and the manifest says so" {
  collect 0 '.workloads.fast += [{name: "db", run: "false", needs: "echo no db; exit 1", optional: true}]'
  same "$(messages)" "pgokit collect: warning: skip workload 'db': its probe failed: echo no db; exit 1"
  same "$(manifest '[.partial, .skipped, [.workloads[].name]]')" '[true,["db"],["train"]]'
  has "$(<.pgokit/log/workloads.log)" 'no db'
}

@test "a required workload whose probe fails ends the collection" {
  collect 1 '.workloads.fast[0].needs = "test -e service"'
  same "$(messages)" "pgokit collect: run workload 'train': its probe failed: test -e service; see '$PWD/.pgokit/log/workloads.log'"
}

@test "a probe that succeeds lets the workload run; it runs in the tree" {
  collect 0 '.workloads.fast[0].needs = "test -x prog && case $PWD in */.pgokit/tree) ;; *) false ;; esac"'
  same "$(manifest .partial)" false
}

@test "when every workload was skipped, there is no profile" {
  collect 1 '.workloads.fast[0] += {needs: "false", optional: true}'
  has "$(messages)" 'pgokit collect: collect: the workloads wrote no raw profile'
}

@test "a variable that is not set is a failure, not an empty word" {
  collect 1 '.workloads.fast[0].run = "$PGOKIT_BINARY $NOT_SET_ANYWHERE"'
  has "$(messages)" "workload-run: read command '\$PGOKIT_BINARY \$NOT_SET_ANYWHERE': variable NOT_SET_ANYWHERE is not set
pgokit collect: run workload 'train': it failed"
}

@test "a pipe without \"shell\": true is refused with the remedy, and works with it" {
  collect 1 '.workloads.fast[0].run = "$PGOKIT_BINARY 3000 | cat"'
  has "$(messages)" 'one of | & ; < > ( ) { } or a newline outside quotes: quote it, or set "shell": true'
  config_edit '.workloads.fast[0].shell = true'
  again 0
  same "$(raw)" 001
}

@test "the value of a variable stays one word, and a pattern is expanded" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.workloads.fast += [{name: "words", run: "printf \"<%s>\" $PHRASE *.txt"}]'
  touch a.txt b.txt
  PHRASE='two words' again 0
  has "$(<.pgokit/log/workloads.log)" '<two words><a.txt><b.txt>'
}

@test "a program that was not built instrumented: the reason is said, the old profiles stay" {
  collect 0 .
  config_edit '.build = "cc -O1 -o prog main.c"'
  again 1
  has "$(messages)" "pgokit collect: collect: the workloads wrote no raw profile: 'prog' is not instrumented (it has no section __llvm_prf_cnts): GCC "
  same "$(raw)" 001
}

@test "a build that fails: the end of what it said, the log, exit 2, old results untouched" {
  collect 0 .
  local before
  before=$(cd .pgokit && sha256sum raw/*/* bin/*/* && phase_records)
  config_edit '.build = "echo start; $CC -c nothing.c; exit 7"'
  again 2
  same "$output" ''
  has "$(messages)" "error: no such file or directory: 'nothing.c'"
  same "${stderr_lines[-1]}" "pgokit collect: build 'instrumented': the build command failed; all it said is in '$PWD/.pgokit/log/build-instrumented.log'"
  has "$(<.pgokit/log/build-instrumented.log)" 'start'
  has "$(<.pgokit/log/build-instrumented.log)" 'CFLAGS=-fprofile-generate'
  same "$(cd .pgokit && sha256sum raw/*/* bin/*/* && phase_records)" "$before"
}

@test "only the last 20 lines of a long build are shown" {
  collect 2 '.build = "seq 1000; exit 1"'
  has "$stderr" $'  | 981\n  | 982\n'
  lacks "$stderr" $'980\n'
}

@test "a build that makes no binary, or one that cannot be run" {
  collect 2 '.build = "true"'
  same "${stderr_lines[-1]}" "pgokit collect: build 'instrumented': the build made no executable 'prog' (config: binary); see '$PWD/.pgokit/log/build-instrumented.log'"
  config_edit '.build = "echo text >prog"'
  again 2
  has "${stderr_lines[-1]}" "made no executable 'prog'"
}

@test "a program that the build itself runs leaves no profile" {
  collect 0 '.build += " && ./prog 10"'
  same "$(raw)" 001
  same "$(find .pgokit -name '*.profraw' | wc -l)" 1
}

@test "a second program of the same build that runs with it is named: it is in no variant" {
  collect 0 '.build += " && sed s/steps/stairs/ main.c >other.c && $CC $CFLAGS $LDFLAGS -o other other.c && ln -s other another"
    | .workloads.fast[0] |= (.shell = true | .run = "\"$PGOKIT_BINARY\" 9 && ./other 9")'
  same "$(messages)" "pgokit collect: warning: collect: the profile has counts of 'other' as well. It is not part of 'prog': no variant is measured or packed with its own, each uses the one of the last build in '$PWD/.pgokit/tree'"
}

@test "a raw profile that is cut short is named, and the old ones stay" {
  collect 0 .
  config_edit '.workloads.fast[0] |= (.shell = true | .run = "\"$PGOKIT_BINARY\" 9; d=${LLVM_PROFILE_FILE%/*}; for f in \"$d\"/*; do head -c 200 \"$f\" >\"$d/cut.profraw\"; done")'
  local before
  before=$(sha256sum .pgokit/raw/*/*)
  again 1
  has "$(messages)" "$PWD/.pgokit/raw.new/001/ended/cut.profraw"
  has "$(messages)" 'truncated'
  same "${stderr_lines[-1]}" "pgokit collect: verify '$PWD/.pgokit/raw.new': not every raw profile is usable; the messages above name them"
  same "$(sha256sum .pgokit/raw/*/*)" "$before"
}

@test "hostile names of workloads break no path, no line and no terminal" {
  collect 0 '.workloads.fast[0].name = "../../x\n::error::`|\u001b[31m" | .workloads.fast += [{name: ("n" * 10000), run: "$PGOKIT_BINARY 2"}]'
  has "$(logged)" 'workload ../../x?::error::`|?[31m'
  same "$(messages)" ''
  same "$(raw)" '001
002'
  same "$(manifest '.workloads[0].name')" $'../../x\n::error::`|\e[31m'
  holds ! -e ../x
  holds ! -e .pgokit/x
}

@test "warnings and errors are annotations in a run of GitHub's, escaped" {
  export GITHUB_ACTIONS=true
  collect 0 '.workloads.fast += [{name: "a%0A\n::error::b", run: "false", needs: "false", optional: true}]'
  same "$(messages)" "pgokit collect: warning: skip workload 'a%0A?::error::b': its probe failed: false
::warning::skip workload 'a%250A?::error::b': its probe failed: false"
  config_edit '.workloads.fast[0].run = "false"'
  again 1
  same "${stderr_lines[-1]}" "::error::run workload 'train': it failed; what it said is in '$PWD/.pgokit/log/workloads.log'"
}

@test "a pointer of Git LFS in place of a file is named, and one that only tells of them is not" {
  collect 0
  printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%064d\nsize 12345\n' 7 >'data=a.bin'
  printf 'See\nversion https://git-lfs.github.com/spec/v1\n' >notes
  again 0
  same "$(messages)" "pgokit collect: warning: copy '$PWD': a pointer of Git LFS and not the file: 'data=a.bin'; git lfs pull brings it (actions/checkout: lfs: true)"
}

@test "a path with % in it, which LLVM would expand, is refused" {
  tiny "$BATS_TEST_TMPDIR/50%p"
  again 2
  same "${stderr_lines[-1]}" "pgokit collect: collect: the project's path '$PWD' has a '%' in it, which LLVM_PROFILE_FILE cannot hold"
}

@test "without the kit's tools: which, and how to make them" {
  # Not in its own build folder either: a kit that was never built.
  cp -R "$top/ci" "$BATS_TEST_TMPDIR/ci"
  tiny
  PATH=$(path_without workload-run profraw-verify) run --separate-stderr -2 "$BATS_TEST_TMPDIR/ci/pgokit" collect
  same "$stderr" "pgokit collect: find profraw-verify profraw-pool workload-run: not installed; run $BATS_TEST_TMPDIR/ci/setup, then make -C $BATS_TEST_TMPDIR"
}

@test "a workload that prints without end: how much, and where it is" {
  tiny "$BATS_TEST_TMPDIR/loud" '.workloads.fast[0] |= (.shell = true | .run += " && head -c 70000000 /dev/zero")'
  run --separate-stderr -0 "$pgokit" collect
  has "$(messages)" "warning: run workload 'train': it printed 66.8 MiB, all of which is in '$PWD/.pgokit/log/workloads.log'; let it print less"
}
