# shellcheck shell=bash
#
# Proof that a variant is what it claims to be.

# Applied: the profile was used. The compiler's own account of it, a hot section, is only there when
# functions got counts; a foreign, empty or stale profile leaves none. See "no speedup" in README.md.
proof_applied() { # <variant> <program> <build log>
  local hot
  hot=$("$LLVM_BIN/llvm-readelf" -SW "$2" | awk '{ for (i = 1; i < NF; i++) if ($i == ".text.hot" || $i == ".text.hot.") { print $(i + 4); exit } }')
  [ -n "$hot" ] ||
    refuse 1 "check '$1': the profile was not applied: '${2##*/}' has no hot code (.text.hot). Does the build use CFLAGS and LDFLAGS? Is the profile of this program? See '$3'"
  log "profile applied: $((16#$hot)) bytes of hot code"
}

# Starts at all: a broken rewrite must not reach the benchmarks as a mystery.
proof_runs() { # <variant> <program>
  "$LLVM_BIN/llvm-readelf" -h "$2" >/dev/null 2>&1 || refuse 1 "check '$1': '$2' is not an ELF file"
}

# What would be shipped: the size without symbols and notes for the tools.
stripped_bytes() { # <program>
  local copy=$work/build/stripped
  mkdir -p -- "$work/build"
  "$LLVM_BIN/llvm-strip" -o "$copy" "$1"
  stat -c %s -- "$copy"
  rm -f -- "$copy"
}
