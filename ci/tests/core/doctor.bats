#!/usr/bin/env bats
#
# doctor: what this machine has, tried and not only looked for; the package for what it lacks.

load ../helper

doctor() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" doctor "${@:2}"
}

tool() { # <name>: its status and note in the JSON of the last run
  jq -r --arg name "$1" '.tools[] | select(.name == $name) | "\(.status) \(.note // "")"' <<<"$output"
}

# A folder with links to everything on PATH but the named programs.
path_without() { # <program...>
  local dir=$BATS_TEST_TMPDIR/path f p
  mkdir -p -- "$dir"
  for p in /usr/bin /bin; do
    for f in "$p"/*; do
      [[ " $* " == *" ${f##*/} "* ]] || ln -sf -- "$f" "$dir/"
    done
  done
  printf '%s' "$dir"
}

# A folder of the newest LLVM's programs, as links, to take some away from.
llvm_copy() {
  mkdir -p -- "$BATS_TEST_TMPDIR/llvm/bin"
  ln -sf -- "$(llvm_bin)"/* "$BATS_TEST_TMPDIR/llvm/bin/"
  ln -sfn -- "$(llvm_bin)/../lib" "$BATS_TEST_TMPDIR/llvm/lib"
  printf '%s' "$BATS_TEST_TMPDIR/llvm/bin"
}

@test "all that CI installs works: exit 0, a line per tool, no project needed" {
  cd /
  doctor 0
  same "${lines[-1]}" 'all that is required works'
  has "$output" 'ok       clang runtime'
  has "$output" "reads the compiler's profiles"
  has "$output" 'its instrumentation writes profiles'
  same "$stderr" ''
}

@test "--json is one object with every tool and the machine" {
  doctor 0 --json
  same "$(jq -r '.ok' <<<"$output")" true
  same "$(jq -r '[.tools[] | select(.required and .status != "ok")] | length' <<<"$output")" 0
  same "$(jq -r '.machine.cores' <<<"$output")" "$(getconf _NPROCESSORS_ONLN)"
  # What the dynamic linker finds in the processor is what doctor finds in /proc/cpuinfo.
  local level
  level=$(jq -r '.machine.level' <<<"$output")
  has "$(/lib64/ld-linux-x86-64.so.2 --help)" "$level (supported"
}

# What a process in the group of the file "self" may use.
limit() {
  (
    PGOKIT_HOME=$top
    . "$top/ci/lib/lib.sh"
    cpu_limit "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/self"
  )
}

@test "the limit of a container: the least of its groups, in both layouts, and what it means" {
  cd "$BATS_TEST_TMPDIR"
  same "$(limit)" ''
  mkdir -p cpu pod/box
  printf '1:cpu:/\n0::/pod/box\n' >self
  echo 'max 100000' >cpu.max
  echo 'max 100000' >pod/box/cpu.max
  same "$(limit)" ''
  echo '150000 100000' >pod/cpu.max
  same "$(limit)" 1.5
  echo 50000 >cpu/cpu.cfs_quota_us
  echo 100000 >cpu/cpu.cfs_period_us
  same "$(limit)" 0.5
  echo -1 >cpu/cpu.cfs_quota_us
  same "$(limit)" 1.5
  doctor 0 --json
  run -0 jq -r '.machine |= (.cores = 4 | .cpu_limit = 1.5) '"| $(<"$top/ci/lib/core/doctor-text.jq")" <<<"$output"
  has "$output" 'a container limits this to 1.5 of 4 cores: what uses more has to wait'
}

@test "a measurement in a container that leaves less than all cores says so" {
  said() { # <limit> <cores>
    PGOKIT_HOME=$top bash -c '. "$PGOKIT_HOME/ci/lib/lib.sh"; cpu_limit_said "$@"' said "$@" 2>&1
  }
  has "$(said 1.5 4)" 'warning: measure: a container limits this to 1.5 of 4 cores: '
  same "$(said 4 4)" ''
  same "$(said '' 4)" ''
}

@test "no clang: missing, what to install, exit 1" {
  PGOKIT_LLVM=/nonexistent/bin doctor 1 --json
  has "$(tool clang)" 'missing apt-get install clang-'
  same "$(jq -r .ok <<<"$output")" false
}

@test "no clang, in a project whose toolchain is none: not required" {
  cd "$BATS_TEST_TMPDIR"
  echo '{"toolchain": "none"}' >pgokit.json
  PGOKIT_LLVM=/nonexistent/bin doctor 0 --json
  has "$(tool clang)" 'missing apt-get install clang-'
}

@test "no BOLT: said, with its package, and not required" {
  local bin
  bin=$(llvm_copy)
  rm -- "$bin/llvm-bolt"
  PGOKIT_LLVM=$bin doctor 0 --json
  has "$(tool llvm-bolt)" 'missing llvm-bolt and merge-fdata are not in'
}

@test "a BOLT whose instrumented program writes nothing is broken" {
  local bin
  bin=$(llvm_copy)
  rm -- "$bin/llvm-bolt"
  # shellcheck disable=SC2016 # the stub's variables
  printf '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\nprintf "#!/bin/sh\\n" >"$2"; chmod +x "$2"\n' >"$bin/llvm-bolt"
  chmod +x "$bin/llvm-bolt"
  PGOKIT_LLVM=$bin doctor 0 --json
  has "$(tool llvm-bolt)" 'broken a program that it instrumented wrote no profile'
}

@test "an llvm-profdata that reads nothing is broken, and required" {
  local bin
  bin=$(llvm_copy)
  rm -- "$bin/llvm-profdata"
  printf '#!/bin/sh\nexit 1\n' >"$bin/llvm-profdata"
  chmod +x "$bin/llvm-profdata"
  run --separate-stderr env "PATH=$(path_without llvm-profdata)" "PGOKIT_LLVM=$bin" "$pgokit" doctor --json
  # Another one of the machine may read the profiles; then it is that which is named.
  case $(tool llvm-profdata) in
    ok*)
      same "$status" 0
      has "$(jq -r '.tools[] | select(.name == "llvm-profdata") | .path' <<<"$output")" llvm-profdata
      ;;
    broken*) same "$status" 1 ;;
    *) false ;;
  esac
}

@test "what is optional and absent is \"without\"" {
  run --separate-stderr -0 env "PATH=$(path_without gnuplot valgrind)" "$pgokit" doctor
  has "$output" 'without  gnuplot                   apt-get install gnuplot-nox'
  has "$output" 'without  valgrind'
}

@test "without jq nothing can be said but that" {
  run --separate-stderr -2 env "PATH=$(path_without jq)" "$pgokit" doctor
  has "$stderr" 'find jq: not installed'
}

@test "leaves nothing behind" {
  mkdir -- "$BATS_TEST_TMPDIR/tmp"
  TMPDIR=$BATS_TEST_TMPDIR/tmp doctor 0
  same "$(find "$BATS_TEST_TMPDIR/tmp" -mindepth 1)" ''
}
