#!/usr/bin/env bats
# profile-drift on programs of clang and rustc whose counts are worked out by hand, and on profiles
# of all versions. main() is not instrumented, so that the shares are exact.

load ../helper

CLANG=${CLANG:-clang-22}
PROFDATA=${PROFDATA:-llvm-profdata-22}

# NAME of NAME.c and of main.c, which is not instrumented, and its profile. IR unless flags say else.
program() { # <name> [flag...]
  local flags=("${@:2}")
  [ $# -gt 1 ] || flags=(-fprofile-generate)
  "$CLANG" -O1 "${flags[@]}" -c -o "$1.o" "$1.c"
  "$CLANG" "${flags[@]}" -o "$1" "$1.o" "${BATS_FILE_TMPDIR:?}/main.o"
  LLVM_PROFILE_FILE=$1.profraw "./$1"
}

# old.c: functions without branches have one counter each, 60, 30 and 10 calls, 100 in all.
setup_file() {
  cd "${BATS_FILE_TMPDIR:?}" || return
  cat >main.c <<'END'
#include <string.h>
int hot(int), warm(int), cold(int);
int main(int argc, char **argv)
{
	int s = 0;
	if (argc > 1 && !strcmp(argv[1], "--version"))
		return 0;
	for (int i = 0; i < 60; i++)
		s += hot(i);
	for (int i = 0; i < 30; i++)
		s += warm(i);
	for (int i = 0; i < 10; i++)
		s += cold(i);
	return s == -1;
}
END
  cat >old.c <<'END'
int hot(int x) { return x * 3 + 1; }
int warm(int x) { return x ^ 5; }
int cold(int x) { return x - 2; }
END
  "$CLANG" -O1 -c main.c
  program old
}

setup() {
  cd "${BATS_TEST_TMPDIR:?}" || return
  ln -s "$BATS_FILE_TMPDIR/old.profraw" .
}

# What the table must be; columns are told apart by single blanks here.
table_is() {
  diff <(tr '\t' ' ' <<<"$output") -
}

@test "the same source: all is unchanged" {
  run -0 --separate-stderr profile-drift -H old.profraw old.profraw
  same "${stderr-}" ''
  table_is <<'END'
state percent count functions functions_hit name
unchanged 100.0000 100 3 3 -
changed 0.0000 0 0 0 -
gone 0.0000 0 0 0 -
new - - 0 - -
END
}

@test "a changed hot function takes its share, another body with the same control flow does not" {
  cat >new.c <<'END'
int hot(int x) { int s = 0; for (int i = 0; i < x; i++) s += x % (i + 1); return s; }
int warm(int x) { return x * 77 - 4; }
int cold(int x) { return x - 2; }
END
  program new
  run -0 --separate-stderr profile-drift old.profraw new.profraw
  table_is <<'END'
unchanged 40.0000 40 2 2 -
changed 60.0000 60 1 1 -
gone 0.0000 0 0 0 -
new - - 0 - -
changed 60.0000 60 1 1 hot
END
}

@test "a function renamed and one deleted are gone, the new name is new" {
  cat >new.c <<'END'
int hotter(int x) { return x * 3 + 1; }
int warm(int x) { return x ^ 5; }
END
  sed 's/hot(/hotter(/; s/int), cold(int)/int)/; s/cold(i)/i/' "$BATS_FILE_TMPDIR/main.c" >start.c
  "$CLANG" -O1 -c start.c
  "$CLANG" -O1 -fprofile-generate -o new new.c start.o
  LLVM_PROFILE_FILE=new.profraw ./new
  run -0 --separate-stderr profile-drift old.profraw new.profraw
  table_is <<'END'
unchanged 30.0000 30 1 1 -
changed 0.0000 0 0 0 -
gone 70.0000 70 2 2 -
new - - 1 - -
gone 60.0000 60 1 1 hot
gone 10.0000 10 1 1 cold
END
  run -0 --separate-stderr profile-drift --top 1 old.profraw new.profraw
  same "${#lines[@]}" 5
  run -0 --separate-stderr profile-drift --top 0 old.profraw new.profraw
  same "${#lines[@]}" 4
}

@test "--min is a gate, the number itself passes" {
  sed 's/x - 2/x > 7 ? x * x : cold(x + 9)/; s/^/__attribute__((noinline)) /' "$BATS_FILE_TMPDIR/old.c" >new.c
  program new
  profile-drift --min 90 old.profraw new.profraw
  run -1 --separate-stderr profile-drift --min 90.0001 old.profraw new.profraw
  same "${lines[0]}" "unchanged	90.0000	90	2	2	-"
  same "${stderr-}" "profile-drift: compare 'old.profraw' with 'new.profraw': 90.0000 % of the counts are unchanged, the minimum is 90.0001; collect the profile again"
  run -1 --separate-stderr profile-drift --json --min 95 old.profraw new.profraw
  jq -e '.min == 95 and .pass == false' <<<"$output"
}

@test "a new build that has only run --version is enough" {
  sed 's/x \^ 5/x > 3 ? x * x : warm(x + 4)/' "$BATS_FILE_TMPDIR/old.c" >new.c
  "$CLANG" -O1 -fprofile-generate -o new new.c "$BATS_FILE_TMPDIR/main.o"
  LLVM_PROFILE_FILE=new.profraw ./new --version
  run -0 --separate-stderr profile-drift old.profraw new.profraw
  same "${stderr-}" ''
  same "${lines[0]}" "unchanged	70.0000	70	2	2	-"
  same "${lines[4]}" "changed	30.0000	30	1	1	warm"
  run -0 profraw-verify new.profraw old.profraw
  has "${lines[*]}" zero
}

@test "--json has what the help says" {
  sed 's/cold/chill/; s/x \^ 5/x > 3 ? x * x : warm(x + 4)/' "$BATS_FILE_TMPDIR/old.c" >new.c
  sed 's/cold/chill/' "$BATS_FILE_TMPDIR/main.c" >start.c
  "$CLANG" -O1 -c start.c
  "$CLANG" -O1 -fprofile-generate -o new new.c start.o
  LLVM_PROFILE_FILE=new.profraw ./new --version
  run -0 --separate-stderr profile-drift --json old.profraw new.profraw
  # The hashes are those that llvm-profdata shows.
  hash() { "$PROFDATA" show --all-functions "$1" | grep -A 1 "^  $2:" | sed -n 's/.*Hash: //p'; }
  jq -S . >wanted <<END
{
  "old": {"paths": ["old.profraw"], "files": 1, "profiles": 1, "modules": 1, "version": 10, "kind": "IR",
          "functions": 3, "count": 100},
  "new": {"paths": ["new.profraw"], "files": 1, "profiles": 1, "modules": 1, "version": 10, "kind": "IR",
          "functions": 3, "count": 0},
  "unchanged": {"functions": 1, "functions_hit": 1, "count": 60, "percent": 60.0},
  "changed": {"functions": 1, "functions_hit": 1, "count": 30, "percent": 30.0},
  "gone": {"functions": 1, "functions_hit": 1, "count": 10, "percent": 10.0},
  "new_functions": 1,
  "top": [
    {"state": "changed", "name": "warm", "percent": 30.0, "count": 30,
     "hash": "$(hash old.profraw warm)", "new_hash": "$(hash new.profraw warm)"},
    {"state": "gone", "name": "cold", "percent": 10.0, "count": 10,
     "hash": "$(hash old.profraw cold)", "new_hash": null}
  ],
  "prefixes": [],
  "crate_hash": {"functions": 0, "functions_hit": 0, "count": 0, "percent": 0.0},
  "percent_rewritten": 60.0, "caveats": [], "min": null, "health": null, "pass": true
}
END
  diff wanted <(jq -S . <<<"$output")
}

# The collapse: the same functions, but the training no longer reaches the hot ones.
collapse() { # calls of hot, warm and cold; makes new.profraw
  sed "s/i < 60/i < $1/; s/i < 30/i < $2/; s/i < 10/i < $3/" "$BATS_FILE_TMPDIR/main.c" >start.c
  "$CLANG" -O1 -c start.c
  "$CLANG" -O1 -fprofile-generate -o new "$BATS_FILE_TMPDIR/old.o" start.o
  LLVM_PROFILE_FILE=new.profraw ./new
}

@test "--health: what was hot and is cold, though all functions are unchanged" {
  collapse 0 3 9
  run -0 --separate-stderr profile-drift -H --health --min 90 old.profraw new.profraw
  # overlap: min(0, 60 %) + min(3/12, 30 %) + min(9/12, 10 %) = 35 %
  table_is <<'END'
state percent count functions functions_hit name
unchanged 100.0000 100 3 3 -
changed 0.0000 0 0 0 -
gone 0.0000 0 0 0 -
new - - 0 - -
total 12.0000 12 3 - -
overlap 35.0000 - - - -
peak 75.0000 - 1 1 cold
cooled 60.0000 0 1 0 hot
END
  run -0 --separate-stderr profile-drift --json --health old.profraw new.profraw
  jq -e '.health == {total_percent: 12.0, overlap_percent: 35.0,
    unchanged: {count: 100, new_count: 12, total_percent: 12.0, overlap_percent: 35.0},
    cooled_functions: 1, cooled: [{name: "hot", percent: 60.0, count: 60, new_count: 0}],
    old_peak: {name: "hot", percent: 60.0}, new_peak: {name: "cold", percent: 75.0},
    min_total: null, min_overlap: null} and .pass' <<<"$output"
}

@test "--min-total and --min-overlap are gates of their own, the number itself passes" {
  collapse 0 3 9
  profile-drift --min-total 12 --min-overlap 35 old.profraw new.profraw
  run -1 --separate-stderr profile-drift --min-total 12.1 old.profraw new.profraw
  same "${stderr-}" "profile-drift: compare 'old.profraw' with 'new.profraw': 12 counts where there were 100, 12.0000 % of them; the minimum is 12.1; did all of the training run?"
  run -1 --separate-stderr profile-drift --min-overlap 35.1 old.profraw new.profraw
  same "${stderr-}" "profile-drift: compare 'old.profraw' with 'new.profraw': the overlap of the counts is 35.0000 %, the minimum is 35.1; did all of the training run?"
  run -1 profile-drift --json --min-total 50 --min-overlap 20 old.profraw new.profraw
  run -2 profile-drift --min-overlap 101 old.profraw new.profraw
  # Twice the training is the same one.
  collapse 120 60 20
  run -0 --separate-stderr profile-drift --min-overlap 100 --min-total 200 old.profraw new.profraw
}

@test "a NEW that counted nothing is healthy when nobody asks, and collapsed when somebody does" {
  LLVM_PROFILE_FILE=new.profraw "$BATS_FILE_TMPDIR/old" --version
  profile-drift --min 100 old.profraw new.profraw
  run -1 --separate-stderr profile-drift --min-total 1 --min-overlap 1 old.profraw new.profraw
  same "${lines[4]}" "total	0.0000	0	3	-	-"
  same "${lines[5]}" "overlap	0.0000	-	-	-	-"
}

@test "the overlap is that of llvm-profdata, counter by counter, with functions that changed and are gone" {
  cat >branchy.c <<'END'
int hot(int x) { int s = 0; for (int i = 0; i < x; i++) s += x % 3 ? i : x; return s; }
int warm(int x) { return x > 7 ? x * x : cold(x); }
int cold(int x) { return x & 1 ? x / 3 : x - 2; }
END
  sed -i '1i int cold(int);' branchy.c
  program branchy
  mv branchy.profraw one.profraw
  sed -i 's/x % 3 ?/x % 2 ?/; s/int warm(int x) {/& if (x == 3) return x * 9;/; s/i < x/i < x \/ 2/' branchy.c
  printf 'int more(int x) { return x; }\n' >>branchy.c
  program branchy
  "$PROFDATA" merge -o one.profdata one.profraw
  "$PROFDATA" merge -o two.profdata branchy.profraw
  run -0 profile-drift --health one.profraw branchy.profraw
  same "$(awk '$1 == "overlap" { printf "%.3f%%", $2 }' <<<"$output")" \
    "$("$PROFDATA" overlap one.profdata two.profdata | sed -n 's/.*Edge profile overlap: //p')"
  # Of the functions that are unchanged alone it is more.
  run -0 --separate-stderr profile-drift --json --health one.profraw branchy.profraw
  jq -e '.changed.count > 0 and .health.overlap_percent < .health.unchanged.overlap_percent
    and .health.unchanged.overlap_percent < 100' <<<"$output"
  # Two profiles of one program, and weights: those of the sum.
  run -0 profile-drift --health one.profraw --weight 3 branchy.profraw --new branchy.profraw --new one.profraw
  "$PROFDATA" merge -o three.profdata one.profraw -weighted-input=3,branchy.profraw
  "$PROFDATA" merge -o four.profdata one.profraw branchy.profraw
  same "$(awk '$1 == "overlap" { printf "%.3f%%", $2 }' <<<"$output")" \
    "$("$PROFDATA" overlap three.profdata four.profdata | sed -n 's/.*Edge profile overlap: //p')"
}

# A program of static functions, in a folder of its own.
statics() { # <folder> <compiler> [flag...]
  mkdir -p "$1/src"
  cat >"$1/src/s.c" <<'END'
static int inner(int x) { return x * 3 + 1; }
static int other(int x) { return x ^ 5; }
static int (*volatile tab[])(int) = {inner, other};
int hot(int x) { return tab[0](x); }
int warm(int x) { return tab[1](x); }
int cold(int x) { return x - 2; }
END
  "$2" -O1 "${@:3}" -c -o "$1/s.o" "$1/src/s.c"
  "$2" "${@:3}" -o "$1/s" "$1/s.o" "$BATS_FILE_TMPDIR/main.o"
  LLVM_PROFILE_FILE=$1/s.profraw "$1/s"
}

@test "static functions built at another path are gone, and the two prefixes are told" {
  statics "$PWD/one" "$CLANG" -fprofile-generate
  statics "$PWD/two/deep" "$CLANG" -fprofile-generate
  run -0 --separate-stderr profile-drift one/s.profraw two/deep/s.profraw
  # 60 + 30 + 10 calls of the functions, 60 + 30 of the static ones: 190 counts.
  same "${lines[0]}" "unchanged	52.6316	100	3	3	-"
  same "${lines[2]}" "gone	47.3684	90	2	2	-"
  same "${stderr-}" "profile-drift: compare 'one/s.profraw' with 'two/deep/s.profraw': warning: 2 of the static functions, with 47.3684 % of the counts, differ by the path in front of their names alone: '$PWD/two/deep/' was '$PWD/one/'; with all such names rewritten 100.0000 % would be unchanged; build both at the same path, unless the source itself moved"
  run -0 --separate-stderr profile-drift --json one/s.profraw two/deep/s.profraw
  same "$(jq -c '[.prefixes[0] | .old, .new, .old_separator, .new_separator, .functions, .functions_hit, .count]' <<<"$output")" "[\"$PWD/one/\",\"$PWD/two/deep/\",\";\",\";\",2,2,90]"
  jq -e '.percent_rewritten == 100 and [.caveats[].kind] == ["prefix"]' <<<"$output"
  # The front end of today puts the file's name alone in front.
  statics "$PWD/one" "$CLANG" -fprofile-instr-generate
  statics "$PWD/two/deep" "$CLANG" -fprofile-instr-generate
  run -0 --separate-stderr profile-drift one/s.profraw two/deep/s.profraw
  same "${lines[0]}" "unchanged	100.0000	190	5	5	-"
}

# bats test_tags=slow
@test "another LLVM release names static functions differently" {
  statics a clang-16 -fprofile-generate
  statics b "$CLANG" -fprofile-generate
  mkdir c
  (cd b && statics . "$CLANG" -fprofile-generate)
  cp b/s.profraw c/
  (cd a && statics . clang-16 -fprofile-generate)
  run -0 --separate-stderr profile-drift a/s.profraw c/s.profraw
  same "${lines[0]}" "unchanged	52.6316	100	3	3	-"
  same "${stderr_lines[0]}" "profile-drift: compare 'a/s.profraw' with 'c/s.profraw': warning: 2 of the static functions, with 47.3684 % of the counts, have ';' behind the path in their names, where ':' was (LLVM 17 changed that); with all such names rewritten 100.0000 % would be unchanged"
  same "${stderr_lines[1]}" "profile-drift: compare 'a/s.profraw' with 'c/s.profraw': warning: the profiles are of raw versions 8 to 10, written by different LLVM releases, which may hash and name functions differently"
}

@test "C++: mangled names, inline functions in several files, a method that changed" {
  mkdir src
  cat >src/h.h <<'END'
template <class T> __attribute__((noinline)) T twice(T x) { return x + x; }
struct shape { int w; __attribute__((noinline)) int area(int h) { return w * h; } };
END
  printf '#include "h.h"\nextern "C" int hot(int x) { return twice(x); }\nint (*volatile keep)(int) = twice<int>;\n' >src/a.cc
  printf '#include "h.h"\nextern "C" int warm(int x) { return twice(x); }\nextern "C" int cold(int x) { return shape{x}.area(3); }\n' >src/b.cc
  "$CLANG" -O1 -fprofile-generate -o old src/a.cc src/b.cc "$BATS_FILE_TMPDIR/main.o"
  LLVM_PROFILE_FILE=cc-old.profraw ./old
  sed -i 's/return w \* h/return w > 3 ? w * h : area(h - 1) + h/' src/h.h
  "$CLANG" -O1 -fprofile-generate -o new src/a.cc src/b.cc "$BATS_FILE_TMPDIR/main.o"
  LLVM_PROFILE_FILE=cc-new.profraw ./new --version
  run -0 --separate-stderr profile-drift cc-old.profraw cc-new.profraw
  # hot, warm, cold: 100; twice<int>: 90; area: 10.
  table_is <<'END'
unchanged 95.0000 190 4 4 -
changed 5.0000 10 1 1 -
gone 0.0000 0 0 0 -
new - - 0 - -
changed 5.0000 10 1 1 _ZN5shape4areaEi
END
}

# bats test_tags=slow
@test "Rust: the counts of a function that changed" {
  cat >a.rs <<'END'
#[inline(never)] fn hot(x: i32) -> i32 { std::hint::black_box(x).wrapping_mul(3) }
#[inline(never)] fn cold(x: i32) -> i32 { std::hint::black_box(x) ^ 5 }
fn main() {
    let mut s = 0i32;
    for i in 0..60 { s = s.wrapping_add(hot(i)); }
    for i in 0..10 { s = s.wrapping_add(cold(i)); }
    std::hint::black_box(s);
}
END
  rustc -O --crate-name a -Cprofile-generate=. -o old a.rs
  LLVM_PROFILE_FILE=rs-old.profraw ./old
  sed -i 's/black_box(x).wrapping_mul(3)/black_box(if x % 3 == 0 { std::hint::black_box(x) } else { 7 })/' a.rs
  rustc -O --crate-name a -Cprofile-generate=. -o new a.rs
  LLVM_PROFILE_FILE=rs-new.profraw ./new
  run -0 --separate-stderr profile-drift --json rs-old.profraw rs-new.profraw
  same "$(jq -c '[.changed.count, .gone.count, .top[0].count]' <<<"$output")" '[60,0,60]'
  has "$(jq -r '.top[0].name' <<<"$output")" hot
  jq -e '.unchanged.count + 60 == .old.count and .unchanged.count >= 80' <<<"$output"
}

# As cargo does when a version, a feature or a flag changes.
# bats test_tags=slow
@test "Rust: functions whose names differ by the hash of their crate are told" {
  cat >a.rs <<'END'
mod part {
    #[inline(never)] pub fn warm<T: std::ops::Mul<Output = T> + Copy>(x: T) -> T { std::hint::black_box(x) * x }
    #[inline(never)] pub fn cold(x: i32) -> i32 { if x % 3 == 0 { std::hint::black_box(x) } else { 7 } }
}
#[inline(never)] fn hot(x: i32) -> i32 { std::hint::black_box(x).wrapping_mul(3) }
fn main() {
    let (mut s, mut d) = (0i32, 0f64);
    for i in 0..60 { s = s.wrapping_add(hot(i)); }
    for i in 0..30 { s = s.wrapping_add(part::warm(i)); d += part::warm(i as f64); }
    for i in 0..10 { s = s.wrapping_add(part::cold(i)); }
    std::hint::black_box((s, d));
}
END
  local metadata flags=()
  for mangling in legacy v0; do
    [ "$mangling" = legacy ] || flags=(-Csymbol-mangling-version=v0)
    for metadata in one two; do
      rustc -O --crate-name a -Cmetadata="$metadata" "${flags[@]}" -Cprofile-generate=. -o "$metadata" a.rs
      LLVM_PROFILE_FILE=$metadata.profraw "./$metadata"
    done
    run -0 --separate-stderr profile-drift --json one.profraw two.profraw
    jq -e '.unchanged.percent < 10 and .gone.percent > 90 and .crate_hash.percent == .gone.percent
      and .percent_rewritten == 100 and [.caveats[].kind] == ["crate"]' <<<"$output"
    has "${stderr-}" "differ by the hash of their crate in the name alone"
    # The compiler makes nothing of it: what it would call hot is not marked.
    "$(profdata-find --cc rustc)" merge -o one.profdata one.profraw
    for metadata in one two; do
      rustc -O --crate-name a -Cmetadata="$metadata" "${flags[@]}" -Cprofile-use="$PWD/one.profdata" \
        --emit=llvm-ir -o "$metadata.ll" a.rs
    done
    holds "$(grep -c '^define .* !prof' one.ll)" -gt 5
    holds "$(grep -c '^define .* !prof' two.ll)" -le 1
  done
}

@test "several files on each side, with weights" {
  printf 'int hot(int x) { return x * 3 + 1; }\nint warm(int x) { return x > 20 ? x * 3 : warm(x + 21); }\nint cold(int x) { return x - 2; }\n' >new.c
  program new
  mkdir pool
  profraw-pool -o pool/pool.profraw old.profraw >/dev/null
  # hot, warm, cold: 60, 30, 10 counts, and once more three times.
  run -0 --separate-stderr profile-drift --json old.profraw --weight 3 pool --new new.profraw --new new.profraw
  same "$(jq -c '[.old.paths, .new.paths, .new.files]' <<<"$output")" '[["old.profraw","pool"],["new.profraw","new.profraw"],2]'
  same "$(jq -c '[.old.count, .unchanged.count, .changed.count]' <<<"$output")" '[400,280,120]'
  # What only one of two new ones has is there.
  printf 'int hot(int x) { return x > 20 ? x * 3 : hot(x + 21); }\nint warm(int x) { return x ^ 5; }\nint cold(int x) { return x - 2; }\n' >new2.c
  program new2
  run -0 --separate-stderr profile-drift --json old.profraw --new new.profraw --new new2.profraw
  jq -e '.unchanged.percent == 100' <<<"$output"
  run -1 --separate-stderr profile-drift --min 71 old.profraw pool --new new.profraw
  same "${stderr_lines[-1]}" "profile-drift: compare 'old.profraw and 1 more' with 'new.profraw': 70.0000 % of the counts are unchanged, the minimum is 71; collect the profile again"
  run -2 --separate-stderr profile-drift old.profraw old.profraw old.profraw
  run -2 --separate-stderr profile-drift --new old.profraw
  run -2 --separate-stderr profile-drift --weight 0 old.profraw old.profraw
}

@test "several modules: one that the new run did not load is told, folders are added up" {
  mkdir old new
  printf 'int warm(int x) { return x * 2; }\nint cold(int x) { return x - 2; }\n' >lib.c
  printf 'int hot(int x) { return x * 3 + 1; }\n' >hot.c
  "$CLANG" -O1 -fprofile-generate -shared -fPIC -o lib.so lib.c
  "$CLANG" -O1 -fprofile-generate -shared -fPIC -o hot.so hot.c
  "$CLANG" -o main "$BATS_FILE_TMPDIR/main.o" ./lib.so ./hot.so
  LLVM_PROFILE_FILE=old/%p.profraw ./main
  LLVM_PROFILE_FILE=old/%p.profraw ./main
  LLVM_PROFILE_FILE=new/x.profraw LD_PRELOAD=./lib.so "$BATS_FILE_TMPDIR/old" --version
  run -0 --separate-stderr profile-drift --json old new
  same "$(jq -c '[.old | .files, .profiles, .modules, .functions, .count]' <<<"$output")" '[2,4,2,3,200]'
  jq -e '[.unchanged.percent, .gone.percent, .new_functions] == [100, 0, 0]' <<<"$output"
  printf 'int main(void) { return 0; }\n' >none.c
  "$CLANG" -o none none.c -Wl,--no-as-needed ./lib.so
  LLVM_PROFILE_FILE=one.profraw ./none
  run -0 --separate-stderr profile-drift old one.profraw
  same "${lines[0]}" "unchanged	40.0000	80	2	2	-"
  id=$(readelf -n hot.so | sed -n 's/.*Build ID: //p')
  matches "${stderr-}" "^profile-drift: compare 'old' with 'one\.profraw': warning: all 1 functions of a module in 'old/[0-9]+\.profraw' \(binary id $id\), with 60\.0000 % of the counts, are gone: did the new run load it\?\$"
}

@test "of many modules that are gone ten are named and the others counted" {
  mkdir old new
  cp "$BATS_FILE_TMPDIR/old.profraw" new
  for i in {0..11}; do
    printf 'int of_%d(int x) { return x; }\n' "$i" >of.c
    printf 'int of_%d(int);\nint main(void) { return of_%d(0); }\n' "$i" "$i" >main.c
    "$CLANG" -O1 -fprofile-generate -c of.c
    "$CLANG" -fprofile-generate -o "$i" of.o -xc - -fno-profile-generate <main.c
    LLVM_PROFILE_FILE=old/$i.profraw "./$i"
  done
  run -0 --separate-stderr profile-drift old new
  same "$(grep -c 'functions of a module in' <<<"$stderr")" 10
  same "${stderr_lines[-1]}" 'profile-drift: compare profiles: and 2 more'
}

@test "a pool has the shares of its profiles" {
  mkdir raw
  sed 's/x - 2/x > 7 ? x * x : cold(x + 9)/; s/^/__attribute__((noinline)) /' "$BATS_FILE_TMPDIR/old.c" >new.c
  program new
  for i in 1 2 3; do cp old.profraw "raw/$i.profraw"; done
  profraw-pool -o pool.profraw raw
  run -0 --separate-stderr profile-drift pool.profraw new.profraw
  same "${lines[0]}" "unchanged	90.0000	270	2	2	-"
  same "$output" "$(profile-drift raw new.profraw)"
}

@test "front end and IR profiles are not comparable, nor is block coverage; entry coverage is" {
  cp "$BATS_FILE_TMPDIR/old.c" fe.c
  program fe -fprofile-instr-generate
  run -2 --separate-stderr profile-drift old.profraw fe.profraw
  same "$output" ''
  same "${stderr-}" "profile-drift: compare 'old.profraw' with 'fe.profraw': the old profile is made by IR instrumentation, the new one by the front end; they cannot be compared"
  cp fe.c block.c
  program block -fprofile-generate -mllvm -pgo-block-coverage
  run -2 --separate-stderr profile-drift old.profraw block.profraw
  cp fe.c entry.c
  program entry -fprofile-generate -mllvm -pgo-function-entry-coverage
  run -0 --separate-stderr profile-drift entry.profraw old.profraw
  # Three functions, each of which ran.
  same "${lines[0]}" "unchanged	100.0000	3	3	3	-"
  has "${stderr-}" "a counter of the old profile says whether a block ran, not how often"
  mkdir mixed
  cp old.profraw fe.profraw mixed
  run -2 --separate-stderr profile-drift mixed old.profraw
  has "${stderr-}" "the old profiles are made in different ways"
}

@test "a timestamp is no count" {
  cp "$BATS_FILE_TMPDIR/old.c" temporal.c
  program temporal -fprofile-generate -mllvm -pgo-temporal-instrumentation
  run -0 --separate-stderr profile-drift temporal.profraw old.profraw
  same "${lines[0]}" "unchanged	100.0000	100	3	3	-"
  has "${stderr-}" "it is no count and left out"
}

@test "the context-sensitive round is compared with its like only" {
  "$PROFDATA" merge -o first.profdata old.profraw
  cp "$BATS_FILE_TMPDIR/old.c" cs.c
  program cs -fprofile-use="$PWD/first.profdata" -fcs-profile-generate
  run -0 --separate-stderr profile-drift cs.profraw cs.profraw
  same "${lines[0]}" "unchanged	100.0000	100	3	3	-"
  has "${stderr-}" "the hashes of 3 functions with 100.0000 % of the counts are those after inlining"
  run -2 --separate-stderr profile-drift cs.profraw old.profraw
  ends "${stderr-}" "context-sensitive round, which the new one is not of; they cannot be compared"
  run -2 --separate-stderr profile-drift old.profraw cs.profraw
}

@test "profiles of all versions, sizes and byte orders: the share of what both have" {
  # Of 8 functions with 1, 23, 66, 0, 83, 156, 61, 0 counts the last two are missing.
  mkprofraw -n 6 -t zero >new.profraw
  for v in 7 8 9 10; do
    for t in plain narrow big noid; do
      mkprofraw -v "$v" -n 8 -t "$t" >made.profraw
      run -0 --separate-stderr profile-drift made.profraw new.profraw
      same "${lines[0]}" "unchanged	84.3590	329	6	5	-"
      same "${lines[2]}" "gone	15.6410	61	2	1	-"
      same "${lines[4]}" "gone	15.6410	61	1	1	function_6"
    done
  done
}

@test "agrees with llvm-profdata overlap where both have counts" {
  cat >new.c <<'END'
__attribute__((noinline)) int hot(int x) { return x > 20 ? x * 3 : hot(x + 21); }
int tepid(int x) { return x ^ 5; }
int warm(int x) { return x * 77 - 4; }
END
  sed 's/cold/tepid/g' "$BATS_FILE_TMPDIR/main.c" >start.c
  "$CLANG" -O1 -c start.c
  "$CLANG" -O1 -fprofile-generate -o new new.c start.o
  LLVM_PROFILE_FILE=new.profraw ./new
  run -0 "$PROFDATA" overlap new.profraw old.profraw
  has "$output" 'Mismatched count percentage (Edge): 60.000%'
  has "$output" 'Percentage of Edge profile only in test_profile: 10.000%'
  run -0 --separate-stderr profile-drift --json old.profraw new.profraw
  jq -e '[.changed.percent, .gone.percent] == [60, 10]' <<<"$output"
}

@test "an old profile without counts has no shares" {
  LLVM_PROFILE_FILE=zero.profraw "$BATS_FILE_TMPDIR/old" --version
  run -2 --separate-stderr profile-drift zero.profraw old.profraw
  same "$output" ''
  same "${stderr-}" "profile-drift: compare 'zero.profraw': all of its counters are 0, so that there is nothing to have a share of; give the profile of a workload as OLD"
}

@test "what cannot be read is trouble: nothing is compared in part" {
  mkdir none some
  head -c 200 old.profraw >some/cut.profraw
  cp old.profraw some/
  "$PROFDATA" merge -o merged.profdata old.profraw
  run -2 --separate-stderr profile-drift none old.profraw
  same "${stderr-}" "profile-drift: read 'none': no .profraw file in it; was the program that ran the instrumented one, and where does LLVM_PROFILE_FILE point?"
  run -2 --separate-stderr profile-drift some old.profraw
  same "$output" ''
  starts "${stderr-}" "profile-drift: read 'some/cut.profraw': truncated: "
  run -2 --separate-stderr profile-drift old.profraw merged.profdata
  has "${stderr-}" "foreign: header: this is an indexed profile (.profdata), which is merged already"
  run -2 --separate-stderr profile-drift old.profraw nothing
  same "${stderr-}" "profile-drift: read 'nothing': No such file or directory"
  "$CLANG" -O1 -fprofile-generate -g -mllvm -profile-correlate=debug-info -mllvm -disable-vp -o lean \
    "$BATS_FILE_TMPDIR/old.c" "$BATS_FILE_TMPDIR/main.o"
  LLVM_PROFILE_FILE=lean.profraw ./lean
  run -2 --separate-stderr profile-drift lean.profraw old.profraw
  same "${stderr-}" "profile-drift: read 'lean.profraw': the profile has counters, but no records that say whose they are"
}

@test "hostile names cannot forge a line" {
  printf '%s\n' 'int f(void) __asm__("a\tb\n::error::x");' 'int f(void) { return 1; }' 'int main(void) { return f() - 1; }' >odd.c
  "$CLANG" -O1 -fno-inline -fprofile-generate -o odd odd.c
  LLVM_PROFILE_FILE=odd.profraw ./odd
  run -0 --separate-stderr profile-drift odd.profraw old.profraw
  same "${#lines[@]}" 6
  same "$(tail -n 2 <<<"$output" | grep 'a.b')" "gone	50.0000	1	1	1	a?b?::error::x"
  run -0 --separate-stderr profile-drift --json odd.profraw old.profraw
  jq -e '[.top[].name] | sort == ["a\tb\n::error::x", "main"]' <<<"$output"
}

# bats test_tags=plain
# What profile-drift takes for so many functions, of which all but a thousand have changed.
instructions() { # <functions>
  mkprofraw -n "$1" >big.profraw
  mkprofraw -n $(($1 - 1000)) -h 1 >new.profraw
  valgrind --tool=callgrind --callgrind-out-file=/dev/null profile-drift big.profraw new.profraw 2>said >counted
  sed -n 's/.*Collected : \([0-9]*\).*/\1/p' said
}

@test "ten times as many functions take about ten times as many instructions, not a hundred" {
  few=$(instructions 4300)
  many=$(instructions 43000)
  same "$(sed -n 2p counted | cut -f 1,4)" $'changed\t42000'
  holds "$few" -gt 1000000
  holds "$many" -lt $((20 * few))
}

@test "usage, help and version" {
  run -2 --separate-stderr profile-drift old.profraw
  same "${stderr_lines[0]}" "usage: profile-drift [-H] [--min PCT] [--health] [--min-total PCT] [--min-overlap PCT]"
  run -2 --separate-stderr profile-drift --min 101 old.profraw old.profraw
  run -2 --separate-stderr profile-drift --min nan old.profraw old.profraw
  run -0 --separate-stderr profile-drift -h
  like "$output" 'usage: profile-drift*exit status: 0 yes*'
  run -0 profile-drift --version
  same "$output" "profile-drift (pgokit) $(<"$ROOT/ci/VERSION")"
}
