# shellcheck shell=bash
#
# Provenance: what a tree was made of. A phase that builds records it as "sources", and what comes after carries
# that along, whatever is checked out by then.
#   commit   the commit that was checked out; null where git knows none
#   dirty    whether the files are others than that commit's; null without one
#   tree     SHA-256 of the list of all files (sources_list): the same files, the same hash, with or without git

# Right after a tree was made, before anything is built in it. .pgokit/tree.json and tree.files stand beside the tree, for
# phases that find one.
sources_record() { # <commit, or nothing> <true|false|null: dirty>; sets sources
  local commit
  sources_list "$tree" >"$work/tree.files"
  commit=null
  [ -z "$1" ] || commit=\"$1\"
  sources="{\"commit\":$commit,\"dirty\":$2,\"tree\":\"$(hash_of "$work/tree.files")\"}"
  printf '%s\n' "$sources" >"$work/tree.json"
}

# The files of a folder, sorted, each entry ended by NUL: "HASH  NAME" of each file, "x  NAME" of those that can be run,
# and "l  NAME" with the target of each link. What git keeps for itself is none of them.
sources_list() { # <folder>
  {
    find "$1" -name .git -prune -o -type f -printf '%P\0' | (cd -- "$1" && xargs -0r sha256sum -z --)
    find "$1" -name .git -prune -o -type f -perm -u+x -printf 'x  %P\0' -o -type l -printf 'l  %P\n%l\0'
  } | LC_ALL=C sort -z
}

# The names in which two such lists differ, one per line.
sources_differ() { # <list> <list>
  LC_ALL=C comm -z -3 -- "$1" "$2" | sed -z -E 's/^\t?([0-9a-f]{64}|x|l)  //; s/\n.*//' | LC_ALL=C sort -zu | tr '\n\0' '?\n'
}

# The commit that is checked out, or nothing.
head_commit() {
  git -C "$root" rev-parse --verify --quiet 'HEAD^{commit}' 2>/dev/null || true
}

# Whether the files here are others than those of the commit, new ones included: true, false, or null where there is none.
# What git was told not to look at (assume-unchanged) may be; so may all where it cannot tell.
checkout_dirty() { # <commit that is checked out, or nothing>
  local changes hidden
  [ -n "$1" ] || {
    printf null
    return
  }
  if changes=$(git --no-optional-locks -C "$root" -c core.fsmonitor=false status --porcelain --untracked-files=normal --ignore-submodules=none -- . ':!.pgokit' 2>/dev/null) &&
    hidden=$(git -C "$root" ls-files -v -- . ':!.pgokit' | sed -n '/^[a-z]/p') && [ -z "$changes$hidden" ]; then
    printf false
  else
    printf true
  fi
}

# In which files the tree differs from a list: ": 'NAME', 'NAME'", or nothing.
sources_named() { # <list> [name that does not count]
  local names
  mapfile -t names < <(sources_differ "$1" "$work/tree.files" | NOT=${2-} awk '$0 != ENVIRON["NOT"]')
  [ ${#names[@]} -eq 0 ] || printf ': %s' "$(some_names "${names[@]}")"
}

# A record for people.
sources_say() { # <sources, JSON>
  jq -r 'if .commit then "commit \(.commit[:12])" else "no commit" end + if .dirty then ", with changes" else "" end' <<<"$1"
}
