# shellcheck shell=bash
#
# The program as it ships: stripped by LLVM's own strip, which knows what BOLT wrote, or as it was built, where
# strip would take away what the program needs. It is this that is compared with the baseline and packed.

# Bytes behind all that the ELF headers name: a script, an archive, a bundle that the program reads from its own
# file. No tool for ELF files keeps them.
payload_bytes() { # <program>; nothing where it is no ELF file
  local size at i end=0
  size=$(stat -c %s -- "$1") || return
  read -r -d '' -a at < <(od -An -v -tu1 -N 64 -- "$1") || true
  # Of 64 bits, little endian: mostly the table of sections stands last, and ends with the file.
  if [ "${at[*]:0:6}" = '127 69 76 70 2 1' ] && [ ${#at[@]} -eq 64 ]; then
    for i in {47..40}; do end=$((end << 8 | at[i])); done
    end=$((end + (at[58] | at[59] << 8) * (at[60] | at[61] << 8)))
    [ "$end" -ne "$size" ] || {
      printf '0\n'
      return
    }
  fi
  "$LLVM_BIN/llvm-readelf" --elf-output-style=JSON --file-headers --program-headers --sections "$1" 2>/dev/null |
    jq --argjson size "$size" '.[0] | .ElfHeader as $elf
      | [$elf.SectionHeaderOffset + $elf.SectionHeaderEntrySize * (.Sections | length),
         $elf.ProgramHeaderOffset + $elf.ProgramHeaderEntrySize * (.ProgramHeaders | length),
         (.ProgramHeaders[].ProgramHeader | .Offset + .FileSize),
         (.Sections[].Section | select(.Type.Name != "SHT_NOBITS") | .Offset + .Size)]
      | [$size - max, 0] | max' 2>/dev/null
}

# Why the program ships as it was built; status 1 when it is stripped.
ships_whole() { # <program>
  local bytes
  if [ "$(config .release.strip)" = false ]; then
    printf 'release.strip is false'
    return
  fi
  bytes=$(payload_bytes "$1") || bytes=0
  [ "${bytes:-0}" -gt 0 ] || return
  printf '%s bytes stand behind the end of its ELF file, which strip would take away' "$bytes"
}

# A link to debug information that was split off stays, but where BOLT has moved what that describes.
ship_copy() { # <program> <copy to make> <log file>; status 1 when llvm-strip fails
  local keep=(--keep-section=.gnu_debuglink)
  remove "$2"
  if ships_whole "$1" >/dev/null; then
    cp -- "$1" "$2"
    return
  fi
  # LLVM's tools take ten times as long to start as grep.
  ! grep -qaF .note.bolt_info -- "$1" ||
    [[ $("$LLVM_BIN/llvm-readelf" --sections --wide "$1" 2>/dev/null) != *.note.bolt_info* ]] || keep=()
  "$LLVM_BIN/llvm-strip" "${keep[@]}" -o "$2" "$1" 2>>"$3" || ship_static "$1" "$2" 2>>"$3"
}

# llvm-strip refuses a static program that GNU ld linked, whose relocations name no table of symbols; BOLT never
# wrote it. GNU's strip is there where GNU ld is, as a rule.
ship_static() { # <program> <copy to make>
  [[ $("$LLVM_BIN/llvm-readelf" --program-headers "$1") != *@(INTERP|DYNAMIC)* ]] || return
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
