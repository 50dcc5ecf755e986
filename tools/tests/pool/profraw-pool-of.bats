#!/usr/bin/env bats
# profraw-pool --of: the profile of one program becomes that of another which shares functions with it.

load ../helper

CLANG=${CLANG:-clang-22}
PROFDATA=${PROFDATA:-llvm-profdata-22}

# test and tool share work(), called by a pointer here; each has a function and a main of its own.
setup_file() {
  cd "${BATS_FILE_TMPDIR:?}" || return
  cat >work.c <<'END'
#include <string.h>
int work(int n, char *to, const char *from)
{
	int s = 0;
	for (int i = 0; i < n; i++)
		s += i % 3 ? i : -i;
	memcpy(to, from, (size_t)(n % 8));
	return s;
}
END
  for name in test tool; do
    cat >"$name.c" <<END
int work(int n, char *to, const char *from);
int (*volatile way)(int, char *, const char *) = work;
__attribute__((noinline)) int only_$name(int x) { return x ^ 5; }
int main(int argc, char **argv)
{
	char a[8] = "", b[8];
	return way(10 * argc, b, a) + only_$name(argc) == 1;
}
END
    "$CLANG" -O1 -fprofile-generate -o "$name" "$name.c" work.c
  done
  "$CLANG" -O1 -o plain tool.c work.c
  for name in test tool; do LLVM_PROFILE_FILE=$name.profraw "./$name"; done
}

setup() {
  cd "${BATS_TEST_TMPDIR:?}" || return
  ln -s "$BATS_FILE_TMPDIR"/* .
}

# Its functions, and whether they ran.
ran() { # <profile>
  "$PROFDATA" merge -o merged "$1"
  "$PROFDATA" show --counts --all-functions merged | awk '/^  [^ ].*:$/ { name = $1 }
    $1 == "Block" { print name ($0 ~ /[1-9]/ ? "yes" : "no") }' | LC_ALL=C sort | paste -sd ' '
}

@test "the counts of what the program has stay, those of others and of another main go" {
  run -0 --separate-stderr profraw-pool --json --of tool -o out.profraw test.profraw
  same "$stderr" ''
  same "$(jq -c '.of | [.program, .functions, .functions_kept]' <<<"$output")" '["tool",3,1]'
  jq -e '.of | .count_kept > 10 and .count_kept == .count - 2 and (.percent - 100 * .count_kept / .count | fabs) < 0.001' <<<"$output"
  same "$(ran out.profraw)" "main:no only_test:no only_tool:no work:yes"
  run -0 --separate-stderr profraw-verify out.profraw
  same "$stderr" ''
}

@test "the program's own profile stays as it is, main included" {
  run -0 --separate-stderr profraw-pool --json --of tool -o out.profraw tool.profraw
  same "$(jq '.of.percent + 0' <<<"$output")" 100
  "$PROFDATA" merge -o want tool.profraw
  "$PROFDATA" merge -o have out.profraw
  cmp want have
  # Stripped, it has the same records; a second time changes nothing.
  strip -o stripped tool
  profraw-pool --of stripped -o again.profraw out.profraw
  "$PROFDATA" merge -o have again.profraw
  cmp want have
}

@test "a shared object is a program, too" {
  "$CLANG" -O1 -fPIC -shared -fprofile-generate -o libwork.so work.c
  profraw-pool --of libwork.so -o out.profraw test.profraw
  same "$(ran out.profraw)" "main:no only_test:no work:yes"
}

@test "nothing in common: the output is not touched, exit 1" {
  "$CLANG" -O1 -Dwork=other -fprofile-generate -o test test.c work.c
  LLVM_PROFILE_FILE=test.raw ./test
  echo old >out
  run -1 --separate-stderr profraw-pool --json --of tool -o out test.raw
  same "$stderr" "profraw-pool: write 'out': no profile to add up, as none has counts of the program's functions, the file is not touched"
  same "$(jq -c '[.output, .bad, .of.functions, .of.functions_kept, .of.percent + 0]' <<<"$output")" '[null,[],3,0,0]'
  same "$(<out)" old
}

@test "what the program has with another control flow is lost, and told; that its main has another is no loss" {
  sed 's/return s;/return s < -99 ? work(n - 1, to, from) : s;/' work.c >deeper.c
  sed 's/return way/if (argc > 3) return 3; return way/' test.c >longer.c
  "$CLANG" -O1 -fprofile-generate -o other longer.c deeper.c
  LLVM_PROFILE_FILE=other.profraw ./other
  run -1 --separate-stderr profraw-pool --json --of tool -o out other.profraw
  same "$(jq -c '.of | [.functions_kept, .functions_changed, .hottest_changed]' <<<"$output")" '[0,1,"work"]'
  jq -e '.of | .count_changed > 10 and .count_changed < .count' <<<"$output"
}

@test "no program, none of an instrumented build, a folder: exit 2, nothing is written" {
  for bad in "plain:it is not instrumented: it has no records of functions" "test.c:no program (ELF)" \
    "/dev/null:not a regular file" "none: No such file or directory"; do
    run -2 --separate-stderr profraw-pool --of "${bad%%:*}" -o out test.profraw
    starts "$stderr" "profraw-pool: read '${bad%%:*}':"
    ends "$stderr" "${bad#*:}"
    holds ! -e out
  done
}

@test "a damaged program is refused, or found to be whole; none crashes or hangs the tool" {
  local size at
  size=$(stat -Lc %s tool)
  for at in 4 5 16 40 41 44 47 58 60 62 $((size - 40)) $((size - 100)) $((size - 1000)) $((size / 2)); do
    cp --remove-destination -L tool damaged
    printf '\377\377\377' | dd of=damaged bs=1 seek="$at" conv=notrunc status=none
    run --separate-stderr timeout 20 profraw-pool --of damaged -o out test.profraw
    holds "$status" -le 2
  done
  for at in 10 63 64 1000 $((size / 2)) $((size - 1)); do
    head -c "$at" tool >damaged
    run -2 --separate-stderr timeout 20 profraw-pool --of damaged -o out2 test.profraw
    starts "$stderr" "profraw-pool: read 'damaged': "
  done
  holds ! -e out2
}
