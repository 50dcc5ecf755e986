# shellcheck shell=bash
#
# gate --base: this tree against another commit. Benchmarks and their data are this tree's on both
# sides: what is judged is the program.

gate_base() {
  local base base_name head_name facts SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH-}
  [ -n "$ref" ] || usage "--base needs the name of a commit"
  [ "$until" = find ] || arms_begin
  commit_find "$ref"
  base=$commit base_name=$(commit_says "$ref" "$commit")
  base_place
  if [ "$until" = find ]; then
    base_find "$base"
    return
  fi
  # One date for both sides, and for the base wherever it is built.
  SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(source_date "$base")}
  facts=$(base_facts "$base")
  head_name=$(head_says)
  phase_begin gate "$(config .name): $head_name against $base_name"
  contest_clear "$work/gate"
  remove "${work:?}/gate/arm"
  if [ "$until" = base ]; then
    tree_of_commit "$base" "$base_name"
    arm_config "$base_name"
    sides_base "$base" "$base_name" "$facts"
    phase_done 0
    printf '%s\n' "$work/base"
    return
  fi
  release_find "$base"
  notes+=("base is $base_name, head is $head_name, both built $(outputs_compared && printf "as their pgokit.json says" || printf "as %s" "$variant")")
  sides_build "$base" "$base_name" "$head_name" "$facts"
  if [ "$until" = build ]; then
    record_write "$work/gate/build" "$base" "$base_name" "$head_name" "$count"
    phase_done 0
    shards_matrix "$(jq '.shards | length' "$work/gate/build/build.json")"
    return
  fi

  rules_options
  waiver_options
  sides_measure "$work/gate"
  contest_judge "$work/gate" --other-output "${waivers[@]}"
  sides_end "$base" "$head_name"
}

# Where the base stands, seen from here: what lies between, and is not this change, would be blamed on it. GitHub tests a
# pull request as merged, and its event may name an older commit than the one that it was merged with.
base_place() { # changes base, base_name
  local head=() pull between queued
  queued=$(github_queued)
  if [ -n "$queued" ]; then
    commit_find "$queued"
    base=$commit base_name=$(commit_says "$base" "$base")
    return
  fi
  read -r -a head < <(git -C "$root" rev-list --parents -n 1 HEAD 2>/dev/null) || return 0
  pull=$(github_pull)
  if [ ${#head[@]} -eq 3 ] && [ "$base" != "${head[1]}" ]; then
    if [ "$pull" = "$base ${head[2]}" ]; then
      note "The event names ${base:0:12} as the base of this pull request; it was merged with ${head[1]:0:12}, which is compared with"
      base=${head[1]} base_name=$(commit_says "$base" "$base")
    else
      between=$(git -C "$root" rev-list --count "$base..${head[1]}")
      [ "$between" -eq 0 ] || note "This tree is a merge with ${head[1]:0:12}, which has $between commits that $base_name has not: what they changed is judged, too"
    fi
  elif [ "${pull#* }" = "${head[0]}" ] && [ "$(git -C "$root" merge-base "${pull% *}" HEAD)" != "$base" ]; then
    note "This tree is the head of a pull request that leaves its base branch elsewhere than at $base_name: what lies between is judged, too, or not at all"
  fi
  between=$(git -C "$root" rev-list --count "HEAD..$base")
  [ "$between" -eq 0 ] || note "$base_name has $between commits that this tree has not: that they are missing is judged, too"
}

# This tree for people: what is checked out, and whether anything is changed in it.
head_says() {
  local id
  id=$(git -C "$root" rev-parse --verify --quiet --short=12 'HEAD^{commit}') || id='no commit'
  [ "$(checkout_dirty "$(head_commit)")" != true ] || id+=', with changes'
  printf 'this tree (%s)' "$id"
}
