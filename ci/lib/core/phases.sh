# shellcheck shell=bash
#
# For commands that are made of phases: each runs as it would by hand, one after the other.

phases_begin() { # sets times
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

stop_phase() { # <signal's number>
  trap '' HUP INT TERM
  kill -TERM "$running" 2>/dev/null || true
  wait "$running" || true
  exit $((128 + $1))
}
