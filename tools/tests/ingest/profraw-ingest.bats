#!/usr/bin/env bats
# profraw-ingest: uploads of strangers are verified, counted once, and cannot bend the profile alone.

load ../helper

CLANG=${CLANG:-clang-22}
PROFDATA=${PROFDATA:-llvm-profdata-22}

# A program of four loops; "prog 5 0 0 7" runs the first five times, the last seven times, of a thousand rounds.
# way() is called by a pointer, so that equal counts are other bytes in each run (addresses are random).
setup_file() {
  cd "${BATS_FILE_TMPDIR:?}" || return
  cat >prog.c <<'END'
#include <stdlib.h>
#include <string.h>
#define LOOP(name) \
	__attribute__((noinline)) static int name(int n) \
	{ \
		volatile int s = 0; \
		for (int i = 0; i < 1000 * n; i++) \
			s += i % 3; \
		return s; \
	}
LOOP(parse)
LOOP(check)
LOOP(print)
LOOP(rare)
int (*volatile way)(int) = parse;
int main(int argc, char **argv)
{
	int n[5] = {0};
	char from[16] = "", to[16];
	for (int i = 1; i < argc && i < 5; i++)
		n[i] = atoi(argv[i]);
	memcpy(to, from, (size_t)argc);
	return way(n[1]) + check(n[2]) + print(n[3]) + rare(n[4]) == 1;
}
END
  "$CLANG" -O1 -fprofile-generate -o prog prog.c
  sed 's/i % 3/i % 5 ? i : 2/' prog.c >other.c
  "$CLANG" -O1 -fprofile-generate -o other other.c
  "$CLANG" -O1 -o plain prog.c
  # Thirty honest sources of two uploads each: much the same use, never the same counts.
  for ((i = 1; i <= 30; i++)); do
    upload "honest/source$i/a" $((20 + i)) $((40 - i % 7)) $((10 + i % 5))
    upload "honest/source$i/b" $((30 - i % 9)) $((50 + i)) $((12 + i % 3)) 1
  done
}

setup() {
  cd "${BATS_TEST_TMPDIR:?}" || return
  ln -s "$BATS_FILE_TMPDIR"/{prog,other,plain,honest} .
}

upload() { # <path without .profraw> <word of prog>...
  mkdir -p -- "${1%/*}"
  LLVM_PROFILE_FILE=$PWD/$1.profraw ./prog "${@:2}" || true
}

ingest() { # <option or IN>...
  profraw-ingest --store store --of prog --half-life 0 "$@"
}

store() { printf '%s' store/????????????????; }

ledger() { # <jq program on all lines as an array>
  jq -cs "$1" "$(store)/ledger.jsonl"
}

# The counts of each function in a profile.
counts() { # <profile>
  "$PROFDATA" merge -o merged "$1"
  "$PROFDATA" show --counts --all-functions merged | grep -E '^  [^ ].*:$|Block counts'
}

refused() { # <reason> <part of why>
  same "$(ledger 'map(select(.verdict == "refused") | .reason) | unique')" "[\"$1\"]"
  has "$(ledger 'map(select(.verdict == "refused") | .why)')" "$2"
}

@test "what is accepted is added up, as profraw-pool does, and each upload has a line in the ledger" {
  run -0 --separate-stderr ingest --max-share 100 --json honest
  same "$stderr" ''
  same "$(jq -c '[.uploads.accepted, .uploads.refused, .sources.all, .sources.pooled, .sources.aside]' <<<"$output")" '[60,0,30,30,0]'
  same "$(jq -r .pool <<<"$output")" "$(store)/pool.profraw"
  profraw-pool -o plain.profraw honest >/dev/null
  same "$(counts "$(store)/pool.profraw")" "$(counts plain.profraw)"
  same "$(ledger 'map(select(.upload) | .verdict) | group_by(.) | map([.[0], length])')" '[["accepted",60]]'
  same "$(ledger 'map(select(.upload | not) | .verdict) | group_by(.) | map([.[0], length])')" '[["pooled",30]]'
  same "$(ledger 'map(select(.upload) | .upload) | sort' | jq -r '.[]')" "$(sha256sum honest/*/*.profraw | cut -d ' ' -f 1 | sort)"
}

@test "the same upload again counts once, and nothing changes" {
  ingest --max-share 100 honest >/dev/null
  sha256sum "$(store)"/* >before
  run -0 --separate-stderr ingest --max-share 100 --json honest honest
  same "$(jq -c '[.uploads.accepted, .uploads.known]' <<<"$output")" '[0,120]'
  same "$(sha256sum "$(store)"/*)" "$(<before)"
}

@test "in parts and in any order the pool is the same" {
  ingest honest >/dev/null
  mv store whole
  mkdir store
  mkdir "store/$(ls whole)"
  for i in 7 30 1 19; do ingest --min-sources 1 "--source" "source$i" "honest/source$i/b.profraw" >/dev/null; done
  find honest/ -name 'a.profraw' -print0 | sort -rz | ingest - >/dev/null
  find honest/ -name '*.profraw' -print0 | ingest - >/dev/null
  cmp whole/*/pool.profraw "$(store)/pool.profraw"
}

@test "damage is refused, named with numbers, and adds nothing" {
  ingest honest >/dev/null
  cp "$(store)/pool.profraw" before
  mkdir -p bad/x
  head -c 300 honest/source1/a.profraw >bad/x/cut.profraw
  run -0 --separate-stderr ingest bad
  same "$stderr" 'profraw-ingest: take 1 uploads: 1 were refused: 1 truncated; the ledger has why'
  refused truncated 'bytes'
  cmp before "$(store)/pool.profraw"
  : >bad/x/empty.profraw
  printf 'no profile' >bad/x/text.profraw
  ingest bad >/dev/null
  same "$(ledger 'map(select(.verdict == "refused") | .reason) | sort')" '["empty","foreign","truncated"]'
}

@test "another build is refused, with the number of functions that differ" {
  mkdir -p bad/x
  LLVM_PROFILE_FILE=$PWD/bad/x/o.profraw ./other 3 || true
  run -0 --separate-stderr ingest honest bad
  refused foreign '4 of 5 functions are not of the build by name, hash and number of counters'
}

@test "too large a counter, one that has nearly all counts, and too large a file are refused" {
  upload bad/x/a 1000 1 1
  ingest honest >/dev/null
  ingest --max-counter 90 bad >/dev/null
  refused implausible 'one counter of prog.c;parse has 99.80 % of all 1002011 counts, the limit is 90 %'
  ingest --max-counter 100 --max-count 5000 bad >/dev/null
  refused implausible 'a counter of prog.c;parse has 1000000, the limit is 5000'
  ingest --max-bytes 100 bad >/dev/null
  refused too-large "$(stat -c %s bad/x/a.profraw) bytes; a profile of this build may have 100"
  # With other limits it is judged again.
  ingest --max-counter 100 bad >/dev/null
  same "$(ledger 'map(select(.verdict == "refused")) | length')" 0
}

@test "a zero profile is refused" {
  mkdir -p bad/x
  ingest honest >/dev/null
  # The build's own table, in which nothing ran.
  cp "$(store)/build.profraw" bad/x/zero.profraw
  ingest bad >/dev/null
  refused zero 'no counter counted'
}

@test "another source's bytes are a duplicate, the same counts in other bytes a replay" {
  upload honest2/thief/own 1 2 3
  cp honest/source1/a.profraw honest2/thief/stolen.profraw
  ingest honest >/dev/null
  ingest honest2 >/dev/null
  refused duplicate "those of another source's upload"
  rm -r store
  upload again/source1/first 5 6 7
  upload again/source1/second 5 6 7
  upload again/source2/third 5 6 7
  run ! cmp again/source1/first.profraw again/source1/second.profraw
  ingest honest again >/dev/null
  refused replay 'are those of an earlier upload of this source, in other bytes'
  same "$(ledger 'map(select(.verdict == "refused")) | length')" 1
}

@test "a source is the first folder, the folder of a listed path, the file, or what --source says; only its hash is kept" {
  mkdir -p in/alice/host7 in/bob
  upload in/alice/host7/x 1 2 3
  upload in/bob/y 2 3 4
  upload in/carol 3 4 5
  run -0 ingest --min-sources 1 --json in
  same "$(jq .sources.all <<<"$output")" 3
  upload elsewhere/bob/z 4 5 6
  printf 'elsewhere/bob/z.profraw\0' | ingest --min-sources 1 - >/dev/null
  upload d 5 6 7
  run -0 ingest --min-sources 1 --json --source bob d.profraw
  same "$(jq .sources.all <<<"$output")" 3
  same "$(ledger 'map(select(.uploads) | .uploads) | sort')" '[1,1,3]'
  run ! grep -raE 'alice|bob|carol|host7|elsewhere|in/|\.profraw' store
  run ! grep -ra "$(whoami)@\|$(uname -n)" store
}

@test "one source with 60 % of all counts is cut down to its share, and the ledger says so" {
  cp -RL honest in
  ingest --max-share 100 in >/dev/null
  local honest
  honest=$(ledger 'map(select(.uploads) | .counts) | add')
  upload in/loud/x $((honest * 15 / 10 / 1000 / 10)) $((honest * 15 / 10 / 1000 / 10)) $((honest * 15 / 10 / 1000 / 50))
  run -0 ingest --max-share 5 --json in
  same "$(jq -c '[.sources.capped > 0, .sources.pooled, .sources.aside]' <<<"$output")" '[true,31,0]'
  ledger 'map(select(.verdict == "capped")) | max_by(.share_pct) | [.share_pct > 20, .why]' >said
  like "$(<said)" '*true,"it has *% of all counts: scaled down from * to *, so that none has more than 5 %"*'
}

@test "sources that would make another function hot are set aside and named, and the pool is that of the others" {
  cp -RL honest in
  ingest in >/dev/null
  cp "$(store)/pool.profraw" before
  for i in 1 2 3; do upload "in/bad$i/x" 20 20 5 $((200 + i)); done
  run -0 --separate-stderr ingest --json in
  same "$(jq -c '[.sources.pooled, .sources.aside, .agreement.drift]' <<<"$output")" '[30,3,false]'
  cmp before "$(store)/pool.profraw"
  matches "$stderr" 'set aside source [0-9a-f]{16}: overlap with what most sources do: [0-9.]+ %, the median.s is 9[0-9.]+ %, the limit [0-9.]+ %; prog.c;rare has 8[0-9.]+ % of its counts, and 0.[0-9]+ % of most others'
  same "$(ledger 'map(select(.verdict == "aside")) | length')" 3
}

@test "a share that sources agree on, too small to depart, makes nothing hot: it is held down, and said" {
  cp -RL honest in
  for i in 1 2 3 4; do upload "in/bad$i/x" $((17 + i)) 40 12 9; done
  run -0 ingest --json in
  same "$(jq -c '[.sources.aside, .sources.held]' <<<"$output")" '[0,4]'
  ledger 'map(select(.held_pct > 0)) | map(.held_pct > 4 and .held_pct < 9), .[0].why' >said
  like "$(<said)" '\[true,true,true,true\]*"fewer than 20 % of the sources have it so hot: * % of its counts are left out, most of them in prog.c;rare"'
  # Seven of 37 are not fewer.
  for i in 5 6 7 8; do upload "in/bad$i/x" $((17 + i)) 40 12 9; done
  run -0 ingest --json in
  same "$(jq -c '[.sources.aside, .sources.held]' <<<"$output")" '[0,0]'
}

@test "when many sources move together it is drift: they are taken, with words" {
  cp -RL honest in
  ingest in >/dev/null
  for i in 1 2 3 4 5 6 7 8 9; do upload "in/new$i/x" 20 20 5 $((200 + i)); done
  run -0 --separate-stderr ingest --json in
  same "$(jq -c '[.sources.pooled, .sources.aside, .agreement.drift]' <<<"$output")" '[39,0,true]'
  has "$stderr" 'more than the 20 % that could be set aside, so the use has changed, and all are taken'
  for i in {10..60}; do upload "in/new$i/x" 20 20 5 $((200 + i)); done
  run -0 --separate-stderr ingest --json in
  has "$stderr" 'most sources have moved, so it is taken'
}

@test "weights of tiers and sources, and age" {
  local all=(--min-sources 1 --max-share 100 --depart 100 --max-counter 100)
  upload in/a/x 10
  upload in/b/x 0 10
  ingest "${all[@]}" in >/dev/null
  upload beta/a/x 0 0 10
  printf 'tier\tbeta\t3\nsource\tb\t2\n# none\n' >weights
  ingest "${all[@]}" --tier beta --weights weights beta >/dev/null
  counts "$(store)/pool.profraw" >said
  same "$(grep -A1 'parse:' said | grep -o '[0-9]*' | sort -n | tail -n 1)" 10000
  same "$(grep -A1 'check:' said | grep -o '[0-9]*' | sort -n | tail -n 1)" 20000
  same "$(grep -A1 'print:' said | grep -o '[0-9]*' | sort -n | tail -n 1)" 30000
  printf 'source\ta\t0\n' >weights
  ingest "${all[@]}" --weights weights >/dev/null
  counts "$(store)/pool.profraw" >said
  same "$(grep -A1 'parse:' said | grep -o '[0-9]*' | sort -n | tail -n 1)" 1 # the call by b
  rm -r store
  touch -d 2026-01-01 in/a/x.profraw
  touch -d 2026-01-29 in/b/x.profraw
  ingest "${all[@]}" --half-life 14 --now 2026-01-29 in >/dev/null
  counts "$(store)/pool.profraw" >said
  same "$(grep -A1 'parse:' said | grep -o '[0-9]*' | sort -n | tail -n 1)" 2500
  same "$(grep -A1 'check:' said | grep -o '[0-9]*' | sort -n | tail -n 1)" 10000
}

@test "too few sources make no pool, and leave that which is there" {
  ingest honest >/dev/null
  cp "$(store)/pool.profraw" before
  run -1 --separate-stderr ingest --min-sources 31
  same "$output" ''
  same "$stderr" 'profraw-ingest: add up 30 sources: 30 of them are left, and a pool takes 31 (--min-sources); what was taken is kept'
  cmp before "$(store)/pool.profraw"
}

@test "a source that sends without end is listed so often, and no more" {
  for i in {1..6}; do upload "many/one/$i" "$i"; done
  ingest --min-sources 1 --max-uploads 4 many >/dev/null
  same "$(ledger 'map(select(.verdict == "accepted")) | length')" 4
  same "$(ledger 'map(select(.reason == "too-many") | .times)')" '[2]'
}

@test "what it is held against has to be instrumented, with its symbols" {
  run -2 --separate-stderr profraw-ingest --store store --of plain honest
  has "$stderr" 'it has no symbol __llvm_profile_raw_version: it is not instrumented, or stripped'
  run -2 --separate-stderr profraw-ingest --store store --of nowhere honest
  has "$stderr" "read 'nowhere'"
  run -2 --separate-stderr ingest --tier ../x honest
  has "$stderr" "--tier: '../x' is not"
  run -2 --separate-stderr ingest nowhere.profraw
  has "$stderr" "read 'nowhere.profraw': No such file or directory"
}

@test "a pack that the disk has damaged is named, and stops the ingest" {
  ingest honest >/dev/null
  local pack
  pack=$(find store -name '*.pack' | sort | head -n 1)
  printf 'X' | dd of="$pack" bs=1 seek=$(($(stat -c %s "$pack") - 100)) conv=notrunc status=none
  run -2 --separate-stderr ingest honest
  like "$stderr" "profraw-ingest: read '*$pack': its hash is another; the disk has damaged it: remove it, and ingest the uploads of its source again"
  rm "$pack"
  run -0 ingest --json honest
  same "$(jq -c '[.uploads.accepted, .uploads.known]' <<<"$output")" '[2,58]'
}

@test "SIGKILL at any point, and two at once, lose and double nothing" {
  ingest honest >/dev/null
  mkdir -p "killed/$(basename "$(store)")"
  cp "$(store)/salt" "killed/$(basename "$(store)")/"
  local i pid
  for ((i = 0; i < 40; i++)); do
    profraw-ingest --store killed --of prog --half-life 0 honest >/dev/null 2>&1 &
    pid=$!
    sleep "0.0$((RANDOM % 5))$((RANDOM % 10))"
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" || true
    # What is there after a kill can be gone on with, or is taken away to start afresh.
    [ $((i % 8)) -ne 7 ] || rm -f killed/*/*.pack
  done
  profraw-ingest --store killed --of prog --half-life 0 honest >/dev/null 2>&1 &
  pid=$!
  profraw-ingest --store killed --of prog --half-life 0 honest >/dev/null 2>said
  wait "$pid"
  for i in pool.profraw ledger.jsonl; do cmp "$(store)/$i" killed/*/"$i"; done
  same "$(ls killed/*)" "$(ls "$(store)")"
}
