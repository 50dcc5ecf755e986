# shellcheck shell=bash
#
# For commands that are made of phases: each runs as it would by hand, one after the other, and what
# it prints is its own.

phases_begin() { # sets times
  work_lock
  conditions_check
  times=() running=
  trap 'stop_phase 1' HUP
  trap 'stop_phase 2' INT
  trap 'stop_phase 15' TERM
}

# Runs a phase and notes how long it took. In a process group of its own: a signal to the group of
# this script reaches the phase once, through stop_phase. A second one while bash still acts on the
# first can cut short what a phase has to do at its end.
try_phase() { # <command> [option...]; its exit status
  local begin=$SECONDS status=0
  set -m
  (tethered_exec "$PGOKIT_HOME/ci/commands/$1" "${@:2}") &
  set +m
  running=$!
  wait "$running" || status=$?
  times+=("$1 $((SECONDS - begin)) s")
  return "$status"
}

# The end of a phase that did not succeed is the end of all.
run_phase() { # <command> [option...]
  try_phase "$@" || exit
}

# What the variants are built from.
phases_profile() { # <tier>
  run_phase collect --tier "$1" >/dev/null
  run_phase merge >/dev/null
}

# Which of the variants that are built ships.
phases_choice() { # <seconds for the first measuring> [option of gate...]; sets ship
  run_phase bench --budget "$1" >/dev/null
  run_phase gate "${@:2}" >/dev/null
  # shellcheck disable=SC2034 # the caller's
  ship=$(jq -r .ship "$work/gate/verdict.json")
}

phases_times() {
  log "$(printf '%s, ' "${times[@]}" | sed 's/, $//')"
}

stop_phase() { # <signal's number>
  trap '' HUP INT TERM
  kill -TERM "$running" 2>/dev/null || true
  wait "$running" || true
  exit $((128 + $1))
}
