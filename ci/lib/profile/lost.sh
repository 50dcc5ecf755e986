# shellcheck shell=bash
#
# Which processes of a workload left no profile. workload-run watches them (--watch, by ptrace), which may
# change what a run does: become another user (sudo), look for leaks, trace. So a workload that fails is run
# once more, unwatched, before it has failed.

lost_by=() lost_unseen=() # workloads

# Whether the processes of a workload are watched: unless pgokit.json says no.
lost_watched() { # <name of the workload's fields>
  local -n lost_of=$1
  [ "${lost_of[watch]}" = true ] && [ "$(config .collect.watch)" = true ]
}

# As the collector, of a workload_run; what it prints has the field processes.
lost_collect() { # <raw_collect|bolt_collect> <workload's folder> <name of the workload's fields> <its log> <command...>; in a subshell
  local dir=$2 log=$4 watch=--watch said status=0 result failed
  [ "$1" = raw_collect ] || watch=--watch-bolt
  lost_watched "$3" || {
    result=$("$1" "$dir" "${@:5}") || status=$?
    lost_unwatched "$result" '"watch": false in pgokit.json'
    return "$status"
  }
  said=$(bytes_of "$log" 2>/dev/null) || said=0
  result=$("$1" "$dir" "${@:5}" "$watch" "$dir/run" 2>"$work/log/watched.err") || status=$?
  if [ "$status" = 0 ] || [ "$status" = "$RAW_TROUBLE" ] || ! jq -e '.processes.watched' >/dev/null 2>&1 <<<"$result"; then
    cat -- "$work/log/watched.err" >&2
    printf '%s\n' "$result"
    return "$status"
  fi
  failed=$(jq -r .ended <<<"$result")
  log "once more, unwatched, since it failed ($failed)"
  # What it said is kept apart: it is not of the run that counts.
  tail -c "+$((said + 1))" -- "$log" >"$work/log/watched.log"
  truncate -s "$said" -- "$log"
  rm -rf -- "${dir:?}"
  status=0
  result=$("$1" "$dir" "${@:5}") || status=$?
  lost_unwatched "$result" "watched, it failed ($failed)"
  return "$status"
}

lost_unwatched() { # <measurements; nothing when it did not start> <why>
  [ -z "$1" ] || jq -c --arg reason "$2" '. + {processes: {watched: false, $reason}}' <<<"$1"
}

# The measurements, with what is known of lost profiles.
lost_known() { # <measurements> <workload's folder> <its log> <bytes in it before the run>
  local unwritable taken=/dev/null
  unwritable=$(tail -c "+$(($4 + 1))" -- "$3" 2>/dev/null | LC_ALL=C grep -acF 'LLVM Profile Error: Failed to write file "') || true
  [ ! -e "$2/taken" ] || taken=$2/taken
  # shellcheck disable=SC2016 # jq's variables
  jq -c --rawfile taken "$taken" --argjson unwritable "${unwritable:-0}" ".processes |= ($(<"$PGOKIT_HOME/ci/lib/profile/lost.jq"))" <<<"$1"
  rm -f -- "$2/taken"
}

# Which processes left none, and what to do about it, without a full stop; nothing where there are none.
lost_told() { # <measurements> [train: where continuous mode is no way out]
  local advice=''
  case " $(jq -r '[.processes.lost[]?.how] | join(" ")' <<<"$1") " in
    '  ') return ;;
    *' unset '* | *' reset '*) advice='. Let what starts a process keep LLVM_PROFILE_FILE' ;;&
    *' signal '* | *' exit '* | *' exec '* | *' left '*)
      advice+='. A profile is written at exit and at the end of main: let processes end so'
      [ "${2-}" = train ] || advice+=', or set "continuous": true under "collect", by which they count into their profile as they run'
      ;;
  esac
  printf '%s%s' "$(jq -r "$(<"$PGOKIT_HOME/ci/lib/core/manifest.jq")"' lost_words' <<<"$1")" "$advice"
}

# Where a workload left other profiles, those that are lost would be missed by nobody.
lost_say() { # <what runs it, for messages> <workload> <measurements> <its folder> <its log> <bytes in it before the run> [train]
  local told llvm
  told=$(lost_told "$3" "${7-}")
  llvm=$(why_said "$5" "$6") || llvm=''
  case $(jq -r '.processes | "\(.watched) \(.forks) \(.reason)"' <<<"$3") in
    'false null "watch": false'*) ;;
    false*) lost_unseen+=("$2") ;;&
    false*) warn "$1 workload '$2': which of its processes left no profile is not known: $(jq -r .processes.reason <<<"$3"). \"watch\": false in the workload says that this is meant" ;;
    'true false'*) log 'without fanotify here: of a process and its forks, one that leaves by _exit is not seen where another left a profile' ;;
  esac
  [ -z "$told" ] || lost_by+=("$2")
  [ -n "$(find "$4" -type f \( -name '*.profraw' -o -name '*.fdata' \) -print -quit)" ] || return 0
  if [ -n "$told" ]; then
    warn "$1 workload '$2': $told${llvm:+. One said: $llvm}"
  elif [ -n "$llvm" ]; then
    warn "$1 workload '$2': the profile of one of its processes is lost: $llvm"
  fi
}

# Ends a training that has to be whole, and is not: after lost_say of each workload.
lost_check() { # <what, for messages>
  [ "$(config .collect.on_lost)" = fail ] || return 0
  [ ${#lost_by[@]} -eq 0 ] ||
    refuse 1 "$1: processes of $(some_names "${lost_by[@]}") left no profile, and collect.on_lost is \"fail\"; see above"
  [ ${#lost_unseen[@]} -eq 0 ] ||
    refuse 1 "$1: whether each process of $(some_names "${lost_unseen[@]}") left a profile is not known, and collect.on_lost is \"fail\"; see above"
}
