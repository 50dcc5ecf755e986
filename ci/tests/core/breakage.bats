#!/usr/bin/env bats
#
# Ways to break a run. breakage.tsv is the table: what the project has been through, the command, its
# exit status, what it says, and what is there afterwards. Each row has a test of its name, and a
# function of that name that breaks things.

# The variables in single quotes are those of the build and the workloads, the functions are called
# by the name of the test, and what they set is read here.
# shellcheck disable=SC2016,SC2317,SC2034

load ../helper

table=$BATS_TEST_DIRNAME/breakage.tsv

teardown() {
  local m
  cd /
  for m in "$BATS_TEST_TMPDIR/tiny/.pgokit" "$BATS_TEST_TMPDIR/mounted"; do
    ! mountpoint -q "$m" || umount "$m"
  done
}

# --- the row ---------------------------------------------------------------------------------------

row() {
  local name start command status message afterwards breaks line with=() killed=false
  line=$(awk -F '\t' -v name="$BATS_TEST_DESCRIPTION" '$1 == name' "$table")
  IFS=$'\t' read -r name start command status message afterwards <<<"$line"
  holds -n "$afterwards"
  case $start in
    -) tiny ;;
    *) tiny_after "$start" ;;
  esac
  breaks=${name,,}
  breaks=${breaks//[^a-z0-9]/_}
  "$breaks"
  # The machine is looked at in the rows that break something of it, or start the command in their own way.
  [[ ${#with[@]} -eq 0 && $(declare -f act) == *'$command'* ]] || phases_look
  state >"$BATS_TEST_TMPDIR/before"
  project_state . >"$BATS_TEST_TMPDIR/project"
  export PGOKIT_BREAKAGE=$BATS_TEST_TMPDIR
  run --separate-stderr act
  export -n PGOKIT_BREAKAGE
  printf 'stdout: %s\nstderr: %s\n' "$output" "$stderr" # shown when something is wrong

  same "$status" "$(cut -f 4 <<<"$line")"
  message=${message//[\[\]\\]/\\&} # of a pattern, only * and ? are meant
  said "$(messages)" "${message//'{}'/"${PWD//[*?\[\]\\]/\\&}"}"
  state >"$BATS_TEST_TMPDIR/after"
  local token
  for token in $afterwards; do
    case $token in
      =*) same "$(of "${token#=}" after)" "$(of "${token#=}" before)" ;;
      +*) holds -e ".pgokit/${token#+}" ;;
      -?*) holds ! -e ".pgokit/${token#-}" ;;
    esac
  done
  nothing_left
}

act() {
  # Word splitting is wanted: a command and its options.
  # shellcheck disable=SC2086
  env "${with[@]}" "$pgokit" $command
}

# Each is one of the messages; "-" means that there is none.
said() { # <messages> <pattern, or several with " && " between them>
  local rest="$2 && " pattern line found
  if [ "$2" = - ]; then
    same "$1" ''
    return
  fi
  while [ -n "$rest" ]; do
    pattern=${rest%%' && '*} rest=${rest#*' && '} found=false
    while IFS= read -r line; do
      # The right side is a pattern.
      # shellcheck disable=SC2053
      [[ $line != $pattern ]] || found=true
    done <<<"$1"
    [ "$found" = true ] || same "$1" "$pattern"
  done
}

# Every file in .pgokit with its hash; the records of the phases as a file of their own.
state() {
  [ -d .pgokit ] || return 0
  (
    cd .pgokit || return
    phase_records >"$BATS_TEST_TMPDIR/phases" 2>&1
    find . -type f ! -path './tree/*' ! -path './log/*' -exec sha256sum "$BATS_TEST_TMPDIR/phases" {} + |
      sed "s|  $BATS_TEST_TMPDIR/|  |; s|  \./|  |" | sort -k 2
  )
}

of() { # <file or folder in .pgokit> <before|after>
  grep -E "^[0-9a-f]{64}  $1(/|\$)" "$BATS_TEST_TMPDIR/$2" || true
}

# What holds for every row: no file of the project was touched, no process runs on, no temporary
# folder stays, the manifest says how it ended, in the same words, and no script broke off.
nothing_left() {
  local left
  same "$(project_state .)" "$(<"$BATS_TEST_TMPDIR/project")"
  for _ in {1..30}; do
    left=$(grep -lzsxF "PGOKIT_BREAKAGE=$BATS_TEST_TMPDIR" /proc/[0-9]*/environ || true)
    [ -n "$left" ] || break
    sleep .1
  done
  same "$left" ''
  same "$(find "$BATS_TEST_TMPDIR" -maxdepth 1 -name 'pgokit.*')" ''
  lacks "$stderr" 'unbound variable'
  lacks "$stderr" 'command not found'
  [ ! -f .pgokit/manifest.json ] || [ "$killed" = true ] || ended_in_words
}

ended_in_words() {
  local last
  last=$(manifest_part last <.pgokit/manifest.json)
  [[ $last != *'"status": "done",'* ]] || return 0
  has "$last" '"status": "failed",'
  matches "$last" '"exit": [1-9]'
  has "$last" '"reason": "'
}

@test "the table and the tests have the same rows, at least forty" {
  local rows tests
  rows=$(grep -v '^#' "$table" | cut -f 1)
  tests=$(sed -n 's/^@test "\(.*\)" { row; }$/\1/p' "$BATS_TEST_FILENAME")
  same "$(sort <<<"$rows")" "$(sort <<<"$tests")"
  holds "$(sort -u <<<"$rows" | wc -l)" -ge 40
  same "$(awk -F '\t' '!/^#/ && NF != 6' "$table")" ''
}

# --- pgokit.json -----------------------------------------------------------------------------------

config__not_there() { rm pgokit.json; }
@test "config: not there" { row; }

config__not_json() { echo '{"name": tiny}' >pgokit.json; }
@test "config: not JSON" { row; }

config__a_key_that_is_unknown() { config_edit '.workload = .workloads | del(.workloads)'; }
@test "config: a key that is unknown" { row; }

config__a_value_of_the_wrong_type() { config_edit '.workloads.fast[0].timeout_s = "10"'; }
@test "config: a value of the wrong type" { row; }

config__a_key_that_is_missing() { config_edit 'del(.binary)'; }
@test "config: a key that is missing" { row; }

config__a_key_twice() { sed -i '1a "build": "true",' pgokit.json; }
@test "config: a key twice" { row; }

config__two_workloads_of_one_name() { config_edit '.workloads.fast += .workloads.fast'; }
@test "config: two workloads of one name" { row; }

config__an_enormous_timeout() { config_edit '.build_timeout_s = 1e300'; }
@test "config: an enormous timeout" { row; }

config__an_enormous_budget() { config_edit '.gate.budget_s = 1e300'; }
@test "config: an enormous budget" { row; }

config__an_enormous_weight() { config_edit '.workloads.fast[0].weight = 1e300'; }
@test "config: an enormous weight" { row; }

config__a_number_that_is_none() { sed -i 's/"budget_s": 1/"budget_s": nan/' pgokit.json; }
@test "config: a number that is none" { row; }

config__a_byte_order_mark_and_line_ends_of_windows() { sed -i '1s/^/\xef\xbb\xbf/; s/$/\r/' pgokit.json; }
@test "config: a byte order mark and line ends of Windows" { row; }

config__a_zero_byte_in_a_name() { config_edit '.workloads.fast[0].run = "$PGOKIT_BINARY\u0000 5"'; }
@test "config: a zero byte in a name" { row; }

config__a_binary_outside_the_project() { config_edit '.binary = "../../prog"'; }
@test "config: a binary outside the project" { row; }

config__a_name_of_10000_characters() { config_edit '.name = "n" * 10000 | .workloads.fast[0].name = "w" * 10000'; }
@test "config: a name of 10000 characters" { row; }

config__a_binary_of_10000_characters() { config_edit '.binary = "b" * 10000'; }
@test "config: a binary of 10000 characters" { row; }

# --- tools -----------------------------------------------------------------------------------------

without() { # <program...>
  with=(PATH="$(path_without "$@")")
}

# The kit beside its own tools but one.
kit_without() { # <program...>
  local p
  mkdir -p -- "$BATS_TEST_TMPDIR/kit/build/bin"
  ln -s -- "$top/ci" "$BATS_TEST_TMPDIR/kit/"
  cp -R -- "$top/ci" "$BATS_TEST_TMPDIR/kit/ci.copy"
  rm -- "$BATS_TEST_TMPDIR/kit/ci"
  mv -- "$BATS_TEST_TMPDIR/kit/ci.copy" "$BATS_TEST_TMPDIR/kit/ci"
  ln -s -- "$top"/build/bin/* "$BATS_TEST_TMPDIR/kit/build/bin/"
  for p; do rm -- "$BATS_TEST_TMPDIR/kit/build/bin/$p"; done
  pgokit=$BATS_TEST_TMPDIR/kit/ci/pgokit
  with=(PATH="$(path_without "$@")")
}

# LLVM's folder without some of its programs; it has to look like LLVM's own.
llvm_without() { # <program...>
  local dir=$BATS_TEST_TMPDIR/llvm/bin p from
  from=$(llvm_bin)
  mkdir -p -- "$dir"
  ln -s -- "$from"/* "$dir/"
  ln -s -- "$from/../lib" "$dir/../lib"
  for p; do rm -- "$dir/$p"; done
  with=(PGOKIT_LLVM="$dir")
}

tools__no_jq() { without jq; }
@test "tools: no jq" { row; }

tools__no_tar() { without tar; }
@test "tools: no tar" { row; }

tools__no_git() { without git; }
@test "tools: no git" { row; }

tools__no_flock_and_no_setpriv() { without flock setpriv; }
@test "tools: no flock and no setpriv" { row; }

tools__no_clang() { llvm_without clang; }
@test "tools: no clang" { row; }

tools__no_llvm_profdata() { llvm_without llvm-profdata; }
@test "tools: no llvm-profdata" { row; }

tools__no_bench_run() { kit_without bench-run; }
@test "tools: no bench-run" { row; }

tools__no_gnuplot() { without gnuplot; }
@test "tools: no gnuplot" { row; }

tools__no_llvm_bolt() { llvm_without llvm-bolt; }
@test "tools: no llvm-bolt" { row; }

tools__no_runtime_for_bolt() {
  llvm_without
  rm -- "$BATS_TEST_TMPDIR/llvm/lib"
  mkdir -- "$BATS_TEST_TMPDIR/llvm/lib"
}
@test "tools: no runtime for BOLT" { row; }

tools__an_llvm_bolt_that_crashes() {
  llvm_without llvm-bolt
  printf '#!/bin/sh\nkill -SEGV $$\n' >"$BATS_TEST_TMPDIR/llvm/bin/llvm-bolt"
  chmod +x "$BATS_TEST_TMPDIR/llvm/bin/llvm-bolt"
}
@test "tools: an llvm-bolt that crashes" { row; }

tools__an_llvm_profdata_that_crashes() {
  llvm_without llvm-profdata
  printf '#!/bin/sh\n[ "$1" != merge ] || kill -SEGV $$\nexec %q "$@"\n' "$(llvm_bin)/llvm-profdata" >"$BATS_TEST_TMPDIR/llvm/bin/llvm-profdata"
  chmod +x "$BATS_TEST_TMPDIR/llvm/bin/llvm-profdata"
}
@test "tools: an llvm-profdata that crashes" { row; }

# --- the build -------------------------------------------------------------------------------------

build__fails() { config_edit '.build = "exit 7"'; }
@test "build: fails" { row; }

build__hangs() { config_edit '.build = "sleep 64.7 & sleep 64.7; true" | .build_timeout_s = 1'; }
@test "build: hangs" { row; }

build__makes_no_program() { config_edit '.build = "true"'; }
@test "build: makes no program" { row; }

build__makes_a_folder() { config_edit '.build = "mkdir prog"'; }
@test "build: makes a folder" { row; }

build__makes_a_script() { config_edit '.build = "echo \"echo 1\" >prog; chmod +x prog"'; }
@test "build: makes a script" { row; }

build__is_of_gcc() { config_edit '.build = "gcc -O2 -o prog main.c"'; }
@test "build: is of gcc" { row; }

build__ignores_cflags() { config_edit '.build = "$CC -O2 $LDFLAGS -o prog main.c"'; }
@test "build: ignores CFLAGS" { row; }

build__ignores_ldflags() { config_edit '.build = "$CC $CFLAGS -o prog main.c"'; }
@test "build: ignores LDFLAGS" { row; }

build__ignores_cflags_when_collecting() { config_edit '.build = "$CC -O2 -o prog main.c"'; }
@test "build: ignores CFLAGS when collecting" { row; }

build__finds_the_program_of_another_build() {
  config_edit '.build = "make"'
  printf 'prog: main.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c\n' >Makefile
  make -s CC="$(llvm_bin)/clang"
}
@test "build: finds the program of another build" { row; }

build__finds_an_object_of_another_build() {
  config_edit '.build = "make"'
  printf 'prog: main.o\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.o\n' >Makefile
  make -s CC="$(llvm_bin)/clang"
  rm prog
}
@test "build: finds an object of another build" { row; }

build__strips_what_bolt_needs() { config_edit '.build += " && strip prog"'; }
@test "build: strips what BOLT needs" { row; }

build__links_with__s_what_bolt_needs() { config_edit '.build = "$CC $CFLAGS $LDFLAGS -s -o prog main.c"'; }
@test "build: links with -s what BOLT needs" { row; }

build__is_static() { config_edit '.build = "$CC $CFLAGS $LDFLAGS -static -o prog main.c"'; }
@test "build: is static" { row; }

build__calls_bolt_itself() {
  BOLT=$(llvm_bin)/llvm-bolt
  export BOLT
  config_edit '.build += " && case $LDFLAGS in *emit-relocs*) mv prog in && \"$BOLT\" in -o prog ;; esac"'
}
@test "build: calls BOLT itself" { row; }

build__loses_hardening_and_a_library() {
  FIRST='-Wl,-z,relro -pie -Wl,--no-as-needed,-lz' OTHER='-Wl,-z,execstack -Wl,-z,norelro -no-pie'
  export FIRST OTHER
  config_edit '.build = "case $CFLAGS in *profile-use*) x=$OTHER ;; *) x=$FIRST ;; esac; $CC $CFLAGS $LDFLAGS $x -o prog main.c"'
}
@test "build: loses hardening and a library" { row; }

# --- workloads -------------------------------------------------------------------------------------

workload() { # <shell command> [jq filter on the workload]
  jq --arg run "$1" '.workloads.fast[0] |= ((.shell = true | .run = $run) | '"${2:-.}"')' pgokit.json >edited
  mv -- edited pgokit.json
}

workload__fails() { workload 'exit 3'; }
@test "workload: fails" { row; }

workload__hangs() { workload 'sleep 64.7 & sleep 64.7; true' '.timeout_s = 0.5'; }
@test "workload: hangs" { row; }

workload__is_killed_by_sigkill() { workload 'kill -KILL $$'; }
@test "workload: is killed by SIGKILL" { row; }

workload__crashes() { workload 'kill -SEGV $$'; }
@test "workload: crashes" { row; }

workload__is_killed_before_it_writes_its_profile() { workload '"$PGOKIT_BINARY" 2000000000 & sleep 0.2; kill -KILL $!; true'; }
@test "workload: is killed before it writes its profile" { row; }

build_and_workload__leave_processes__one_a_child_and_one_a_daemon() {
  config_edit '.build += " && { setsid sleep 64.7 & }"'
  workload '"$PGOKIT_BINARY" 3000; sleep 64.7 & setsid sh -c "sleep 64.7; true" >/dev/null 2>&1 &'
}
@test "build and workload: leave processes, one a child and one a daemon" { row; }

workload__runs_another_program() { workload 'true'; }
@test "workload: runs another program" { row; }

workload__loses_llvm_profile_file() { workload 'env -u LLVM_PROFILE_FILE "$PGOKIT_BINARY" 3000'; }
@test "workload: loses LLVM_PROFILE_FILE" { row; }

workload__removes_its_folder() { workload '"$PGOKIT_BINARY" 3000; rm -rf "$PWD"'; }
@test "workload: removes its folder" { row; }

workload__removes_its_folder__and_another_follows() {
  config_edit '.workloads.fast += [{name: "second", run: "$PGOKIT_BINARY 10"}]'
  workload '"$PGOKIT_BINARY" 3000; rm -rf "$PWD"'
}
@test "workload: removes its folder, and another follows" { row; }

workload__damages_its_profile() { workload '"$PGOKIT_BINARY" 9; d=${LLVM_PROFILE_FILE%/*}; for f in "$d"/*; do head -c 200 "$f" >"$d/cut.profraw"; done'; }
@test "workload: damages its profile" { row; }

probe__fails() { config_edit '.workloads.fast[0].needs = "exit 5"'; }
@test "probe: fails" { row; }

probe__of_an_optional_workload_fails() { config_edit '.workloads.fast += [{name: "db", run: "false", needs: "exit 5", optional: true}]'; }
@test "probe: of an optional workload fails" { row; }

probe__hangs() { config_edit '.workloads.fast[0] += {needs: "sleep 64.7 & sleep 64.7; true", timeout_s: 0.5}'; }
@test "probe: hangs" { row; }

# --- profiles --------------------------------------------------------------------------------------

raw_file() { find .pgokit/raw -name '*.profraw'; }

raw_profile__empty() { : >"$(raw_file)"; }
@test "raw profile: empty" { row; }

raw_profile__cut_short() { truncate -s 200 "$(raw_file)"; }
@test "raw profile: cut short" { row; }

raw_profile__garbage() { head -c 4096 main.c | tr '[:lower:]' '\200-\231' >"$(raw_file)"; }
@test "raw profile: garbage" { row; }

# The counters stand in front of the names, at the end: a file whole in every way, of other counts.
raw_profile__a_count_changed() {
  local file size
  file=$(raw_file)
  size=$(stat -c %s "$file")
  printf '\x01' | dd of="$file" bs=1 seek=$((size - 60)) conv=notrunc status=none
}
@test "raw profile: a count changed" { row; }

raw_profile__none() { rm -- "$(raw_file)"; }
@test "raw profile: none" { row; }

profile__empty() { : >.pgokit/profile/merged.profdata; }
@test "profile: empty" { row; }

profile__cut_short() { truncate -s 100 .pgokit/profile/merged.profdata; }
@test "profile: cut short" { row; }

profile__garbage() { head -c 4096 /dev/zero >.pgokit/profile/merged.profdata; }
@test "profile: garbage" { row; }

profile__of_another_program() {
  printf '#include <stdio.h>\nint other(int x) { return x * 2; }\nint main(void) { printf("%%d\\n", other(2)); return 0; }\n' >other.c
  "$(llvm_bin)/clang" -fprofile-generate -o other other.c
  LLVM_PROFILE_FILE=$PWD/o.profraw ./other
  "$(llvm_bin)/llvm-profdata" merge -o .pgokit/profile/merged.profdata o.profraw
  sed -i 's/int main(/__attribute__((constructor)) static void once(void) { puts("."); }\nint main(/; s/for (int i = 1/for (int i = argc > 5 ? 3 : 1/' main.c
  rm -- other other.c o.profraw
}
@test "profile: of another program" { row; }

profile__stale() { sed -i 's/return n;/if (n > 100000)\n\t\treturn 7;\n\tfor (; n > 50000; n--)\n\t\tif (n == 77777)\n\t\t\treturn 8;\n\treturn n;/' main.c; }
@test "profile: stale" { row; }

drift__the_source_has_changed() { profile__stale; }
@test "drift: the source has changed" { row; }

drift__a_program_that_leaves_no_profile() { sed -i 's/return 0;/_Exit(0);/' main.c; }
@test "drift: a program that leaves no profile" { row; }

drift__the_profile_is_cut_short() { truncate -s 200 .pgokit/raw/001/pool.profraw; }
@test "drift: the profile is cut short" { row; }

# --- the machine -----------------------------------------------------------------------------------

# A file system that is full but for some KiB. Without the permission to mount one, the row below
# has to do.
full_disk() { # <KiB free>
  local free
  mkdir -- "$BATS_TEST_TMPDIR/mounted"
  mount -t tmpfs -o size=4m tmpfs "$BATS_TEST_TMPDIR/mounted" 2>/dev/null || skip 'mounting is not allowed'
  cp -R -- .pgokit/. "$BATS_TEST_TMPDIR/mounted/"
  mount --bind -- "$BATS_TEST_TMPDIR/mounted" .pgokit
  free=$(df -Pk .pgokit | awk 'NR == 2 { print $4 }')
  head -c "$(((free - $1) * 1024))" /dev/zero >.pgokit/ballast
  killed=true # the manifest cannot be written either
}

disk__full_while_building() { full_disk 24; }
@test "disk: full while building" { row; }

disk__full_from_the_start() { full_disk 0; }
@test "disk: full from the start" { row; }

files__limited_in_size() { act() { (ulimit -f 4 && "$pgokit" collect); }; }
@test "files: limited in size" { row; }

files__few_may_be_open() { act() { (ulimit -n 20 && "$pgokit" collect); }; }
@test "files: few may be open" { row; }

memory__limited() { act() { (ulimit -v 60000 && "$pgokit" collect); }; }
@test "memory: limited" { row; }

project__a_file_that_cannot_be_read() {
  echo secret >secret
  chmod 0 secret
  if [ "$(id -u)" = 0 ]; then
    # Root reads all but for this.
    act() { setpriv --bounding-set -dac_override,-dac_read_search -- "$pgokit" collect; }
  fi
}
@test "project: a file that cannot be read" { row; }

tools__a_tar_that_is_not_gnu_s() {
  mkdir -- "$BATS_TEST_TMPDIR/bin"
  printf '#!/bin/sh\necho "tar: unrecognized option \047--null\047" >&2\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/tar"
  chmod +x "$BATS_TEST_TMPDIR/bin/tar"
  with=(PATH="$BATS_TEST_TMPDIR/bin:$PATH")
}
@test "tools: a tar that is not GNU's" { row; }

output__standard_error_is_closed() { act() { "$pgokit" merge 2>&-; }; }
@test "output: standard error is closed" { row; }

output__standard_output_is_closed() { act() { "$pgokit" merge >&-; }; }
@test "output: standard output is closed" { row; }

input__standard_input_is_closed() { act() { "$pgokit" merge <&-; }; }
@test "input: standard input is closed" { row; }

environment__variables_that_change_tools() {
  workload '[ "$POSIXLY_CORRECT$TAR_OPTIONS$TMOUT" = 1--exclude=main.c1 ] && "$PGOKIT_BINARY" 3000'
  with=(POSIXLY_CORRECT=1 TMOUT=1 'GLOBIGNORE=*' TAR_OPTIONS=--exclude=main.c)
}
@test "environment: variables that change tools" { row; }

project__read_only() {
  if [ "$(id -u)" = 0 ]; then
    mkdir "$BATS_TEST_TMPDIR/mounted"
    mount --bind . "$BATS_TEST_TMPDIR/mounted"
    mount -o remount,bind,ro "$BATS_TEST_TMPDIR/mounted"
    cd "$BATS_TEST_TMPDIR/mounted" || return
  else
    chmod -R a-w .
  fi
}
@test "project: read-only" { row; }

home__read_only() { with=(HOME=/proc); }
@test "home: read-only" { row; }

home__not_set() { with=(-u HOME); }
@test "home: not set" { row; }

tmpdir__not_there() { with=(TMPDIR="$BATS_TEST_TMPDIR/nowhere"); }
@test "TMPDIR: not there" { row; }

small_disk() { # [option of mount...]
  mkdir -- "$BATS_TEST_TMPDIR/mounted"
  mount -t tmpfs -o size=4k "$@" tmpfs "$BATS_TEST_TMPDIR/mounted" 2>/dev/null || skip 'mounting is not allowed'
  with=(TMPDIR="$BATS_TEST_TMPDIR/mounted")
}

tmpdir__full() { small_disk; }
@test "TMPDIR: full" { row; }

tmpdir__read_only() { small_disk -r; }
@test "TMPDIR: read-only" { row; }

tmpdir__not_there_and_an_odd_path() {
  mv "$PWD" "$PWD it's"
  cd "$PWD it's" || return
  with=(TMPDIR="$BATS_TEST_TMPDIR/nowhere")
}
@test "TMPDIR: not there and an odd path" { row; }

path__blanks__quotes_and_a_line_break() {
  mv "$PWD" "$BATS_TEST_TMPDIR/it's a \"dir\""$'\n*'
  cd "$BATS_TEST_TMPDIR/it's a \"dir\""$'\n*' || return
}
@test "path: blanks, quotes and a line break" { row; }

path__a_link_to_the_project() {
  ln -s "$PWD" "$BATS_TEST_TMPDIR/link"
  act() { "$pgokit" -C "$BATS_TEST_TMPDIR/link" optimize; }
}
@test "path: a link to the project" { row; }

work_folder__is_a_file() { rm -rf .pgokit && touch .pgokit; }
@test "work folder: is a file" { row; }

work_folder__is_a_link_to_nowhere() { ln -s nowhere .pgokit; }
@test "work folder: is a link to nowhere" { row; }

clock__it_jumps_back__and_sources_are_from_the_future() {
  printf 'prog: main.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c\n' >Makefile
  config_edit '.build = "make"'
  touch -d '+2 years' main.c Makefile pgokit.json
  printf '#!/bin/sh\nexec /bin/date -d 1970-01-02 "$@"\n' >"$BATS_TEST_TMPDIR/date"
  chmod +x "$BATS_TEST_TMPDIR/date"
  with=(PATH="$BATS_TEST_TMPDIR:$PATH")
}
@test "clock: it jumps back, and sources are from the future" { row; }

standard_output__full() { act() { "$pgokit" merge >/dev/full; }; }
@test "standard output: full" { row; }

manifest__full_of_zeros() { head -c 100 /dev/zero >.pgokit/manifest.json; }
@test "manifest: full of zeros" { row; }

manifest__empty() { : >.pgokit/manifest.json; }
@test "manifest: empty" { row; }

# --- what was made ---------------------------------------------------------------------------------

variant__replaced_after_it_was_made() { cp .pgokit/bin/baseline/prog .pgokit/bin/pgo-nolto/prog; }
@test "variant: replaced after it was made" { row; }

variant__replaced_while_it_is_measured() {
  config_edit ".benches[0].prepare = \"cd '$PWD/.pgokit'; n=\$(cat n 2>/dev/null || echo 0); echo \$((n + 1)) >n; [ \$n -ne 30 ] || { cp bin/baseline/prog x && mv x bin/pgo-nolto/prog; }\""
}
@test "variant: replaced while it is measured" { row; }

variant__gone() { rm -r .pgokit/bin/pgo-nolto; }
@test "variant: gone" { row; }

# A program that does otherwise in the variant, built and recorded: with a second argument, as that says.
differing() {
  tiny_after merge "$PWD/tiny"
  sed -i 's|printf("%lu|\n#include "other.h"\n\tprintf("%lu|' main.c
  config_edit '.build = "case $CFLAGS in *profile-use*) x=1 ;; *) x=0 ;; esac; echo \"#define OTHER $x\" >other.h; cat differs.h >>other.h; $CC $CFLAGS $LDFLAGS -o prog main.c"'
  cat >differs.h <<'SOURCE'
#if OTHER
	if (argc > 2 && *argv[2] == 'p')
		sum++;
	if (argc > 2 && *argv[2] == 'e') {
		puts("101104");
		return 7;
	}
	if (argc > 2 && *argv[2] == 'f') {
		FILE *f = fopen("out.txt", "w");

		if (f) {
			fputs("x", f);
			fclose(f);
		}
	}
#endif
SOURCE
  "$pgokit" optimize >/dev/null
}

differs() { # <p|e|f> [jq filter]
  rm -rf -- "$PWD"
  made_once differing
  cd tiny || return
  config_edit '.benches[0].run = "$PGOKIT_BINARY 2000 '"$1"'" | '"${2:-.}"
}

variant__prints_something_else() { differs p; }
@test "variant: prints something else" { row; }

variant__exits_with_another_status() { differs e; }
@test "variant: exits with another status" { row; }

variant__writes_another_file() { differs f '.benches[0].outputs = ["out.txt"]'; }
@test "variant: writes another file" { row; }

output__differs_in_every_run() { config_edit '.benches[0] |= (.shell = true | .run = "\"$PGOKIT_BINARY\" 100; echo $$ $(date +%N)")'; }
@test "output: differs in every run" { row; }

benchmark__fails() { config_edit '.benches[0].run = "false"'; }
@test "benchmark: fails" { row; }

benchmark__is_not_gated() { config_edit '.gate.match = ["other"]'; }
@test "benchmark: is not gated" { row; }

receipt__changed() {
  jq '.benches[0].order[0] |= reverse' .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
}
@test "receipt: changed" { row; }

receipt__cut_short() { truncate -s 500 .pgokit/bench/receipt.json; }
@test "receipt: cut short" { row; }

# A repository of the small project whose next commit is another source of the same program.
based() {
  git init -q -b main
  git add -A
  git commit -q -m base
  echo '// the same program' >>main.c
}

# A program that is three times as slow and says the same.
slower() {
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + (steps((unsigned)i + 1) >> 20) + (steps((unsigned)i + 2) >> 20);/' main.c
  config_edit '.benches[0].metric = "cpu" | .gate.max_undetected_pct = 50 | .benches[0].run = "$PGOKIT_BINARY 20000"'
}

waiver() { # <JSON>
  printf '%s\n' "$1" >pgokit-waivers.json
  git add pgokit-waivers.json
  git commit -q -m waiver
}

gate__the_base_is_unknown() { based; }
@test "gate: the base is unknown" { row; }

gate__the_base_is_an_option() { based; }
@test "gate: the base is an option" { row; }

gate__the_base_is_not_in_a_shallow_clone() {
  based
  git commit -q -a -m two
  git clone -q --depth 1 "file://$PWD" "$BATS_TEST_TMPDIR/shallow"
  rm -rf .git
  mv "$BATS_TEST_TMPDIR/shallow/.git" .
}
@test "gate: the base is not in a shallow clone" { row; }

gate__no_repository() { export GIT_CEILING_DIRECTORIES=$BATS_TEST_TMPDIR; }
@test "gate: no repository" { row; }

gate__the_base_does_not_build() {
  mv main.c good
  echo 'int main(' >main.c
  based
  mv good main.c
}
@test "gate: the base does not build" { row; }

gate__this_tree_does_not_build() { based && echo 'int other(' >>main.c; }
@test "gate: this tree does not build" { row; }

gate__changes_that_are_not_committed() { based; }
@test "gate: changes that are not committed" { row; }

gate__no_benchmark_is_gated() { config_edit '.gate.match = ["other"]' && based; }
@test "gate: no benchmark is gated" { row; }

gate__a_gated_benchmark_is_gone() {
  config_edit '.benches += [{name: "other_full_check_flow", run: "true"}]'
  based
  config_edit '.benches |= .[:1]'
}
@test "gate: a gated benchmark is gone" { row; }

gate__the_base_fails_in_a_benchmark() {
  config_edit '.benches[0].run = "false"'
  based
}
@test "gate: the base fails in a benchmark" { row; }

gate__this_tree_fails_in_a_benchmark() {
  based
  sed -i 's/return 0;/return 7;/' main.c
}
@test "gate: this tree fails in a benchmark" { row; }

gate__a_waiver_that_has_expired() {
  based
  waiver '[{"benchmark": "full_check_flow", "max_pct": 1000, "reason": "as agreed", "expires": "2001-01-01"}]'
  slower
}
@test "gate: a waiver that has expired" { row; }

gate__a_waiver_that_is_malformed() {
  based
  waiver '[{"benchmark": "full_check_flow", "max_pct": "much"}]'
}
@test "gate: a waiver that is malformed" { row; }

gate__a_waiver_that_is_not_committed() {
  based
  slower
  echo '[{"benchmark": "full_check_flow", "max_pct": 1000, "reason": "as agreed", "expires": "2999-01-01"}]' >pgokit-waivers.json
}
@test "gate: a waiver that is not committed" { row; }

verdict__none() { rm -r .pgokit/gate; }
@test "verdict: none" { row; }

# --- two runs, and runs that are ended -------------------------------------------------------------

run__another_is_at_work() {
  mkdir -p .pgokit
  act() {
    (
      exec 9>>.pgokit/lock
      flock 9
      echo 4711 >.pgokit/lock
      PGOKIT_LOCK_WAIT=0.2 "$pgokit" merge 9>&-
    )
  }
}
@test "run: another is at work" { row; }

run__a_lock_that_a_killed_run_left() { echo 4711 >.pgokit/lock; }
@test "run: a lock that a killed run left" { row; }

# Starts it in a group of its own, as a terminal would, and sends the signal when the workload runs.
end_it() { # <signal> <group|leader>
  workload 'touch started; sleep 64.7 & sleep 64.7; true'
  SIGNAL=$1 WHOM=$2
  [ "$1" != KILL ] || killed=true
  act() {
    local leader status=0
    env --default-signal setsid "$pgokit" full &
    leader=$!
    for _ in {1..200}; do
      [ ! -e .pgokit/tree/started ] || break
      sleep .1
    done
    [ "$WHOM" = leader ] && kill "-$SIGNAL" "$leader"
    [ "$WHOM" = group ] && kill "-$SIGNAL" -- "-$leader"
    wait "$leader" || status=$?
    # The run that comes next takes the lock when everything has ended, and finds no phase running.
    flock -w 5 .pgokit/lock true
    return "$status"
  }
}

run__ctrl_c() { end_it INT group; }
@test "run: Ctrl-C" { row; }

run__sigterm_to_the_command() { end_it TERM leader; }
@test "run: SIGTERM to the command" { row; }

run__sighup_to_the_group() { end_it HUP group; }
@test "run: SIGHUP to the group" { row; }

run__sigkill_to_the_command() { end_it KILL leader; }
@test "run: SIGKILL to the command" { row; }

run__sigkill_to_the_group() { end_it KILL group; }
@test "run: SIGKILL to the group" { row; }
