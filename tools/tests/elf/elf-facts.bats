#!/usr/bin/env bats
# elf-facts: it says of every kind of program what llvm-readelf says, and of a damaged file that it is one.

load ../helper

setup_file() {
  cd "$BATS_FILE_TMPDIR" || return
  cat >p.c <<'C'
#include <math.h>
#include <stdio.h>
__attribute__((section(".text.hot"))) int twice(int x) { return 2 * x; }
int main(int argc, char **argv) { return argv[0] ? printf("%f\n", sqrt(twice(argc))) < 0 : 1; }
C
  printf 'int one(int x) { return x + 1; }\n' >l.c
}

setup() {
  cd "$BATS_FILE_TMPDIR" || return
  LLVM=$(find /usr/lib/llvm-*/bin -maxdepth 0 | sort -V | tail -n 1)
}

# The answers of both readers, in one order.
agree() { # <file>
  same "$(elf-facts "$1" | sort)" \
    "$("$LLVM/llvm-readelf" -W -h -S -l -d -n -V -p .comment "$1" 2>/dev/null | awk -f "$ROOT/tools/tests/elf/readelf.awk" | sort)"
}

@test "-h and --version answer on standard output; anything but one file is a usage error" {
  run -0 --separate-stderr elf-facts -h
  starts "$output" "usage: elf-facts "
  same "$(elf-facts --version)" "elf-facts (pgokit) $(cat "$ROOT/ci/VERSION")"
  for args in '' '--no-such-option x' 'a b'; do
    # shellcheck disable=SC2086 # words are meant
    run --separate-stderr -2 elf-facts $args
    same "$output" ''
    ends "$stderr" 'usage: elf-facts [--json] FILE'
  done
}

@test "programs and libraries of every kind: as llvm-readelf has it" {
  local made words
  while read -r made words; do
    # shellcheck disable=SC2086 # words are meant
    "$LLVM/clang" -Os -o "$made" $words
    agree "$made"
  done <<'MADE'
pie p.c -lm
fixed -no-pie p.c -lm -fcf-protection=full -Wl,-z,shstk,-z,ibt
static -static p.c -lm
static-pie -static-pie p.c -lm
now p.c -lm -Wl,-z,relro,-z,now,--build-id=md5
loose p.c -lm -Wl,-z,norelro,-z,lazy,-z,execstack,--build-id=none
stripped p.c -lm -s
writable -static -nostdlib l.c -Wl,-N,-e,one
path p.c -lm -fuse-ld=lld -Wl,-rpath,/a:/b,--enable-new-dtags,--emit-relocs,-z,keep-text-section-prefix
old-path p.c -lm -Wl,-rpath,/a,--disable-new-dtags
relocatable -c p.c
level -march=x86-64-v3 -no-pie p.c -lm -Wl,-z,x86-64-v3
one.so -shared -fPIC l.c -Wl,-soname,libone.so.1
textrel.so -shared -fuse-ld=lld -nostdlib -Wl,-z,notext -mcmodel=large l.c
narrow.so --target=i386-linux-gnu -shared -nostdlib -fuse-ld=lld l.c
big.so --target=powerpc64-linux-gnu -shared -nostdlib -fuse-ld=lld l.c
MADE
  # That the kinds are what they are called, and both readers do not agree on nothing.
  has "$(elf-facts pie)" 'pie true'
  has "$(elf-facts fixed)" $'marks ibt\nmarks shstk'
  has "$(elf-facts static-pie)" $'pie true\nlibrary false\nstack'
  has "$(elf-facts now)" $'relro full\nbind_now true'
  has "$(elf-facts loose)" $'stack executable\nrelro none'
  has "$(elf-facts path)" 'runpath /a:/b'
  has "$(elf-facts one.so)" $'library true\nstack'
  has "$(elf-facts one.so)" 'soname libone.so.1'
  has "$(elf-facts level)" 'isa x86-64-v3'
  same "$(elf-facts big.so | grep ^machine)" 'machine 21'
  lacks "$(elf-facts path)" 'hot_bytes 0'
}

@test "the kit's own tools and the C library: as llvm-readelf has it" {
  local file
  for file in "$ROOT"/build/bin/{bench-run,elf-facts,profraw-verify} "$(ldd "$ROOT/build/bin/elf-facts" | sed -n 's/.*libc.* => \([^ ]*\) .*/\1/p')"; do
    agree "$file"
  done
}

@test "--json: the same, with null for what is not there" {
  cp -- "$ROOT/build/bin/elf-facts" own
  run -0 elf-facts --json own
  same "$(jq -r 'to_entries[] | .key as $k | [.value] | flatten[] | select(. != null) | "\($k) \(.)"' <<<"$output")" "$(elf-facts own)"
  same "$(jq -c '[.runpath, .soname, .marks]' <<<"$output")" '[null,null,[]]'
}

@test "what stands behind the end of the ELF file is counted" {
  cp -- "$ROOT/build/bin/elf-facts" own
  same "$(elf-facts own | grep ^payload)" 'payload_bytes 0'
  printf 'a bundle' >>own
  same "$(elf-facts own | grep ^payload)" 'payload_bytes 8'
}

@test "what is no ELF file, or not whole, is a no, with the reason" {
  cp -- "$ROOT/build/bin/elf-facts" own
  printf '#!/bin/sh\n' >script
  : >empty
  for file in script empty . /nowhere; do
    run --separate-stderr -1 elf-facts "$file"
    same "$output" ''
    same "$stderr" "elf-facts: read '$file': it is no ELF file"
  done
  head -c 4000 own >short
  run --separate-stderr -1 elf-facts --json short
  same "$output" ''
  same "$stderr" "elf-facts: read 'short': its table of sections is not whole"
  head -c 100 own >short
  run --separate-stderr -1 elf-facts short
  same "$stderr" "elf-facts: read 'short': its table of segments is not whole"
}

@test "what a file says cannot drive a terminal, nor begin a line of its own" {
  printf 'int one(int x) { return x + 1; }\n__asm__(".section \\"a\\\\nstack none\\",\\"a\\"\\n.byte 1\\n");\n' >h.c
  "$LLVM/clang" -shared -nostdlib -fuse-ld=lld -o hostile.so h.c -Wl,-soname,$'x\ntype EXEC\e[1m'
  same "$(elf-facts hostile.so | grep -c '^type ')" 1
  same "$(elf-facts hostile.so | grep ^soname)" 'soname x?type EXEC?[1m'
}
