# shellcheck shell=bash
#
# The project's own build, in the tree.

# Runs the project's own build in the tree with what toolchain.sh exported. An instrumented helper
# that the build itself runs must not leave a profile among those of the workloads. A program that has
# the time of its build in it is the same in all variants.
tree_build() { # <what>
  local logfile=$work/log/build-$1.log outcome failed=false
  local -x SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(source_date HEAD)} LLVM_PROFILE_FILE=/dev/null
  local -x CCC_OVERRIDE_OPTIONS=${CCC_OVERRIDE_OPTIONS-} CCACHE_DISABLE SCCACHE_C_CUSTOM_CACHE_BUSTER
  folder "$work/log"
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
