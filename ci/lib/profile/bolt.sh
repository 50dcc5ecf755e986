# shellcheck shell=bash
#
# BOLT: instrument the linked program, train it, rewrite it. Everything in .pgokit/build/<variant>/;
# the input stays there, and BOLT never gets the same file for input and output.

# Sets kept and bolted; or, where llvm-bolt cannot do it, bolt_failed: why.
bolt_rewrite() { # <variant> <program linked with relocations, after elf_read>
  local dir=$work/build/$1 name=${2##*/} yaml=$work/profile/bolt/$1.yaml data flags debug=() skip=()
  bolt_failed=
  rm -rf -- "$dir"
  mkdir -p -- "$dir" "$work/profile/bolt"
  cp -p -- "$2" "$dir/$name"
  if [ -n "${bolt_last-}" ]; then
    data=(-data="$bolt_last/$1.yaml" --infer-stale-profile=1)
  else
    bolt_train "$1" "$dir/$name"
    [ -z "$bolt_failed" ] || return 0
    data=(-data="$dir/merged.fdata" -w "$yaml.new")
  fi
  mapfile -t flags < <(bolt_flags)
  folder_empty "$bins/$1.new"
  # What is split off from the objects (.dwo) is written anew, too.
  ! elf_says 'sections .debug_info' || debug=(-update-debug-sections "-dwarf-output-path=$bins/$1.new")
  bolt_run "$1" rewrite "$dir/$name" -o "$bins/$1.new/$name" "${data[@]}" "${flags[@]}" "${debug[@]}"
  if [ -n "$bolt_failed" ] && [ ${#debug[@]} -gt 0 ]; then
    warn "rewrite '$1': it loses its debug information, with which llvm-bolt failed: $bolt_failed"
    debug=()
    bolt_run "$1" rewrite "$dir/$name" -o "$bins/$1.new/$name" "${data[@]}" "${flags[@]}"
  fi
  [ -z "$bolt_failed" ] || return 0
  # The new code may not fit into the old section; the file is smaller without the vain attempt.
  if grep -qE 'use-old-text failed|original .text too small' "$work/log/bolt-$1-rewrite.log"; then
    log "the new code does not fit into the old .text; rewriting with a section of its own"
    mapfile -t flags < <(bolt_flags | grep -vx -e --use-old-text)
    bolt_run "$1" rewrite "$dir/$name" -o "$bins/$1.new/$name" "${data[@]}" "${flags[@]}" "${debug[@]}"
    [ -z "$bolt_failed" ] || return 0
  fi
  [ ${#skip[@]} -eq 0 ] ||
    warn "rewrite '$1': BOLT cannot take these functions apart and leaves them as the compiler made them: ${skip[*]}"
  ! elf_says 'sections .gnu_debuglink' ||
    warn "rewrite '$1': the debug information that the build split off is of the program before BOLT, whose addresses are others"
  bolt_fresh "$1"
  # By name and shape of each function, not by address: it serves a changed program as well.
  [ -n "${bolt_last-}" ] || mv -- "$yaml.new" "$yaml"
  bin_commit "$1"
}

# Runs the workloads for BOLT; leaves merged.fdata beside the program.
bolt_train() { # <variant> <program>
  local dir=${2%/*} name=${2##*/} why parts train_keep=bolt_keep train_broken=
  local train_plain=$2
  mkdir -p -- "$dir/instrumented" "$dir/weighed"
  if [ "${bolt_by-}" = perf ] && ! why=$(perf_missing "$2"); then
    bolt_sample "$1" "$2"
  else
    [ "${bolt_by-}" != perf ] || warn "train '$1': by instrumentation, since $why"
    bolt_run "$1" instrument "$2" -o "$dir/instrumented/$name" -instrument \
      "-instrumentation-file=$dir/trained/run/bolt" -instrumentation-file-append-pid
    [ -z "$bolt_failed" ] || return 0
    train "$1" BOLT "$dir/instrumented/$name" bolt_collect "$dir/trained"
    bolt_failed=$train_broken
    [ -z "$bolt_failed" ] || return 0
    [ -n "$(find "$dir/weighed" -type f -size +0c -print -quit)" ] ||
      refuse 1 "train '$1': BOLT's instrumentation wrote no profile: $(why_traced "$dir/instrumented/$name" \
        "$(config_workloads "${tier:-fast}" false | sed -n 1p)" "$work/log/train-$1.log" "$dir/trained/run")"
  fi
  mapfile -d '' -t parts < <(find "$dir/weighed" -type f -print0)
  bolt_merge "$dir/merged.fdata" "${parts[@]}"
}

# Runs a command whose programs write their profiles into run/.
bolt_collect() { # <folder> <command...>; in a subshell
  folder "$1/run"
  "${@:2}"
}

# merge-fdata adds counts up and knows no weights: what a workload left is doubled as often as it takes.
bolt_keep() { # <workload> <number>; reads w of train, dir of bolt_train
  local weight=${w[weight]} part=$dir/part
  find "$dir/trained/run" -type f -size 0 -delete
  [ -n "$(find "$dir/trained/run" -type f -print -quit)" ] || return 0
  if [ "$weight" -eq 1 ]; then
    mv -- "$dir/trained/run" "$(mktemp -d "$dir/weighed/XXXXXX")/"
    return
  fi
  bolt_merge "$part" "$dir"/trained/run/*
  rm -f -- "$dir"/trained/run/*
  while :; do
    [ $((weight % 2)) -eq 0 ] || cp -- "$part" "$(mktemp "$dir/weighed/XXXXXX")"
    weight=$((weight / 2))
    [ "$weight" -gt 0 ] || break
    bolt_merge "$part.twice" "$part" "$part"
    mv -- "$part.twice" "$part"
  done
}

bolt_merge() { # <into> <file...>
  "$LLVM_BIN/merge-fdata" "${@:2}" -o "$1" >"$work/log/merge-fdata.log" 2>&1 || {
    show_end "$work/log/merge-fdata.log" 5
    refuse 1 "train BOLT: merge-fdata failed; see '$work/log/merge-fdata.log'"
  }
}

# The CPU's own record of the last branches, which costs the program next to nothing. Virtual machines
# do not have it, as a rule.
PERF=(perf record -q -e cycles:u -j 'any,u')

perf_missing() { # <program>; prints why it cannot be sampled; status 1 when it can
  local said
  if is_library; then
    printf 'a library is sampled only in a program that nobody names here'
  elif ! type -P perf >/dev/null || [ ! -x "$LLVM_BIN/perf2bolt" ]; then
    printf 'perf or perf2bolt is not installed'
  elif ! said=$("${PERF[@]}" -o "${1%/*}/try.data" -- true 2>&1); then
    printf 'this machine has no branch records for perf: %s' "$(grep -vxE ' *|Error:' <<<"$said" | sed -n 1p)"
  else
    return 1
  fi
}

# Each process of the program with a file of samples of its own.
bolt_sample() { # <variant> <program>
  local dir=${2%/*} name=${2##*/} data
  mkdir -p -- "$dir/sampled" "$dir/samples"
  {
    printf '#!/bin/sh\nexec %s -o ' "${PERF[*]}"
    printf '%q/$$.data -- %q "$@"\n' "$dir/samples" "$2"
  } >"$dir/sampled/$name"
  chmod +x -- "$dir/sampled/$name"
  train "$1" perf "$dir/sampled/$name"
  : >"$work/log/perf2bolt-$1.log"
  for data in "$dir"/samples/*.data; do
    "$LLVM_BIN/perf2bolt" -p "$data" -o "$dir/weighed/${data##*/}" "$2" >>"$work/log/perf2bolt-$1.log" 2>&1 ||
      refuse 1 "train '$1': perf2bolt could not read '$data'; see '$work/log/perf2bolt-$1.log'"
  done
}

# How much of the profile BOLT could use, in its own words. Of a changed program it infers what it can,
# and whether that is worth anything the gate tells.
bolt_fresh() { # <variant>; sets bolted: functions with a profile, percent of their counts in changed ones
  local file=$work/log/bolt-$1-rewrite.log used stale all
  used=$(sed -n 's/^BOLT-INFO: \([0-9]*\) out of .* have non-empty execution profile.*/\1/p' "$file")
  stale=$(sed -n 's/^BOLT-WARNING: .* samples in the binary (\([0-9.]*\)%) belong to functions with invalid.*/\1/p' "$file")
  all=${used:-0}
  [ -z "${bolt_last-}" ] || all=$(grep -c '^  - name:' "$bolt_last/$1.yaml") || true
  # Even in a program that has little to do with it, what the C runtime brings is found.
  if [ "${used:-0}" -eq 0 ] || [ $((used * 2)) -lt "$all" ]; then
    refuse 1 "rewrite '$1': the profile was not applied: BOLT found ${used:-0} of its $all functions in the program. Is it of this program? See '$file'"
  fi
  bolted="$used ${stale:-0}"
  [ -z "$stale" ] ||
    warn "rewrite '$1': $stale % of the counts in BOLT's profile are of functions that have changed since; for those it guesses. pgokit optimize without --bolt-profile trains afresh"
}

# Runs llvm-bolt with a log of its own; what it wrote must be there, whatever its exit status says. A function that
# llvm-bolt names as the reason of its failure is left alone from then on; changes skip. Sets bolt_failed: why it
# failed for good, or nothing.
bolt_run() { # <variant> <step> <input> -o <output> [flag...]
  local logfile=$work/log/bolt-$1-$2.log command name status
  while :; do
    log "llvm-bolt, $2${skip[*]:+, without ${skip[*]}}"
    command=("$LLVM_BIN/llvm-bolt" "${@:3}")
    [ ${#skip[@]} -eq 0 ] || command+=("-skip-funcs=$(bolt_patterns "${skip[@]}")")
    printf '%s\n' "${command[*]}" >"$logfile"
    bolt_failed=
    status=0
    tethered "${command[@]}" >>"$logfile" 2>&1 || status=$?
    [ "$status" -ne 0 ] || [ ! -s "$5" ] || return 0
    bolt_failed="llvm-bolt failed: $(grep -am 1 '^BOLT-ERROR: ' "$logfile" || printf 'exit status %s' "$status"); all it said is in '$logfile'"
    # "... in function NAME(*2). ...": of a function with two names, the first.
    name=$(sed -nE 's/^BOLT-ERROR: .* in function ([^ (]*[^ .(])([(][*][0-9]+[)])?([. ].*)?$/\1/p' "$logfile" | sed -n 1p)
    if [ -z "$name" ] || packed_relocations || [ ${#skip[@]} -ge 20 ] || [[ " ${skip[*]} " == *" $name "* ]]; then
      show_end "$logfile" 5
      return
    fi
    skip+=("$name")
  done
}

# Names as llvm-bolt takes them: patterns between commas.
bolt_patterns() { # <name...>
  printf '%s\n' "$@" | sed 's/[].[*^$+?(){}|\\]/\\&/g' | paste -sd , -
}

# Relocations that are packed into one table, which an older llvm-bolt does not know, and a newer one not everywhere.
packed_relocations() { # after elf_read
  elf_says 'sections .relr.dyn'
}
