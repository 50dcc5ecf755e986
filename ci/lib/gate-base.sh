# shellcheck shell=bash
#
# gate --base: this tree against another commit. Benchmarks and their data are this tree's on both
# sides: what is judged is the program.

# shellcheck source=gate-sides.sh
. "$PGOKIT_HOME/ci/lib/gate-sides.sh"
# shellcheck source=gate-record.sh
. "$PGOKIT_HOME/ci/lib/gate-record.sh"

gate_base() {
  local base base_name head_name facts
  [ -n "$ref" ] || usage "--base needs the name of a commit"
  arms_begin
  commit_find "$ref"
  base=$commit base_name=$(commit_says "$ref" "$commit")
  facts=$(base_facts "$base")
  if [ "$until" = key ]; then
    base_key "$facts"
    return
  fi
  head_name=$(head_says)
  phase_begin gate "$(config .name): $head_name against $base_name"
  contest_clear "$work/gate"
  rm -rf -- "${work:?}/gate/arm"
  if [ "$until" = base ]; then
    tree_of_commit "$base" "$base_name"
    arm_config "$base_name"
    sides_base "$base" "$base_name" "$facts"
    phase_done 0
    printf '%s\n' "$work/base"
    return
  fi
  release_find "$base"
  notes+=("base is $base_name, head is $head_name, both built as $variant")
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

# This tree for people: what is checked out, and whether anything is changed in it.
head_says() {
  local id
  id=$(git -C "$root" rev-parse --verify --quiet --short=12 'HEAD^{commit}') || id='no commit'
  [ "$(checkout_dirty)" != true ] || id+=', with changes'
  printf 'this tree (%s)' "$id"
}
