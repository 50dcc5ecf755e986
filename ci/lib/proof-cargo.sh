# shellcheck shell=bash
#
# Applied, for Rust: rustc takes a file that is no profile, or one of another program, and builds on.

# That a profile was used shows in three ways. LLVM names the program's entry function where its pass
# for profiles ran (-pgo-trace-func-hash); the profile has a record of just that function, whose name
# changes with every crate, setting and compiler that it is made of; and there is hot code. A library
# has no entry function.
cargo_applied() { # <variant> <program> <build log> <profile> <refuse|warn: when it is of another program>
  local entry known unfit
  entry=$(sed -n 's/^Funcname=\(.*lang_start.*\), Hash=.*/\1/p' "$3" | sort -u)
  [ -n "$(cargo_counts "$4")" ] || refuse 1 "check '$1': the profile was not applied: there is no function in '$4'; run pgokit collect and pgokit merge again"
  if ! is_library; then
    [ -n "$entry" ] ||
      refuse 1 "check '$1': the profile was not applied: rustc did not read it, or was not asked to. Does the build command use RUSTFLAGS as it finds them, and nothing like --config in their place? Does rustc (LLVM $RUST_LLVM) read profiles of LLVM $LLVM_MAJOR? See '$3'"
    known=$(cargo_counts "$4" | cut -f 3 | sed 's/.*;//' | grep -Fx -f <(printf '%s\n' "$entry")) || known=
    if [ -z "$known" ]; then
      unfit="check '$1': the profile is not of this program: it has no record of its entry function. The version of a crate, the compiler, the target or a setting of the Cargo profile has changed since, or it is of another program. Run pgokit collect and pgokit merge again"
      [ "$5" = warn ] || refuse 1 "$unfit"
      warn "$unfit"
    fi
  fi
  [ "$hot" -gt 0 ] ||
    refuse 1 "check '$1': the profile was not applied: no code of '${2##*/}' is hot by it. Is '$4' of this program, and was it linked by lld? See '$3'"
}

# The functions of a profile, a line each: sum of the counters, hash, name. Read once.
cargo_counts() { # <profile>
  local file=$work/build/cargo/counts.tsv
  if [ "${counts_of-}" != "$1" ]; then
    "$LLVM_BIN/llvm-profdata" merge -text -o - "$1" | awk -f "$PGOKIT_HOME/ci/lib/counts.awk" | sort -n >"$file"
    counts_of=$1
  fi
  cat -- "$file"
}

# Functions that have changed since the profile was made, and their counts.
cargo_changed() { # <build log> <profile>
  cargo_counts "$2" | awk -F '\t' -f "$PGOKIT_HOME/ci/lib/changed-rust.awk" - "$1"
}
