# shellcheck shell=bash
#
# Which artifact of an earlier run of this repository counts. A run is known by what GitHub says of it, never by a name that
# anybody may give: a fork's branch may be called as the default branch is, and a workflow as another.

# The newest artifact of that name, not expired, of the newest run that succeeded, of this workflow, on the default branch of
# this very repository. Prints it as JSON, or nothing. A run that was started again may have one of each attempt.
artifact_find() { # <workflow file> <artifact> <default branch> <query for its runs> <jq condition on a run> [option of jq...]
  local runs id all found
  runs=$(github_api "actions/workflows/$1/runs?branch=$(jq -rn --arg b "$3" '$b | @uri')&status=success&per_page=50${4:+&$4}") || exit
  runs=$(jq -r --arg branch "$3" --arg path ".github/workflows/$1" "${@:6}" '
    .workflow_runs[]
    | select((.path | sub("@.*$"; "")) == $path and .head_branch == $branch and .conclusion == "success"
        and .head_repository.id == .repository.id and ('"$5"'))
    | .id' <<<"$runs")
  for id in $runs; do # newest first
    all=$(github_api "actions/runs/$id/artifacts?name=$2") || exit
    found=$(jq -c --arg run "$id" --arg name "$2" '[.artifacts[] | select(.name == $name and .expired == false)]
      | max_by(.id) // empty | {run: ($run | tonumber), artifact: .id, digest, commit: .workflow_run.head_sha, made: .created_at}' <<<"$all")
    [ -z "$found" ] || {
      printf '%s\n' "$found"
      return
    }
  done
}
