# shellcheck shell=bash
#
# The checkout outside of .pgokit, before and after a phase: nothing there is ever changed by the kit, and what
# a build or a workload changes there all the same, by an absolute path, is said.

# Once in a phase, before its first build or run.
outside_begin() { # sets outside_top, the top of the repository; outside_known, whether git knows one
  [ -z "${outside-}" ] || return 0
  outside_known=true
  outside_top=$(git -C "$root" rev-parse --show-toplevel 2>/dev/null) || outside_top=$root outside_known=false
  phase_at_exit outside_end
  outside=$work/outside
  outside_state >"$outside"
}

# Files by path, type, mode, size, time of change and target; git's HEAD, refs and index by their content.
# NUL-separated, sorted.
outside_state() {
  {
    find "$root" -mindepth 1 \( -path "$work" -o -name .git \) -prune -o ! -type d -printf '%P\t%y %m %s %T@ %l\0'
    if [ "$outside_known" = true ]; then
      printf '.git (HEAD, branches, tags)\t'
      outside_git show-ref --head
      printf '\0.git (index)\t'
      outside_git ls-files --stage
      printf '\0'
    elif [ -e "$root/.git" ]; then
      printf '.git\t\0'
    fi
  } | LC_ALL=C sort -z
}

outside_git() { # <argument of git...>
  git -C "$root" "$@" 2>/dev/null || true
}

# Says what has changed; at the end of a phase, however it ends.
outside_end() {
  local changed
  [ -n "${outside-}" ] || return 0
  if outside_state >"$outside.now" 2>/dev/null; then
    mapfile -d '' -t changed < <(LC_ALL=C comm -z -3 "$outside" "$outside.now" | sed -z 's/^\t//; s/\t.*//' | LC_ALL=C sort -zu)
    [ ${#changed[@]} -eq 0 ] ||
      warn "watch '$root': changed while this ran: $(some_names "${changed[@]}"). A build or a workload did that by a path outside of its copy, '$work/tree', or somebody else did; what it made there is in no variant"
  fi
  rm -f -- "$outside" "$outside.now"
  outside=
}
