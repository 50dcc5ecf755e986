#!/usr/bin/env bats
# profraw-verify on what compilers really write, on profiles of all versions, and on damage.

load ../helper

CLANG=${CLANG:-clang-22}
PROFDATA=${PROFDATA:-llvm-profdata-22}

# Builds a program of prog.c; the rest are flags.
build() { # <name> <flag>...
  "$CLANG" -O1 -o "${BATS_FILE_TMPDIR:?}/$1" "${@:2}" "$BATS_FILE_TMPDIR/prog.c"
}

# Runs such a program; the profile goes to the pattern.
collect() { # <pattern> <name> <argument>...
  LLVM_PROFILE_FILE=$1 "$BATS_FILE_TMPDIR/$2" "${@:3}"
}

setup_file() {
  cat >"${BATS_FILE_TMPDIR:?}/prog.c" <<'EOF'
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static int inc(int x) { return x + 1; }
static int dbl(int x) { return x * 2; }
static int never(int x) { return x ^ 1; }
int (*tab[])(int) = {inc, dbl, never};
__attribute__((noinline)) int apply(int i, int x) { return tab[i % 2](x); }
__attribute__((noinline)) void copy(char *d, const char *s, size_t n) { memcpy(d, s, n); }
int main(int argc, char **argv)
{
	char a[256] = "x", b[256];
	int s = 0, n = atoi(argv[1]);
	if (argc > 2 && !strcmp(argv[2], "fork") && fork())
		wait(0);
	for (int i = 0; i < n; i++) {
		s += apply(i, i);
		copy(b, a, (size_t)(i % 200));
	}
	if (argc > 2 && !strcmp(argv[2], "kill"))
		_exit(0);
	return s == -1;
}
EOF
  build ir -fprofile-generate
}

setup() {
  cd "${BATS_TEST_TMPDIR:?}" || return
}

# A line of output without the binary ids, which differ from build to build.
columns() { # [line]
  printf '%s\n' "${lines[${1-0}]}" | cut -f 1-10,12
}

# Changes bytes of a file.
poke() { # <file> <offset> <bytes for printf>
  # shellcheck disable=SC2059
  printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

@test "a whole profile is ok, its counters are told" {
  collect p.profraw ir 10
  run -0 --separate-stderr profraw-verify p.profraw
  same "${stderr-}" ''
  same "${#lines[@]}" 1
  same "$(columns)" "ok	p.profraw	10	IR	6	5	12	6	41	2	-"
  id=$(readelf -n "$BATS_FILE_TMPDIR/ir" | sed -n 's/.*Build ID: //p')
  same "$(cut -f 11 <<<"$output")" "$id"
}

@test "-H names the columns, -q is silent about good files" {
  collect p.profraw ir 10
  run profraw-verify -H p.profraw
  same "${lines[0]}" "class	file	version	kind	functions	functions_hit	counters	counters_hit	sum	sites	id	reason"
  run -0 profraw-verify -Hq p.profraw
  same "$output" ''
}

# bats test_tags=slow
@test "every kind of instrumentation is read" {
  build fe -fprofile-instr-generate -fcoverage-mapping
  build mcdc -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc
  build febyte -fprofile-instr-generate -mllvm -enable-single-byte-coverage
  build byte -fprofile-generate -mllvm -pgo-block-coverage
  build entryonly -fprofile-generate -mllvm -pgo-function-entry-coverage
  build entry -fprofile-generate -mllvm -pgo-instrument-entry
  build loops -fprofile-generate -mllvm -pgo-instrument-loop-entries
  build temporal -fprofile-generate -mllvm -pgo-temporal-instrumentation
  build tempbyte -fprofile-generate -mllvm -pgo-temporal-instrumentation -mllvm -pgo-block-coverage
  build correlate -fprofile-generate -g -mllvm -profile-correlate=debug-info -mllvm -disable-vp
  collect first.profraw ir 10
  "$PROFDATA" merge -o first.profdata first.profraw
  build cs -fprofile-use=first.profdata -fcs-profile-generate
  for p in fe mcdc febyte byte entryonly entry loops temporal tempbyte correlate cs; do
    collect "$p.profraw" "$p" 10
    run --separate-stderr profraw-verify "$p.profraw"
    printf '%s %s\n' "$status" "$(columns | cut -f 1-4,5-6)"
  done >found
  diff found - <<'EOF'
0 ok	fe.profraw	10	FE	6	5
0 ok	mcdc.profraw	10	FE	6	5
0 ok	febyte.profraw	10	FE+byte	6	5
0 ok	byte.profraw	10	IR+byte	6	5
0 ok	entryonly.profraw	10	IR+byte+entry-only	6	5
0 ok	entry.profraw	10	IR+entry	6	5
0 ok	loops.profraw	10	IR+loops	6	5
0 ok	temporal.profraw	10	IR+temporal	6	5
0 ok	tempbyte.profraw	10	IR+byte+temporal	6	5
0 ok	correlate.profraw	10	IR+correlate	0	0
0 ok	cs.profraw	10	CSIR	6	2
EOF
}

@test "a program without conditions for MC/DC coverage is nothing to warn of" {
  printf 'int main(int n, char **v) { (void)v; return n > 3; }\n' >plain.c
  "$CLANG" -O1 -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc -o plain plain.c
  LLVM_PROFILE_FILE=plain.profraw ./plain
  run -0 --separate-stderr profraw-verify plain.profraw
  same "$stderr" ''
  like "$output" 'ok*	FE	1	1	*	-'
}

@test "functions, names and sum are those that llvm-profdata tells" {
  collect real.profraw ir 10
  mkprofraw -n 40 -t sites >made.profraw
  mkprofraw -n 40 -t sites -t vtables -t bitmap >vtables.profraw
  mkprofraw -n 40 -t big >big.profraw
  mkprofraw -n 40 -t narrow >narrow.profraw
  mkprofraw -n 40 -t big -t narrow -t plain -t noid >old.profraw
  mkprofraw -n 40 -x 0x1100000000000000 >byte.profraw
  mkprofraw -n 40 -x 0x8100000000000000 >temporal.profraw
  for f in *.profraw; do
    "$PROFDATA" show --all-functions --counts "$f" >shown
    run -0 profraw-verify --json "$f"
    same "$(jq .files[0].functions <<<"$output")" "$(sed -n 's/^Total functions: //p' shown)"
    sum=$(sed -n 's/.*Block counts: \[\(.*\)\]/\1/p' shown | tr , '\n' | awk '{ s += $1 } END { print s }')
    same "$(jq .files[0].sum <<<"$output")" "$sum"
    [ "$f" = real.profraw ] || same "$(grep -c '^  function_[0-9]*:' shown)" 40
  done
}

@test "a killed process leaves an empty file, which is bad" {
  collect p.profraw ir 10 kill
  run -1 --separate-stderr profraw-verify p.profraw
  same "$output" "empty	p.profraw	-	-	-	-	-	-	-	-	-	header: 0 bytes at offset 0"
  same "${stderr-}" "profraw-verify: read 'p.profraw': empty: header: 0 bytes at offset 0; the program was killed or left by _exit() before it wrote; let it end by itself, or use continuous mode (%c)"
}

@test "a program with nothing instrumented leaves a header, which is bad" {
  echo 'int main(void) { return 0; }' >a.c
  "$CLANG" -c a.c
  "$CLANG" -fprofile-generate -o a a.o
  LLVM_PROFILE_FILE=p.profraw ./a
  run -1 --separate-stderr profraw-verify p.profraw
  same "$(columns)" "header-only	p.profraw	10	FE	-	-	-	-	-	-	header: there are no records and no counters at offset 0"
  ends "${stderr-}" "; nothing in the program was instrumented; compile its objects with -fprofile-generate, not only the link"
}

@test "continuous mode leaves no value data, which can be repaired" {
  build continuous -fprofile-generate -mllvm -runtime-counter-relocation
  collect %cp.profraw continuous 10 kill
  run -0 --separate-stderr profraw-verify p.profraw
  like "$(columns)" 'repairable	p.profraw	10	IR	6	5	12	*	2	value data: missing, although the records have 2 sites at offset *'
  like "${stderr-}" "profraw-verify: read 'p.profraw': repairable: value data: missing, although the records have 2 sites at offset *; continuous mode leaves it so; llvm-profdata refuses such a file, profraw-pool repairs it"
}

@test "runs that were merged by %m are one profile" {
  for _ in 1 2 3; do collect %m.profraw ir 10; done
  run -0 profraw-verify --json .
  same "$(jq -c '[.total.files, .total.profiles, .total.sum]' <<<"$output")" "[1,1,123]"
}

@test "profiles of a fork follow each other, a function counts once in the total" {
  collect p.profraw ir 10 fork
  run -0 profraw-verify --json p.profraw
  same "$(jq -c '[.files[0].profiles, .files[0].functions, .total.functions, .total.functions_hit, .total.modules]' <<<"$output")" "[2,12,6,5,1]"
}

@test "several shared objects in one file are several modules" {
  echo 'int one(void) { return 1; }' >one.c
  echo 'int two(void) { return 2; }' >two.c
  echo 'int one(void), two(void); int main(void) { return one() + two() - 3; }' >main.c
  for n in one two; do "$CLANG" -shared -fPIC -fprofile-generate -o "lib$n.so" "$n.c"; done
  "$CLANG" -fprofile-generate -o main main.c ./libone.so ./libtwo.so
  LLVM_PROFILE_FILE=p.profraw ./main
  run -0 profraw-verify --json p.profraw
  same "$(jq -c '[.files[0].profiles, (.files[0].binary_ids | length), .total.modules, .total.functions, .total.functions_hit]' <<<"$output")" "[3,3,3,3,3]"
}

@test "a library that never ran is zero; if all are, that is an error" {
  mkprofraw -t zero >zero.profraw
  run -1 --separate-stderr profraw-verify zero.profraw
  same "${stderr_lines[0]}" "profraw-verify: read 'zero.profraw': zero: all 15 counters are 0"
  same "${stderr_lines[1]}" "profraw-verify: read 1 profiles: no counter in any of them counted; the workload runs nothing that is instrumented"
  mkprofraw >ok.profraw
  run -0 --separate-stderr profraw-verify ok.profraw zero.profraw
  same "$(columns 1)" "zero	zero.profraw	10	IR	8	0	15	0	0	0	-"
}

@test "samples of other compilers and versions are what the README says" {
  cd "$ROOT/fixtures/profraw"
  run -1 --separate-stderr profraw-verify .
  for i in "${!lines[@]}"; do columns "$i"; done >"$BATS_TEST_TMPDIR/found"
  diff "$BATS_TEST_TMPDIR/found" - <<'EOF'
ok	./v10-clang-19-ir.profraw	10	IR	7	6	15	9	43	2	-
corrupt	./v10-clang-22-entry-temporal.profraw	10	IR+byte+entry-only+temporal	-	-	-	-	-	-	data records: record 0 has no room for a timestamp of 8 bytes and a counter at offset 208
ok	./v10-clang-22-ir-m32.profraw	10	IR	7	6	8	7	41	2	-
ok	./v10-clang-22-vtables.profraw	10	IR	9	5	10	6	301	2	-
ok	./v10-rustc-1.95-coverage.profraw	10	FE	3	3	3	3	102	0	-
ok	./v10-rustc-1.95-ir.profraw	10	IR	6	4	8	6	138	1	-
ok	./v7-clang-13-ir-m32.profraw	7	IR	7	6	8	7	41	2	-
ok	./v7-clang-13-ir.profraw	7	IR	7	6	8	7	41	2	-
ok	./v8-clang-14-ir.profraw	8	IR	7	6	15	9	43	2	-
repairable	./v8-clang-16-continuous.profraw	8	IR	7	6	15	9	43	2	value data: missing, although the records have 2 sites at offset 632
ok	./v8-clang-16-entry-coverage.profraw	8	IR+byte+entry-only	7	6	7	6	6	0	-
ok	./v8-clang-16-ir-m32.profraw	8	IR	7	6	8	7	41	2	-
ok	./v8-clang-16-ir.profraw	8	IR	7	6	15	9	43	2	-
EOF
}

@test "what is no raw profile is named" {
  mkprofraw >p.profraw
  "$PROFDATA" merge -o indexed p.profraw
  "$PROFDATA" merge -text -o text p.profraw
  gzip <p.profraw >packed
  cp "$BATS_FILE_TMPDIR/ir" elf
  echo '1 main 2f 1 work 0 0 12' >fdata
  printf 'adcg0000' >gcda
  printf '\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >zeros
  printf '\1\2\3\4\5\6\7\10\11' >junk
  printf 'hello' >short
  mkprofraw -v 9 | head -c 8 >magic
  printf '\x81\x72\x66\x6f\x72\x70\x6d\xff\1\0\0\0\0\0\0\0' >memprof
  run -1 --separate-stderr profraw-verify indexed text packed elf fdata gcda zeros junk short magic memprof
  for i in "${!lines[@]}"; do columns "$i" | cut -f 1-2,11; done >found
  diff found - <<'EOF'
foreign	indexed	header: this is an indexed profile (.profdata), which is merged already; version 13, read by LLVM 22 or later at offset 0
foreign	text	header: this is text at offset 0
foreign	packed	header: this is compressed by gzip at offset 0
foreign	elf	header: this is an ELF file at offset 0
foreign	fdata	header: this is text, by its looks a BOLT profile (.fdata) at offset 0
foreign	gcda	header: this is a counter file of GCC (.gcda) at offset 0
corrupt	zeros	header: 16 bytes, all 0: the file system lost what was written at offset 0
foreign	junk	header: this is not a profile of LLVM at offset 0
foreign	short	header: this is text at offset 0
truncated	magic	header: 16 bytes are needed, 8 are left at offset 0
foreign	memprof	header: this is a raw memory profile (memprof) at offset 0
EOF
  same "${stderr_lines[5]}" "profraw-verify: read 'gcda': foreign: header: this is a counter file of GCC (.gcda) at offset 0; use it with gcc -fprofile-use"
}

@test "another version says who reads it" {
  mkprofraw >p.profraw
  poke p.profraw 8 '\5'
  run -1 --separate-stderr profraw-verify p.profraw
  has "${stderr-}" "raw profile version 5 of LLVM 10 to 12 at offset 8;"
  poke p.profraw 8 '\13'
  run -1 --separate-stderr profraw-verify p.profraw
  same "${stderr-}" "profraw-verify: read 'p.profraw': foreign: header: raw profile version 11 of LLVM 23 at offset 8; merge it with the llvm-profdata of that release, or build and collect again with LLVM 13 to 22"
}

@test "damage is told with section and offset" {
  mkprofraw -t sites >whole.profraw
  head -c 300 whole.profraw >cut.profraw
  cp whole.profraw flip.profraw
  # CounterPtr of record 1: behind header, binary id and record 0.
  poke flip.profraw $((128 + 32 + 64 + 16)) '\311'
  run -1 --separate-stderr profraw-verify cut.profraw flip.profraw
  same "${stderr_lines[0]}" "profraw-verify: read 'cut.profraw': truncated: data records: 512 bytes are needed, 140 are left at offset 160; the writer was killed or the disk is full; collect it again"
  same "${stderr_lines[1]}" "profraw-verify: read 'flip.profraw': corrupt: data records: the counters of record 1 lie across those of record 0 at offset 240; collect it again; if that repeats, give each process its own file (%p in LLVM_PROFILE_FILE)"
}

@test "folders are searched in order, links to folders are not followed, a pipe does not block" {
  mkdir -p raw/b raw/a/deep elsewhere
  mkprofraw >raw/b/1.profraw
  cp raw/b/1.profraw raw/a/deep/2.profraw
  cp raw/b/1.profraw raw/a/10.profraw
  cp raw/b/1.profraw elsewhere/hidden.profraw
  echo text >raw/a/notes.txt
  ln -s ../elsewhere raw/link
  ln -s ../elsewhere raw/link.profraw
  ln -s ../elsewhere/hidden.profraw raw/z.profraw
  run --separate-stderr -0 profraw-verify raw/
  same "$(cut -f 2 <<<"$output" | tr '\n' ' ')" "raw/a/10.profraw raw/a/deep/2.profraw raw/b/1.profraw raw/z.profraw "
  mkfifo raw/p.profraw
  run -2 --separate-stderr timeout 5 profraw-verify raw
  same "${stderr-}" "profraw-verify: read 'raw/p.profraw': not a regular file"
  same "$(columns 3)" "unreadable	raw/p.profraw	-	-	-	-	-	-	-	-	file: not a regular file at offset 0"
}

@test "no profile at all is an error, a missing operand is trouble" {
  mkdir empty
  run -1 --separate-stderr profraw-verify empty
  same "${stderr-}" "profraw-verify: read 'empty': no .profraw file in it; was the program that ran the instrumented one, and where does LLVM_PROFILE_FILE point?"
  run -2 --separate-stderr profraw-verify missing.profraw
  same "${stderr-}" "profraw-verify: read 'missing.profraw': No such file or directory"
}

@test "JSON has these keys, for a good and for a bad file" {
  mkprofraw >a.profraw
  : >b.profraw
  run -1 --separate-stderr profraw-verify --json a.profraw b.profraw
  same "$(jq -c 'keys_unsorted, (.files[] | keys_unsorted), (.total | keys_unsorted), .files[1].reason' <<<"$output")" '["files","total"]
["class","file","bytes","version","kind","profiles","functions","functions_hit","counters","counters_hit","sum","value_sites","binary_ids","reason","warnings"]
["class","file","bytes","version","kind","binary_ids","reason","warnings"]
["files","ok","zero","repairable","empty","header_only","truncated","corrupt","foreign","unreadable","warnings","bytes","profiles","modules","functions","functions_hit","counters","counters_hit","sum","value_sites"]
{"section":"header","offset":0,"what":"0 bytes","next":"the program was killed or left by _exit() before it wrote; let it end by itself, or use continuous mode (%c)"}'
  same "$(jq -c '.files[0], .total' <<<"$output")" '{"class":"ok","file":"a.profraw","bytes":840,"version":10,"kind":"IR","profiles":1,"functions":8,"functions_hit":6,"counters":15,"counters_hit":12,"sum":390,"value_sites":0,"binary_ids":["abcd010203000000000000000000000000000000"],"reason":null,"warnings":[]}
{"files":2,"ok":1,"zero":0,"repairable":0,"empty":1,"header_only":0,"truncated":0,"corrupt":0,"foreign":0,"unreadable":0,"warnings":0,"bytes":840,"profiles":1,"modules":1,"functions":8,"functions_hit":6,"counters":15,"counters_hit":12,"sum":390,"value_sites":0}'
}

@test "hostile names break neither the lines nor the JSON" {
  name=$'a\tb\nc\e[31m\xff.profraw'
  : >"$name"
  run --separate-stderr profraw-verify "$name"
  same "${#lines[@]}" 1
  same "$(cut -f 2 <<<"$output")" $'a?b?c?[31m\xff.profraw'
  same "${#stderr_lines[@]}" 1
  run --separate-stderr profraw-verify --json "$name"
  same "$(jq '.files[0].file' <<<"$output")" '"a\tb\nc\u001b[31m�.profraw"'
}

# The LLVM releases of this machine whose llvm-profdata reads a raw version.
releases() { # <raw version>
  local major
  while read -r major; do
    [ ! -x "/usr/lib/llvm-$major/bin/llvm-profdata" ] || printf '%s\n' "$major"
  done < <(awk -v raw="$1" '$2 == raw { print $1 }' "$ROOT/ci/data/profraw-versions.tsv")
}

# Genuine profiles and made ones, damaged in thousands of ways: a longer run is
# `build/tests/profraw/mkdamage SEED ROUNDS DIR FILE... && tools/tests/profraw/second-reader LLVM-PROFDATA DIR`.
# bats test_tags=slow
@test "no llvm-profdata refuses what is called good, nor a pool with it" {
  asked=0
  for version in 7 8 10; do
    mkdir "$version" "$version/seeds" "$version/damaged"
    cp -- "$ROOT/fixtures/profraw/v$version"-*.profraw "$version/seeds"
    rm -f -- "$version/seeds/v10-clang-22-entry-temporal.profraw" # whole, but read by none
    for traits in '-t big' '-t narrow -t plain' '-t narrow -t big -t noid' '-t win -t ahead'; do
      # shellcheck disable=SC2086 # options
      mkprofraw -v "$version" -n 4 -t sites $traits >"$version/seeds/made${traits//[ -]/}.profraw"
    done
    if [ "$version" = 10 ]; then
      mkprofraw -x 0 -t bitmap -t narrow >10/seeds/bitmap.profraw
      mkprofraw -t vtables -t sites >10/seeds/vtables.profraw
    fi
    mkdamage 1 2000 "$version/damaged" "$version/seeds"/*.profraw >"$version/list" # which, and how
    holds "$(wc -l <"$version/list")" -gt 200
    while read -r major; do
      run -0 "$ROOT/tools/tests/profraw/second-reader" "/usr/lib/llvm-$major/bin/llvm-profdata" "$version/damaged"
      same "$output" ''
      asked=$((asked + 1))
    done < <(releases "$version")
  done
  holds "$asked" -gt 0
}

# The unit test itself, as the compiler's options here say and not those of the build: sanitizers need all
# the address space that there is. With sanitizers it is one of the unit tests.
# bats test_tags=slow
@test "random damage in little memory" {
  make -s -C "$ROOT" build/gen/profraw-versions.h
  "$CLANG" -std=c11 -D_GNU_SOURCE '-DPGOKIT_VERSION="0"' -I"$ROOT/tools/lib" -I"$ROOT/tools/tests" -I"$ROOT/build/gen" -O1 \
    -o fuzz "$ROOT/tools/tests/profraw/profraw_fuzz_test.c" \
    "$ROOT"/tools/lib/profraw/{reader,check,counters,diag,files,identify,ids,layout,modules,names,records,invariants,values}.c \
    "$ROOT"/tools/lib/base/{md5,buf,err,mem,file}.c -lz
  ulimit -v 500000
  ./fuzz 60000 2
}

@test "usage, help and version" {
  run -2 --separate-stderr profraw-verify
  same "${stderr-}" "usage: profraw-verify [-Hq] [--json] FILE|DIR..."
  run -2 --separate-stderr profraw-verify -x file
  run -0 --separate-stderr profraw-verify -h
  like "$output" 'usage: profraw-verify*exit status: 0 all good*'
  run -0 profraw-verify --version
  same "$output" "profraw-verify (pgokit) $(<"$ROOT/ci/VERSION")"
}
