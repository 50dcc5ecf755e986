#!/usr/bin/env bats
# profraw-pool: sums that llvm-profdata merges to the same profile as the originals, and refusals.

load ../helper

CLANG=${CLANG:-clang-22}
PROFDATA=${PROFDATA:-llvm-profdata-22}

# Indirect calls and sizes, in a shared object too; forks if asked to.
setup_file() {
  cd "${BATS_FILE_TMPDIR:?}" || return
  cat >shared.c <<'EOF'
#include <string.h>
static int half(int x) { return x / 2; }
static int same(int x) { return x; }
static int (*const way[])(int) = {half, same};
int shared(int i, char *d, const char *s)
{
	memcpy(d, s, (size_t)(i % 50));
	return way[i % 3 == 0](i);
}
EOF
  cat >prog.c <<'EOF'
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int shared(int i, char *d, const char *s);
static int inc(int x) { return x + 1; }
static int dbl(int x) { return x * 2; }
static int neg(int x) { return -x; }
int (*tab[])(int) = {inc, dbl, neg, abs};
__attribute__((noinline)) int apply(int i, int x) { return tab[i](x); }
int main(int argc, char **argv)
{
	char a[256] = "x", b[256];
	int s = 0, n = atoi(argv[1]);
	if (argc > 2 && !strcmp(argv[2], "fork") && fork())
		wait(0);
	for (int i = 0; i < n; i++) {
		s += apply(i % 7 % 4, i) + shared(i, b, a);
		memcpy(b, a, (size_t)(i % 200));
	}
	return s == -1;
}
EOF
  cat >virtual.cc <<'EOF'
#include <cstdlib>
#include <memory>
#include <vector>
struct shape { virtual ~shape() {} virtual long area(long) const = 0; };
struct square : shape { long area(long x) const override { return x * x; } };
struct line : shape { long area(long) const override { return 0; } };
struct ring : square { long area(long x) const override { return 3 * x; } };
int main(int, char **argv)
{
	std::vector<std::unique_ptr<shape>> v;
	long n = std::atol(argv[1]), sum = 0;
	for (long i = 0; i < n; i++)
		switch (i % 5) {
		case 0: v.emplace_back(new line); break;
		case 1: v.emplace_back(new ring); break;
		default: v.emplace_back(new square);
		}
	for (auto &s : v)
		sum += s->area(n);
	return sum == 1;
}
EOF
  cat >sum.rs <<'EOF'
use std::collections::HashMap;
fn add(x: u64) -> u64 { x + 1 }
fn mul(x: u64) -> u64 { x * 3 }
fn main() {
    let n: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let f: Vec<fn(u64) -> u64> = vec![add, mul, add];
    let g: Vec<Box<dyn Fn(u64) -> u64>> = vec![Box::new(|x| x ^ 5), Box::new(move |x| x + n)];
    let mut m = HashMap::new();
    for i in 0..n {
        let k = f[(i % 3) as usize](i) + g[(i % 2) as usize](i);
        let v: Vec<u8> = vec![b'a'; (i % 64) as usize];
        *m.entry(v.clone()).or_insert(0) += k;
    }
    println!("{}", m.len());
}
EOF
  "$CLANG" -O1 -fPIC -shared -fprofile-generate -o libshared.so shared.c
  "$CLANG" -O1 -fprofile-generate -o prog prog.c -L. -lshared -Wl,-rpath,"$PWD"
  "$CLANG" -O1 -fprofile-instr-generate -mllvm -enable-value-profiling -o front prog.c shared.c
}

setup() {
  cd "${BATS_TEST_TMPDIR:?}" || return
  mkdir raw
}

# Runs a program with the profile going to raw/PATTERN.
collect() { # <pattern> <program> <argument>...
  LLVM_PROFILE_FILE=$PWD/raw/$1 "${@:2}" >program.out
}

# Merging the pool of raw/ gives what merging raw/ gives, byte for byte, whatever the threads.
pools_alike() {
  profraw-pool -o pool.profraw raw >lines
  profraw-pool --jobs 3 -o jobs.profraw raw >/dev/null
  cmp pool.profraw jobs.profraw
  run -0 --separate-stderr profraw-verify -q pool.profraw
  same "$stderr" ''
  "$PROFDATA" merge -o all.profdata raw
  "$PROFDATA" merge -o pool.profdata pool.profraw
  cmp all.profdata pool.profdata
}

# The text of a profile with the values of one target at one site added up, without their number.
folded() { # <profile>
  "$PROFDATA" merge -text "$1" -o - | awk '
    function flush(k) {
      for (k in sum) print k ":" sum[k] | "sort"
      close("sort")
      split("", sum)
    }
    /:[0-9]+$/ { held = ""; key = $0; n = $0; sub(/:[0-9]+$/, "", key); sub(/.*:/, "", n); sum[key] += n; next }
    { flush(); if (held != "") print held; held = $0 }
    END { flush(); print held }'
}

@test "two profiles of one module become one with the sum" {
  mkprofraw -t sites >a.profraw
  mkprofraw -t sites -a 0x10000 >b.profraw
  run -0 --separate-stderr profraw-pool -H -o out.profraw a.profraw b.profraw
  same "${stderr-}" ''
  same "${lines[0]}" "profiles	version	kind	functions	functions_hit	counters	counters_hit	sum	sites	id"
  same "${lines[1]}" "2	10	IR	8	6	15	12	780	9	abcd010203000000000000000000000000000000"
  same "$(profraw-verify out.profraw | cut -f 1,5-10)" "ok	8	6	15	12	780	9"
}

@test "C with indirect calls, sizes and a shared object, one file per process" {
  for n in 5 50 500; do collect %p.profraw "$BATS_FILE_TMPDIR/prog" "$n"; done
  pools_alike
  same "$(wc -l <lines)" 2
}

@test "C, with forks and several processes in one file" {
  for n in 5 50 500; do collect "$n.profraw" "$BATS_FILE_TMPDIR/prog" "$n" fork; done
  same "$(profraw-verify --json raw | jq .total.profiles)" 12
  pools_alike
}

@test "C instrumented by the front end, with values" {
  for n in 5 50 500; do collect %p.profraw "$BATS_FILE_TMPDIR/front" "$n"; done
  pools_alike
  same "$(cut -f 3 lines)" FE
}

# bats test_tags=slow
@test "C, by every LLVM of the machine, of both instrumentations" {
  local bin n=0
  for bin in /usr/lib/llvm-*/bin; do
    [ -x "$bin/clang" ] && [ -x "$bin/llvm-profdata" ] || continue
    for kind in -fprofile-generate -fprofile-instr-generate; do
      "$bin/clang" -O1 "$kind" -o each "$BATS_FILE_TMPDIR"/{prog,shared}.c
      rm raw/* || true
      for k in 5 50; do collect %p.profraw ./each "$k"; done
      PROFDATA=$bin/llvm-profdata pools_alike
      n=$((n + 1))
    done
  done
  holds "$n" -ge 2
}

@test "byte coverage: what is covered in one is covered" {
  "$CLANG" -O1 -fprofile-generate -mllvm -pgo-block-coverage -o bytes "$BATS_FILE_TMPDIR"/{prog,shared}.c
  for n in 0 1 3; do collect %p.profraw ./bytes "$n"; done
  profraw-pool -o pool.profraw raw
  # llvm-profdata counts the files.
  "$PROFDATA" merge -text -o - raw | sed 's/^[1-9]$/1/' >want
  "$PROFDATA" merge -text -o - pool.profraw | sed 's/^[1-9]$/1/' >got
  cmp want got
}

# bats test_tags=slow
@test "C++ with virtual calls and profiled vtables" {
  "${CLANG/clang/clang++}" -O1 -fprofile-generate -mllvm -enable-vtable-value-profiling -o virtual \
    "$BATS_FILE_TMPDIR/virtual.cc"
  for n in 5 50 500; do collect %p.profraw ./virtual "$n"; done
  pools_alike
  # Merging keeps no vtables by default: compare what the raw profiles have.
  profraw-pool -o one.profraw raw/*.profraw --weight 2 raw/*.profraw
  profraw-pool -o two.profraw --weight 3 raw/*.profraw
  cmp one.profraw two.profraw
  rm raw/*
  collect one.profraw ./virtual 50
  profraw-pool -o pool.profraw raw
  "$PROFDATA" show --all-functions --show-vtables raw/one.profraw | sort >want
  "$PROFDATA" show --all-functions --show-vtables pool.profraw | sort >got
  cmp want got
  grep _ZTV4ring got
}

# bats test_tags=slow
@test "Rust, for PGO and for coverage" {
  rustc -O -Cprofile-generate=raw -o pgo "$BATS_FILE_TMPDIR/sum.rs"
  for n in 5 50 500; do collect %p.profraw ./pgo "$n"; done
  pools_alike
  rm raw/*
  rustc -O -Cinstrument-coverage -o coverage "$BATS_FILE_TMPDIR/sum.rs"
  for n in 5 50 500; do collect %p.profraw ./coverage "$n"; done
  pools_alike
}

@test "known difference: targets that nothing resolves are one, with the same sum" {
  for n in 500 1000 1500; do collect %m.profraw "$BATS_FILE_TMPDIR/prog" "$n"; done
  collect %p.profraw "$BATS_FILE_TMPDIR/prog" 700
  profraw-pool -o pool.profraw raw >/dev/null
  "$PROFDATA" merge -o all.profdata raw
  "$PROFDATA" merge -o pool.profdata pool.profraw
  diff <(folded all.profdata) <(folded pool.profdata)
}

@test "the order of the inputs does not matter, and a pool of pools is the pool" {
  for n in 5 50 500; do collect "$n.profraw" "$BATS_FILE_TMPDIR/prog" "$n"; done
  profraw-pool -o 1.profraw raw/5.profraw raw/50.profraw raw/500.profraw
  profraw-pool -o 2.profraw raw/500.profraw raw/5.profraw raw/50.profraw
  profraw-pool -o 3.profraw raw/50.profraw raw/500.profraw
  profraw-pool -o 4.profraw raw/5.profraw 3.profraw
  cmp 1.profraw 2.profraw
  cmp 1.profraw 4.profraw
}

@test "--weight is for the inputs behind it" {
  mkprofraw -t sites >a.profraw
  mkprofraw -t sites -a 4096 -t zero >b.profraw
  profraw-pool -o 1.profraw b.profraw a.profraw a.profraw a.profraw
  profraw-pool -o 2.profraw b.profraw --weight 3 a.profraw
  profraw-pool -o 3.profraw --weight 3 a.profraw --weight 1 b.profraw
  cmp 1.profraw 2.profraw
  cmp 1.profraw 3.profraw
  run -2 profraw-pool -o 1.profraw --weight 0 a.profraw
}

@test "--max-share scales down what has too much, and no count to 0" {
  for i in 1 2 3; do mkprofraw -n 4 >"$i.profraw"; done
  mkprofraw -n 4 >big.profraw
  profraw-pool --weight 1000 -o big.profraw big.profraw >/dev/null
  one=$(profraw-verify 1.profraw | cut -f 9)
  run -0 profraw-pool --max-share 50 -o out.profraw --json 1.profraw 2.profraw 3.profraw big.profraw
  same "$(jq .total.scaled_sources <<<"$output")" 1
  same "$(jq '.modules[0].sum' <<<"$output")" $((6 * one))
  profraw-pool --max-share 50 --jobs 2 -o jobs.profraw big.profraw 3.profraw 1.profraw 2.profraw
  cmp out.profraw jobs.profraw
}

@test "a folder is one source, and a list of paths comes from standard input" {
  mkdir many
  for i in 1 2 3; do mkprofraw >"many/$i.profraw"; done
  mkprofraw >one.profraw
  profraw-pool -o 1.profraw many one.profraw
  printf '%s\0' many one.profraw | profraw-pool -o 2.profraw -
  cmp 1.profraw 2.profraw
  run profraw-pool --max-share 50 -o 3.profraw --json many one.profraw
  same "$(jq .total.scaled_sources <<<"$output")" 1
}

@test "a bad file is named and adds nothing, the good ones are pooled" {
  mkprofraw >a.profraw
  head -c 300 a.profraw >b.profraw
  profraw-pool -o good.profraw a.profraw a.profraw >/dev/null
  run -1 --separate-stderr profraw-pool -o out.profraw a.profraw b.profraw a.profraw
  like "${stderr_lines[0]}" "profraw-pool: add 'b.profraw': truncated: data records: * at offset *"
  same "${stderr_lines[1]}" "profraw-pool: add 3 files: 1 were not added, they are where they were"
  cmp good.profraw out.profraw
  # The second of two profiles in a file is damaged: the first is not added either.
  { cat a.profraw && head -c 300 a.profraw; } >c.profraw
  run -1 profraw-pool -o out.profraw a.profraw c.profraw a.profraw
  cmp good.profraw out.profraw
}

@test "with nothing to add the output is not touched" {
  mkprofraw | head -c 300 >b.profraw
  echo old >out.profraw
  run -1 profraw-pool -o out.profraw b.profraw
  same "$(cat out.profraw)" old
  mkdir empty
  run -1 profraw-pool -o none.profraw empty
  holds ! -e none.profraw
  run -2 profraw-pool -o none.profraw missing.profraw
  holds ! -e none.profraw
  run -2 profraw-pool raw
  run -2 profraw-pool -o - b.profraw
}

@test "the output can be an input, and is left out of a folder" {
  mkprofraw >raw/a.profraw
  mkprofraw -a 4096 >raw/b.profraw
  profraw-pool -o two.profraw raw/a.profraw raw/b.profraw
  profraw-pool -o raw/pool.profraw raw/a.profraw
  profraw-pool -o raw/pool.profraw raw/pool.profraw raw/b.profraw
  cmp two.profraw raw/pool.profraw
  run -0 --separate-stderr profraw-pool -o raw/pool.profraw raw
  starts "$stderr" "profraw-pool: read 'raw/pool.profraw': left out, it is the output;"
  cmp two.profraw raw/pool.profraw
}

@test "--sources names what was added, with the hash of what was read, but not the output" {
  mkprofraw >a.profraw
  mkprofraw -n 3 >b.profraw
  head -c 100 a.profraw >broken.profraw
  run -1 profraw-pool -o sum.profraw --sources list a.profraw broken.profraw
  printf '%s\t%d\ta.profraw\n' "$(sha256sum <a.profraw | cut -c 1-64)" "$(stat -c %s a.profraw)" >want
  cmp list want
  printf 'b.profraw\0' | profraw-pool -o sum.profraw --sources list sum.profraw -
  same "$(cut -f 1,3 list)" "$(sha256sum <b.profraw | cut -c 1-64)$(printf '\tb.profraw')"
}

@test "the hashes of --sources do not depend on what OPENSSL_CONF says" {
  mkprofraw >a.profraw
  printf '%s\n' 'openssl_conf = all' '[all]' 'providers = only' '[only]' 'null = on' '[on]' 'activate = 1' >none.cnf
  OPENSSL_CONF=$PWD/none.cnf profraw-pool -o sum.profraw --sources list a.profraw
  same "$(cut -f 1 list)" "$(sha256sum <a.profraw | cut -c 1-64)"
}

@test "profiles without value data are repaired, so that llvm-profdata reads them" {
  mkprofraw -t sites -t novalues >a.profraw
  run -1 "$PROFDATA" merge -o a.profdata a.profraw
  run -0 --separate-stderr profraw-pool -o out.profraw a.profraw
  has "$stderr" "1 had no value data"
  "$PROFDATA" merge -o out.profdata out.profraw
}

@test "another raw version, width or temporal profiles are refused, in any order" {
  mkprofraw >a.profraw
  mkprofraw -v 8 >b.profraw
  mkprofraw -t narrow >c.profraw
  mkprofraw -x 0x8100000000000000 >d.profraw
  profraw-pool -o want.profraw a.profraw a.profraw
  run -1 --separate-stderr profraw-pool -o out.profraw b.profraw c.profraw a.profraw d.profraw a.profraw
  cmp want.profraw out.profraw
  same "${#stderr_lines[@]}" 4
  starts "${stderr_lines[0]}" "profraw-pool: add 'b.profraw': refused: header: raw version 8, 64 bits"
  starts "${stderr_lines[2]}" "profraw-pool: add 'd.profraw': refused: header: times of first calls"
}

# llvm-profdata of LLVM 14 to 16 wants debug information for such a file as a whole, or for none of it.
@test "counters without records do not go where there are records" {
  mkprofraw >a.profraw
  # Header and binary id alone, then bit 59 of the version word, and two counters.
  mkprofraw -n 0 | head -c 160 >b.profraw
  printf '\11' | dd of=b.profraw bs=1 seek=15 conv=notrunc status=none
  printf '\2' | dd of=b.profraw bs=1 seek=40 conv=notrunc status=none
  printf '\7\0\0\0\0\0\0\0\7\0\0\0\0\0\0\0' >>b.profraw
  run -0 profraw-verify b.profraw
  has "$output" "IR+correlate	0	0	2	2	14	"
  profraw-pool -o want.profraw a.profraw a.profraw
  run -1 --separate-stderr profraw-pool -o out.profraw b.profraw a.profraw a.profraw
  starts "${stderr_lines[0]}" "profraw-pool: add 'b.profraw': refused: header: raw version 10+correlate, 64 bits, own byte order; most "
  cmp want.profraw out.profraw
}

@test "known difference: a function with other counters is refused, not dropped in silence" {
  mkprofraw -n 4 >a.profraw
  mkprofraw -n 4 -x 0x3100000000000000 >b.profraw
  profraw-pool -o want.profraw a.profraw a.profraw
  run -1 --separate-stderr profraw-pool -o out.profraw a.profraw b.profraw a.profraw
  starts "${stderr_lines[0]}" "profraw-pool: add 'b.profraw': refused: header: the function with name hash "
  cmp want.profraw out.profraw
}

@test "--json tells all" {
  mkprofraw -t sites >a.profraw
  echo no profile >b.profraw
  run -1 --separate-stderr profraw-pool --json -o out.profraw a.profraw b.profraw
  jq -e '.output == "out.profraw" and .modules[0].functions == 8 and .modules[0].value_sites == 9 and
    .modules[0].binary_ids == ["abcd010203000000000000000000000000000000"] and .total.files == 2 and
    .total.added == 1 and .bad[0].file == "b.profraw" and .bad[0].class == "foreign"' <<<"$output"
}
