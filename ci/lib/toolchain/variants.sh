# shellcheck shell=bash
#
# Which LLVM, which variants, and which flags each variant is built with.

# --- variants --------------------------------------------------------------------------------------
# A variant is BASE[-bolt][+ADDITION...]. A base is a row: name, LTO, profile (generate, use, sample or none),
# rounds of training by the compiler, tuning, a description. -bolt rewrites its program with BOLT. An
# addition is a CPU level or the name of an entry in "flags" of pgokit.json.
VARIANTS='
instrumented  none  generate  1  -      for training; never measured
baseline      none  none      0  -      the release build as it is
lto           thin  none      0  -      ThinLTO
lto-full      full  none      0  -      full LTO
sample        thin  sample    0  -      ThinLTO + a sample profile (AutoFDO)
pgo-nolto     none  use       1  -      PGO without LTO
pgo-small     thin  use       1  small  ThinLTO + PGO, less of it made large
pgo           thin  use       1  -      ThinLTO + PGO
pgo-full      full  use       1  -      full LTO + PGO
pgo-max       full  use       1  max    full LTO + PGO, -O3, more code for more speed
cspgo         thin  use       2  -      ThinLTO + PGO + a second, context-sensitive round
cspgo-full    full  use       2  -      full LTO + PGO + a second, context-sensitive round
cspgo-max     full  use       2  max    the same, -O3, more code for more speed
'
# What a program may ask of the CPU, the most portable first.
CPU_LEVELS='x86-64-v2 x86-64-v3 x86-64-v4 znver4 native'

variant_field() { # <variant> <column: 2 LTO, 3 profile, 4 BOLT (yes or no), 5 rounds, 6 tuning>
  local row
  variant_row "$1"
  printf '%s\n' "${row[$2 - 1]}"
}

variant_row() { # <variant>; sets row to its columns
  local base=${1%%+*} bolt=no addition additions=()
  [[ $base != *-bolt ]] || bolt=yes base=${base%-bolt}
  while read -r -a row; do
    [ "${row[0]-}" = "${base:-?}" ] || continue
    [ "$base$bolt" != instrumentedyes ] || break
    [[ $1 != *+* ]] || mapfile -d + -t additions < <(variant_additions "$1")
    for addition in "${additions[@]}"; do
      addition_flags "$addition" >/dev/null || break 2
    done
    row=("$1" "${row[1]}" "${row[2]}" "$bolt" "${row[@]:3}")
    return
  done <<<"$VARIANTS"
  usage "unknown variant '$1': $(variants_known | paste -sd ' ' -), each also with -bolt; then +LEVEL of the CPU: $CPU_LEVELS; or +NAME of an entry in flags"
}

variant_additions() { # <variant>: each with a + behind it
  [[ $1 != *+* ]] || printf '%s+' "${1#*+}"
}

# The flags that an addition stands for: those of the compiler, then those of the linker. Where the CPU
# can multiply and add in one step, clang does so, and rounds once instead of twice: it must not.
addition_flags() { # <addition>; status 1 when there is none of that name
  local i fma=''
  case " $CPU_LEVELS " in
    *" $1 "*)
      printf '%s\n' "-march=$1 -ffp-contract=off" ''
      return
      ;;
  esac
  for ((i = 0; i < CONFIG_VALUES[flags]; i++)); do
    [ "$(config ".flags.$i.name")" = "$1" ] || continue
    ! flags_for_cpu "$i" || fma=' -ffp-contract=off'
    printf '%s\n' "$(config ".flags.$i.cflags")$fma" "$(config ".flags.$i.ldflags")"
    return
  done
  return 1
}

flags_for_cpu() { # <number of an entry in flags>: whether it asks for instructions that not every CPU has
  [[ $(config ".flags.$1.cflags") =~ -m(arch=|fma) ]]
}

addition_cpu() { # <addition>: the CPU that it names, if any
  addition_flags "$1" | sed -nE '1s/^(.* )?-march=([^ ]*).*/\2/p'
}

# Flags that let a program compute something else are the project's decision, not a variant's: they
# would make it faster by making it another program.
flags_check() {
  local i word words wrong=''
  for ((i = 0; i < CONFIG_VALUES[flags]; i++)); do
    IFS=', ' read -r -a words <<<"$(config ".flags.$i.cflags") $(config ".flags.$i.ldflags")"
    for word in "${words[@]}"; do
      [[ ! $word =~ ^-(Ofast|ffast-math|f(unsafe|reciprocal|associative|finite)-math.*|f?fp-(model|contract)=.*|fapprox-func|fno-(signed-zeros|trapping-math|honor-nans|honor-infinities)|mrecip.*|fdenormal-fp-math.*|-?m?enable-unsafe-fp-math)$ ]] ||
        wrong+="${wrong:+; }$(config ".flags.$i.name"): $word"
    done
  done
  [ -z "$wrong" ] ||
    die "read 'pgokit.json': 'flags': $wrong: with it the program may compute something else, so a comparison would say nothing; set it in the build itself, for all variants, if that is meant"
}

# The bases.
variants_known() {
  awk 'NF && $1 != "instrumented" { print $1 }' <<<"$VARIANTS"
}

# The given variants with the baseline, once each, in the ladder's order: what runs on every CPU first,
# then without additions first, then what needs no BOLT, then the rows.
variants_sorted() { # <variant...>
  local v i row own=''
  for v; do variant_row "$v"; done
  flags_check
  for ((i = 0; i < CONFIG_VALUES[flags]; i++)); do
    ! flags_for_cpu "$i" || own+=" $(config ".flags.$i.name")"
  done
  printf '%s\n' baseline "$@" | awk -v levels="$CPU_LEVELS$own" -v rows="$(variants_known)" '
    BEGIN { n = split(levels, l, " "); for (i = 1; i <= n; i++) level[l[i]] = i
            n = split(rows, r, "\n"); for (i = 1; i <= n; i++) row[r[i]] = i }
    { n = split($0, part, "+"); cpu = 0
      for (i = 2; i <= n; i++) if (level[part[i]] > cpu) cpu = level[part[i]]
      bolt = sub(/-bolt$/, "", part[1])
      printf "%d %d %d %02d %s\n", cpu, n, bolt, row[part[1]], $0 }' | LC_ALL=C sort -u | cut -d ' ' -f 5
}

# The profile that a variant is built from: that of the first round, or of both.
profile_of() { # <variant>
  if [ "$(variant_field "$1" 5)" = 2 ]; then
    printf '%s/build/again/%s/%s.profdata' "$work" "${1/-bolt/}" "${1/-bolt/}"
  else
    profile_first "$1"
  fi
}

# The profile that was made before anything is built: by the training, or taken of the project's samples.
profile_first() { # <variant>
  if [ "$(variant_field "$1" 3)" = sample ]; then sample_path; else printf '%s/profile/merged.profdata' "$work"; fi
}

sample_path() {
  printf '%s/profile/sample.profdata' "$work"
}

# Whether one of the variants is built from the profile of the training.
variants_trained() { # <variant...>
  local v
  for v; do
    [ "$(variant_field "$v" 3)" != use ] || return 0
  done
  return 1
}

# What optimize made and is still there, in the ladder's order.
variants_built() { # after phase_begin
  local v i
  for ((i = 0; ; i++)); do
    v=${MANIFEST[.phases.optimize.variants.$i.name]-}
    [ -n "$v" ] || return 0
    [ ! -x "$(bin_of "$v")" ] || printf '%s\n' "$v"
  done
}

# Whether a variant needs training of its own, beyond the profile that all share.
variant_trains() { # <variant>
  [ "$(variant_field "$1" 4)" = yes ] || [ "$(variant_field "$1" 5)" = 2 ]
}

# Why a compiler may not start.
memory_limited() {
  local most
  most=$(ulimit -v)
  [ "$most" = unlimited ] || printf '; a process may have %s KiB of memory (ulimit -v)' "$most"
}

# --- LLVM ------------------------------------------------------------------------------------------
# One folder holds the whole set, so that compiler, linker, profile tools and BOLT are of one major:
# PGOKIT_LLVM (a folder, or a major), else that of CC if it is clang, else the newest complete one.
toolchain_find() { # sets LLVM_BIN, LLVM_MAJOR, compiler
  local dir word candidates=()
  ! toolchain_is cargo || cargo_find
  case ${PGOKIT_LLVM-} in
    '')
      if [[ ${CC-} == *clang* ]]; then
        for word in $CC; do # ccache clang, say
          [[ $word != *clang* ]] || break
        done
        type -P -- "$word" >/dev/null || die "find LLVM: CC is '$CC', and there is no '$word'"
        candidates=("$(dirname -- "$("$word" -print-prog-name=llvm-profdata)")")
      else
        [ -z "${CC-}" ] || warn "CC is '$CC', but PGO needs clang: using LLVM's own"
        mapfile -t candidates < <(llvm_folders)
        [ -z "${RUST_LLVM-}" ] || candidates=("/usr/lib/llvm-$RUST_LLVM/bin" "${candidates[@]}")
      fi
      ;;
    */*) candidates=("$(realpath -sm -- "$PGOKIT_LLVM")") ;; # builds run in another folder
    *) candidates=("/usr/lib/llvm-$PGOKIT_LLVM/bin" "/opt/homebrew/opt/llvm@$PGOKIT_LLVM/bin") ;;
  esac
  for dir in "${candidates[@]}"; do
    if [ -x "$dir/clang" ] && [ -x "$dir/llvm-profdata" ] && [ -x "$dir/ld.lld" ]; then
      LLVM_BIN=$dir
      clang_version "$dir/clang"
      [[ $compiler =~ version\ ([0-9]+) ]] || die "use '$dir': its clang does not say its version, but '$compiler'"
      LLVM_MAJOR=${BASH_REMATCH[1]}
      # That names the functions which ask for a profile (see functions_asked).
      [ "$LLVM_MAJOR" -ge 15 ] || die "use '$dir': LLVM $LLVM_MAJOR is too old for pgokit, which needs 15 or newer; PGOKIT_LLVM names another"
      return
    fi
  done
  die "find LLVM: no folder has clang, ld.lld and llvm-profdata (looked in: ${candidates[*]-}); run $PGOKIT_HOME/ci/setup"
}

# It takes as long to start as to compile a small file: the phases that this one starts are told.
clang_version() { # <clang>; sets compiler
  if [[ ${PGOKIT_CLANG-} == "$1: "* ]]; then
    compiler=${PGOKIT_CLANG#"$1: "}
    return
  fi
  compiler=$("$1" --version) ||
    die "run '$1': it does not run here; what it said stands above$(memory_limited)"
  compiler=${compiler%%$'\n'*}
  export PGOKIT_CLANG="$1: $compiler"
}

llvm_folders() { # newest first
  printf '%s\n' /usr/lib/llvm-*/bin /opt/homebrew/opt/llvm*/bin /usr/local/opt/llvm*/bin | sort -Vr
  dirname -- "$(type -P clang || printf /)"
}

# BOLT needs its runtime library to instrument; the two come in separate packages.
bolt_missing() { # prints why BOLT cannot be used; status 1 when it can
  if [ ! -x "$LLVM_BIN/llvm-bolt" ] || [ ! -x "$LLVM_BIN/merge-fdata" ]; then
    printf 'llvm-bolt and merge-fdata are not in %s; install bolt-%s' "$LLVM_BIN" "$LLVM_MAJOR"
  elif [ ! -f "$LLVM_BIN/../lib/libbolt_rt_instr.a" ]; then
    printf 'libbolt_rt_instr.a is not in %s/../lib; install libbolt-%s-dev' "$LLVM_BIN" "$LLVM_MAJOR"
  else
    return 1
  fi
}

# --- flags -----------------------------------------------------------------------------------------
# The base is the user's own CFLAGS, CXXFLAGS and LDFLAGS: the same for every variant, so that arms
# differ by nothing else. What follows is added behind it. Where there is neither, the variable is not
# set: the baseline has what the project takes then. (compiles_same sees where a variant has not.)
toolchain_env() { # <variant> [profile] [train: instrumented for the second round]
  local row lto profile tuning rounds addition more flags=() link=() edits=()
  if toolchain_is cargo; then
    cargo_env "$@"
    return
  fi
  variant_row "$1"
  lto=${row[1]} profile=${row[2]} rounds=${row[4]} tuning=${row[5]}

  if [ "$lto" != none ]; then
    flags+=("-flto=$lto")
    link+=("-flto=$lto" -fuse-ld=lld)
  fi
  # What only a profile gives a reason to say: a configure script would take it for a failure, and -Werror makes
  # it one. How much fits is counted by proof_fresh.
  [[ ! $profile =~ ^(use|sample)$ ]] || edits+=(+-Wno-profile-instr-{unprofiled,out-of-date,missing} +-Wno-{backend-plugin,misexpect})
  case $profile in
    generate)
      flags+=(-fprofile-generate)
      link+=(-fprofile-generate)
      # Where the counters lie is looked up, so that they can lie in the file.
      [ "$(config .collect.continuous)" = false ] || flags+=(-mllvm -runtime-counter-relocation)
      ;;
    use)
      flags+=("-fprofile-use=$2")
      ;;
    sample)
      # Lines and discriminators are made for it without being asked. (The compiler writes none of them out.)
      flags+=("-fprofile-sample-use=$2" "${sample_flags[@]}")
      link+=("-fprofile-sample-use=$2")
      ;;
  esac
  [[ ! $profile =~ ^(use|sample)$ ]] || link+=(
    -fuse-ld=lld
    '-Wl,-z,keep-text-section-prefix' # hot code stands together, in fewer pages
  )
  # With LTO the second round is the linker's: it has to know the profile as well.
  [ "$rounds" != 2 ] || link+=("-fprofile-use=$2")
  if [ "${3-}" = train ]; then
    flags+=(-fcs-profile-generate)
    link+=(-fcs-profile-generate)
  fi
  case $tuning in
    small) # only what 95 % of the counts are in is hot, not 99 %: less is inlined and unrolled
      flags+=(-mllvm -profile-summary-cutoff-hot=950000)
      link+=('-Wl,-mllvm,-profile-summary-cutoff-hot=950000')
      ;;
    max)
      flags+=(-O3)
      link+=(-O3)
      # The jump at the end of each operation of an interpreter stays its own, however many there are.
      [ "$LLVM_MAJOR" -lt 19 ] || link+=('-Wl,-mllvm,-tail-dup-pred-size=5000' '-Wl,-mllvm,-tail-dup-succ-size=5000')
      ;;
  esac
  # Which functions got a count, in a section that is not loaded: see proof_applied.
  # Of the compiler and of the linker, whose is the code where there is LTO: the variant's, or the project's own.
  if [[ $profile =~ ^(use|sample)$ ]] && proof_counts; then
    flags+=(-fbasic-block-address-map -mllvm -pgo-analysis-map=func-entry-count)
    link+=('-Wl,--lto-basic-block-address-map' '-Wl,-mllvm,-pgo-analysis-map=func-entry-count')
  fi
  if [[ ${link[*]-} == *-fuse-ld=lld* ]]; then
    mapfile -t more < <(lld_like "$lto")
    link+=("${more[@]}")
  fi
  # BOLT moves functions: it needs every relocation.
  [ "${row[3]}" = no ] || link+=('-Wl,--emit-relocs')
  while read -r -d + addition; do
    mapfile -t more < <(addition_flags "$addition")
    flags+=(${more[0]:+"${more[0]}"})
    link+=(${more[1]:+"${more[1]}"})
  done < <(variant_additions "$1")

  export CC="$LLVM_BIN/clang" CXX="$LLVM_BIN/clang++"
  export AR="$LLVM_BIN/llvm-ar" RANLIB="$LLVM_BIN/llvm-ranlib" NM="$LLVM_BIN/llvm-nm"
  # The link, and assembly, may get them without having a use for all: that is no reason for a warning, which a
  # configure script would take for a failure. (What other compilers know as well goes without.)
  [[ ! $profile =~ ^(use|sample)$ ]] || flags=(--start-no-unused-arguments "${flags[@]}" --end-no-unused-arguments)
  flags_export CFLAGS "${flags[*]-}"
  flags_export CXXFLAGS "${flags[*]-}"
  flags_export LDFLAGS "${link[*]-}"
  variant_words=("${flags[@]}" "${link[@]}")
  # -O2 in front of all that a compile line has, so that any -O of the project's or the user's own counts.
  # clang edits its command line by this: ^ in front, + at the end, # without saying so.
  edits=(^--end-no-unused-arguments ^-O2 ^--start-no-unused-arguments "${edits[@]}")
  export CCC_OVERRIDE_OPTIONS="# ${edits[*]}${BASE_EDITS:+ ${BASE_EDITS#'#'}}"
}

flags_export() { # <variable> <what the variant adds to the user's own>
  local -n flags_base=BASE_$1
  if [ -z "${flags_base+x}$2" ]; then
    unset "$1"
  else
    export "$1=${flags_base-}${flags_base:+${2:+ }}$2"
  fi
}

# A program for a CPU that this one is not could not be trained, compared or measured here. By the
# macros of the instructions that the compiler may use; those for kernels it never uses by itself.
cpu_missing() { # <variant>; prints what this CPU lacks; status 1 when it lacks nothing
  local addition cpu lacks
  while read -r -d + addition; do
    cpu=$(addition_cpu "$addition")
    [ -n "$cpu" ] || continue
    lacks=$(comm -23 <(cpu_macros "$cpu") <(cpu_macros native) | tr 'A-Z\n' 'a-z ')
    [ -n "$lacks" ] || continue
    printf '%s needs %s' "$cpu" "${lacks% }"
    return
  done < <(variant_additions "$1")
  return 1
}

cpu_macros() { # <CPU>
  "$LLVM_BIN/clang" "-march=$1" -E -dM -x c /dev/null |
    sed -nE '/ __(MWAITX|PKU|RDPRU|WBNOINVD)__ /d; s/^#define __([A-Z0-9_]+)__ 1$/\1/p' | LC_ALL=C sort
}

# The baseline is linked as the project links, by GNU ld as a rule. Where lld decides otherwise by itself, the
# variant would be another program for that alone.
lld_like() { # <LTO of the variant>: options of the linker
  # Objects that hold both kinds of code are linked with LTO, not by their machine code.
  [ "$1" = none ] || [ "$LLVM_MAJOR" -lt 17 ] || printf '%s\n' -Wl,--fat-lto-objects
  [ -z "${like_lld-}" ] || return 0
  # Sections of which nothing but __start_NAME and __stop_NAME is used stay where sections are collected.
  [ "$LLVM_MAJOR" -lt 13 ] || printf '%s\n' -Wl,-z,nostart-stop-gc
  # A version script may name what is not there.
  [ "$LLVM_MAJOR" -lt 16 ] || printf '%s\n' -Wl,--undefined-version
  # -z ibt, as GNU ld spells it.
  [ -z "${like_ibt-}" ] || printf '%s\n' -Wl,-z,force-ibt
}

# Whether compiler and linker can record which functions got a count.
proof_counts() {
  [ "$LLVM_MAJOR" -ge 22 ]
}

# For the records: what compiled it, and with what.
toolchain_says() { # sets compiler, built_with (JSON)
  if toolchain_is cargo; then
    compiler="$RUST_VERSION, LLVM $RUST_LLVM"
    built_with=$(cargo_says)
  else
    local said
    flags_said "${CFLAGS-}"
    built_with="{\"cflags\":$(json_text "$said")"
    flags_said "${LDFLAGS-}"
    built_with+=",\"ldflags\":$(json_text "$said")}"
  fi
}

# Flags without what only keeps clang from warnings.
flags_said() { # <flags>; sets said
  local option
  said=$1
  for option in --start-no-unused-arguments --end-no-unused-arguments; do
    said=${said//"$option "/} said=${said//"$option"/}
  done
  said=${said% }
}

# Where the build puts the program, relative to the tree.
toolchain_binary() {
  if toolchain_is cargo; then cargo_binary; else config .binary; fi
}

# What the user exported before any variant was set up.
toolchain_base() {
  cargo_base
  [ -z "${CFLAGS+x}" ] || BASE_CFLAGS=$CFLAGS
  [ -z "${CXXFLAGS+x}" ] || BASE_CXXFLAGS=$CXXFLAGS
  [ -z "${LDFLAGS+x}" ] || BASE_LDFLAGS=$LDFLAGS
  BASE_EDITS=${CCC_OVERRIDE_OPTIONS-}
}

# The BOLT flags of this major, from ci/data/bolt-flags.tsv: first major, last major or -, flag, why.
bolt_flags() {
  awk -F '\t' -v major="$LLVM_MAJOR" '
    !/^#/ && NF >= 4 && major >= $1 + 0 && ($2 == "-" || major <= $2 + 0) { print $3 }
  ' "$PGOKIT_HOME/ci/data/bolt-flags.tsv"
}

# Names of functions, a line each on standard input, as their source has them: C++, and both of Rust's
# ways. rustc puts its unit of code generation in front, C the file.
demangled() {
  sed 's/^[^;]*-cgu\.[0-9]*;//' | "$LLVM_BIN/llvm-cxxfilt" | sed -E -f "$PGOKIT_HOME/ci/lib/proof/rust-names.sed"
}
