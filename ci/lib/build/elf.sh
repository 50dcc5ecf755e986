# shellcheck shell=bash
#
# What kind of program or library the build made, and what else an ELF file says of itself.

# A line each, name and value, as elf-facts -h lists them: what is asked of a program after this.
elf_read() { # <program>; sets elf, to nothing but line breaks where it is no ELF file or a damaged one
  local said status=0
  said=$(elf-facts "$1" 2>/dev/null) || status=$?
  [ "$status" -lt 2 ] || die "read '$1': elf-facts could not do its work (exit status $status); run make in '$PGOKIT_HOME'"
  elf=$'\n'$said$'\n'
}

# After elf_read.
elf_says() { # <name and value>
  [[ $elf == *$'\n'"$1"$'\n'* ]]
}

elf_values() { # <name>; sets values
  local line
  values=()
  while IFS= read -r line; do
    [[ $line != "$1 "* ]] || values+=("${line#"$1 "}")
  done <<<"$elf"
}

elf_value() { # <name>; sets value to the first one, or to nothing
  [[ $elf =~ $'\n'"$1 "([^$'\n']*) ]] && value=${BASH_REMATCH[1]} || value=
}

elf_program() { # <file>
  local elf
  elf_read "$1"
  elf_says 'type EXEC' || elf_says 'type DYN'
}

build_id() { # <file>; nothing where there is none
  local elf value
  elf_read "$1"
  elf_value build_id
  [ -z "$value" ] || printf '%s\n' "$value"
}

# Bytes behind all that the ELF headers name: a script, an archive, a bundle that the program reads from its own
# file. No tool for ELF files keeps them.
payload_bytes() { # <program>; nothing where it is no ELF file
  local elf value
  elf_read "$1"
  elf_value payload_bytes
  [ -z "$value" ] || printf '%s\n' "$value"
}

# A shared library, a Python extension too: others load it, so it names no loader of its own. A static
# program that can be placed anywhere has none either, and says that it is one.
is_library() { # after elf_read
  elf_says 'library true'
}
