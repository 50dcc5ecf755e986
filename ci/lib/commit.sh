# shellcheck shell=bash
#
# Another commit of the project: which one a name means, and its files in .pgokit/tree, to be built
# where the present ones are built. The user's checkout is not touched.

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

# Puts the files of a commit into a fresh .pgokit/tree, the submodules as it names them.
tree_of_commit() { # <commit> <what to call it>; sets tree, sources
  tree=$work/tree
  rm -rf -- "${tree:?}"
  mkdir -p -- "$tree"
  commit_files . "$1:$(git -C "$root" rev-parse --show-prefix)" "$2"
  rm -rf -- "${work:?}/commit.git"
  sources_record "$1" false
}

# The objects are the repository's, all else is that of a repository made for this: it has no
# configuration, so no filter, hook or helper of anybody's runs, and no attribute leaves a file out.
commit_files() { # <folder of the repository, relative to root> <tree> <what to call it>
  local objects said link links path filtered in
  objects=$(cd -- "$root/$1" && realpath -- "$(git rev-parse --git-path objects)")
  rm -rf -- "${work:?}/commit.git"
  in=(env "GIT_DIR=$work/commit.git" "GIT_WORK_TREE=$tree/$1" GIT_ATTR_NOSYSTEM=1
    GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_GLOBAL=/dev/null)
  "${in[@]}" git init -q --template= --object-format="$(git -C "$root/$1" rev-parse --show-object-format)"
  in+=("GIT_OBJECT_DIRECTORY=$objects" git -C "$tree/$1")
  said=$("${in[@]}" read-tree "$2" 2>&1 && "${in[@]}" checkout-index --all 2>&1) ||
    die "copy '$3': git cannot read its files$([ "$1" = . ] || printf " of the submodule '%s'" "$1"): $(tail -n 1 <<<"$said"). Is the clone shallow or partial? git fetch brings what is missing"
  filtered=$("${in[@]}" ls-files -z | "${in[@]}" check-attr --cached -z --stdin filter |
    tr '\t\n\0' '??\n' | paste - - - | awk -F '\t' '$3 != "unspecified" && $3 != "unset"' | sed -n '1s/\t.*//p')
  [ -z "$filtered" ] ||
    warn "copy '$3': '$filtered' goes through a filter of git's (LFS, say) that is not run: it is there as git keeps it"
  # All of them first: each takes this one's place.
  mapfile -d '' -t links < <("${in[@]}" ls-files -z --stage | sed -z -n 's/^160000 //p')
  for link in "${links[@]}"; do
    path=${1#.}/${link#*$'\t'}
    path=${path#/}
    if [ -e "$root/$path/.git" ]; then
      commit_files "$path" "${link%% *}" "$3"
    else
      warn "copy '$3': its submodule '$path' is empty, since it is not checked out here"
    fi
  done
}
