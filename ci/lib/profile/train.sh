# shellcheck shell=bash
#
# Training that a variant needs for itself, on the workloads of the tier: BOLT's, and the second round
# of context-sensitive PGO. Both are of an optimized program, so neither can be done when collecting.

# With a folder it is training by the compiler, which suites are good for as well.
# Sets why_none to the reason where a workload left none there.
train() { # <variant> <what is trained> <program> [folder for raw profiles: N/ of each workload, inputs.list]
  local logfile=$work/log/train-$1.log line number=0 run said which=false
  local -A w
  [ $# -lt 4 ] || which=
  rm -f -- "$logfile"
  while IFS= read -r line <&3; do
    config_fields w "$line"
    number=$((number + 1))
    if [ "${w[optional]}" = true ] && ! workload_ready "$line" "$logfile"; then
      warn "skip $2 workload '${w[name]}': its probe failed: ${w[needs]}"
      continue
    fi
    log "$2 workload ${w[name]}"
    said=$(bytes_of "$logfile" 2>/dev/null) || said=0
    run=(workload_run "$line" "$3" "$logfile")
    [ $# -lt 4 ] || run=(raw_collect "$4/$number" "${run[@]}" --hold "$4/$number/hold")
    # A function that gets the weight and runs the rest.
    [ -z "${train_with-}" ] || run=("$train_with" "${w[weight]}" "${run[@]}")
    if ! ("${run[@]}") >/dev/null; then
      # The caller knows what to do where it is the instrumentation that breaks the program: train_plain is without.
      if [ -n "${train_plain-}" ] && (workload_run "$line" "$train_plain" "$logfile") >/dev/null; then
        train_broken="workload ${w[name]} fails with the program that $2 instrumented, and not without; see '$logfile'"
        return
      fi
      refuse 1 "train '$1': workload ${w[name]} failed under $2's instrumentation; see '$logfile'"
    fi
    [ $# -ge 4 ] || continue
    raw_any "$4/$number" || [ -n "${why_none-}" ] || why_none=$(why_empty "$3" "$1-train" "$line" "$logfile" "$said" "$4/$number")
    [ "${w[suite]}" = false ] || ! raw_any "$4/$number" || suite_keep "$line" "$4/$number" "$3"
    find "$4/$number" -name '*.profraw' -size +0c -printf "${w[weight]},$number/%P\n" >>"$4/inputs.list"
  done 3< <(config_workloads "${tier:-fast}" "$which")
}

# The second round of PGO counts a function apart in every place into which it was inlined. Leaves one
# profile of both rounds, which a variant and its BOLT twin share.
train_again() { # <variant> <profile of the first round>
  local base=${1/-bolt/} profile dir
  profile=$(profile_of "$1")
  dir=${profile%/*}
  [ ! -f "$profile" ] || return 0
  tree_make
  sources_one "$1"
  toolchain_env "$base" "$2" train
  tree_build "$base-train"
  mkdir -p -- "$dir/bin" "$dir/raw"
  cp -p -- "$tree/$binary" "$dir/bin/"
  why_none=
  train "$base" 'second-round' "$dir/bin/${binary##*/}" "$dir/raw"
  [ -s "$dir/raw/inputs.list" ] ||
    refuse 1 "train '$1': the workloads wrote no raw profile in the second round: $why_none"
  profraw-verify -q "$dir/raw" >/dev/null ||
    refuse 1 "train '$1': not every raw profile of the second round is usable; the messages above name them"
  (cd -- "$dir/raw" && "$LLVM_BIN/llvm-profdata" merge -o "$profile.new" -f inputs.list "$2") >"$work/log/merge-$base.log" 2>&1 ||
    refuse 1 "train '$1': llvm-profdata failed; see '$work/log/merge-$base.log'"
  [ "$("$LLVM_BIN/llvm-profdata" show -showcs "$profile.new" | sed -n 's/^Total functions: //p')" -gt 0 ] ||
    refuse 1 "train '$1': the second round counted nothing. Does the build use CFLAGS and LDFLAGS? See '$work/log/build-$base-train.log'"
  mv -- "$profile.new" "$profile"
}
