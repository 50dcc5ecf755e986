# shellcheck shell=bash
#
# Slow creep: many changes, each too small to be called. The program of the last release runs beside
# base and head and shows what has come together since. It informs and never fails the gate, so what
# keeps it from running is a warning.

# The commit that --release names, or the newest tag before the base that fits gate.release. Without one,
# and when it turns out that it cannot be measured, both names are empty.
release_find() { # <base commit>; sets release_commit, release_name
  local pattern tag
  release_commit='' release_name=''
  if [ -n "$release" ]; then
    commit_find "$release"
    release_commit=$commit release_name=$(commit_says "$release" "$commit")
    return
  fi
  pattern=${CONFIG_VALUES[.gate.release]-}
  [ -n "$pattern" ] || return 0
  if tag=$(git -C "$root" describe --tags --abbrev=0 --match="$pattern" "$1" 2>/dev/null); then
    commit_find "refs/tags/$tag"
    release_commit=$commit release_name=$(commit_says "$tag" "$commit")
  else
    warn "find the last release: no tag before the base fits gate.release ('$pattern'), or the clone is shallow; slow creep is not shown"
  fi
}

release_build() {
  [ -n "$release_commit" ] || return 0
  # A process of its own: whatever it dies of is no end of the gate's, and no error on GitHub.
  (
    export GITHUB_ACTIONS='' PGOKIT_REASON=''
    tree_of_commit "$release_commit" "$release_name"
    arm_build_one last "$release_name" "${layouts[0]}"
  ) &
  wait $! || release_gone 'it could not be built, for the reason above'
}

# Its program has to run all benchmarks.
release_runs() {
  local name all
  [ -n "$release_commit" ] || return 0
  mapfile -d '' -t all < <(jq -j '.[].name + "\u0000"' <<<"$benches")
  for name in "${all[@]}"; do
    arm_runs "last${layouts[0]}" "$name" && continue
    release_gone "its program fails in '$name'"
    return
  done
}

release_gone() { # <why>
  warn "measure the release $release_name: $1; slow creep is not shown"
  release_commit='' release_name=''
}
