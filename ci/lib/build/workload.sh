# shellcheck shell=bash
#
# Runs workloads, benchmarks and what goes with them, in the tree.

# Whether a workload can run: its probe, if it has one, succeeds.
workload_ready() { # <workload, a line of config_workloads> <log file>; sets probe_ended
  local needs outcome limit
  local -A w
  config_fields w "$1"
  needs=${w[needs]}
  [ -n "$needs" ] || return 0
  limit=${w[timeout_s]}
  [[ $limit =~ ^[0-5]?[0-9]([.][0-9]+)?$ ]] || limit=60 # a probe is quick
  # shellcheck disable=SC2094 # both only append
  outcome=$(as_user workload-run -C "$tree" --shell --timeout "$limit" --log "$2" "$needs" 2>>"$2") || {
    probe_ended=$(unusual_end "$outcome")
    return 1
  }
}

# How a command ended, in brackets, where its exit status does not say it: a timeout, a signal.
unusual_end() { # <measurements of workload-run as JSON; nothing when it did not start>
  local ended
  ended=$(jq -r .ended <<<"$1")
  case $ended in
    'exit status '*) ;;
    ?*) printf ' (%s)' "$ended" ;;
  esac
}

# Runs one workload with its program; what it prints goes to the log. Prints the measurements of
# workload-run as JSON. The edits of clang's command line are for what a suite builds: the program may be
# a clang itself.
workload_run() { # <workload or benchmark, a line of config_workloads> <program> <log file> [option of workload-run...]
  local -A w
  config_fields w "$1"
  local opts=(-C "$tree" --timeout "${w[timeout_s]}" --log "$3" "${@:4}")
  [ "${w[shell]}" = false ] || opts+=(--shell)
  if [ -n "${BASE_EDITS+x}" ] && [ "${w[suite]-}" != true ]; then
    PGOKIT_BINARY=$2 as_user env -u CCC_OVERRIDE_OPTIONS ${BASE_EDITS:+"CCC_OVERRIDE_OPTIONS=$BASE_EDITS"} workload-run "${opts[@]}" "${w[run]}"
  else
    PGOKIT_BINARY=$2 as_user workload-run "${opts[@]}" "${w[run]}"
  fi
}

# What a benchmark does before and after it: prepare, cleanup.
workload_beside() { # <command> <log file>
  # shellcheck disable=SC2094 # both only append
  as_user workload-run -C "$tree" --shell --log "$2" "$1" >/dev/null 2>>"$2"
}
