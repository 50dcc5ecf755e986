# shellcheck shell=bash
#
# Which target and flags the project has without us: Cargo merges them from the environment and from
# files in many folders, and tells a build script.

cargo_probe() { # sets cargo_target rust_flags
  local dir=$work/build/cargo/probe file said log=$work/log/cargo-probe.log twice=.
  mkdir -p -- "$dir/src" "$work/log"
  cat >"$dir/Cargo.toml" <<<$'[package]\nname = "pgokit-probe"\nversion = "0.0.0"\n\n[workspace]'
  : >"$dir/src/lib.rs"
  # shellcheck disable=SC2016 # Rust
  cat >"$dir/build.rs" <<<'fn main() {
    for k in ["TARGET", "CARGO_ENCODED_RUSTFLAGS"] {
        println!("cargo:rustc-env=PGOKIT_{k}={}", std::env::var(k).unwrap_or_default());
    }
}'
  # .pgokit/tree lies in the project, so Cargo finds its settings twice, and joins lists.
  for file in .cargo/config.toml .cargo/config; do
    if cmp -s -- "$root/$file" "$tree/$file"; then
      twice='once'
    elif [ -f "$root/$file" ]; then
      warn "build in '$tree': it has another '$file' than '$root', and Cargo reads that one as well"
    fi
  done
  # What follows the build script may fail, where the target's own library is not installed yet.
  said=$({ CARGO_TARGET_DIR=$dir/target without_lock as_user env -C "$tree" cargo check -q --offline --manifest-path "$dir/Cargo.toml" \
    --message-format=json 2>"$log" || true; } | jq -n -r '
    # A part of the list that stands there twice in a row, once. (jq 1.6 calls all slices of one array equal.)
    def part($from; $to): .[$from:$to] | map(.);
    def once: length as $n | [range($n / 2 | floor; 0; -1) as $k | range($n - 2 * $k + 1) as $i
        | select(part($i; $i + $k) == part($i + $k; $i + 2 * $k)) | .[:$i + $k] + .[$i + 2 * $k:]][0] as $less
      | if $less then $less | once else . end;
    [inputs | select(.reason == "build-script-executed") | .env | map({key: .[0], value: .[1]}) | from_entries]
    | length, (.[0] // empty | .PGOKIT_TARGET, (.PGOKIT_CARGO_ENCODED_RUSTFLAGS | split("\u001f") | '"$twice"' | .[]))')
  case ${said%%$'\n'*} in
    0)
      cat -- "$log" >&2
      die "ask Cargo for the project's target and flags: it failed; what it said stands above, and is in '$log'"
      ;;
    1) said=${said#*$'\n'} ;;
    *) die "build for one target: Cargo's settings have several (build.target)" ;;
  esac
  mapfile -t rust_flags <<<"$said"
  cargo_target=${rust_flags[0]}
  rust_flags=("${rust_flags[@]:1}")
  [[ " ${rust_flags[*]} " != *profile-use* && " ${rust_flags[*]} " != *profile-generate* ]] ||
    die "build '$(config .name)': the project's own RUSTFLAGS have a profile in them: ${rust_flags[*]}"
}
