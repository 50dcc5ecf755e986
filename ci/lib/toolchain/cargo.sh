# shellcheck shell=bash
#
# Toolchain cargo: target, settings and RUSTFLAGS of each variant of a Rust program.
#
# rustc puts a hash into the name of every function, and Cargo makes it from the target, the settings
# of the Cargo profile and the versions of all crates, but not from RUSTFLAGS. A profile fits by name.
# So LTO, code generation units and panic strategy (see cargo_settings) are the same in the
# instrumented program and in whatever uses its profile; all that differs there goes into RUSTFLAGS.

CARGO_BASES='baseline lto pgo-nolto pgo-small pgo'

toolchain_is() { # <clang|cargo>
  [ -n "${CONFIG+x}" ] && [ "${CONFIG_VALUES[.toolchain]}" = "$1" ]
}

cargo_find() { # sets RUST_VERSION RUST_LLVM RUST_HOST
  local said
  type -P cargo rustc >/dev/null || die "find cargo and rustc: not installed; get them from https://rustup.rs (those of Debian 12 are too old)"
  said=$(rustc -vV 2>&1) || die "run rustc: $(grep -E '^(error|help): ' <<<"$said" | paste -sd ';' - || tail -n 1 <<<"$said")"
  RUST_VERSION=${said%%$'\n'*}
  RUST_LLVM=$(sed -n 's/^LLVM version: \([0-9]*\).*/\1/p' <<<"$said")
  RUST_HOST=$(sed -n 's/^host: //p' <<<"$said")
}

# What the user exported. cargo_env begins with it each time.
declare -gA cargo_users
cargo_base() {
  local name
  for name in $(cargo_variables); do cargo_users[$name]=${!name}; done
}

cargo_variables() {
  compgen -e | grep -E '^(RUSTFLAGS|CARGO_[A-Z0-9_]+)$' || true
}

cargo_restore() {
  local name
  rm -rf -- "${work:?}/.cargo" # of cargo_set
  for name in $(cargo_variables); do [ -n "${cargo_users[$name]+x}" ] || unset "$name"; done
  for name in "${!cargo_users[@]}"; do export "$name=${cargo_users[$name]}"; done
}

cargo_env() { # <variant> [profile]
  local row lto profile addition use=()
  variant_row "$1"
  lto=${row[1]} profile=${row[2]}
  cargo_has "$1"

  cargo_restore
  cargo_folder
  cargo_probe
  # Incremental builds call modules by a hash alone, and a fresh copy has nothing to build upon.
  export CARGO_BUILD_TARGET=$cargo_target CARGO_TARGET_DIR=$tree/target CARGO_TERM_COLOR=never CARGO_INCREMENTAL=0
  cargo_shared=null
  [ "$lto$profile" = nonenone ] || cargo_settings
  case $profile in
    generate)
      use=(-fprofile-generate)
      rust_flags+=(-Cprofile-generate)
      # Where the counters lie is looked up, so that they can lie in the file.
      [ "$(config .collect.continuous)" = false ] || {
        use+=(-mllvm -runtime-counter-relocation)
        rust_flags+=(-Cllvm-args=-runtime-counter-relocation)
      }
      ;;
    use)
      # By its content: a compiler cache that knows files by name must not take one for another.
      profile=$work/build/cargo/$(hash_of "$2").profdata
      cp -- "$2" "$profile"
      use=("-fprofile-use=$profile" -Wno-profile-instr-unprofiled -Wno-profile-instr-out-of-date -Wno-backend-plugin)
      rust_flags+=(
        "-Cprofile-use=$profile"
        # Read by cargo_applied and cargo_asked: rustc takes any file for a profile. Each function is named.
        -Cllvm-args=-pgo-trace-func-hash=
      )
      cargo_link -z,keep-text-section-prefix # hot code stands together, in fewer pages
      ;;
  esac
  # Only what 95 % of the counts are in is hot, not 99 %: less is inlined and unrolled.
  [ "${row[5]}" != small ] || rust_flags+=(-Cllvm-args=-profile-summary-cutoff-hot=950000)
  while read -r -d + addition; do
    rust_flags+=("-Ctarget-cpu=$addition")
  done < <(variant_additions "$1")
  if [ "${row[3]}" = yes ]; then
    cargo_link --emit-relocs        # BOLT moves functions: it needs every relocation
    rust_flags+=(-Cstrip=debuginfo) # "symbols" would take them away again
  fi
  cargo_export
  cargo_cc "${use[@]}"
}

# What there is of clang's variants. LTO is cargo.lto's in all of them.
cargo_has() { # <variant>
  local base=${1%%+*} addition
  base=${base%-bolt}
  case " instrumented $CARGO_BASES " in
    *" $base "*) ;;
    *) usage "variant '$1': with toolchain cargo there are $CARGO_BASES, each also with -bolt and +LEVEL of the CPU; cargo.lto says which LTO they have" ;;
  esac
  [ "$base" != pgo-nolto ] || [ "$(config .cargo.lto)" = own ] ||
    usage "variant '$1': a Rust profile fits only the LTO that it was trained with, and cargo.lto is \"$(config .cargo.lto)\"; that of pgo-nolto is \"own\""
  while read -r -d + addition; do
    [[ " $CPU_LEVELS " == *" $addition "* ]] ||
      usage "variant '$1': flags are of CFLAGS and LDFLAGS; with toolchain cargo only a level of the CPU can be added: $CPU_LEVELS"
  done < <(variant_additions "$1")
}

# Folder of the build, and the Cargo profile: target/[TRIPLE/]PROFILE/NAME.
cargo_folder() { # exports CARGO_BUILD_TARGET where the binary's path has it; sets cargo_profile
  local path triple
  path=$(config .binary)
  [[ $path == target/?*/?* ]] ||
    die "find '$path' (config: binary): with toolchain cargo it is target/release/NAME, or target/TRIPLE/release/NAME; the kit sets CARGO_TARGET_DIR"
  if [ -d "$tree/target" ] && [ ! -f "$tree/target/CACHEDIR.TAG" ]; then
    die "build in '$tree/target': the project has a folder of its own of that name, which Cargo's output would mix with; it has to have another name"
  fi
  rm -rf -- "${tree:?}/target" # what lies compiled in the project
  path=${path#target/}
  triple=${path%%/*}
  if [[ $triple == *-*-* ]] && grep -Fxq -- "$triple" <<<"$(rustc --print target-list)"; then
    export CARGO_BUILD_TARGET=$triple
    path=${path#*/}
  fi
  cargo_profile=${path%%/*}
  [[ $cargo_profile =~ ^[A-Za-z0-9_-]+$ ]] || die "find '$(config .binary)' (config: binary): '$cargo_profile' is no name of a Cargo profile"
  [ "$cargo_profile" != debug ] || cargo_profile=dev
}

# The settings that the instrumented program and all that use its profile have in common.
cargo_settings() { # sets cargo_shared, for the records
  cargo_shared=$(config .cargo)
  case $(config .cargo.lto) in
    fat)
      cargo_set lto fat
      cargo_set codegen-units 1
      ;;
    thin) cargo_set lto thin ;;
  esac
  [ "$(config .cargo.panic)" = own ] || cargo_set panic abort
}

# A setting of the Cargo profile. CARGO_PROFILE_RELEASE_LTO_PANIC could be that of release-lto or a part
# of release's lto, and Cargo takes the latter: a profile of such a name gets a file, in the first folder
# above the copy.
cargo_set() { # <setting> <value>
  local name=${cargo_profile}_$1 file=$work/.cargo/config.toml value=$2
  name=${name^^}
  name=CARGO_PROFILE_${name//-/_}
  if [[ $cargo_profile != *[-_]* ]]; then
    export "$name=$value"
    return
  fi
  unset "$name" # goes before any file
  ! grep -Eqs "^ *\\[ *profile[. ]+[\"']?${cargo_profile}[\"']? *[].]" "$tree"/.cargo/config{,.toml} ||
    die "set $1 of the Cargo profile '$cargo_profile': a .cargo/config.toml of the project sets what goes before it; let Cargo.toml have what is there, or \"cargo\": {\"lto\": \"own\"} in pgokit.json keep all of it"
  [[ $value =~ ^[0-9]+$ ]] || value=\"$value\"
  if [ ! -f "$file" ]; then
    mkdir -p -- "$work/.cargo"
    printf '[profile.%s]\n' "$cargo_profile" >"$file"
  fi
  printf '%s = %s\n' "$1" "$value" >>"$file"
}

cargo_says() {
  # shellcheck disable=SC2016 # jq's variables
  jq -cn --argjson settings "$cargo_shared" \
    '{triple: $ARGS.positional[0], rustflags: $ARGS.positional[1:]} + $settings' --args -- "$cargo_target" "${rust_flags[@]}"
}

# Options of the linker, which has to be lld: GNU ld keeps no hot section, and BOLT trusts no other's
# relocations. rustc's own lld is found first where it is the default.
cargo_link() { # <option...>
  local option
  [[ "${rust_flags[*]}" == *" -Clink-arg=-B$LLVM_BIN"* ]] ||
    rust_flags+=(-Clink-arg=-fuse-ld=lld "-Clink-arg=-B$LLVM_BIN")
  for option; do rust_flags+=("-Clink-arg=-Wl,$option"); done
}

# A build command may add to RUSTFLAGS, which Cargo splits at blanks; the other variable it hardly
# ever touches, and that one holds anything.
cargo_export() {
  local IFS=$'\x1f'
  unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
  if [[ "${rust_flags[*]}" == *[[:space:]]* ]]; then
    export CARGO_ENCODED_RUSTFLAGS="${rust_flags[*]}"
  else
    IFS=' '
    export RUSTFLAGS="${rust_flags[*]}"
  fi
}

# C and C++ in crates, which the crate cc compiles: by clang in every variant, and with the profile
# where clang and rustc are of one LLVM. The crate hands no profile on by itself, and CC and CFLAGS
# reach build scripts and procedural macros as well, whose programs cannot be linked with such
# objects. What is for the target has a folder of its own, which tells the wrapper.
cargo_cc() { # [flag of the profile...]
  local tool flags dir=$work/build/cargo/cc
  unset CFLAGS CXXFLAGS LDFLAGS
  CFLAGS=${BASE_CFLAGS-} CXXFLAGS=${BASE_CXXFLAGS-} LDFLAGS=${BASE_LDFLAGS-}
  [ -z "$CFLAGS$CXXFLAGS" ] || export CFLAGS CXXFLAGS
  # A cross compiler is for the project to name.
  [ "$cargo_target" = "$RUST_HOST" ] || return 0
  [ "$LLVM_MAJOR" = "$RUST_LLVM" ] || set -- -fno-profile-generate -fno-profile-use # old releases of cc hand it on
  [ $# -eq 0 ] || printf -v flags ' %q' "$@"
  mkdir -p -- "$dir"
  for tool in clang clang++; do
    cat >"$dir/$tool" <<WRAPPER
#!/usr/bin/env bash
case \${OUT_DIR-} in
  *'/target/$cargo_target/'*) exec $(printf '%q' "$LLVM_BIN/$tool") "\$@"${flags-} ;;
esac
exec $(printf '%q' "$LLVM_BIN/$tool") "\$@"
WRAPPER
    chmod +x "$dir/$tool"
  done
  export CC="$dir/clang" CXX="$dir/clang++" AR="$LLVM_BIN/llvm-ar" RANLIB="$LLVM_BIN/llvm-ranlib"
}

# Programs for musl are static.
cargo_no_bolt() { # prints why BOLT is of no use for the target; status 1 when it may be
  [[ ${cargo_target-} == *-musl* && "${rust_flags[*]}" != *-crt-static* ]] || return 1
  printf "a program for %s is linked statically, and BOLT's instrumentation writes no profile in such" "$cargo_target"
}

# Where the build puts it, with an explicit target; later phases know that from the records.
cargo_binary() {
  local path
  : "${cargo_target:=$(manifest_get '.phases.optimize.variants[0].triple')}"
  path=$(config .binary)
  path=${path#target/}
  printf 'target/%s/%s' "$cargo_target" "${path#"$cargo_target/"}"
}

# Why the program may not be where it belongs, in words, where a program of its name is elsewhere.
cargo_elsewhere() {
  local found
  found=$(cd -- "$tree" && find target -type f -name "${binary##*/}" -perm -u+x ! -path '*/deps/*' 2>/dev/null | sed -n 1p)
  [ -z "$found" ] || printf "; but it made '%s': does the build command say --target or --profile? CARGO_BUILD_TARGET has the target" "$found"
}
