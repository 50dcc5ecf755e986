# shellcheck shell=bash
#
# Proof that a variant is what it claims to be: applied and sound. (Equal is equal.sh, better is
# the gate.) Each check refuses in words that name the file and what to do.

# A profile that this LLVM reads, with something in it, and of this program: a project may have several,
# which share code, so that a profile of one fits another in part. Where the profile came without its
# record, nothing is known of that.
proof_profile() { # <variant> <profile>
  local said was='' by=''
  [ -s "$2" ] || refuse 1 "build '$1': there is no profile; run pgokit collect and pgokit merge first"
  if [ "$(manifest_get .phases.merge.sha256)" = "$(hash_of "$2")" ]; then
    was=$(manifest_get .phases.merge.binary)
    # After a merge here, pgokit merge has read it back.
    [ "$(manifest_get .phases.merge.profile_status)" != fresh ] || by=$(manifest_get .phases.merge.profdata)
  fi
  [ "$by" = "$LLVM_BIN/llvm-profdata" ] || said=$("$LLVM_BIN/llvm-profdata" show "$2" 2>&1) || {
    ! "$LLVM_BIN/llvm-profdata" show --sample "$2" >/dev/null 2>&1 ||
      refuse 1 "build '$1': '$2' is a sample profile, and '$1' wants an instrumented one (-fprofile-generate); the variant sample takes it, by config: profile.sample"
    refuse 1 "build '$1': '$2' is no profile that LLVM $LLVM_MAJOR reads: $(tail -n 1 <<<"$said"); run pgokit merge again"
  }
  [ "${was:-$(config .binary)}" = "$(config .binary)" ] ||
    refuse 1 "build '$1': the profile is of '$was', which was the program when it was collected, and that is '$(config .binary)' now (config: binary); run pgokit collect and pgokit merge"
}

# Built by the compiler of this toolchain at all: a build that sets CC itself measures another one.
proof_compiler() { # <variant> <program> <build log>
  local values
  elf_values comments
  # shellcheck disable=SC2016 # the variables are the build's
  local mark='clang version' compiler=clang advice=' The build must use $CC and $CXX;'
  ! toolchain_is cargo || mark=${RUST_VERSION/rustc/rustc version} compiler=$RUST_VERSION advice=' Does a rust-toolchain.toml choose another?'
  [[ ${values[*]} == *"$mark"* ]] || [ ${#values[@]} -eq 0 ] ||
    refuse 1 "check '$1': '${2##*/}' was not built by $compiler but by: ${values[0]}.$advice see '$3'$(build_hint)"
  ! elf_says 'sections __llvm_prf_cnts' ||
    refuse 1 "check '$1': '${2##*/}' is instrumented for a profile, which only the kit's own training build may be. Does the build ask for it (-fprofile-generate, meson's b_pgo, a coverage option)? See '$3'"
}

# The functions that got an entry count from the profile: LLVM's own account of what it used, in a
# section that is not loaded. Asked for by toolchain_env, from LLVM 22 on.
counted_functions() { # <program>
  "$LLVM_BIN/llvm-readobj" --bb-addr-map "$1" 2>/dev/null |
    awk '$1 == "Name:" { name = $2; sub(/[.]llvm[.].*/, "", name) } $1 == "FuncEntryCount:" && $2 > 0 { print name }' || true
}

# Bytes of .text.hot, where only code goes that the profile (or an attribute) calls hot.
hot_bytes() { # sets hot
  local value
  elf_value hot_bytes
  hot=${value:-0}
}

# Applied: the profile was used. A compiler takes a foreign or empty profile without an error.
# Sets applied: what was found, for the manifest (see manifest.jq).
proof_applied() { # <variant> <program> <build log> <profile> [refuse|warn: when it is stale]
  local functions=null hot counted='' taken=$work/build/taken
  folder "$work/build"
  : >"$taken"
  hot_bytes
  if toolchain_is cargo; then
    cargo_applied "$1" "$2" "$3" "$4" "${5:-refuse}"
  else
    functions=$hot
    if proof_counts; then
      counted_functions "$2" >"$taken"
      functions=$(wc -l <"$taken")
      counted="$functions functions with counts, "
    fi
    [ "$functions" -gt 0 ] ||
      refuse 1 "check '$1': the profile was not applied: no function of '${2##*/}' has a count from it. Does the build use CFLAGS and LDFLAGS? Is '$4' of this program, and does it reach what the build compiles? See '$3'$(build_hint)"
  fi
  log "profile applied: $counted$hot bytes of hot code"
  proof_fresh "$1" "$3" "$4" "${5:-refuse}" "$2"
  applied="$functions $hot $changed $match"
}

# ELF properties that an optimizer must not lose, one "name value" per line, and what the CPU may check in the
# program (x86): "marks" and each of ibt, shstk.
elf_properties() { # <program>; status 1 when it is no ELF file, or a damaged one
  local elf value values name
  elf_read "$1"
  elf_value type
  [ -n "$value" ] || return
  for name in type stack soname; do
    elf_value "$name"
    [ -z "$value" ] || printf '%s %s\n' "$name" "$value"
  done
  elf_says 'relro none' && printf 'relro false\n' || printf 'relro true\n'
  elf_says 'bind_now true' && printf 'bind-now true\n' || printf 'bind-now false\n'
  [[ $elf == *$'\nbuild_id '* ]] && printf 'build-id true\n' || printf 'build-id false\n'
  elf_says 'payload_bytes 0' && printf 'payload false\n' || printf 'payload true\n'
  # The loader is there anyway, and mathematics LTO may find unused.
  printf 'needs %s\n' "$(sed -nE '/^libraries (ld-linux|libm\.so)/d; s/^libraries //p' <<<"$elf" | LC_ALL=C sort | paste -sd ' ' -)"
  elf_values marks
  printf 'marks %s\n' "${values[*]}"
}

# How the baseline was linked, for links by lld from then on (see lld_like). Objects that were not compiled for
# indirect branch tracking (the C runtime's, as a rule) take its mark from a program, unless it is asked for.
proof_linked() { # <baseline program>, after its elf_read
  proof_was "$1"
  like_lld='' like_ibt=''
  [[ ! $elf =~ $'\n''comments Linker: '[^$'\n']*LLD ]] || like_lld=yes
  [[ ${was##*marks } != *ibt* ]] || like_ibt=yes
}

# What others may call by name, one per line. Weak names are those of inline functions: whether one
# is left over is the optimizer's choice. Two kinds are the linker's own: the ends of sections, which GNU
# ld exports from a program that exports anything (-Wl,-E), and the name of each version (V1@@V1), for
# which it has a symbol beside the definition. lld has neither.
elf_exports() { # <program>
  "$LLVM_BIN/llvm-nm" --dynamic --defined-only --format=posix "$1" 2>/dev/null |
    awk '{ split($1, part, /@+/) }
      $2 == "A" && part[1] == part[2] { next }
      $2 ~ /^[A-TX-Z]$/ && $1 !~ /^(__bss_start|_?(end|edata|etext))$/ { print $1 }' | LC_ALL=C sort
}

# What the baseline has, once in a phase.
proof_was() { # <baseline program>; sets was, was_exports
  [ "${was_of-}" != "$1" ] || return 0
  was=$(elf_properties "$1") || was=
  was_exports=$(elf_exports "$1")
  was_of=$1
}

# Sound: whatever hardening and libraries the baseline has, the variant has. More is no fault: GNU ld
# makes the stack executable where one assembler file does not say that it need not be, lld does not.
proof_sound() { # <variant> <program> <baseline program>
  local is lost=''
  proof_was "$3"
  if [ "$2" = "$3" ]; then is=$was; else is=$(elf_properties "$2") || is=; fi
  [ -n "$was" ] || refuse 1 "check 'baseline': '$3' is not an ELF program that elf-facts reads"
  [ -n "$is" ] || refuse 1 "check '$1': '$2' is not an ELF program that elf-facts reads"
  [ "$is" = "$was" ] ||
    lost=$(comm -23 <(grep -vE ' false$|^stack executable|^type EXEC|^marks' <<<"$was" | sort) <(sort <<<"$is"))
  if [ -z "$lost" ] && [ -n "$was_exports" ] && [ "$2" != "$3" ]; then
    lost=$(LC_ALL=C comm -23 - <(elf_exports "$2") <<<"$was_exports" | sed 's/^/export /' | head -n 5)
  fi
  [ -z "$lost" ] ||
    refuse 1 "check '$1': it lost what the baseline has: $(paste -sd ';' - <<<"$lost"); it has: $(grep -v '^marks' <<<"$is" | paste -sd ';' -)$([[ $lost != needs* ]] || printf '. Where nothing uses a library but code that LTO removes, -Wl,--no-as-needed in LDFLAGS keeps it')"
  [ "$is" != "$was" ] || return 0
  lost=$(comm -23 <(tr ' ' '\n' <<<"${was##*marks }") <(tr ' ' '\n' <<<"${is##*marks }") | paste -sd ' ' -)
  [ -z "$lost" ] ||
    warn "check '$1': it is not marked for what the CPU checks in the baseline (llvm-readelf --notes): $lost"
}

# BOLT's input needs the relocations that the link was asked to keep, and must not be BOLT's output.
proof_bolt_input() { # <variant> <program>
  ! elf_says 'sections .note.bolt_info' ||
    refuse 1 "rewrite '$1': '${2##*/}' is BOLT's output already; BOLT must not be part of the build command"
  [[ $elf == *$'\nsections .rela.text'* ]] ||
    refuse 1 "rewrite '$1': '${2##*/}' has no relocations, which BOLT needs. Does the build strip it (-s, strip), or ignore LDFLAGS (-Wl,--emit-relocs)? See '$work/log/build-$1.log'"
  [[ $elf == *$'\ninterpreter '* ]] || is_library ||
    refuse 1 "rewrite '$1': '${2##*/}' is linked statically: BOLT's instrumentation would write no profile. Build it without that variant (--variants, or variants in pgokit.json)"
}
