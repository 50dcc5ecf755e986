# shellcheck shell=bash
#
# The steps of gate --base, which one machine takes by itself, or several after each other: the two sides
# are built, measured, and judged.

# Builds the base, of which tree and configuration were read, unless it is kept from an earlier gate.
sides_base() { # <commit> <what to call it> <facts>
  ! base_take "$3" || return 0
  arm_build base "$2" tree_of_commit "$1" "$2"
  base_keep "$3"
}

# Builds both sides; sets benches, identical and release_name, which is empty where no release is measured.
sides_build() { # <commit of the base> <what to call it> <the head's name> <facts>
  local present=$CONFIG before
  gated_some "$present" "compare with $2"
  tree_of_commit "$1" "$2"
  folder "$work/gate"
  cp -- "$work/tree.files" "$work/gate/base.files"
  arm_config "$2"
  before=$own
  if [ "$before" = "$present" ]; then
    : # nothing of what decides can be gone or weaker
  elif [ -n "$before" ]; then
    gated_kept "$before" "$present" "$2"
    gated_rules "$before" "$present" "$2"
  else
    note "There is no pgokit.json in $2, so it is built as this tree is, and its benchmarks are new"
  fi
  sides_base "$1" "$2" "$4"
  release_build
  tree_make
  tree_pointers
  arm_build head "$3" tree_make
  if [ ${#layouts[@]} -gt 1 ]; then
    layouts_required base
    layouts_required head
  fi
  benches=$(config benches)
  new_benches "$before" "$2"
  identical=false
  if arms_identical; then
    identical=true
    note "Byte for byte the same $(outputs_compared && printf outputs || printf program)$(sides_differ): each benchmark ran once, and nothing was measured"
  else
    release_runs
  fi
}

# Different sources of one program: text and tests, or a build that does not use what it should.
sides_differ() {
  local files shared=''
  # Both are built from the sample profile of this tree.
  [ "$(variant_field "$variant" 3)" != sample ] || shared=$(config .profile.sample)
  mapfile -t files < <(sources_differ "$work/gate/base.files" "$work/tree.files" | { grep -vxF -- "$shared" || true; })
  case ${#files[@]} in
    0) ;;
    1) printf ', although a file differs, %s, which then is no part of it' "$(some_names "${files[@]}")" ;;
    *) printf ', although %d files differ, %s, which then are no part of it' ${#files[@]} "$(some_names "${files[@]}")" ;;
  esac
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

# The arms of the contest.
sides_arms() { # sets arms
  arms_sides base head
  [ "$identical" = false ] || return 0
  arms_proof_add
  [ -z "$release_name" ] || arm_add release "last${layouts[0]}" release
}

# Measures $benches, which may be a part of them.
sides_measure() { # <folder>
  sides_arms
  if [ "$identical" = true ]; then
    contest_measure "$1" --rounds 1 --warmup 1
  else
    arms_proof_keep
    contest_measure "$1" --decide "${rules[@]}" --budget "${budget:-$(config .gate.budget_s)}"
  fi
}

# Waivers count when they are committed: a file that is not, or not as it lies here, was not agreed to.
waiver_options() { # sets waivers
  local file=pgokit-waivers.json
  waivers=()
  [ -e "$root/$file" ] || return 0
  if git -C "$root" cat-file blob "HEAD:./$file" 2>/dev/null | cmp -s - "$root/$file"; then
    waivers=(--waivers "$root/$file")
  else
    warn "read '$file': it is not committed as it is here, so its waivers do not count"
  fi
}

# What pgokit comment reads, of a bounded size: the worst benchmarks first.
result_write() { # <commit of the base>
  # shellcheck disable=SC2016 # jq's variables
  jq --arg base "$1" --arg name "$(config .name)" --arg pull "$(github_event .pull_request.number)" --arg variant "$variant" --argjson alpha "$(config .gate.alpha)" '
    {format: "pgokit-gate-result-1", outcome, name: $name[:100], pull: (try ($pull | tonumber) catch null), $base, $variant, gated, $alpha, self_check: (.self_check // null | if . then .[:500] else . end),
      benches: [.benches | sort_by(-.severity, (.gated | not))[:100][]
        | {name: .name[:200], gated, verdict, exit, rounds, change_pct, low_pct, high_pct}],
      left_out: ([(.benches | length) - 100, 0] | max), notes: [$ARGS.positional[:30][] | .[:500]]}' \
    "$work/gate/verdict.json" --args -- "${notes[@]}" >"$work/gate/result.json"
}

# How large each side's program is as it would ship, as JSON; null on the machine that only judges, which has no LLVM.
sides_bytes() {
  local base head
  base=$(arm_path "base${layouts[0]}") head=$(arm_path "head${layouts[0]}")
  if [ -z "${LLVM_BIN-}" ] || [ ! -f "$base" ] || [ ! -f "$head" ]; then
    printf null
    return
  fi
  printf '{"base": %d, "head": %d}' "$(shipped_bytes "$base")" "$(shipped_bytes "$head")"
}

# The verdict of the whole gate, shown and recorded; exits with it.
sides_end() { # <commit of the base> <the head's name>
  local commit
  commit=$(head_commit)
  result_write "$1"
  contest_publish "$work/gate"
  phase_status=$judged
  # shellcheck disable=SC2016 # jq's variables
  phase_end '{base: $base, head: $head, variant: $variant, stripped_bytes: $bytes,
      commit: (if $commit == "" then null else $commit end), dirty: ($dirty == "true")} + $contest[0]' --arg base "$1" --arg head "$2" \
    --arg commit "$commit" --arg dirty "$(checkout_dirty "$commit")" \
    --argjson bytes "$(sides_bytes)" \
    --arg variant "$variant" --slurpfile contest <(contest_record "$work/gate")
  exit "$judged"
}
