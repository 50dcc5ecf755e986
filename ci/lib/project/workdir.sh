# shellcheck shell=bash
#
# The work directory .pgokit/ and what every phase does in it. Needs root and work from config_load.

export PATH="$PGOKIT_HOME/build/bin:$PATH"

# shellcheck source=../core/conditions.sh
. "$PGOKIT_HOME/ci/lib/core/conditions.sh"
# shellcheck source=../core/phase.sh
. "$PGOKIT_HOME/ci/lib/core/phase.sh"
# shellcheck source=../project/provenance.sh
. "$PGOKIT_HOME/ci/lib/project/provenance.sh"
# shellcheck source=../project/outside.sh
. "$PGOKIT_HOME/ci/lib/project/outside.sh"
# shellcheck source=../project/tree.sh
. "$PGOKIT_HOME/ci/lib/project/tree.sh"
# shellcheck source=../project/leftover.sh
. "$PGOKIT_HOME/ci/lib/project/leftover.sh"
# shellcheck source=../project/build-hint.sh
. "$PGOKIT_HOME/ci/lib/project/build-hint.sh"
# shellcheck source=../toolchain/compiles.sh
. "$PGOKIT_HOME/ci/lib/toolchain/compiles.sh"
# shellcheck source=../toolchain/packages.sh
. "$PGOKIT_HOME/ci/lib/toolchain/packages.sh"
# shellcheck source=../proof/compiled.sh
. "$PGOKIT_HOME/ci/lib/proof/compiled.sh"

# Fails early, and with the remedy, when a program that the phase calls is missing.
need() { # <program...>
  local p missing=()
  for p; do
    type -P "$p" >/dev/null || missing+=("$p")
  done
  [ ${#missing[@]} -eq 0 ] ||
    die "find ${missing[*]}: not installed; run $PGOKIT_HOME/ci/setup, then make -C $PGOKIT_HOME"
}

# Runs the project's own build in the tree with what toolchain.sh exported. An instrumented helper
# that the build itself runs must not leave a profile among those of the workloads. A program that has
# the time of its build in it is the same in all variants.
tree_build() { # <what>
  local logfile=$work/log/build-$1.log outcome failed=false
  local -x SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(source_date HEAD)} LLVM_PROFILE_FILE=/dev/null
  local -x CCC_OVERRIDE_OPTIONS=${CCC_OVERRIDE_OPTIONS-} CCACHE_DISABLE SCCACHE_C_CUSTOM_CACHE_BUSTER
  mkdir -p -- "$work/log"
  packages_say
  log "build $1: $(config .build)"
  leftover_list "$work/leftover.list"
  compiles_begin
  { env | grep -E '^(CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS|AR|RANLIB|NM|RUSTFLAGS|SOURCE_DATE_EPOCH|CCC_OVERRIDE_OPTIONS|CARGO_(ENCODED_RUSTFLAGS|BUILD_TARGET|TARGET_DIR|PROFILE_[A-Z_]+))=' || true; } >"$logfile"
  outcome=$(as_user workload-run -C "$tree" --shell --timeout "$(config .build_timeout_s)" \
    --log "$logfile" "$(config .build)") || failed=true
  compiles_end "$1"
  [ "$failed" = false ] || {
    rm -f -- "$work/leftover.list"
    show_end "$logfile" 20
    die "build '$1': the build command failed$(unusual_end "$outcome"); all it said is in '$logfile'$(build_hint "$logfile")"
  }
  if [ ! -f "$tree/$binary" ] || [ ! -x "$tree/$binary" ]; then
    die "build '$1': the build made no executable '$binary' (config: binary)$(! toolchain_is cargo || cargo_elsewhere)$(tree_programs); see '$logfile'"
  fi
  build_program "$1"
  outside_sources "$1"
  leftover_check "$1" "$work/leftover.list"
  toolchain_is cargo || compiled_optimized "$1" "$logfile"
}

# Seconds since 1970, as compilers and archivers take the time from SOURCE_DATE_EPOCH: that of the commit,
# or 1980, before which zip has none.
source_date() { # <commit>
  git -C "$root" log -1 --format=%ct "$1" 2>/dev/null || printf '315532800\n'
}

# The programs and libraries that the build made, the outermost first; nothing where there are none.
tree_programs() {
  local file names=()
  while IFS= read -r -d '' file; do
    file=${file#* }
    if ! elf_program "$tree/$file" || cmp -s -- "$root/$file" "$tree/$file"; then continue; fi
    names+=("'$file'")
    [ ${#names[@]} -lt 5 ] || break
  done < <(find "$tree" -type f -perm -u+x -printf '%d %P\0' | sort -zn)
  [ ${#names[@]} -eq 0 ] || printf ', but %s' "$(printf '%s, ' "${names[@]}" | sed 's/, $//')"
}

elf_program() { # <file>
  "$LLVM_BIN/llvm-readelf" --file-header "$1" 2>/dev/null | grep -E '^ *Type: *(EXEC|DYN)' >/dev/null
}

# A path that survives unquoted in CFLAGS, as make expands them: where the project's own path has
# blanks or quotes, a link from a folder that phase_exit removes.
plain_path() { # <path>; sets plain
  plain=$1
  [[ $1 == *[!A-Za-z0-9_./+@,:=-]* ]] || return 0
  if [ -z "${plain_folder-}" ]; then
    plain_folder=$(mktemp -d "${TMPDIR:-/tmp}/pgokit.XXXXXX")
  fi
  plain=${1##*/}
  plain=$plain_folder/${plain//[!A-Za-z0-9_.-]/_}
  ln -sfn -- "$1" "$plain"
}

# Puts the tree's binary into .pgokit/bin/<variant>/ in one step.
tree_keep() { # <variant>; sets kept
  local name=${binary##*/}
  rm -rf -- "$bins/$1.new"
  mkdir -p -- "$bins/$1.new"
  cp -p -- "$tree/$binary" "$bins/$1.new/$name"
  bin_commit "$1"
}

# Renames bin/<variant>.new into place.
bin_commit() { # <variant>; sets kept
  rm -rf -- "${bins:?}/$1"
  mv -- "$bins/$1.new" "$bins/$1"
  # shellcheck disable=SC2034 # read by optimize
  kept=$(bin_of "$1")
}

bin_of() { # <variant>: where its binary is, or would be
  printf '%s/%s/%s' "$bins" "$1" "${CONFIG_VALUES[.binary]##*/}"
}

# Whether a workload can run: its probe, if it has one, succeeds.
workload_ready() { # <workload, a line of config_workloads> <log file>; sets probe_ended
  local needs outcome limit
  local -A w
  config_fields w "$1"
  needs=${w[needs]}
  [ -n "$needs" ] || return 0
  limit=${w[timeout_s]}
  [[ $limit =~ ^[0-5]?[0-9]([.][0-9]+)?$ ]] || limit=60 # a probe is quick
  # shellcheck disable=SC2094 # both only append
  outcome=$(as_user workload-run -C "$tree" --shell --timeout "$limit" --log "$2" "$needs" 2>>"$2") || {
    # shellcheck disable=SC2034 # read by collect
    probe_ended=$(unusual_end "$outcome")
    return 1
  }
}

# How a command ended, in brackets, where its exit status does not say it: a timeout, a signal.
unusual_end() { # <measurements of workload-run as JSON; nothing when it did not start>
  local ended
  ended=$(jq -r .ended <<<"$1")
  case $ended in
    'exit status '*) ;;
    ?*) printf ' (%s)' "$ended" ;;
  esac
}

# Runs one workload with its program; what it prints goes to the log. Prints the measurements of
# workload-run as JSON. The edits of clang's command line are for what a suite builds: the program may be
# a clang itself.
workload_run() { # <workload or benchmark, a line of config_workloads> <program> <log file> [option of workload-run...]
  local -A w
  config_fields w "$1"
  local opts=(-C "$tree" --timeout "${w[timeout_s]}" --log "$3" "${@:4}")
  [ "${w[shell]}" = false ] || opts+=(--shell)
  if [ -n "${BASE_EDITS+x}" ] && [ "${w[suite]-}" != true ]; then
    PGOKIT_BINARY=$2 as_user env -u CCC_OVERRIDE_OPTIONS ${BASE_EDITS:+"CCC_OVERRIDE_OPTIONS=$BASE_EDITS"} workload-run "${opts[@]}" "${w[run]}"
  else
    PGOKIT_BINARY=$2 as_user workload-run "${opts[@]}" "${w[run]}"
  fi
}

# What a benchmark does before and after it: prepare, cleanup.
workload_beside() { # <command> <log file>
  # shellcheck disable=SC2094 # both only append
  as_user workload-run -C "$tree" --shell --log "$2" "$1" >/dev/null 2>>"$2"
}

# What is judged and reported is what was measured: nothing was built since, or put over it.
check_measured() { # <exit status> <what is about to be done>
  local v was
  while IFS=$'\t' read -r v was; do
    [ ! -f "$(bin_of "$v")" ] || [ "$(hash_of "$(bin_of "$v")")" = "$was" ] ||
      refuse "$1" "$2 '$(bin_of "$v")': it is not the program that was measured; run pgokit bench again"
  done < <(jq -r '.arms[]? | "\(.name)\t\(.sha256)"' "$work/bench/receipt.json" 2>/dev/null)
}

# What kind of machine a program made here runs on, such as x86_64-linux.
target_here() {
  uname -ms | awk '{ print $2 "-" tolower($1) }'
}

hash_of() { # <file>: SHA-256
  local said
  said=$(sha256sum <"$1") || return
  printf '%s\n' "${said%% *}"
}

bytes_of() { # <file or folder...>: bytes of content, as whole numbers
  find "$@" -type f -printf '%s\n' | awk '{ n += $1 } END { printf "%d", n }'
}
