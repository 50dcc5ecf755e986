#!/usr/bin/env bats
# profdata-find with candidates that lie, crash and hang, and with the real ones of this machine.

load ../helper

CLANG=${CLANG:-clang-22}
PROFDATA=${PROFDATA:-llvm-profdata-22}

# Where the programs of the test are, and few of this machine.
finds() { # [option...]
  PATH=$PWD/bin:$BATS_FILE_TMPDIR/path profdata-find "$@"
}

# An llvm-profdata of one's own making: reads one raw version, and refuses the others as LLVM does.
fake() { # <path> <version>
  mkdir -p "$(dirname "$1")"
  cat >"$1" <<EOF
#!/bin/sh
if [ "\$1" = --version ]; then
  echo 'LLVM version ${3:-1}.0.0'
  exit 0
fi
version=\$(/usr/bin/od -An -tu1 -j8 -N1 "\$2" | /usr/bin/tr -d ' ')
if [ "\$version" = $2 ]; then
  echo 'Total functions: 0'
  exit 0
fi
echo "error: raw profile version mismatch: expected version = $2" >&2
exit 1
EOF
  chmod +x "$1"
}

# A program that does what it is told.
script() { # <path> <line>
  mkdir -p "$(dirname "$1")"
  printf '#!/bin/sh\n%s\n' "$2" >"$1"
  chmod +x "$1"
}

# What a machine has beside its compilers and LLVMs: candidates of this one would come first in the list.
setup_file() {
  local name
  mkdir "$BATS_FILE_TMPDIR/path"
  for name in profdata-find awk echo gcc sleep; do
    ln -s -- "$(type -P "$name")" "$BATS_FILE_TMPDIR/path/$name"
  done
}

setup() {
  cd "${BATS_TEST_TMPDIR:?}" || return
  unset CC LLVM_PROFDATA
  export HOME=$PWD RUSTUP_HOME=$PWD/none
  mkprofraw -v 10 >v10.profraw
  mkprofraw -v 8 >v8.profraw
  # Nobody on a machine of today reads version 5: so far as the test is concerned it is free.
  cp v8.profraw v5.profraw
  printf '\5' | dd of=v5.profraw bs=1 seek=8 conv=notrunc status=none
}

@test "finds the one that reads the profile, among others" {
  fake bin/llvm-profdata 8
  fake bin/llvm-profdata-3 5
  run -0 --separate-stderr finds --for v5.profraw
  same "$output" "$PWD/bin/llvm-profdata-3"
  same "${stderr-}" ''
}

@test "the real one reads the real profile of the compiler" {
  echo 'int main(void) { return 0; }' >a.c
  "$CLANG" -fprofile-generate -o a a.c
  LLVM_PROFILE_FILE=a.profraw ./a
  tool=$(profdata-find --for a.profraw --cc "$CLANG")
  "$tool" show a.profraw
  same "$(profdata-find --cc "$CLANG")" "$tool"
}

@test "without a profile the compiler's release decides" {
  script bin/mycc "echo 'Ubuntu clang version 12.0.1'"
  fake bin/llvm-profdata 10
  fake bin/llvm-profdata-12 5
  run -0 --separate-stderr finds --cc mycc
  same "$output" "$PWD/bin/llvm-profdata-12"
  CC='ccache mycc'
  script bin/ccache "exec \"\$@\""
  export CC
  run --separate-stderr finds
  same "$output" "$PWD/bin/llvm-profdata-12"
}

@test "the compiler's own release is better than others that read the same version" {
  script bin/mycc "echo 'clang version 11.1.0'"
  fake bin/llvm-profdata-10 5 10
  fake bin/llvm-profdata-11 5 11
  fake bin/llvm-profdata-12 5 12
  run --separate-stderr finds --cc mycc
  same "$output" "$PWD/bin/llvm-profdata-11"
  rm bin/llvm-profdata-11
  run --separate-stderr finds --cc mycc
  same "$output" "$PWD/bin/llvm-profdata-10"
  rm bin/llvm-profdata-10
  run -0 --separate-stderr finds --cc mycc
  same "$output" "$PWD/bin/llvm-profdata-12"
  same "${stderr-}" "profdata-find: use '$PWD/bin/llvm-profdata-12': LLVM 12 writes .profdata files that LLVM 11 may not read"
}

@test "rustc tells its LLVM release" {
  script bin/rustc "case \$1 in
--version) echo 'rustc 1.50.0 (x)' ;;
-vV) printf 'rustc 1.50.0\nLLVM version: 11.0\n' ;;
--print) echo '$PWD/sysroot' ;;
esac"
  fake sysroot/lib/rustlib/x86_64-unknown-linux-gnu/bin/llvm-profdata 5 11
  run -0 --separate-stderr finds --cc rustc
  same "$output" "$PWD/sysroot/lib/rustlib/x86_64-unknown-linux-gnu/bin/llvm-profdata"
}

@test "a candidate that hangs, crashes or says yes to all is passed over and told with -a" {
  script bin/llvm-profdata-1 'sleep 60'
  script bin/llvm-profdata-2 "kill -SEGV \$\$"
  script bin/llvm-profdata-3 'echo "Total functions: 0"'
  script bin/llvm-profdata-4 'exit 0'
  script bin/llvm-profdata-5 'exec /usr/bin/yes'
  script bin/llvm-profdata-6 'exit 1'
  fake bin/llvm-profdata-7 5
  start=$SECONDS
  run -0 --separate-stderr finds -a --timeout 0.3 --for v5.profraw
  holds $((SECONDS - start)) -lt 20
  same "${lines[0]}" "broken	-	$PWD/bin/llvm-profdata-1	PATH: did not end in time"
  same "${lines[1]}" "broken	-	$PWD/bin/llvm-profdata-2	PATH: was killed by signal 11"
  same "${lines[2]}" "broken	-	$PWD/bin/llvm-profdata-3	PATH: reads a profile of version 255, which does not exist"
  same "${lines[3]}" "broken	-	$PWD/bin/llvm-profdata-4	PATH: does not print what llvm-profdata prints"
  same "${lines[4]}" "broken	-	$PWD/bin/llvm-profdata-5	PATH: printed more than 1048576 bytes"
  same "${lines[5]}" "other	-	$PWD/bin/llvm-profdata-6	PATH: does not read version 5"
  same "${lines[6]}" "best	5	$PWD/bin/llvm-profdata-7	PATH"
}

@test "none: says what to install, exit 1" {
  fake bin/llvm-profdata 4
  run -1 --separate-stderr finds --for v5.profraw
  same "$output" ''
  matches "${stderr_lines[0]}" "^profdata-find: find 'llvm-profdata': none of [0-9]+ candidates is for raw version 5, which is LLVM 10 to 12\$"
  same "${stderr_lines[1]}" "profdata-find: install one of these, or set LLVM_PROFDATA"
  same "${stderr_lines[2]}" "profdata-find:   Debian, Ubuntu: apt-get install llvm-12 (from apt.llvm.org if it is not there)"
  same "${stderr_lines[3]}" "profdata-find:   Fedora: dnf install llvm12, or llvm where that is 12"
  same "${stderr_lines[4]}" "profdata-find:   Arch: pacman -S llvm12, or llvm where that is 12"
  same "${stderr_lines[5]}" "profdata-find:   macOS: brew install llvm@12"
  same "${stderr_lines[6]}" "profdata-find:   Rust: rustup component add llvm-tools, in a toolchain with LLVM 12"
}

@test "LLVM_PROFDATA goes first if it fits, else it is passed over with a word" {
  fake other/my-profdata 10
  LLVM_PROFDATA=$PWD/other/my-profdata run --separate-stderr profdata-find --for v10.profraw
  same "$output" "$PWD/other/my-profdata"
  LLVM_PROFDATA=$PWD/other/my-profdata run -1 --separate-stderr profdata-find --for v5.profraw
  same "${stderr_lines[0]}" "profdata-find: use '$PWD/other/my-profdata': \$LLVM_PROFDATA is passed over: it reads version 10, as LLVM 19 to 22"
  LLVM_PROFDATA=$PWD/nothing run --separate-stderr profdata-find --for v10.profraw
  same "${stderr_lines[0]}" "profdata-find: find '$PWD/nothing': \$LLVM_PROFDATA is no program"
}

@test "no other program is started once the best one is sure" {
  for name in mycc rustc xcrun; do
    script "bin/$name" "echo $name >>'$PWD/started'; echo 'clang version 12.0.1'"
  done
  fake bin/llvm-profdata 5 12
  fake other/my-profdata 5 11
  LLVM_PROFDATA=$PWD/other/my-profdata run -0 --separate-stderr finds --cc mycc --for v5.profraw
  same "$output" "$PWD/other/my-profdata"
  holds ! -e started
  # The compiler's own one: the compiler is asked where it is, and of which release it is itself.
  run -0 --separate-stderr finds --cc mycc --for v5.profraw
  same "$output" "$PWD/bin/llvm-profdata"
  same "$(sort -u started)" mycc
  # Unless all are to be told.
  LLVM_PROFDATA=$PWD/other/my-profdata run -0 --separate-stderr finds -a --cc mycc --for v5.profraw
  same "${lines[0]}" "best	5	$PWD/other/my-profdata	\$LLVM_PROFDATA"
  same "${lines[1]}" "match	5	$PWD/bin/llvm-profdata	compiler"
  same "$(sort -u started | paste -sd ' ')" 'mycc rustc xcrun'
}

@test "one file under two names is one candidate; what is no program is none" {
  fake bin/llvm-profdata-1 5
  ln -s llvm-profdata-1 bin/llvm-profdata
  mkdir bin/llvm-profdata-2
  echo text >bin/llvm-profdata-3
  run --separate-stderr finds --json -a --for v5.profraw
  same "$(jq -c "[.candidates[] | select(.path | startswith(\"$PWD\"))] | length" <<<"$output")" 1
  same "$(jq -c '[.wanted, .readers, .path]' <<<"$output")" "[5,\"LLVM 10 to 12\",\"$PWD/bin/llvm-profdata\"]"
  same "$(jq -c '.candidates[0] | [.verdict, .version, .llvm, .source, .reason]' <<<"$output")" '["best",5,1,"PATH",null]'
}

@test "--tool finds the other program of the same LLVM" {
  fake bin/llvm-profdata-1 5
  fake bin/llvm-profdata-2 5
  script bin/llvm-cov-2 'exit 0'
  run --separate-stderr finds --tool llvm-cov --for v5.profraw
  same "$output" "$PWD/bin/llvm-cov-2"
  run -1 --separate-stderr finds --tool llvm-size --for v5.profraw
  run --separate-stderr finds -a --tool llvm-size --for v5.profraw
  same "${lines[0]}" "other	5	$PWD/bin/llvm-profdata-1	PATH: has no llvm-size beside it"
}

@test "a compiler that knows no llvm-profdata answers with the bare name, which is none" {
  # shellcheck disable=SC2016
  script bin/mycc 'case $1 in --version) echo "clang version 12.0.1" ;; *) echo "${1#*=}" ;; esac'
  fake bin/llvm-profdata 5 12
  fake llvm-profdata 5 12
  run --separate-stderr finds -a --cc mycc
  same "${lines[0]}" "best	5	$PWD/bin/llvm-profdata	compiler"
  run -1 --separate-stderr finds --cc mycc --tool llvm-cov
}

# An LLVM with BOLT, in a folder of its own.
bolt() { # <folder> <release> [release of merge-fdata]
  script "$1/bin/llvm-bolt" "printf 'LLVM version $2.0.0\nBOLT revision <unknown>\n'"
  # shellcheck disable=SC2016
  script "$1/bin/merge-fdata" "[ \"\$1\" = --version ] && exec echo 'LLVM version ${3-$2}.0.0'
exec awk '{ n += \$8; \$8 = \"\"; at = \$0 } END { print at n }' \"\$@\""
  mkdir -p "$1/lib"
  printf '!<arch>\n%100s\n' x >"$1/lib/libbolt_rt_instr.a"
}

# Of the rows of -a those that are not of this machine.
ours() {
  grep -F "$PWD/" | sed "s|$PWD/||g"
}

@test "the real llvm-bolt is found as its real file, and instruments" {
  for cc in clang-19 "$CLANG"; do
    tool=$(profdata-find --cc "$cc" --tool llvm-bolt)
    same "$tool" "/usr/lib/llvm-${cc##*-}/bin/llvm-bolt"
    same "$(profdata-find --cc "$cc" --tool merge-fdata)" "${tool%/*}/merge-fdata"
    echo 'int main(void) { return 0; }' >a.c
    "$CLANG" -Wl,-q -o a a.c
    "$tool" a -o a.instrumented -instrument -instrumentation-file="$PWD/a.fdata" >log
    ./a.instrumented
    holds -s a.fdata
  done
}

@test "BOLT of the compiler's release, else the next newer one, else an older one with a word" {
  script bin/mycc "echo 'clang version 41.1.0'"
  for n in 40 41 42 44; do
    bolt "$PWD/l$n" "$n"
    ln -s "$PWD/l$n/bin/llvm-bolt" "bin/llvm-bolt-$n"
  done
  run -0 --separate-stderr finds --cc mycc --tool llvm-bolt
  same "$output" "$PWD/l41/bin/llvm-bolt"
  rm bin/llvm-bolt-41
  run --separate-stderr finds --cc mycc --tool merge-fdata
  same "$output" "$PWD/l42/bin/merge-fdata"
  run --separate-stderr finds --cc gcc --tool llvm-bolt
  same "$output" "$PWD/l44/bin/llvm-bolt"
  rm bin/llvm-bolt-42 bin/llvm-bolt-44
  run --separate-stderr finds --cc mycc --tool llvm-bolt
  same "$output" "$PWD/l40/bin/llvm-bolt"
  same "${stderr-}" "profdata-find: use '$PWD/l40/bin/llvm-bolt': LLVM 40 may not know what a compiler of LLVM 41 writes"
  LLVM_BOLT=$PWD/l44/bin/llvm-bolt run --separate-stderr finds --cc mycc --tool llvm-bolt
  same "$output" "$PWD/l44/bin/llvm-bolt"
}

@test "a BOLT that is not complete, lies or hangs is passed over and told with -a" {
  for n in 31 32 33 34 35 36 37 38 39; do
    bolt "$PWD/l$n" "$n"
    mkdir -p bin
    ln -s "$PWD/l$n/bin/llvm-bolt" "bin/llvm-bolt-$n"
  done
  rm l31/lib/libbolt_rt_instr.a
  echo text >l32/lib/libbolt_rt_instr.a
  rm l33/bin/merge-fdata
  bolt "$PWD/l34" 34 30
  script l35/bin/merge-fdata "[ \"\$1\" = --version ] && exec echo 'LLVM version 35.0'; kill -SEGV \$\$"
  script l36/bin/merge-fdata 'echo "LLVM version 36.0"'
  script l37/bin/llvm-bolt 'sleep 60'
  script l38/bin/llvm-bolt 'echo "LLVM version 38.0"'
  # Debian's wrapper of a folder without lib: a level further up.
  mkdir -p l39/x
  mv l39/bin l39/x/
  ln -sf "$PWD/l39/x/bin/llvm-bolt" bin/llvm-bolt-39
  run -0 --separate-stderr finds -a --timeout 1 --cc gcc --tool llvm-bolt
  diff <(ours <<<"$output") - <<'END'
other	31	bin/llvm-bolt-31	PATH: has no runtime 'l31/bin/../lib/libbolt_rt_instr.a'
other	32	bin/llvm-bolt-32	PATH: has a runtime 'l32/lib/libbolt_rt_instr.a' that is no library
other	33	bin/llvm-bolt-33	PATH: has no merge-fdata beside it
other	34	bin/llvm-bolt-34	PATH: is of LLVM 34, but the merge-fdata beside it of LLVM 30
other	35	bin/llvm-bolt-35	PATH: has a merge-fdata that was killed by signal 11
other	36	bin/llvm-bolt-36	PATH: has a merge-fdata that does not add up two profiles
broken	-	bin/llvm-bolt-37	PATH: did not end in time
broken	-	bin/llvm-bolt-38	PATH: does not print a version of LLVM and BOLT
best	39	bin/llvm-bolt-39	PATH
END
  run --separate-stderr finds -a --json --timeout 1 --cc gcc --tool llvm-bolt
  same "$(jq -c '.candidates[] | select(.llvm == 39) | [.verdict, .version, .llvm_bolt, .merge_fdata, .runtime]' <<<"$output")" "[\"best\",null,\"$PWD/l39/x/bin/llvm-bolt\",\"$PWD/l39/x/bin/merge-fdata\",\"$PWD/l39/lib/libbolt_rt_instr.a\"]"
  LLVM_BOLT=$PWD/l33/bin/llvm-bolt run --separate-stderr finds --timeout 1 --cc gcc --tool llvm-bolt
  same "$output" "$PWD/l39/x/bin/llvm-bolt"
  same "${stderr-}" "profdata-find: use '$PWD/l33/bin/llvm-bolt': \$LLVM_BOLT is passed over: it has no merge-fdata beside it"
}

@test "no BOLT: says what to install, from the table of packages" {
  # The folders of the system cannot be taken away from the tool: its words alone.
  cat >advise.c <<'END'
#include "base/err.h"
#include "base/packages.h"
int main(void)
{
	static const char *const names[] = {"bolt-N", "libbolt-N-dev"}, *const other[] = {"llvm-N"};
	progname = "t";
	packagehints(names, 2, 21);
	packagehints(other, 1, 21);
	return 0;
}
END
  # From source, whatever options the build had.
  cc -std=c11 -D_GNU_SOURCE '-DPGOKIT_VERSION="0"' -I"$ROOT/tools/lib" -I"$ROOT/build/gen" -o advise advise.c \
    "$ROOT"/tools/lib/base/{packages,buf,err,mem}.c
  run -0 ./advise
  diff - <(printf '%s\n' "$output") <<'END'
t:   Debian, Ubuntu: apt-get install bolt-21 libbolt-21-dev (from apt.llvm.org if it is not there)
t:   Fedora: dnf install llvm-bolt (which has to be of LLVM 21)
t:   Debian, Ubuntu: apt-get install llvm-21 (from apt.llvm.org if it is not there)
t:   Fedora: dnf install llvm21, or llvm where that is 21
t:   Arch: pacman -S llvm21, or llvm where that is 21
t:   macOS: brew install llvm@21
END
}

@test "--for says nothing about BOLT" {
  run -2 --separate-stderr profdata-find --tool llvm-bolt --for v10.profraw
  same "${stderr-}" "profdata-find: use --for 'v10.profraw': llvm-bolt has nothing to do with raw profiles"
}

@test "what is no raw profile is trouble, and said" {
  "$PROFDATA" merge -o a.profdata v10.profraw
  run -2 --separate-stderr profdata-find --for a.profdata
  starts "${stderr-}" "profdata-find: read 'a.profdata': foreign: this is an indexed profile (.profdata), which is merged already"
  run -2 --separate-stderr profdata-find --for nothing
  same "${stderr-}" "profdata-find: read 'nothing': No such file or directory"
  mkfifo pipe
  run -2 --separate-stderr profdata-find --for pipe
  same "${stderr-}" "profdata-find: read 'pipe': not a regular file"
  run -2 --separate-stderr profdata-find --cc gcc
  same "${stderr-}" "profdata-find: run 'gcc --version': not clang and not rustc, whose programs write raw profiles; name the compiler with --cc, or a profile with --for"
}

@test "nothing is left behind, no file and no process" {
  mkdir tmp
  script bin/llvm-profdata 'sleep 61 & sleep 61'
  TMPDIR=$PWD/tmp run find --timeout 0.2 --for v5.profraw
  same "$(ls tmp)" ''
  run -1 pgrep -f 'sleep 61$'
}

@test "usage, help and version" {
  run -2 --separate-stderr profdata-find -x
  run -2 --separate-stderr profdata-find operand
  same "${stderr-}" "usage: profdata-find [-a] [--json] [--for PROFRAW] [--cc CC] [--tool NAME] [--timeout S]"
  run -2 --separate-stderr profdata-find --tool ../llvm-cov
  run -0 --separate-stderr profdata-find -h
  like "$output" 'usage: profdata-find*exit status: 0 found*'
  run -0 profdata-find --version
  same "$output" "profdata-find (pgokit) $(<"$ROOT/ci/VERSION")"
}
