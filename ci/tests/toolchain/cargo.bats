#!/usr/bin/env bats
#
# Toolchain cargo: Rust programs, whose profiles fit by the names of functions, into which Cargo hashes
# everything but RUSTFLAGS.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

# rustup finds the compiler through the real home; nothing else of it, or of the environment, counts.
export RUSTUP_HOME=${RUSTUP_HOME:-$HOME/.rustup}
load ../helper
unset RUSTFLAGS "${!CARGO_@}"

host=$(rustc -vV | sed -n 's/^host: //p')

# A workspace without anything from a registry: the program and a library. Own LTO is quicker than fat.
rust() { # [jq filter on its pgokit.json]
  mkdir -p -- "$BATS_TEST_TMPDIR/rust"
  cd -- "$BATS_TEST_TMPDIR/rust" || return
  mkdir -p src steps/src
  cat >Cargo.toml <<'T'
[workspace]
members = ["steps"]
[package]
name = "prog"
version = "0.1.0"
edition = "2021"
[dependencies]
steps = { path = "steps" }
T
  printf '[package]\nname = "steps"\nversion = "0.1.0"\nedition = "2021"\n' >steps/Cargo.toml
  cat >steps/src/lib.rs <<'R'
#[inline(never)]
pub fn steps(mut x: u64) -> u64 {
    let mut n = 0;
    while x > 1 {
        x = if x % 2 == 1 { 3 * x + 1 } else { x / 2 };
        n += 1;
    }
    n
}
R
  cat >src/main.rs <<'R'
fn main() {
    let n: u64 = std::env::args().nth(1).map_or(1, |a| a.parse().unwrap());
    println!("{}", (1..n).map(|i| steps::steps(i)).sum::<u64>());
}
R
  printf 'target\n' >.gitignore
  cargo generate-lockfile -q --offline
  jq -n '{
    name: "rust",
    toolchain: "cargo",
    build: "cargo build --release --locked --offline --bin prog",
    binary: "target/release/prog",
    cargo: {lto: "own"},
    workloads: {fast: [{name: "train", run: "$PGOKIT_BINARY 3000"}]},
    benches: [{name: "full_check_flow", run: "$PGOKIT_BINARY 4000"}],
    variants: ["pgo"]
  } | '"${1:-.}" >pgokit.json
}

# That, and C that a build script compiles as the crate cc does, and a procedural macro.
rust_and_c() { # [jq filter on its pgokit.json]
  rust "${1:-.}"
  mkdir -p double/src
  sed -i 's/"steps"\]/"steps", "double"]/; $adouble = { path = "double" }' Cargo.toml
  printf '[package]\nname = "double"\nversion = "0.1.0"\nedition = "2021"\n[lib]\nproc-macro = true\n' >double/Cargo.toml
  cat >double/src/lib.rs <<'R'
use proc_macro::TokenStream;
#[proc_macro]
pub fn double(t: TokenStream) -> TokenStream {
    format!("(2 * ({t}))").parse().unwrap()
}
R
  echo 'int odd(unsigned long x) { return x % 3 == 1 ? 1 : 0; }' >odd.c
  cat >build.rs <<'R'
fn main() {
    let var = |k| std::env::var(k).unwrap();
    let (o, a) = (var("OUT_DIR") + "/odd.o", var("OUT_DIR") + "/libodd.a");
    let run = |p: String, args: &[&str]| assert!(std::process::Command::new(p).args(args).status().unwrap().success());
    run(var("CC"), &["-O3", "-fPIC", "-c", "odd.c", "-o", &o]);
    run(var("AR"), &["crs", &a, &o]);
    println!("cargo:rustc-link-search={}\ncargo:rustc-link-lib=static=odd", var("OUT_DIR"));
}
R
  cat >src/main.rs <<'R'
extern "C" { fn odd(x: u64) -> i32; }
fn main() {
    let n: u64 = std::env::args().nth(1).map_or(1, |a| a.parse().unwrap());
    println!("{}", (1..n).map(|i| double::double!(steps::steps(i)) + unsafe { odd(i) } as u64).sum::<u64>());
}
R
  cargo generate-lockfile -q --offline
}

# One of these after collect and merge, made once.
profiled() { # <rust|rust_and_c>
  local made=$BATS_RUN_TMPDIR/$1-profiled
  if [ ! -d "$made" ]; then
    "$1"
    "$pgokit" collect >/dev/null && "$pgokit" merge >/dev/null
    cp -R -- . "$made"
  fi
  mkdir -p -- "$BATS_TEST_TMPDIR/rust"
  cd -- "$BATS_TEST_TMPDIR/rust" || return
  cp -R -- "$made/." .
}

optimize() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" optimize "${@:2}"
}

variant() { # <name> <jq expression>
  jq -cr --arg v "$1" ".phases.optimize.variants[] | select(.name == \$v) | $2" .pgokit/manifest.json
}

# What the kit would export, without any build: lines NAME=VALUE.
env_of() { # <variant> [profile]
  (
    export PGOKIT_HOME=$top
    local lib
    # shellcheck disable=SC1090
    . "$top/ci/lib/lib.sh"
    use build
    config_load
    work_lock
    mkdir -p .pgokit/log
    toolchain_base
    toolchain_find
    tree_make
    toolchain_env "$@"
    env
    printf 'BOLT=%s.\n' "$(cargo_no_bolt)"
  )
}

@test "a workspace through all of it: fat LTO, PGO and BOLT, each another program that prints the same" {
  rust_and_c 'del(.cargo) | .gate.budget_s = 1 | .variants = ["lto", "pgo-bolt"]'
  printf '[profile.release]\nopt-level = 1\n' >>Cargo.toml # LTO is of all of std
  run --separate-stderr -0 "$pgokit" collect
  run --separate-stderr -0 "$pgokit" merge
  optimize 0
  same "$output" $'baseline\nlto\npgo-bolt'
  same "$(messages)" ''
  same "$(sha256sum .pgokit/bin/{baseline,lto,pgo-bolt}/prog | cut -d ' ' -f 1 | sort -u | wc -l)" 3
  run -0 "$(llvm_bin)/llvm-readelf" -S .pgokit/bin/pgo-bolt/prog
  has "$output" .bolt.org.text
  same "$(variant baseline "[.triple, .rustflags, .lto]")" "[\"$host\",[],null]"
  same "$(variant lto '[.rustflags, .lto]')" '[[],"fat"]'
  same "$(variant pgo-bolt '.applied.hot_bytes > 0 and .applied.profile_match_pct == 100')" true
  run --separate-stderr -0 "$pgokit" bench --rounds 6
  has "$(jq -r '.compiler' <<<"$(jq .phases.optimize .pgokit/manifest.json)")" "$(rustc -V)"
}

@test "a process that aborts: it is counted, and in continuous mode it keeps its profile" {
  rust '.workloads.fast[0] |= (.shell = true | .run = "$PGOKIT_BINARY 3000 abort; true")'
  sed -i 's/^}$/    if std::env::args().count() > 2 { std::process::abort() }\n}/' src/main.rs
  run --separate-stderr -1 "$pgokit" collect
  has "$(messages)" "1 process ran it, 1 left no profile: 1 killed by SIGABRT ('prog')"
  config_edit '.collect.continuous = true'
  run --separate-stderr -0 "$pgokit" collect
  same "$(messages)" ''
  "$pgokit" merge >/dev/null
  run -0 "$(llvm_bin)/llvm-profdata" show --all-functions .pgokit/profile/merged.profdata
  has "$output" 'steps'
  optimize 0 --variants pgo
}

@test "build script and procedural macro are not instrumented, the program is" {
  profiled rust_and_c
  local tool
  same "$(jq -c '.phases.collect | [.triple, .rustflags]' .pgokit/manifest.json)" "[\"$host\",[\"-Cprofile-generate\"]]"
  tool=$(llvm_bin)/llvm-readelf
  has "$("$tool" -S ".pgokit/tree/target/$host/release/prog")" __llvm_prf_cnts
  lacks "$("$tool" -S .pgokit/tree/target/release/build/prog-*/build-script-build)" __llvm_prf_cnts
  lacks "$("$tool" -S .pgokit/tree/target/release/deps/libdouble-*.so)" __llvm_prf_cnts
}

@test "what is no profile, or an empty one, or one of another program: refused" {
  profiled rust
  local profile=.pgokit/profile/merged.profdata
  cp "$profile" good
  head -c 4096 /dev/urandom >"$profile"
  optimize 1
  has "$(messages)" "is no profile that LLVM"
  : >"$profile"
  optimize 1
  has "$(messages)" 'there is no profile'
  printf ':ir\n' | "$(llvm_bin)/llvm-profdata" merge -o "$profile" -
  optimize 1
  has "$(messages)" "check 'pgo': the profile was not applied: there is no function in '$PWD/$profile'"
  # Of the same source, as another crate: names and counts of the library and of std fit.
  sed -i 's/^name = "prog"/name = "other"/' Cargo.toml
  sed -i 's/ --locked//; s/--bin prog/--bin other/; s/release\/prog/release\/other/' pgokit.json
  cp good "$profile"
  jq 'del(.phases.merge.binary)' .pgokit/manifest.json >edited && mv edited .pgokit/manifest.json
  optimize 1
  has "$(messages)" "check 'pgo': the profile is not of this program: it has no record of its entry function"
  holds ! -e .pgokit/bin/pgo
}

@test "rustc says nothing of a file that is no profile: that it was not read is found out" {
  profiled rust
  # The profile is good; what reaches rustc is not.
  config_edit '.build = "case $RUSTFLAGS in *profile-use*) f=$(ls ../build/cargo/*.profdata); : >\"$f\" ;; esac; \(.build)"'
  optimize 1
  has "$(messages)" "check 'pgo': the profile was not applied: rustc did not read it, or was not asked to."
}

@test "a build command that throws RUSTFLAGS away is found out, in training and in use" {
  profiled rust_and_c
  config_edit '.build = "RUSTFLAGS=-Copt-level=3 \(.build)"'
  optimize 1
  has "$(messages)" "check 'pgo': the profile was not applied"
  run --separate-stderr -1 "$pgokit" collect
  has "$(messages)" "only C or C++ in 'target/$host/release/prog' is instrumented: -Cprofile-generate did not reach rustc; the build must keep RUSTFLAGS"
}

@test "a build command with another target is found out, and where its program went" {
  rust
  config_edit '.build += " --target wasm32-unknown-unknown --print-nothing || cargo build -q --release --offline --target-dir target/else"'
  run --separate-stderr -2 "$pgokit" collect
  has "$(messages)" "the build made no executable 'target/$host/release/prog' (config: binary); but it made 'target/else/$host/release/prog': does the build command say --target"
}

@test "flags of the environment and of the configuration stay in front, none is lost, none is there twice" {
  rust
  mkdir .cargo
  printf '[build]\nrustflags = ["--cfg", "of_build"]\n' >.cargo/config.toml
  run -0 env_of instrumented
  has "$output" 'RUSTFLAGS=--cfg of_build -Cprofile-generate'
  # Cargo lets flags of a target hide those of [build], and adds those of cfg().
  printf '[target.%s]\nrustflags = ["--cfg", "of_target"]\n[target."cfg(unix)"]\nrustflags = "--cfg of_unix"\n' "$host" >>.cargo/config.toml
  run -0 env_of instrumented
  has "$output" 'RUSTFLAGS=--cfg of_target --cfg of_unix -Cprofile-generate'
  # The environment hides both; flags with blanks need the variable that Cargo does not split.
  RUSTFLAGS='--cfg mine' run -0 env_of instrumented
  has "$output" $'\nRUSTFLAGS=--cfg mine -Cprofile-generate'
  CARGO_ENCODED_RUSTFLAGS=$'--cfg\x1fa="b c"' run -0 env_of instrumented
  has "$output" $'CARGO_ENCODED_RUSTFLAGS=--cfg\x1fa="b c"\x1f-Cprofile-generate'
  lacks "$output" $'\nRUSTFLAGS='
}

@test "a server that rustc's wrapper starts, as sccache does, does not keep the next phase out" {
  rust
  leaves_a_server >"$BATS_TEST_TMPDIR/wrapper"
  chmod +x "$BATS_TEST_TMPDIR/wrapper"
  RUSTC_WRAPPER=$BATS_TEST_TMPDIR/wrapper run -0 env_of instrumented
  server_runs
  flock -n .pgokit/lock true
}

@test "the flags of the project reach the program of every variant" {
  profiled rust
  mkdir .cargo
  printf '[build]\nrustflags = ["--cfg", "tripled"]\n' >.cargo/config.toml
  sed -i 's/println!("{}", /println!("{}", if cfg!(tripled) { 3 } else { 1 } * /' src/main.rs
  "$pgokit" collect >/dev/null && "$pgokit" merge >/dev/null
  optimize 0
  same "$(.pgokit/bin/baseline/prog 100)" $((3117 * 3))
  same "$(.pgokit/bin/pgo/prog 100)" $((3117 * 3))
  same "$(variant baseline .rustflags)" '["--cfg","tripled"]'
}

@test "own settings of the Cargo profile stay, but for what a variant needs" {
  rust 'del(.cargo) | .binary = "target/dist/prog"'
  printf '[profile.dist]\ninherits = "release"\nlto = "thin"\nstrip = "symbols"\n' >>Cargo.toml
  local empty=$BATS_TEST_TMPDIR/p.profdata
  : >"$empty"
  run -0 env_of baseline
  lacks "$output" CARGO_PROFILE_
  run -0 env_of instrumented
  has "$output" CARGO_PROFILE_DIST_LTO=fat
  has "$output" CARGO_PROFILE_DIST_CODEGEN_UNITS=1
  lacks "$output" PANIC
  run -0 env_of pgo "$empty"
  has "$output" CARGO_PROFILE_DIST_LTO=fat
  lacks "$output" -Cstrip
  run -0 env_of pgo-bolt+x86-64-v3 "$empty"
  has "$output" '-Ctarget-cpu=x86-64-v3 -Clink-arg=-Wl,--emit-relocs -Cstrip=debuginfo'
  config_edit '.cargo = {lto: "thin", panic: "abort"}'
  run -0 env_of lto
  has "$output" CARGO_PROFILE_DIST_LTO=thin
  has "$output" CARGO_PROFILE_DIST_PANIC=abort
  lacks "$output" CODEGEN_UNITS
}

@test "a Cargo profile whose name could be a setting of another, and a program whose hot code is all in main" {
  rust '.cargo.lto = "fat" | .binary = "target/release-lto/prog" | .build = "cargo build --profile release-lto --locked --offline --bin prog"
    | .workloads.fast[0].run += "000"'
  printf '[profile.release-lto]\ninherits = "release"\npanic = "abort"\nopt-level = 1\n' >>Cargo.toml
  cat >src/main.rs <<'R'
fn main() {
    let n: u64 = std::env::args().nth(1).map_or(1, |a| a.parse().unwrap());
    let (mut h, mut i) = (1u64, 0);
    while i < n {
        h = (h ^ i).wrapping_mul(0x100000001b3);
        i += 1;
    }
    println!("{h}");
}
R
  "$pgokit" collect >/dev/null && "$pgokit" merge >/dev/null
  optimize 0
  same "$(messages)" ''
  has "$(logged)" 'profile applied: it is of this program, 0 bytes of hot code'
  same "$(variant pgo '[.lto, .applied.hot_bytes]')" '["fat",0]'
  same "$(<.pgokit/.cargo/config.toml)" $'[profile.release-lto]\nlto = "fat"\ncodegen-units = 1'
  # In the copy, Cargo finds the project's own file first.
  mkdir .cargo
  printf '[profile.release-lto]\nlto = "off"\n' >.cargo/config.toml
  optimize 2
  has "$(messages)" "set lto of the Cargo profile 'release-lto': a .cargo/config.toml of the project sets what goes before it"
}

@test "of two programs in a build, the profile of one is applied to that one, and refused for the other" {
  rust '.build |= sub(" --bin prog"; "")'
  mkdir src/bin
  sed 's/1\.\.n/2..n/' src/main.rs >src/bin/the-other.rs
  "$pgokit" collect >/dev/null && "$pgokit" merge >/dev/null
  optimize 0
  same "$(messages)" ''
  lacks "$(logged)" 'have changed'
  config_edit '.binary = "target/release/the-other"'
  optimize 1
  same "$(messages)" "pgokit optimize: build 'pgo': the profile is of 'target/release/prog', which was the program when it was collected, and that is 'target/release/the-other' now (config: binary); run pgokit collect and pgokit merge"
  run --separate-stderr -2 "$pgokit" collect --keep-profiles
  has "$(messages)" "they are of 'target/release/prog', and the program is 'target/release/the-other' now"
  # Without its record, by what is in it.
  jq 'del(.phases.merge.binary)' .pgokit/manifest.json >edited && mv edited .pgokit/manifest.json
  optimize 1
  has "$(messages)" "check 'pgo': the profile is not of this program: it has no record of its entry function"
}

@test "strip = \"symbols\" and a static position-independent program: PGO yes, BOLT with the one, not with the other" {
  profiled rust
  printf '[profile.release]\nstrip = "symbols"\n' >>Cargo.toml
  "$pgokit" collect >/dev/null && "$pgokit" merge >/dev/null
  optimize 0 --variants pgo-bolt
  same "$(messages)" ''
  export RUSTFLAGS=-Ctarget-feature=+crt-static
  "$pgokit" collect >/dev/null && "$pgokit" merge >/dev/null
  optimize 1 --variants pgo-bolt
  has "$(logged)" 'profile applied: it is of this program, '
  has "$("$(llvm_bin)/llvm-readelf" -lW ".pgokit/tree/target/$host/release/prog")" 'DYN (Shared object file)'
  has "$(messages)" "rewrite 'pgo-bolt': 'prog' is linked statically"
}

@test "a target in the path of the program is the target, and for musl no BOLT and no clang of ours" {
  rust '.binary = "target/x86_64-unknown-linux-musl/release/prog"'
  run -0 env_of instrumented
  has "$output" CARGO_BUILD_TARGET=x86_64-unknown-linux-musl
  has "$output" "BOLT=a program for x86_64-unknown-linux-musl is linked statically, and BOLT's instrumentation writes no profile in such"
  lacks "$output" $'\nCC='
  RUSTFLAGS=-Ctarget-feature=-crt-static run -0 env_of instrumented
  has "$output" 'BOLT=.'
}

@test "code that has changed since, and a new version of the crate: stale, with the share that still fits" {
  profiled rust
  local said
  cp steps/src/lib.rs before
  sed -i 's/n += 1;/n += 1; if n == 99999 { println!("far"); }/' steps/src/lib.rs
  optimize 1
  matches "$(messages)" 'the profile is stale: only [0-9.]+ % of its counts'
  cp before steps/src/lib.rs
  # Another name for the hottest one: as pgokit drift says it.
  sed -i 's/fn steps/fn strides/' steps/src/lib.rs
  sed -i 's/steps::steps/steps::strides/' src/main.rs
  optimize 1
  said=$(sed -n 's/.*stale: only \([0-9.]* % of its counts are of functions that have not changed\), .*/\1/p' <<<"$(messages)")
  matches "$said" '^[0-9.]+ %'
  has "$(messages)" 'nothing that was compiled has the names of '
  has "$(cat .pgokit/log/stale-pgo.tsv)" '5steps5steps17h'
  run --separate-stderr -1 "$pgokit" drift
  has "$(messages)" "only $said, and at least 90 % have to be"
  mv before steps/src/lib.rs
  sed -i 's/steps::strides/steps::steps/' src/main.rs
  sed -i '0,/0.1.0/s//0.1.1/' Cargo.toml
  config_edit '.build |= sub(" --locked"; "")'
  optimize 1
  has "$(messages)" 'The version of a crate, the compiler, the target or a setting of the Cargo profile has changed'
}

@test "lines of threads that have run into each other: names are told all the same, without hash" {
  local app='app.1f-cgu.0' log=$BATS_TEST_TMPDIR/log
  printf '%s\n' '   Compiling app v0.1.0' "Funcname=_ZN3app4main17h0123456789abcdefE, Hash=12 in building $app" \
    'Funcname=_ZN3app1a17h0123456789abcdefE, Hash=Funcname=_RNvC3app1b, Hash=34 in building app.1f-cgu.1' \
    '56 in building app.1f-cgu.0' '_ZN3app1c17h0123456789abcdefE, Hash=78 in building app.1f-cgu.2' >"$log"
  same "$(awk -f "$top/ci/lib/proof/rust-asked.awk" "$log" | LC_ALL=C sort)" "	_RNvC3app1b	
	_ZN3app1a17h0123456789abcdefE	
	_ZN3app1c17h0123456789abcdefE	
$app	_ZN3app4main17h0123456789abcdefE	12"
}

@test "variants that a Rust profile cannot serve, each with the reason" {
  profiled rust
  optimize 2 --variants cspgo
  has "$(messages)" "variant 'cspgo': with toolchain cargo there are baseline lto pgo-nolto pgo-small pgo"
  optimize 2 --variants sample
  has "$(messages)" "variant 'sample': rustc uses sample profiles only by an unstable option (-Zprofile-sample-use), which its releases refuse"
  config_edit 'del(.cargo)'
  optimize 2 --variants pgo-nolto
  has "$(messages)" "variant 'pgo-nolto': a Rust profile fits only the LTO that it was trained with"
  config_edit '.binary = "prog"'
  optimize 2 --variants lto
  has "$(messages)" "find 'prog' (config: binary): with toolchain cargo it is target/release/NAME"
}

@test "C in a crate is compiled by clang with the profile where it is for the target, and without for the host" {
  profiled rust_and_c
  local cc
  has "$("$(llvm_bin)/llvm-profdata" show --counts --function=odd .pgokit/profile/merged.profdata)" 'Block counts: [2999]'
  run -0 env_of instrumented
  cc=$(sed -n 's/^CC=//p' <<<"$output")
  OUT_DIR=$PWD/.pgokit/tree/target/$host/release/build/x/out "$cc" -c -o target.o odd.c
  OUT_DIR=$PWD/.pgokit/tree/target/release/build/x/out "$cc" -c -o host.o odd.c
  has "$("$(llvm_bin)/llvm-readelf" -S target.o)" __llvm_prf_cnts
  lacks "$("$(llvm_bin)/llvm-readelf" -S host.o)" __llvm_prf
}

@test "a library, which has no entry function: the profile is applied, and that of another version refused" {
  rust '.build = "cargo build --release --locked --offline -p steps" | .binary = "target/release/libsteps.so"
    | .workloads.fast[0].run = "python3 load.py 3000" | .benches[0].run = "python3 load.py 4000"'
  printf '[lib]\ncrate-type = ["cdylib", "rlib"]\n' >>steps/Cargo.toml
  printf '#[no_mangle]\npub extern "C" fn total(n: u64) -> u64 {\n    (1..n).map(steps).sum()\n}\n' >>steps/src/lib.rs
  echo 'import ctypes, os, sys; print(ctypes.CDLL(os.environ["PGOKIT_BINARY"]).total(int(sys.argv[1])))' >load.py
  "$pgokit" collect >/dev/null && "$pgokit" merge >/dev/null
  optimize 0
  same "$(messages)" ''
  same "$(PGOKIT_BINARY=.pgokit/bin/pgo/libsteps.so python3 load.py 100)" 3117
  has "$(logged)" 'profile applied: it is of this program, '
  sed -i 's/^version = "0.1.0"/version = "0.2.0"/' steps/Cargo.toml
  config_edit '.build |= sub(" --locked"; "")'
  optimize 1
  has "$(messages)" "check 'pgo': the profile is stale: only 0."
}

@test "the gate builds both sides alike, in several orders of functions, and drift knows what has changed" {
  profiled rust_and_c
  git init -q . && git add -A && git commit -q -m all
  run --separate-stderr -0 "$pgokit" gate --base HEAD --layouts 2 --budget 2
  has "$stderr" 'Byte for byte the same program'
  same "$(sha256sum .pgokit/gate/arm/base.?/prog | cut -d ' ' -f 1 | sort -u | wc -l)" 2
  run --separate-stderr -0 "$pgokit" drift
  has "$output" $'unchanged\t100'
  same "$(messages)" ''
}

@test "without cargo: what to install" {
  rust
  PATH=$(path_without cargo) run --separate-stderr -2 "$pgokit" collect
  has "$(messages)" 'find cargo and rustc: not installed; get them from https://rustup.rs'
}
