# shellcheck shell=bash
#
# What a program is, as far as its ELF file tells: asked when it is packed, and again by whoever verifies the package, who
# may have no LLVM.

# Prints one object; status 1 where it is no program or library that this can read.
elf_facts() { # <file>
  local said
  said=$(elf-facts --json "$1" 2>/dev/null) || return 1
  jq -c '{type, pie, stack, relro, bind_now, textrel, writable_code, runpath, build_id, glibc, isa, hot_bytes, libraries}' <<<"$said"
}
