# shellcheck shell=bash
#
# The life of a phase: one run at a time in a project, a manifest that is true at every exit, and
# nothing left running behind a script that was killed. Needs root and work from config_load.

# Held until this process and all of the kit that it started have ended: after a kill, whatever still
# writes in .pgokit keeps the next run out. `full` holds it for its phases. What is not the kit's may
# leave a server behind, and does not inherit it: builds, workloads and probes (see tools/lib/run/child.c),
# and what goes through without_lock.
work_lock() {
  [ "${PGOKIT_LOCKED-}" != "$work" ] || return 0
  unset PGOKIT_LOCK_FD # of another project
  folder "$work" 2>/dev/null || true
  if [ ! -d "$work" ] && { [ -e "$work" ] || [ -L "$work" ]; }; then
    die "create '$work': what is there is no folder; remove it"
  fi
  [ -w "$work" ] || die "create '$work': no permission to write there"
  work_linked
  type -P flock >/dev/null || return 0
  while :; do
    exec {PGOKIT_LOCK_FD}>>"$work/lock"
    flock -w "${PGOKIT_LOCK_WAIT:-5}" "$PGOKIT_LOCK_FD" ||
      die "run in '$root': another pgokit is at work there (process $(cat -- "$work/lock")); wait for it to end"
    # clean may have removed the file while this run waited for it.
    [ "/dev/fd/$PGOKIT_LOCK_FD" -ef "$work/lock" ] && break
    exec {PGOKIT_LOCK_FD}>&-
  done
  printf '%s\n' "$$" >"$work/lock"
  export PGOKIT_LOCKED=$work PGOKIT_LOCK_FD
}

# A link leads to a folder that is empty or has been a work directory before: what phases replace and clean removes there is
# the kit's.
work_linked() {
  [ -L "$work" ] || return 0
  [ -z "$(find -H "$work" -mindepth 1 -maxdepth 1 ! -name lock -print -quit)" ] ||
    { [ "$(cat -- "$work/.gitignore" 2>/dev/null)" = '*' ] && [ -f "$work/CACHEDIR.TAG" ]; } ||
    die "use '$work': it is a link to '$(readlink -- "$work")', where other things lie than pgokit's; let it lead to an empty folder"
}

without_lock() { # <command...>
  if [ -z "${PGOKIT_LOCK_FD-}" ]; then
    "$@"
  else
    "$@" {PGOKIT_LOCK_FD}>&-
  fi
}

# core.fsmonitor starts a daemon, and so does a wrapper of rustc (sccache).
git() { without_lock command git "$@"; }
cargo() { without_lock command cargo "$@"; }
rustc() { without_lock command rustc "$@"; }

# Tools and phases end when the script that started them does, however it ends: the tools watch the
# process of this number (see tools/lib/run/supervise.h).
export PGOKIT_TETHER=$$
tethered() ( # <command...>
  tethered_exec "$@"
)

tethered_exec() { # <command...>
  ! type -P setpriv >/dev/null || exec setpriv --pdeathsig TERM -- "$@"
  exec "$@"
}

phase_begin() { # <phase> [text for people]
  conditions_check
  work_lock
  [ -z "${2-}" ] || phase "$1: $2"
  folder "$work/log"
  printf '*\n' >"$work/.gitignore" # the project's git status stays as it was
  # Its own tools for finding, packing and backing up pass it by (bford.info/cachedir).
  printf 'Signature: 8a477f597d28d172789f06886806bc55\n' >"$work/CACHEDIR.TAG"
  remove "$work/log/$1.reason"
  PGOKIT_PHASE=$1
  phase_status=0                    # the exit status that phase_end records
  PGOKIT_REASON=$work/log/$1.reason # where refuse leaves its words
  phase_started=''
  utc_now phase_started
  trap phase_exit EXIT
  manifest_last '{"status": "running"}'
}

# The phase went to its end; the record of its results, if it has one, is phase_end's.
phase_done() { # <exit status>
  manifest_last "{\"status\": \"done\", \"exit\": $1}"
  PGOKIT_PHASE=
}

# JSON is a jq program, too.
phase_end() { # <jq program: what the phase has to record> [option of jq...]
  # shellcheck disable=SC2016 # jq's variables
  manifest_edit ".phases[\$phase] = ($1)"' + {finished: $now}
    | .last = {phase: $phase, started: $started, status: "done", exit: '"$phase_status"', finished: $now}' "${@:2}"
  PGOKIT_PHASE=
}

# Adds what is to be undone on every way out of the phase, the latest first.
at_exit=()
phase_at_exit() { # <function>
  [[ " ${at_exit[*]} " == *" $1 "* ]] || at_exit+=("$1")
}

# On every way out: what was put aside comes back, temporary folders go, and a phase that did not end
# well says so in the manifest.
phase_exit() {
  local status=$? reason i
  trap '' HUP INT TERM # a second signal would cut off what is left to do
  for ((i = ${#at_exit[@]} - 1; i >= 0; i--)); do
    "${at_exit[i]}"
  done
  if [ -n "${PGOKIT_PHASE-}" ] && [ -d "$work" ]; then
    reason=$(cat -- "$PGOKIT_REASON" 2>/dev/null) || reason=
    if [ "$status" -eq 0 ]; then
      status=143 reason='ended by a signal' # bash runs this without the signal's number
    fi
    # shellcheck disable=SC2016 # jq's variables
    manifest_last '{status: "failed", $exit, $reason}' --argjson exit "$status" --arg reason "${reason:0:20000}" ||
      printf '%s: warning: write %s: it failed, so the manifest does not say how this run ended\n' "$PGOKIT_TOOL" "$(clean "'$work/manifest.json'")" >&2
    disk_full_hint
  fi
  exit "$status"
}

# Whatever failed may have failed for this.
disk_full_hint() {
  local free
  free=$(df -Pk -- "$work" 2>/dev/null | awk 'NR == 2 { print $4 }') || free=
  case $free in
    [0-9] | [0-9][0-9]) printf '%s: the disk is full: %s KiB are free in %s\n' "$PGOKIT_TOOL" "$free" "$(clean "'$work'")" >&2 ;;
  esac
}

# .pgokit/manifest.json has the record of every phase whose results are in the folders (phases), and
# how the latest phase went, whether it made any or not (last).
manifest_last() { # <jq program> [option of jq...]
  # shellcheck disable=SC2016 # jq's variables
  manifest_edit ".last = {phase: \$phase, started: \$started} + ($1)"'
    | if .last.status != "running" then .last.finished = $now else . end' "${@:2}"
}

manifest_edit() { # <jq program with $phase, $started, $now> [option of jq...]; sets MANIFEST
  local file=$work/manifest.json version now said lines
  utc_now now
  [ -s "$file" ] || printf '{}\n' >"$file"
  # What is no object (full of zeros, after a power failure) is begun afresh.
  read -r version <"$PGOKIT_HOME/ci/VERSION"
  said=$(jq -R -s -r --arg phase "$PGOKIT_PHASE" --arg name "${CONFIG_VALUES[.name]}" --arg version "$version" \
    --arg started "$phase_started" --arg now "$now" "
    $(<"$PGOKIT_HOME/ci/lib/core/manifest.jq")"'
    (try (fromjson | if type == "object" then . else {} end) catch {})
    | .format = "pgokit-manifest-1" | .name = $name | .pgokit = $version
    | '"$1 | recorded, ." "$file" "${@:2}") || return
  mapfile -t lines <<<"$said"
  printf '%s\n' "${lines[@]:1}" >"$file.new" || return
  mv -- "$file.new" "$file" || return
  config_fields MANIFEST "${lines[0]}"
}

# What manifest_edit left there: nobody else writes while this run has the lock.
declare -gA MANIFEST=()

utc_now() { # <variable>
  TZ=UTC printf -v "$1" '%(%FT%TZ)T' -1
}

manifest_get() { # <path of a plain value, or jq program> [option of jq...]; nothing where there is no record
  if [ -n "${MANIFEST[$1]+x}" ]; then
    printf '%s\n' "${MANIFEST[$1]}"
    return
  fi
  [ ${#MANIFEST[@]} -eq 0 ] || [[ $1 == *[!a-z0-9_.]* ]] || return 0
  [ -f "$work/manifest.json" ] || return 0
  jq -r "($1) // empty" "$work/manifest.json" "${@:2}"
}
