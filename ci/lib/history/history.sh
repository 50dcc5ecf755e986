# shellcheck shell=bash
#
# The history of a project: a line of JSON for each run (tools/lib/history/lines.h), in the file NAME.jsonl of the
# branch pgokit-history, beside its page NAME.html. The branch has no other parent than itself, and is read as data.

HISTORY_BRANCH=pgokit-history
HISTORY_LINES_MAX=$((64 << 20)) # bytes, as bench-history reads them

# What the files of the project are called there.
history_name() {
  config .name | LC_ALL=C tr -c 'A-Za-z0-9\n' -
}

history_git() { # <argument of git...>; with the token of a run on GitHub, where there is one
  if [ -n "${GH_TOKEN-}" ]; then github_git -C "$root" "$@"; else git -C "$root" "$@"; fi
}

# The lines of the branch, to a file that is there from then on. Sets tip: its commit, or nothing where there is none.
history_fetch() { # <file>
  local said bytes depth=()
  said=$(history_git ls-remote origin "refs/heads/$HISTORY_BRANCH") || die "ask origin for the branch '$HISTORY_BRANCH': git failed; see above"
  tip=${said%%[[:space:]]*}
  : >"$1"
  [ -n "$tip" ] || return 0
  # A clone that has all of its history stays one.
  [ "$(git -C "$root" rev-parse --is-shallow-repository)" = false ] || depth=(--depth=1)
  history_git fetch -q --no-tags --no-write-fetch-head "${depth[@]}" origin "$tip" || die "fetch '$HISTORY_BRANCH': git failed; see above"
  bytes=$(git -C "$root" cat-file -s "$tip:$(history_name).jsonl" 2>/dev/null) || return 0
  [ "$bytes" -le "$HISTORY_LINES_MAX" ] || die "read '$HISTORY_BRANCH:$(history_name).jsonl': $bytes bytes are too many for a history"
  git -C "$root" cat-file blob "$tip:$(history_name).jsonl" >"$1"
}

# When a commit was made, as 2026-01-31T12:00:00Z.
history_committed() { # <commit>
  TZ=UTC0 git -C "$root" log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ "$1" -- ||
    die "find the date of '$1': git does not have this commit; fetch-depth: 0 of actions/checkout brings it"
}

# Against what this commit is measured: one base for HISTORY_ANCHORED runs, so that small changes add up in each run and
# not over runs; then the commit of the last run, which ties the next base to this one. Where config: gate.release names
# tags, the last release, from the moment it is there. The first time, and where that base is none of this commit's, the
# commit before. Sets commit.
HISTORY_ANCHORED=50
history_base() {
  local lines=$work/history.jsonl next pattern tag head
  commit_find HEAD
  head=$commit
  history_fetch "$lines"
  next=$(jq -nrR --argjson most "$HISTORY_ANCHORED" '[inputs | fromjson? | objects | select(.kind == "gate" and (.base | strings) and (.commit | strings))] as $all
    | ($all | last) as $last | ($all | map(.base == $last.base) | (rindex(false) // -1)) as $other
    | if $last == null then empty elif ($all | length) - 1 - $other >= $most then $last.commit else $last.base end' "$lines")
  pattern=$(config '.gate.release // ""')
  if [ -n "$pattern" ] && tag=$(git -C "$root" describe --tags --abbrev=0 --match="$pattern" "$head^" 2>/dev/null); then
    commit_find "refs/tags/$tag"
    next=$commit
  fi
  if [[ $next =~ ^[0-9a-f]{40,64}$ ]] && [ "$next" != "$head" ] && git -C "$root" merge-base --is-ancestor "$next" "$head" 2>/dev/null; then
    commit=$next
  else
    commit_find "HEAD^"
  fi
}

# What both kinds of lines begin with.
history_head() { # <kind> <what it is known by> <when> <commit>
  jq -cn --arg id "$1-${2:0:40}-${4:0:12}" --arg date "$3" --arg commit "$4" \
    --arg committed "$(history_committed "$4")" --arg pgokit "$(<"$PGOKIT_HOME/ci/VERSION")" \
    '{format: "pgokit-history-1", $id, $date, $commit, $committed, $pgokit}'
}

# The lines of what a gate and a merge left in a folder. Status 1 where neither did. A gate is known by its run on GitHub,
# all attempts of it, or by its evidence; a profile by its hash.
history_lines() { # <folder, as .pgokit is>
  local evidence=$1/gate/evidence.json health=$1/profile/health.json commit base made found=1 filter
  filter=$(<"$PGOKIT_HOME/ci/lib/history/lines.jq")
  if [ -f "$evidence" ] && [ ! -L "$evidence" ]; then
    base=$(jq -r '.phases.gate.base // ""' "$1/manifest.json") || die "read '$1/manifest.json': jq failed; see above"
    [[ $base =~ ^[0-9a-f]{40,64}$ ]] || die "read '$1/manifest.json': it does not say which commit was the gate's base"
    commit=$(jq -r '.phases.gate.commit // ""' "$1/manifest.json")
    [[ $commit =~ ^[0-9a-f]{40,64}$ ]] || die "read '$1/manifest.json': it does not say of which commit the gate was; run pgokit gate --base again"
    [ "$(jq -r .phases.gate.dirty "$1/manifest.json")" = false ] ||
      refuse 1 "read '$evidence': what was measured has changes that are in no commit, and a history is of commits; commit them, and run pgokit gate --base again"
    # Computed anew: what the evidence says of itself does not count.
    bench-compare verify --json "$evidence" >"$work/history.verdict" || [ $? -ne 2 ] ||
      die "verify '$evidence': bench-compare cannot; see above"
    jq -c "$filter"' gate_line($evidence[0].inputs[0]; $bytes; $head; $of)' --slurpfile evidence "$evidence" \
      --argjson bytes "$(jq -c '.phases.gate.stripped_bytes | if (.base // 0) > 0 and (.head // 0) > 0 then . else null end' "$1/manifest.json")" \
      --argjson head "$(history_head gate "${GITHUB_RUN_ID:-$(hash_of "$evidence")}" "$(date -u +%FT%TZ)" "$commit")" \
      --argjson of "$(jq -n --arg base "$base" --arg base_committed "$(history_committed "$base")" '$ARGS.named')" "$work/history.verdict" ||
      die "read '$evidence': jq failed; see above"
    rm -f -- "$work/history.verdict"
    found=0
  fi
  if [ -f "$1/profile/merged.profdata" ] && [ ! -L "$1/manifest.json" ]; then
    [ -f "$health" ] || health=/dev/null
    commit=$(jq -r '[.phases.merge.sources[]?.commit // empty] | last // ""' "$1/manifest.json") || die "read '$1/manifest.json': jq failed; see above"
    [[ $commit =~ ^[0-9a-f]{40,64}$ ]] || die "read '$1/manifest.json': it does not say of which commit the profile is"
    # One that is carried forward is the same, and of its first date.
    made=$(jq -r '.phases.merge.made // ""' "$1/manifest.json")
    jq -c "$filter"' profile_line($health[0]; $head)' --slurpfile health "$health" \
      --argjson head "$(history_head profile "$(hash_of "$1/profile/merged.profdata")" "$made" "$commit")" "$1/manifest.json" ||
      die "read '$1/manifest.json': jq failed; see above"
    found=0
  fi
  return "$found"
}

# A commit of the branch with these lines, on top of the one that is there; the same lines at the same time are the same
# commit. Sets commit.
history_commit() { # <lines> <page>
  local index tree name parent=()
  name=$(history_name)
  [ -z "$tip" ] || parent=(-p "$tip")
  index=$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/pgokit.XXXXXX")
  tree=$(
    export GIT_INDEX_FILE=$index/index
    [ -z "$tip" ] || git -C "$root" read-tree "$tip"
    {
      printf '100644 %s\t%s\0' "$(git -C "$root" hash-object -w -- "$1")" "$name.jsonl"
      printf '100644 %s\t%s\0' "$(git -C "$root" hash-object -w -- "$2")" "$name.html"
    } | git -C "$root" update-index -z --add --index-info
    git -C "$root" write-tree
  )
  rm -rf -- "${index:?}"
  commit=$(github_author git -C "$root" commit-tree "$tree" "${parent[@]}" -m "History of $(clean "$(config .name)")")
}

# Adds lines to the branch. Others may push at the same time: what they pushed stays, and what is there is not added
# again, whoever brought it.
history_append() { # <file of new lines>
  local all=$work/history.jsonl page=$work/history.html known=$work/history.known said n
  for _ in {1..8}; do
    history_fetch "$all"
    [ ! -s "$all" ] || [ -z "$(tail -c 1 -- "$all" | tr -d '\n')" ] || printf '\n' >>"$all"
    jq -rR 'fromjson? | objects | .id | strings' "$all" | LC_ALL=C sort -u >"$known"
    jq -c --rawfile known "$known" '($known | split("\n")) as $k | select(.id as $id | $k | index($id) | not)' "$1" >"$1.new"
    n=$(wc -l <"$1.new")
    if [ "$n" -eq 0 ]; then
      log "the branch '$HISTORY_BRANCH' has these lines"
      return
    fi
    cat -- "$1.new" >>"$all"
    bench-history --name "$(config .name)" --html "$page" "$all" >/dev/null || die "draw the history: bench-history failed; see above"
    history_commit "$all" "$page"
    if said=$(history_git push -q --force-with-lease="refs/heads/$HISTORY_BRANCH:$tip" origin "$commit:refs/heads/$HISTORY_BRANCH" 2>&1); then
      log "added $n line$([ "$n" -eq 1 ] || printf s) to '$HISTORY_BRANCH' (${commit:0:12})"
      return
    fi
    n=$tip
    history_fetch "$all"
    [ "$tip" != "$n" ] || die "push '$HISTORY_BRANCH': $(tail -n 1 <<<"$said"); has the job the permission contents: write?"
    log "somebody else has pushed '$HISTORY_BRANCH' meanwhile"
  done
  die "push '$HISTORY_BRANCH': somebody else pushed it each time; run this job again"
}
