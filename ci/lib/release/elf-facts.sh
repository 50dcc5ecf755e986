# shellcheck shell=bash
#
# What a program is, as far as its ELF file tells: asked when it is packed, and again by whoever verifies the package, who
# may have no LLVM.

# Prints one object; status 1 where it is no program or library that this can read.
elf_facts() { # <file>
  local reader said
  reader=${LLVM_BIN:+$LLVM_BIN/llvm-readelf}
  [ -n "$reader" ] || reader=$(type -P readelf llvm-readelf | head -n 1) || true
  [ -n "$reader" ] || die "read '$1': neither readelf nor llvm-readelf is installed; $(install_hint binutils)"
  said=$("$reader" -W -h -S -l -d -n -V "$1" 2>/dev/null) || return 1
  [[ $said == *'ELF Header'* ]] || return 1
  awk -f "$PGOKIT_HOME/ci/lib/release/elf-facts.awk" <<<"$said" | jq -cnRf "$PGOKIT_HOME/ci/lib/release/elf-facts.jq"
}
