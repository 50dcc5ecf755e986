# shellcheck shell=bash
#
# What kind of program or library the build made.

elf_program() { # <file>
  "$LLVM_BIN/llvm-readelf" --file-header "$1" 2>/dev/null | grep -E '^ *Type: *(EXEC|DYN)' >/dev/null
}

# Sections, segments and the compiler's own mark: what is asked of a program after this.
elf_read() { # <program>; sets elf
  elf=$("$LLVM_BIN/llvm-readelf" --sections --program-headers --dynamic-table --wide -p .comment "$1" 2>/dev/null) || true
}

# A shared library, a Python extension too: others load it, so it names no loader of its own. A static
# program that can be placed anywhere has none either, and says that it is one.
is_library() { # after elf_read
  [[ $elf == *'Dynamic section'* && $elf != *INTERP* && ! $elf =~ \(FLAGS_1\)[^$'\n']*\ PIE ]]
}
