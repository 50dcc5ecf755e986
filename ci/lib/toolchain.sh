# shellcheck shell=bash
#
# Which LLVM, which variants, and which flags each variant is built with.

# --- variants --------------------------------------------------------------------------------------
# A variant is a row: name, LTO, profile (generate, use or none), BOLT, a description. The order is
# that of the ladder: a variant has to beat what stands above it.
VARIANTS='
instrumented  none  generate  no   instrumented for training; never measured
baseline      none  none      no   the release build as it is
lto           thin  none      no   ThinLTO
pgo-nolto     none  use       no   PGO without LTO
pgo           thin  use       no   ThinLTO + PGO
pgo-bolt      thin  use       yes  ThinLTO + PGO + BOLT
'

variant_field() { # <variant> <column>
  local row
  while read -r -a row; do
    [ "${row[0]-}" = "$1" ] || continue
    printf '%s\n' "${row[$2 - 1]}"
    return
  done <<<"$VARIANTS"
  usage "unknown variant '$1': $(variants_known | paste -sd ' ' -)"
}

variants_known() {
  awk 'NF && $1 != "instrumented" { print $1 }' <<<"$VARIANTS"
}

# The given variants with the baseline, once each, in the ladder's order.
variants_sorted() { # <variant...>
  local v
  for v; do variant_field "$v" 1 >/dev/null; done
  variants_known | while IFS= read -r v; do
    case " baseline $* " in *" $v "*) printf '%s\n' "$v" ;; esac
  done
}

# --- LLVM ------------------------------------------------------------------------------------------
# One folder holds the whole set, so that compiler, linker, profile tools and BOLT are of one major:
# PGOKIT_LLVM (a folder, or a major), else that of CC if it is clang, else the newest complete one.
toolchain_find() { # sets LLVM_BIN LLVM_MAJOR
  local dir word candidates=()
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
      fi
      ;;
    */*) candidates=("$(realpath -sm -- "$PGOKIT_LLVM")") ;; # builds run in another folder
    *) candidates=("/usr/lib/llvm-$PGOKIT_LLVM/bin" "/opt/homebrew/opt/llvm@$PGOKIT_LLVM/bin") ;;
  esac
  for dir in "${candidates[@]}"; do
    if [ -x "$dir/clang" ] && [ -x "$dir/llvm-profdata" ] && [ -x "$dir/ld.lld" ]; then
      LLVM_BIN=$dir
      LLVM_MAJOR=$("$dir/clang" -dumpversion)
      LLVM_MAJOR=${LLVM_MAJOR%%.*}
      return
    fi
  done
  die "find LLVM: no folder has clang, ld.lld and llvm-profdata (looked in: ${candidates[*]-}); run $PGOKIT_HOME/ci/setup"
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
# The base is the user's own CFLAGS, CXXFLAGS and LDFLAGS, -O2 where there is none: the same for
# every variant, so that arms differ by nothing else. What follows is added behind it.
toolchain_env() { # <variant> [profile]
  local lto profile bolt flags=() link=()
  lto=$(variant_field "$1" 2)
  profile=$(variant_field "$1" 3)
  bolt=$(variant_field "$1" 4)

  case $lto in
    thin)
      flags+=(-flto=thin)
      link+=(-flto=thin -fuse-ld=lld)
      ;;
  esac
  case $profile in
    generate)
      flags+=(-fprofile-generate)
      link+=(-fprofile-generate)
      ;;
    use)
      flags+=(
        "-fprofile-use=$2"
        # What does not match is counted in the build's log, and -Werror must not stop the build.
        -Wno-profile-instr-unprofiled # a function that no workload reached is no fault of the source
        -Wno-error=profile-instr-out-of-date
        -Wno-error=backend-plugin
      )
      link+=(
        -fuse-ld=lld
        '-Wl,-z,keep-text-section-prefix' # hot code stands together, in fewer pages
      )
      ;;
  esac
  # Which functions got a count, in a section that is not loaded: see proof_applied.
  if [ "$profile" = use ] && proof_counts; then
    if [ "$lto" = none ]; then
      flags+=(-fbasic-block-address-map -mllvm -pgo-analysis-map=func-entry-count)
    else
      link+=('-Wl,--lto-basic-block-address-map' '-Wl,-mllvm,-pgo-analysis-map=func-entry-count')
    fi
  fi
  [ "$bolt" = no ] || link+=('-Wl,--emit-relocs') # BOLT moves functions: it needs every relocation

  export CC="$LLVM_BIN/clang" CXX="$LLVM_BIN/clang++"
  export AR="$LLVM_BIN/llvm-ar" RANLIB="$LLVM_BIN/llvm-ranlib" NM="$LLVM_BIN/llvm-nm"
  export CFLAGS="${BASE_CFLAGS--O2}${flags[*]:+ ${flags[*]}}"
  export CXXFLAGS="${BASE_CXXFLAGS--O2}${flags[*]:+ ${flags[*]}}"
  export LDFLAGS="${BASE_LDFLAGS-}${link[*]:+ ${link[*]}}"
}

# Whether compiler and linker can record which functions got a count.
proof_counts() {
  [ "$LLVM_MAJOR" -ge 22 ]
}

# What the user exported before any variant was set up.
toolchain_base() {
  [ -z "${CFLAGS+x}" ] || BASE_CFLAGS=$CFLAGS
  [ -z "${CXXFLAGS+x}" ] || BASE_CXXFLAGS=$CXXFLAGS
  [ -z "${LDFLAGS+x}" ] || BASE_LDFLAGS=$LDFLAGS
}

# The BOLT flags of this major, from ci/data/bolt-flags.tsv: first major, last major or -, flag, why.
bolt_flags() {
  awk -F '\t' -v major="$LLVM_MAJOR" '
    !/^#/ && NF >= 4 && major >= $1 + 0 && ($2 == "-" || major <= $2 + 0) { print $3 }
  ' "$PGOKIT_HOME/ci/data/bolt-flags.tsv"
}
