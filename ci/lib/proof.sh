# shellcheck shell=bash
#
# Proof that a variant is what it claims to be: applied and sound. (Equal is equal.sh, better is
# the gate.) Each check refuses in words that name the file and what to do.

# shellcheck source=proof-cargo.sh
. "$PGOKIT_HOME/ci/lib/proof-cargo.sh"
# shellcheck source=shipped.sh
. "$PGOKIT_HOME/ci/lib/shipped.sh"

# Sections, segments and the compiler's own mark: what the next three read.
proof_read() { # <program>; sets elf
  elf=$("$LLVM_BIN/llvm-readelf" --sections --program-headers --dynamic-table --wide -p .comment "$1" 2>/dev/null) || true
}

# A shared library, a Python extension too: others load it, so it names no loader of its own. A static
# program that can be placed anywhere has none either, and says that it is one.
is_library() { # after proof_read
  [[ $elf == *'Dynamic section'* && $elf != *INTERP* && ! $elf =~ \(FLAGS_1\)[^$'\n']*\ PIE ]]
}

# A profile that this LLVM reads, with something in it, and of this program: a project may have several,
# which share code, so that a profile of one fits another in part. Where the profile came without its
# record, nothing is known of that.
proof_profile() { # <variant> <profile>
  local said was
  [ -s "$2" ] || refuse 1 "build '$1': there is no profile; run pgokit collect and pgokit merge first"
  said=$("$LLVM_BIN/llvm-profdata" show "$2" 2>&1) ||
    refuse 1 "build '$1': '$2' is no profile that LLVM $LLVM_MAJOR reads: $(tail -n 1 <<<"$said"); run pgokit merge again"
  # shellcheck disable=SC2016 # jq's variable
  was=$(manifest_get '.phases.merge | select(.sha256 == $hash).binary' --arg hash "$(hash_of "$2")")
  [ "${was:-$(config .binary)}" = "$(config .binary)" ] ||
    refuse 1 "build '$1': the profile is of '$was', which was the program when it was collected, and that is '$(config .binary)' now (config: binary); run pgokit collect and pgokit merge"
}

# Built by the compiler of this toolchain at all: a build that sets CC itself measures another one.
proof_compiler() { # <variant> <program> <build log>
  local made=${elf#*"String dump of section '.comment':"}
  [ "$made" != "$elf" ] || made=
  # shellcheck disable=SC2016 # the variables are the build's
  local mark='clang version' compiler=clang advice=' The build must use $CC and $CXX;'
  ! toolchain_is cargo || mark=${RUST_VERSION/rustc/rustc version} compiler=$RUST_VERSION advice=' Does a rust-toolchain.toml choose another?'
  [[ $made == *"$mark"* ]] || [ -z "$made" ] ||
    refuse 1 "check '$1': '${2##*/}' was not built by $compiler but by: $(sed -n 's/^\[ *[0-9a-f]*\] *//p' <<<"$made" | head -n 1).$advice see '$3'$(build_hint)"
  [[ $elf != *__llvm_prf_cnts* ]] ||
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
  hot=0
  # Name, type, address, offset, size.
  [[ ! $elf =~ [[:space:]]\.text\.hot\.?[[:space:]]+[A-Z_]+[[:space:]]+[0-9a-f]+[[:space:]]+[0-9a-f]+[[:space:]]+([0-9a-f]+) ]] ||
    hot=$((16#${BASH_REMATCH[1]}))
}

# Applied: the profile was used. A compiler takes a foreign or empty profile without an error.
# Sets applied: what was found, for the manifest (see manifest.jq).
proof_applied() { # <variant> <program> <build log> <profile> [refuse|warn: when it is stale]
  local functions=null hot counted=''
  hot_bytes
  if toolchain_is cargo; then
    cargo_applied "$1" "$2" "$3" "$4" "${5:-refuse}"
  else
    functions=$hot
    if proof_counts; then
      functions=$(counted_functions "$2" | wc -l)
      counted="$functions functions with counts, "
    fi
    [ "$functions" -gt 0 ] ||
      refuse 1 "check '$1': the profile was not applied: no function of '${2##*/}' has a count from it. Does the build use CFLAGS and LDFLAGS? Is '$4' of this program, and does it reach what the build compiles? See '$3'$(build_hint)"
  fi
  log "profile applied: $counted$hot bytes of hot code"
  proof_fresh "$1" "$3" "$4" "${5:-refuse}" "$2"
  # shellcheck disable=SC2034 # read by optimize
  applied="$functions $hot $changed $match"
}

# Fresh: little of what was counted belongs to functions that have changed since.
proof_fresh() { # <variant> <build log> <profile> <refuse|warn> <program>; sets changed (functions) and match (percent of the counts)
  local total lost least stale moved=0 gone=0 why=
  total=${profile_total=$("$LLVM_BIN/llvm-profdata" show "$3" | sed -n 's/^Total count: //p')}
  if toolchain_is cargo; then
    changed=$cargo_changed lost=$cargo_lost # of cargo_applied
  else
    read -r changed lost < <(proof_changed "$2" "$3" "$5")
    read -r moved gone < <(proof_moved "$2" "$3")
  fi
  [ "$moved" -eq 0 ] || why="; $moved static functions were counted under another path, which is part of their names: was the profile made in another folder?"
  [[ $1 != *+* ]] || why+="; with ${1#*+} the source may hold other code than what was trained: leave it out, or set its flags in the build for all variants"
  changed=$((changed + moved))
  match=$(awk -v l="$lost" -v g="$gone" -v t="${total:-0}" 'BEGIN { m = t ? 100 - 100 * (l + g) / t : 100; printf "%.4g", m < 0 ? 0 : m }')
  [ "$changed" -gt 0 ] || return 0
  least=$(config .release.min_profile_match_pct)
  if ! awk -v have="$match" -v least="$least" 'BEGIN { exit !(have >= least) }'; then
    stale="check '$1': the profile is stale: only $match % of its counts are of functions that have not changed since, $changed have (release.min_profile_match_pct is $least)$why. Run pgokit collect and pgokit merge again; '$2' names the functions"
    [ "$4" = warn ] || refuse 1 "$stale"
    warn "$stale"
  fi
  log "profile: $changed functions have changed since it was made; $match % of its counts still fit$why"
}

# clang names each function that does not have the shape it was counted in, with the counts that it had
# to discard; one of a header once per source file. A build of several programs has several main, of
# which one was counted: where that is in this program, with its counts, nothing was lost. Prints the
# number of functions, and counts.
proof_changed() { # <build log> <profile> <program>
  grep -q '(hash mismatch)' "$1" || { printf '0 0\n' && return; }
  awk 'FILENAME == ARGV[1] { counted[$1]; next } FILENAME == ARGV[2] { if (!/;/ && /^  [^ ]/) shared[substr($1, 1, length($1) - 1)]; next }
    ($1 in shared) && (($1 in counted) || seen[$1]++) { next }
    { n++; sum += $3 } END { printf "%d %.0f\n", n, sum }' <(counted_functions "$3") \
    <("$LLVM_BIN/llvm-profdata" show --all-functions "$2") \
    <(sed -n 's/.*(hash mismatch) \([^ ]*\) Hash = \([0-9]*\) up to \([0-9]*\) count discarded.*/\1 \2 \3/p' "$1" | sort -u)
}

# Static functions for which clang found no profile, although there is one of the same name and shape
# in a file of that name under another path. Prints their number and counts.
proof_moved() { # <build log> <profile>
  local file name hash
  grep -q 'no profile data available' "$1" || { printf '0 0\n' && return; }
  sed -nE 's|^([^ ]*: )*([^ ]*/)*([^ /]*): no profile data available for function ([^ ]*) Hash = ([0-9]*) up to .*|\3 \4 \5|p' "$1" | sort -u |
    while read -r file name hash; do printf '%s %s 0x%016x\n' "$file" "$name" "$hash"; done |
    awk 'NR == FNR { missing[$1 ";" $2 " " $3]; next }
      /^  [^ ]/ { name = $0; sub(/^ */, "", name); sub(/:$/, "", name); static = name ~ /;/; sub(/^.*\//, "", name) }
      $1 == "Hash:" { ours = static && (name " " $2) in missing; n += ours }
      $1 == "Function" && ours { sum += $3 }
      $1 == "Block" && ours { gsub(/[^0-9 ]/, ""); for (i = 1; i <= NF; i++) sum += $i }
      END { printf "%d %.0f\n", n, sum }' - <("$LLVM_BIN/llvm-profdata" show --all-functions --counts "$2")
}

# ELF properties that an optimizer must not lose, one "name value" per line.
elf_properties() { # <program>
  "$LLVM_BIN/llvm-readelf" --elf-output-style=JSON --file-headers --program-headers --dynamic-table --notes "$1" 2>/dev/null |
    jq -r --argjson payload "$([ "$(payload_bytes "$1")" = 0 ] && echo false || echo true)" '.[0]
      | ([.ProgramHeaders[].ProgramHeader]) as $ph
      | ([$ph[] | select(.Type.Name == "PT_GNU_STACK")]) as $stack
      | ([.DynamicSection[]? | select(.Type == "NEEDED") | .Library
           | select(test("^(ld-linux|libm\\.so)") | not)] | sort) as $needed # the loader is there anyway, and mathematics LTO may find unused
      | ([.DynamicSection[]? | select(.Type == "FLAGS" or .Type == "FLAGS_1") | .Flags[]?]) as $flags
      | "type \(.ElfHeader.Type | split(" ")[0])",
        "stack \(if $stack == [] then "executable (no PT_GNU_STACK)"
                elif any($stack[0].Flags.Flags[]; .Name == "PF_X") then "executable" else "not executable" end)",
        "relro \(any($ph[]; .Type.Name == "PT_GNU_RELRO"))",
        "bind-now \($flags | any(. == "BIND_NOW" or . == "NOW"))",
        "build-id \(any(.NoteSections[]?.NoteSection.Notes[]?; .Type | startswith("NT_GNU_BUILD_ID")))",
        "payload \($payload)",
        "needs \($needed | join(" "))",
        ([.DynamicSection[]? | select(.Type == "SONAME") | "soname \(.Name)"][])'
}

# What the CPU may check in a program (x86): ibt, shstk; a line each.
elf_marks() { # <program>
  "$LLVM_BIN/llvm-readelf" --notes "$1" 2>/dev/null | sed -n 's/^ *\(Properties: *\)\{0,1\}x86 feature: *//p' | tr 'A-Z,' 'a-z\n' | tr -d ' '
}

# The baseline's marks, which links by lld keep from then on. Objects that were not compiled for it (the C runtime's,
# as a rule) take the mark of indirect branch tracking from a program, unless it is asked for.
toolchain_marks() { # <baseline program>
  # shellcheck disable=SC2034 # read by lld_like_gnu
  marked_ibt=
  # shellcheck disable=SC2034
  [[ $(elf_marks "$1") != *ibt* ]] || marked_ibt=yes
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

# Sound: whatever hardening and libraries the baseline has, the variant has. More is no fault: GNU ld
# makes the stack executable where one assembler file does not say that it need not be, lld does not.
proof_sound() { # <variant> <program> <baseline program>
  local is lost
  if [ "${was_of-}" != "$3" ]; then
    was=$(elf_properties "$3") || was=
    was_exports=$(elf_exports "$3")
    was_of=$3
  fi
  if [ "$2" = "$3" ]; then is=$was; else is=$(elf_properties "$2") || is=; fi
  [ -n "$was" ] || refuse 1 "check 'baseline': '$3' is not an ELF program that llvm-readelf understands"
  [ -n "$is" ] || refuse 1 "check '$1': '$2' is not an ELF program that llvm-readelf understands"
  lost=$(comm -23 <(grep -vE ' false$|^(stack|type) [eE]xecutable' <<<"$was" | sort) <(sort <<<"$is"))
  if [ -z "$lost" ] && [ -n "$was_exports" ] && [ "$2" != "$3" ]; then
    lost=$(LC_ALL=C comm -23 - <(elf_exports "$2") <<<"$was_exports" | sed 's/^/export /' | head -n 5)
  fi
  [ -z "$lost" ] ||
    refuse 1 "check '$1': it lost what the baseline has: $(paste -sd ';' - <<<"$lost"); it has: $(paste -sd ';' - <<<"$is")$([[ $lost != needs* ]] || printf '. Where nothing uses a library but code that LTO removes, -Wl,--no-as-needed in LDFLAGS keeps it')"
  lost=$(comm -23 <(elf_marks "$3" | sort) <(elf_marks "$2" | sort) | paste -sd ' ' -)
  [ -z "$lost" ] ||
    warn "check '$1': it is not marked for what the CPU checks in the baseline (llvm-readelf --notes): $lost"
}

# BOLT's input needs the relocations that the link was asked to keep, and must not be BOLT's output.
proof_bolt_input() { # <variant> <program>
  [[ $elf != *.note.bolt_info* ]] ||
    refuse 1 "rewrite '$1': '${2##*/}' is BOLT's output already; BOLT must not be part of the build command"
  [[ $elf == *.rela.text* ]] ||
    refuse 1 "rewrite '$1': '${2##*/}' has no relocations, which BOLT needs. Does the build strip it (-s, strip), or ignore LDFLAGS (-Wl,--emit-relocs)? See '$work/log/build-$1.log'"
  [[ $elf == *INTERP* ]] || is_library ||
    refuse 1 "rewrite '$1': '${2##*/}' is linked statically: BOLT's instrumentation would write no profile. Build it without that variant (--variants, or variants in pgokit.json)"
}
