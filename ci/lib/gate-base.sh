# shellcheck shell=bash
#
# gate --base: this tree against another commit. Benchmarks and their data are this tree's on both
# sides: what is judged is the program.

# shellcheck source=proof.sh
. "$PGOKIT_HOME/ci/lib/proof.sh"
# shellcheck source=commit.sh
. "$PGOKIT_HOME/ci/lib/commit.sh"
# shellcheck source=gated.sh
. "$PGOKIT_HOME/ci/lib/gated.sh"
# shellcheck source=arms.sh
. "$PGOKIT_HOME/ci/lib/arms.sh"
# shellcheck source=layouts.sh
. "$PGOKIT_HOME/ci/lib/layouts.sh"
# shellcheck source=release-arm.sh
. "$PGOKIT_HOME/ci/lib/release-arm.sh"

gate_base() {
  local base base_name head_name before present=$CONFIG
  [ -n "$ref" ] || usage "--base needs the name of a commit"
  arms_begin
  commit_find "$ref"
  base=$commit base_name=$(commit_says "$ref" "$commit")
  head_name=$(head_says)
  release_find "$base"
  phase_begin gate "$(config .name): $head_name against $base_name"
  contest_clear "$work/gate"
  rm -rf -- "${work:?}/gate/arm"
  notes+=("base is $base_name, head is $head_name, both built as $variant")
  gated_some "$present" "compare with $base_name"

  tree_of_commit "$base" "$base_name"
  arm_config "$base_name"
  before=$own
  if [ -n "$before" ]; then
    gated_kept "$before" "$present" "$base_name"
    gated_rules "$before" "$present" "$base_name"
  else
    note "There is no pgokit.json in $base_name, so it is built as this tree is, and its benchmarks are new"
  fi
  arm_build base "$base_name" tree_of_commit "$base" "$base_name"
  release_build
  tree_make
  arm_build head "$head_name" tree_make
  if [ ${#layouts[@]} -gt 1 ]; then
    layouts_differ base
    layouts_differ head
  fi

  benches=$(config_benches)
  new_benches "$before" "$base_name"
  rules_options
  waiver_options
  arms_sides base head
  if arms_identical; then
    note "Byte for byte the same program: each benchmark ran once, and nothing was measured"
    contest_measure "$work/gate" --rounds 1 --warmup 1
  else
    arms_proof
    release_arm
    contest_measure "$work/gate" --decide "${rules[@]}" --budget "${budget:-$(config .gate.budget_s)}"
  fi
  contest_judge "$work/gate" --other-output "${waivers[@]}"
  contest_publish "$work/gate"
  # shellcheck disable=SC2034 # read by phase_end
  phase_status=$judged
  # shellcheck disable=SC2016 # jq's variables
  phase_end '{base: $base, head: $head, variant: $variant} + $contest' --arg base "$base" --arg head "$head_name" \
    --arg variant "$variant" --argjson contest "$(contest_record "$work/gate")"
  exit "$judged"
}

# This tree for people: what is checked out, and whether anything is changed in it.
head_says() {
  local id changes
  id=$(git -C "$root" rev-parse --verify --quiet --short=12 'HEAD^{commit}') || id='no commit'
  changes=$(git --no-optional-locks -C "$root" -c core.fsmonitor=false status --porcelain -- . 2>/dev/null) || changes=
  printf 'this tree (%s%s)' "$id" "${changes:+, with changes}"
}

# A benchmark that the base does not know may be of something that its program cannot do: where it
# fails, there is nothing to compare with.
new_benches() { # <configuration of the base, or nothing> <what to call the base>; changes benches
  local name old all
  mapfile -d '' -t old < <(jq -j '.benches[]?.name + "\u0000"' <<<"${1:-null}")
  mapfile -d '' -t all < <(jq -j '.[].name + "\u0000"' <<<"$benches")
  for name in "${all[@]}"; do
    ! among "$name" "${old[@]}" || continue
    arm_runs "base${layouts[0]}" "$name" && continue
    note "The benchmark '$name' is new, and the program of $2 fails in it: there is nothing to compare it with"
    benches=$(jq -c --arg name "$name" 'map(select(.name != $name))' <<<"$benches")
  done
  [ "$benches" != '[]' ] ||
    refuse 4 "compare with $2: its program fails in every benchmark; what it said is in '$work/log/gate.log'"
}

# Waivers count when they are committed: a file that is not, or not as it lies here, was not agreed to.
waiver_options() { # sets waivers
  local file=pgokit-waivers.json
  waivers=()
  [ -e "$tree/$file" ] || return 0
  if git -C "$root" cat-file blob "HEAD:./$file" 2>/dev/null | cmp -s - "$tree/$file"; then
    waivers=(--waivers "$tree/$file")
  else
    warn "read '$file': it is not committed as it is here, so its waivers do not count"
  fi
}
