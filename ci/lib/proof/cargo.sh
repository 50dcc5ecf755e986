# shellcheck shell=bash
#
# Applied, for Rust: rustc takes a file that is no profile, or one of another program, and builds on.

# That a profile was used shows in two ways. LLVM names the program's entry function where its pass for
# profiles ran (-pgo-trace-func-hash), and the module, which is crate and hash. And the profile has a
# record of just that function, whose name changes with every crate, setting and compiler that it is made
# of. A library has no entry function; there it is any function of its crate that has counts. What the
# build makes beside this program is no proof of it.
cargo_applied() { # <variant> <program> <build log> <profile> <refuse|warn: when it is of another program>; sets counted
  local crate mine found others unfit library='' what='its entry function' profile_counts
  crate=$(cargo_crate)
  ! is_library || library=yes what="a function of the crate '$crate' with counts"
  profile_counts "$4"
  [ -s "$profile_counts" ] || refuse 1 "check '$1': the profile was not applied: there is no function in '$4'; run pgokit collect and pgokit merge again"
  read -r mine found others < <(crate=$crate library=$library awk -F '\t' \
    -f "$PGOKIT_HOME/ci/lib/proof/rust-profile.awk" part=counts "$profile_counts" part=entries "$3")
  # Of a library, hot code is a proof as well: lines of rustc's threads may have run into each other.
  [ -z "$library" ] || [ "$hot" -eq 0 ] || mine=1 found=1
  [ "$mine" -gt 0 ] || [ -z "$others" ] ||
    refuse 1 "check '$1': the profile was not applied to '${2##*/}': rustc read it for ${others// /, }, and for no crate '$crate'. Does '${2##*/}' come from somewhere else? See '$3'"
  [ "$mine" -gt 0 ] ||
    refuse 1 "check '$1': the profile was not applied: rustc did not read it, or was not asked to. Does the build command use RUSTFLAGS as it finds them, and nothing like --config in their place? Does rustc (LLVM $RUST_LLVM) read profiles of LLVM $LLVM_MAJOR? See '$3'"
  if [ "$found" -gt 0 ]; then
    counted='it is of this program, '
  else
    unfit="check '$1': the profile is not of this program: it has no record of $what. The version of a crate, the compiler, the target or a setting of the Cargo profile has changed since, or it is of another program. Run pgokit collect and pgokit merge again"
    [ "$5" = warn ] || refuse 1 "$unfit"
    warn "$unfit"
  fi
}

# The crate that a file is made of: target/.../my-tool of my_tool, target/.../libx.so of x.
cargo_crate() {
  local name=${binary##*/}
  [[ $name != lib*.so ]] || name=${name#lib} name=${name%.so}
  printf '%s' "${name//-/_}"
}

# What the build asked the profile for, as asked.sh has it of clang: source, name, hash.
cargo_asked() { # <build log>
  awk -f "$PGOKIT_HOME/ci/lib/proof/rust-asked.awk" "$1" | LC_ALL=C sort -u
}
