# shellcheck shell=bash
# Loaded by every test: comparisons that say on failure what was expected and what came.
#
#   same  ACTUAL EXPECTED   the same text
#   has   TEXT PART         PART is in it; lacks: it is not
#   starts, ends TEXT PART  PART is its beginning, its end
#   like  TEXT GLOB         all of it fits the pattern of the shell
#   matches TEXT REGEX      it fits the extended regular expression
#   holds WORD...           what [ WORD... ] says: of numbers and files
#
# A command's exit status is given to run: run -N COMMAND.

bats_require_minimum_version 1.5.0

# What run has kept of the last command is shown with every failure, as by bats --print-output-on-failure.
BATS_PRINT_OUTPUT_ON_FAILURE=1

# Texts of several lines are shown as a diff.
same() { # <actual> <expected>
  [ "$1" != "$2" ] || return 0
  if [[ $1$2 == *$'\n'* ]]; then
    diff -u --label expected --label actual <(printf '%s\n' "$2") <(printf '%s\n' "$1") | cat -v >&2
    return 1
  fi
  unexpected expected "$2" "$1"
}

has() { # <text> <part>
  [[ $1 == *"$2"* ]] || unexpected 'expected in it' "$2" "$1"
}

lacks() { # <text> <part>
  [[ $1 != *"$2"* ]] || unexpected 'not expected in it' "$2" "$1"
}

starts() { # <text> <part>
  [[ $1 == "$2"* ]] || unexpected 'expected first' "$2" "$1"
}

ends() { # <text> <part>
  [[ $1 == *"$2" ]] || unexpected 'expected last' "$2" "$1"
}

like() { # <text> <glob>
  # shellcheck disable=SC2053 # a pattern
  [[ $1 == $2 ]] || unexpected 'expected like' "$2" "$1"
}

matches() { # <text> <regex>
  [[ $1 =~ $2 ]] || unexpected 'expected to match' "$2" "$1"
}

# Both texts one below the other; of a long one the beginning.
unexpected() { # <what was expected> <text> <actual>
  printf '%-20s %s\n%-20s %s\n' "$1:" "$(visible "${2:0:4000}")" actual: "$(visible "${3:0:4000}")" >&2
  return 1
}

# As it is, or quoted where something in it would not be seen.
visible() { # <text>
  if [[ $1 == *[^[:print:]]* || $1 == ' '* || $1 == *' ' || $1 == '' ]]; then
    printf '%s' "${1@Q}"
  else
    printf '%s' "$1"
  fi
}

holds() { # <word of test>...
  # shellcheck disable=SC2244 # the words say what is tested
  [ "$@" ] || {
    printf 'does not hold: %s\n' "${*@Q}" >&2
    return 1
  }
}
