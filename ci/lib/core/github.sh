# shellcheck shell=bash
#
# The only reader of GITHUB_*: what a phase says to the run that it is a step of. Anywhere else
# these functions do nothing.

on_github() {
  [ "${GITHUB_ACTIONS-}" = true ]
}

# An annotation on the run. In a workflow command %, CR and LF are escaped, in its properties : and , as well.
annotate() { # <warning|error> <text> [title]
  on_github || return 0
  local text title
  text=$(clean "$2")
  text=${text//'%'/'%25'} # line breaks, the other two that matter here, are gone
  title=$(clean "${3-}")
  title=${title//'%'/'%25'}
  title=${title//':'/'%3A'}
  title=${title//','/'%2C'}
  printf '::%s%s::%s\n' "$1" "${title:+ title=$title}" "$text" >&2
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

# Of the server that the run is on: without GH_HOST, gh would take the token to github.com.
if [ -n "${GITHUB_SERVER_URL-}" ]; then
  export GH_HOST=${GITHUB_SERVER_URL#*://}
  [ "$GH_HOST" = github.com ] || export GH_ENTERPRISE_TOKEN=${GH_TOKEN-}
fi

github_here() {
  [[ ${GITHUB_REPOSITORY-} =~ ^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+$ ]] ||
    die "ask GitHub: GITHUB_REPOSITORY is '${GITHUB_REPOSITORY-}', not OWNER/NAME; this works in a GitHub run only"
  type -P gh >/dev/null || die "ask GitHub: gh is not installed"
}

# Whose token it is, as comments name their author: "NAME" or "APP[bot]". REST does not tell it of an app's.
github_login() {
  github_here
  gh api graphql -f query='query { viewer { login } }' --jq .data.viewer.login ||
    die "ask GitHub whose the token is: gh failed"
}

# A value of the event that started the run; nothing where there is none.
github_event() { # <jq expression>
  [ -f "${GITHUB_EVENT_PATH-}" ] || return 0
  jq -r "$1 // empty" "$GITHUB_EVENT_PATH" 2>/dev/null || true
}

# The commits of base and head that the event names, where the run is a pull request's.
github_pull() { # prints "BASE HEAD"
  [ "${GITHUB_EVENT_NAME-}" != pull_request ] || github_event '.pull_request | "\(.base.sha) \(.head.sha)"'
}

# The commit on which a merge queue puts what it tests: several commits, where it squashes or rebases.
github_queued() {
  [ "${GITHUB_EVENT_NAME-}" != merge_group ] || github_event .merge_group.base_sha
}

# Asks GitHub's API about this repository; prints the answer.
github_api() { # <path below repos/OWNER/NAME> [option of gh api...]
  github_here
  gh api "repos/$GITHUB_REPOSITORY${1:+/$1}" "${@:2}" || die "ask GitHub for '$1': gh failed; does the job have the permission for it?"
}

# git that commits as GitHub knows the owner of the token of a run.
GITHUB_AUTHOR='github-actions[bot]'
GITHUB_EMAIL='41898282+github-actions[bot]@users.noreply.github.com'
github_author() { # <git> <argument...>
  GIT_AUTHOR_NAME=$GITHUB_AUTHOR GIT_AUTHOR_EMAIL=$GITHUB_EMAIL GIT_COMMITTER_NAME=$GITHUB_AUTHOR GIT_COMMITTER_EMAIL=$GITHUB_EMAIL "$@"
}

# git with the right of the token, which stands in no command line and in no file; of GitHub's server alone.
github_git() { # <argument of git...>
  GIT_TERMINAL_PROMPT=0 GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader" \
    GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $(printf 'x-access-token:%s' "${GH_TOKEN-}" | base64 -w 0)" git "$@"
}
