# shellcheck shell=bash
#
# The only reader of GITHUB_*: what a phase says to the run that it is a step of. Anywhere else
# these functions do nothing.

# An annotation on the run. Data in a workflow command has %, CR and LF escaped, nothing else.
annotate() { # <warning|error> <text>
  [ "${GITHUB_ACTIONS-}" = true ] || return 0
  local text
  text=$(clean "$2")
  text=${text//'%'/'%25'} # line breaks, the other two that matter here, are gone
  printf '::%s::%s\n' "$1" "$text" >&2
}

# Appends a Markdown file to the job summary, which drops a step's text beyond 1 MiB whole.
job_summary() { # <file>
  [ -n "${GITHUB_STEP_SUMMARY-}" ] || return 0
  head -c 1000000 -- "$1" >>"$GITHUB_STEP_SUMMARY"
}

# An output of the step: a name and a value of one line.
step_output() { # <name> <value>
  [ -n "${GITHUB_OUTPUT-}" ] || return 0
  printf '%s=%s\n' "$1" "$(clean "$2")" >>"$GITHUB_OUTPUT"
}

# Asks GitHub's API about this repository; prints the answer.
github_api() { # <path below repos/OWNER/NAME> [option of gh api...]
  [[ ${GITHUB_REPOSITORY-} =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ ]] ||
    die "ask GitHub: GITHUB_REPOSITORY is '${GITHUB_REPOSITORY-}', not OWNER/NAME; this works in a GitHub run only"
  type -P gh >/dev/null || die "ask GitHub: gh is not installed"
  gh api "repos/$GITHUB_REPOSITORY${1:+/$1}" "${@:2}" || die "ask GitHub for '$1': gh failed; does the job have the permission for it?"
}
