# shellcheck shell=bash
#
# Training that a variant needs for itself, on the workloads of the tier: BOLT's, and the second round
# of context-sensitive PGO. Both are of an optimized program, so neither can be done when collecting; and neither
# can be in continuous mode: BOLT has none, and with LTO the variable by which LLVM's runtime knows of it is linked from
# the runtime, which comes before what the linker compiles.

# Of each workload the collector leaves the profiles in the folder, of which train_keep takes them at once: it gets the
# workload and the number of its run. Without a folder the program itself knows where they go, and nothing is watched.
# Adds to trained, JSON by lines: what is known of each workload's processes.
train() { # <variant> <what is trained> <program> [<raw_collect|bolt_collect> <folder>]
  local logfile=$work/log/train-$1.log line number=0 run said which=false result status
  local lost_by=() lost_unseen=()
  local -A w
  # Training by the compiler, which suites are good for as well.
  [ "${4-}" != raw_collect ] || which=
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
    [ $# -lt 5 ] || run=(lost_collect "$4" "$5" w "$logfile" "${run[@]}" --hold "$5/hold")
    status=0
    result=$("${run[@]}") || status=$?
    [ "$status" -ne "$RAW_TROUBLE" ] || exit 2
    if [ "$status" -ne 0 ]; then
      # The caller knows what to do where it is the instrumentation that breaks the program: train_plain is without.
      if [ -n "${train_plain-}" ] && (workload_run "$line" "$train_plain" "$logfile") >/dev/null; then
        train_broken="workload ${w[name]} fails with the program that $2 instrumented, and not without; see '$logfile'"
        return
      fi
      refuse 1 "train '$1': workload ${w[name]} failed under $2's instrumentation; see '$logfile'"
    fi
    [ $# -ge 5 ] || continue
    result=$(lost_known "$result" "$5" "$logfile" "$said")
    lost_say "train '$1':" "${w[name]}" "$result" "$5" "$logfile" "$said" train
    trained+=$(jq -c --arg of "$2" --arg name "${w[name]}" '{of: $of, name: $name, processes}' <<<"$result")$'\n'
    "$train_keep" "$line" "$number"
  done 3< <(config_workloads "${tier:-fast}" "$which")
  lost_check "train '$1'"
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
  why_none='' train_keep=round_keep
  train "$base" 'second-round' "$dir/bin/${binary##*/}" raw_collect "$dir/raw.now"
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

# The raw profiles of one workload, for the merge. Sets why_none to the reason where one left none.
round_keep() { # <workload, a line of config_workloads> <number>; reads w, logfile and said of train, dir of train_again
  local raw=$dir/raw/$2
  mv -- "$dir/raw.now" "$raw"
  if ! raw_any "$raw"; then
    [ -n "$why_none" ] || why_none=$(why_empty "$dir/bin/${binary##*/}" "$base-train" "$1" "$logfile" "$said" "$raw")
    return
  fi
  [ "${w[suite]}" = false ] || suite_keep "$1" "$raw" "$dir/bin/${binary##*/}"
  find "$raw" -name '*.profraw' -size +0c -printf "${w[weight]},$2/%P\n" >>"$dir/raw/inputs.list"
}
