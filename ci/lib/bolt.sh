# shellcheck shell=bash
#
# BOLT: instrument the linked program, train it, rewrite it. Everything in .pgokit/build/<variant>/;
# the input stays there, and BOLT never gets the same file for input and output.

bolt_rewrite() { # <variant> <program linked with relocations>; sets kept
  local dir=$work/build/$1 name=${2##*/} flags line
  local -A w
  rm -rf -- "$dir"
  mkdir -p -- "$dir/fdata"
  mv -- "$2" "$dir/$name"
  bolt_run "$1" instrument "$dir/$name" -o "$dir/$name.instrumented" -instrument \
    "-instrumentation-file=$dir/fdata/bolt" -instrumentation-file-append-pid

  while IFS= read -r line <&3; do
    eval "w=($line)"
    if [ "${w[optional]}" = true ] && ! workload_ready "$line" "$work/log/bolt-workloads.log"; then
      warn "skip BOLT workload '${w[name]}': its probe failed: ${w[needs]}"
      continue
    fi
    log "BOLT workload ${w[name]}"
    workload_run "$line" "$dir/$name.instrumented" "$work/log/bolt-workloads.log" >/dev/null ||
      refuse 1 "train '$1': workload ${w[name]} failed under BOLT's instrumentation; see '$work/log/bolt-workloads.log'"
  done 3< <(config_workloads "${tier:-fast}")

  [ -n "$(find "$dir/fdata" -type f -size +0c -print -quit)" ] ||
    refuse 1 "train '$1': BOLT's instrumentation wrote no profile (a static program? BOLT needs a dynamic one)"
  "$LLVM_BIN/merge-fdata" "$dir"/fdata/* -o "$dir/merged.fdata" >"$work/log/merge-fdata.log" 2>&1 || {
    tail -n 5 -- "$work/log/merge-fdata.log" >&2
    refuse 1 "train '$1': merge-fdata failed; see '$work/log/merge-fdata.log'"
  }
  mapfile -t flags < <(bolt_flags)
  rm -rf -- "$bins/$1.new"
  mkdir -p -- "$bins/$1.new"
  bolt_run "$1" rewrite "$dir/$name" -o "$bins/$1.new/$name" "-data=$dir/merged.fdata" "${flags[@]}"
  # The new code may not fit into the old section; the file is smaller without the vain attempt.
  if grep -qE 'use-old-text failed|original .text too small' "$work/log/bolt-$1-rewrite.log"; then
    log "the new code does not fit into the old .text; rewriting with a section of its own"
    mapfile -t flags < <(bolt_flags | grep -vx -e --use-old-text)
    bolt_run "$1" rewrite "$dir/$name" -o "$bins/$1.new/$name" "-data=$dir/merged.fdata" "${flags[@]}"
  fi
  bin_commit "$1"
}

# Runs llvm-bolt with a log of its own; what it wrote must be there, whatever its exit status says.
bolt_run() { # <variant> <step> <input> -o <output> [flag...]
  local logfile=$work/log/bolt-$1-$2.log
  log "llvm-bolt, $2"
  { printf '%s' "$LLVM_BIN/llvm-bolt" && printf ' %s' "${@:3}" && printf '\n'; } >"$logfile"
  if ! tethered "$LLVM_BIN/llvm-bolt" "${@:3}" >>"$logfile" 2>&1 || [ ! -s "$5" ]; then
    tail -n 5 -- "$logfile" >&2
    refuse 1 "$2 '$3': llvm-bolt failed; all it said is in '$logfile'"
  fi
}
