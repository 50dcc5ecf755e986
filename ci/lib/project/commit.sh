# shellcheck shell=bash
#
# Another commit of the project: which one a name means, and what it is called.

# Names of branches and tags are chosen by others: none is taken for an option, and what git makes of
# it has to be one commit.
commit_find() { # <name>; sets commit
  local said
  git_unhooked
  said=$(git -C "$root" rev-parse --is-inside-work-tree 2>&1) ||
    die "find '$1': git cannot read '$root': $said"
  commit=$(git -C "$root" rev-parse --verify --quiet --end-of-options "$1^{commit}" 2>/dev/null) || commit=
  [[ ! $commit =~ ^[0-9a-f]{40,64}$ ]] || return 0
  [ "$(git -C "$root" rev-parse --is-shallow-repository)" = false ] ||
    die "find '$1': this clone is shallow, and does not have that commit: fetch-depth: 0 of actions/checkout, or git fetch --unshallow, brings it"
  die "find '$1': git knows no such commit here; a branch of the remote is called origin/NAME"
}

# A commit for people: the name that was asked for, and what it stands for.
commit_says() { # <name> <commit>
  if [[ $2 == "$1"* ]]; then printf '%s' "${2:0:12}"; else printf '%s (%s)' "$1" "${2:0:12}"; fi
}
