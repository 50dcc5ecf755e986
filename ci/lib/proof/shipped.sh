# shellcheck shell=bash
#
# The program as it ships: stripped by LLVM's own strip, which knows what BOLT wrote, or as it was built, where
# strip would take away what the program needs. It is this that is compared with the baseline and packed.

# Why the program ships as it was built; status 1 when it is stripped.
ships_whole() { # <program>
  local bytes
  if [ "$(config .release.strip)" = false ]; then
    printf 'release.strip is false'
    return
  fi
  bytes=$(payload_bytes "$1")
  [ "${bytes:-0}" -gt 0 ] || return
  printf '%s bytes stand behind the end of its ELF file, which strip would take away' "$bytes"
}

# A link to debug information that was split off stays, but where BOLT has moved what that describes.
ship_copy() { # <program> <copy to make> <log file>; status 1 when llvm-strip fails
  local elf keep=(--keep-section=.gnu_debuglink)
  remove "$2"
  if ships_whole "$1" >/dev/null; then
    cp -- "$1" "$2"
    return
  fi
  elf_read "$1"
  ! elf_says 'sections .note.bolt_info' || keep=()
  "$LLVM_BIN/llvm-strip" "${keep[@]}" -o "$2" "$1" 2>>"$3" || ship_static "$1" "$2" 2>>"$3"
}

# llvm-strip refuses a static program that GNU ld linked, whose relocations name no table of symbols; BOLT never
# wrote it. GNU's strip is there where GNU ld is, as a rule.
ship_static() { # <program> <copy to make>; after elf_read
  [[ $elf != *$'\ninterpreter '* && $elf != *$'\nsections .dynamic\n'* ]] || return
  strip -o "$2" "$1" || cp -- "$1" "$2"
}

# What would be shipped: the size without symbols and notes for the tools.
shipped_bytes() { # <program>
  local copy=$work/build/stripped
  folder "$work/build"
  # Whoever compares it says what is wrong with it; a size is no reason to stop.
  ship_copy "$1" "$copy" /dev/null || cp -- "$1" "$copy"
  stat -c %s -- "$copy"
  rm -f -- "$copy"
}
