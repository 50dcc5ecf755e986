# shellcheck shell=bash
#
# Competitors in a release: what pgokit compete measured goes with it, and whom the last release beat and this one does
# not is said in its notes.

# The measurement of this very program, if there is one.
competitors_pack() { # <program as it is packed> <file to make>
  local file=$work/compete/compete.json
  [ -s "$file" ] || return 0
  if compete_read "$file" && [ "$(jq -r .sha256 "$file")" = "$(hash_of "$1")" ]; then
    cp -- "$file" "$2"
  else
    warn "pack '$file': another program was measured beside the competitors than is packed, so it is left out; run pgokit compete again"
  fi
}

# Markdown, a line each, of files whose words come from jobs that ran the project's code; nothing where no earlier release
# has a measurement.
competitors_notes() { # <compete.json of this release, or nothing>
  local last dir before
  if [ -n "$1" ] && ! compete_read "$1"; then refuse 1 "publish '$1': it is no result of pgokit compete"; fi
  # shellcheck disable=SC2016 # jq's variables
  last=$(github_api releases --paginate --jq '.[] | select(.draft | not) | .tag_name as $tag | .assets[].name
    | select(endswith("-compete.json")) | "\($tag)\t\(.)"') || exit
  [ -n "$last" ] || return 0
  last=${last%%$'\n'*}
  if [ -z "$1" ]; then
    competitors_say "Its competitors were not measured, as those of ${last%%$'\t'*} were"
    return
  fi
  dir=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/pgokit.XXXXXX")
  before=$dir/${last#*$'\t'}
  if gh release download "${last%%$'\t'*}" -R "$GITHUB_REPOSITORY" --pattern "${last#*$'\t'}" --dir "$dir" >&2 && compete_read "$before"; then
    compete_behind "$1" "$before" | while IFS= read -r line; do competitors_say "Since ${last%%$'\t'*}: $line"; done
  else
    competitors_say "Whether it has fallen behind a competitor is not known: the measurement of ${last%%$'\t'*} cannot be read"
  fi
  rm -rf -- "${dir:?}"
}

competitors_say() { # <text>
  # shellcheck disable=SC2016 # jq's variables
  jq -nr --arg text "$1" "$(<"$PGOKIT_HOME/ci/lib/report/markdown.jq")"' "- **\($text[:1000] | escaped)**"'
}
