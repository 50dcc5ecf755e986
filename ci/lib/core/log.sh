# shellcheck shell=bash
#
# Messages, all on standard error, and the ways to end. Sourced first by every script.

# What is opened next takes the number of a standard file that is closed, this script for one.
writable() { # <number of an open file>
  local what value
  [ -d "/proc/$$/fdinfo" ] || return 0 # nothing tells
  [ -e "/proc/$$/fdinfo/$1" ] || return
  while read -r what value; do
    [ "$what" != flags: ] || return $(((8#$value & 3) == 0)) # O_RDONLY
  done <"/proc/$$/fdinfo/$1"
}
[[ -e /dev/fd/0 && ! /dev/fd/0 -ef $0 ]] || exec </dev/null
writable 2 || exec 2>/dev/null

case ${0##*/} in
  pgokit | bash) PGOKIT_TOOL=pgokit ;;
  setup) PGOKIT_TOOL=ci/setup ;;
  *) PGOKIT_TOOL="pgokit ${0##*/}" ;;
esac

# No script may end without a word: whatever fails outside a check of its own is named here, and is
# trouble, not the command's "no".
set -E
trap 'unforeseen $? "${BASH_SOURCE[0]}" "$LINENO" "$BASH_COMMAND"; exit 2' ERR

unforeseen() { # <exit status> <file> <line> <command>
  printf '%s: %s:%s: exit status %s: %s\n' "$PGOKIT_TOOL" "${2##*/}" "$3" "$1" "$(clean "$4")" >&2
}

writable 1 || {
  printf '%s: write the result: standard output is closed\n' "$PGOKIT_TOOL" >&2
  exit 2
}

# The text with control characters shown as '?': names of files and benchmarks are hostile input.
# Line breaks are among them, since a line of its own could be a workflow command of GitHub's.
clean() { # <text>
  local clean
  cleaned "$1"
  printf '%s' "$clean"
}

cleaned() { # <text>; sets clean
  # Byte by byte: C2 80 to C2 9F is U+0080 to U+009F in UTF-8, which some terminals obey like escape sequences.
  local LC_ALL=C
  clean=${1//$'\xc2'[$'\x80'-$'\x9f']/?}
  clean=${clean//[$'\x01'-$'\x08'$'\x0a'-$'\x1f'$'\x7f']/?}
}

# Plain lines with the time in logs; where a person watches, the time would only be noise.
log() { # <text...>
  local clean
  cleaned "$*"
  if [ -t 2 ]; then
    printf '   %s\n' "$clean" >&2
  else
    printf '%(%H:%M:%S)T   %s\n' -1 "$clean" >&2
  fi
}

phase() { # <text...>: the start of a phase
  local clean
  cleaned "$*"
  if [ -t 2 ]; then
    printf '\033[1m== %s\033[0m\n' "$clean" >&2
  else
    printf '%(%H:%M:%S)T == %s\n' -1 "$clean" >&2
  fi
}

warn() { # <text...>
  printf '%s: warning: %s\n' "$PGOKIT_TOOL" "$(clean "$*")" >&2
  annotate warning "$*"
}

die() { # <text...>: usage or trouble
  refuse 2 "$@"
}

# Where exit status 1 is a verdict, as a regression is, a "no" on the way there has to be another.
refuse() { # <exit status> <text...>
  local status=$1
  [ "$status" -ne 1 ] || status=${PGOKIT_NO:-1}
  shift
  printf '%s: %s\n' "$PGOKIT_TOOL" "$(clean "$*")" >&2
  annotate error "$*"
  [ -z "${PGOKIT_REASON-}" ] || clean "$*" >"$PGOKIT_REASON" || true # the disk may be full
  exit "$status"
}

usage() { # <what is wrong>
  printf '%s: %s\n' "$PGOKIT_TOOL" "$(clean "$*")" >&2
  exit 2
}

# The last lines of a log, set apart: what others print may look like a message, or a command of GitHub's.
show_end() { # <file> <lines> [bytes at its beginning to leave out]
  local line
  tail -c "+$((${3:-0} + 1))" -- "$1" | tail -n "$2" | while IFS= read -r line || [ -n "$line" ]; do
    printf '  | %s\n' "$(clean "${line:0:500}")" >&2
  done
}

# The comment block at the top of a script is its help.
help_of() { # <file>
  awk 'NR == 1 || (NR == 2 && /^#$/) { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$1"
}

# A list in a message: the first ten, in order, and how many more.
some_names() { # <name...>
  local sorted text
  mapfile -d '' -t sorted < <(printf '%s\0' "$@" | LC_ALL=C sort -z)
  printf -v text "'%s', " "${sorted[@]:0:10}"
  printf '%s' "${text%, }"
  [ $# -le 10 ] || printf ' and %d more' $(($# - 10))
}

# For the option loops: -h and anything unknown.
common_option() { # <option>
  case $1 in
    -h | --help)
      help_of "$0"
      exit 0
      ;;
    *) usage "unknown option '$1'; see $PGOKIT_TOOL -h" ;;
  esac
}

need_value() { # <option> <number of arguments left>
  [ "$2" -ge 2 ] || usage "option '$1' needs a value"
}

budget_check() { # <value of --budget, or nothing>
  [[ ${1:-1} =~ ^[0-9]+([.][0-9]+)?$ ]] || usage "--budget '$1': expected a number of seconds"
}

# Prints a number of bytes as a person would say it.
human_bytes() { # <bytes>
  awk -v b="$1" 'BEGIN {
    split("B KiB MiB GiB TiB", unit, " ")
    for (i = 1; b >= 1024 && i < 5; i++) b /= 1024
    printf(i == 1 ? "%d %s" : "%.1f %s", b, unit[i])
  }'
}
