#!/usr/bin/env bats
# profraw-pool: sums that llvm-profdata merges to the same profile as the originals, and refusals.

load helper

CLANG=${CLANG:-clang-22}
PROFDATA=${PROFDATA:-llvm-profdata-22}

setup() {
  cd "${BATS_TEST_TMPDIR:?}" || return
}

@test "two profiles of one module become one with the sum" {
  mkprofraw -t sites >a.profraw
  mkprofraw -t sites -a 0x10000 >b.profraw
  run --separate-stderr profraw-pool -o out.profraw a.profraw b.profraw
  [ "$status" -eq 0 ]
  [ "$stderr" = "" ]
  [ "$output" = "2	10	IR	8	6	15	12	780	9	abcd010203000000000000000000000000000000" ]
  [ "$(profraw-verify out.profraw | cut -f 1,5-10)" = "ok	8	6	15	12	780	9" ] || profraw-verify out.profraw
}

@test "a bad file is named and adds nothing, the good ones are pooled" {
  mkprofraw >a.profraw
  head -c 300 a.profraw >b.profraw
  profraw-pool -o good.profraw a.profraw a.profraw >/dev/null
  run --separate-stderr profraw-pool -o out.profraw a.profraw b.profraw a.profraw
  [ "$status" -eq 1 ]
  [[ ${stderr_lines[0]} == "profraw-pool: add 'b.profraw': truncated: data records: "*" at offset "* ]]
  cmp good.profraw out.profraw
  run profraw-pool -o none.profraw b.profraw
  [ "$status" -eq 1 ]
  [ ! -e none.profraw ]
}
