# shellcheck shell=bash
#
# The git repository of .pgokit/tree: what a build or a workload asks of git is answered from the copy, and what
# it does with git is done to the copy. HEAD is the commit that the copy is of, by its own name; branches and
# tags are there (git describe); objects are read from the project's repository, and none is written there.

# A hook of git has GIT_DIR set, for one, which would stand for another repository: that of every
# submodule, too. Word splitting is wanted: a list of names. Once unset, they stay so.
git_unhooked() {
  [ -z "${unhooked-}" ] && type -P git >/dev/null || return 0
  # shellcheck disable=SC2046
  unset $(git rev-parse --local-env-vars)
  unhooked=yes
}

# Without the configuration of user and machine: nobody's filter, hook or template runs.
git_bare() { # <argument of git...>
  GIT_ATTR_NOSYSTEM=1 GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_SYSTEM=/dev/null GIT_CONFIG_GLOBAL=/dev/null \
    GIT_DEFAULT_REF_FORMAT=files git "$@"
}

# Makes the repository of a folder of the tree: all but its index, its configuration and the files.
repository_make() { # <folder relative to root> [commit: HEAD, instead of what is checked out]; sets from, own, prefix, its
  local said head
  from=$root/$1 own=$tree/$1/.git
  # One per line, which a path with a line break would spoil.
  said=$(git -C "$from" rev-parse --show-object-format --git-path objects --git-path index --git-path shallow \
    --git-path info/exclude --git-path info/sparse-checkout --git-path config.worktree --show-prefix --shared-index-path)
  mapfile -t its <<<"$said"
  [[ ${#its[@]} -ge 7 && ${#its[@]} -le 9 && $root != *$'\n'* ]] ||
    die "copy '$from': the path of its repository has a line break, which git's file of other repositories cannot hold"
  prefix=${its[7]-}
  git_bare init -q --template= --object-format="${its[0]}" -- "$tree/$1"
  (cd -- "$from" && realpath -- "${its[1]}") >"$own/objects/info/alternates"
  mkdir -p -- "$own/info"
  repository_file "${its[3]}" shallow
  repository_file "${its[4]}" info/exclude
  repository_file "${its[5]}" info/sparse-checkout
  git -C "$from" for-each-ref --format='%(objectname) %(refname)' >"$own/packed-refs"
  if [ -n "${2-}" ]; then
    printf '%s\n' "$2" >"$own/HEAD"
  elif head=$(git -C "$from" symbolic-ref -q HEAD); then
    printf 'ref: %s\n' "$head" >"$own/HEAD"
  else
    git -C "$from" rev-parse HEAD >"$own/HEAD"
  fi
  [ -z "$prefix" ] || repository_subfolder
}

repository_file() { # <file, relative to from> <name in the repository>
  local file=$1
  [[ $file == /* ]] || file=$from/$file
  [ ! -f "$file" ] || cp -p -- "$file" "$own/$2"
}

# A project in a folder of its repository: the copy has that folder alone, so its HEAD has to, too. git replaces
# the commit by one that has the folder's files, under the name of the real one.
repository_subfolder() { # reads own, prefix
  local commit files stand_in
  commit=$(git_bare --git-dir="$own" rev-parse -q --verify 'HEAD^{commit}') || return 0
  files=$(git_bare --git-dir="$own" rev-parse -q --verify "$commit:${prefix%/}") ||
    files=$(git_bare --git-dir="$own" mktree </dev/null)
  stand_in=$(git_bare --git-dir="$own" cat-file commit "$commit" | LC_ALL=C sed "1s/.*/tree $files/" |
    git_bare --git-dir="$own" hash-object -t commit -w --stdin)
  mkdir -p -- "$own/refs/replace"
  printf '%s\n' "$stand_in" >"$own/refs/replace/$commit"
}

# The repository of files that were copied as they are: the index is the user's, what is staged and marked
# there included.
repository_copy() { # <folder relative to root>
  local from own prefix its files
  repository_make "$1"
  repository_settings
  if [ -z "$prefix" ]; then
    # Times and sizes are those of the user's files, so nothing has to be read again.
    repository_file "${its[2]}" index
    [ -z "${its[8]-}" ] || repository_file "${its[8]}" "${its[8]##*/}"
  else
    # The part of the index that is this folder's; written from a copy of it.
    repository_file "${its[2]}" index.all
    [ -z "${its[8]-}" ] || repository_file "${its[8]}" "${its[8]##*/}"
    files=$(GIT_INDEX_FILE=$own/index.all git_bare --git-dir="$own" write-tree --missing-ok --prefix="$prefix" 2>/dev/null) ||
      files=HEAD
    git_bare --git-dir="$own" read-tree "$files" 2>/dev/null || true # no commit yet, and nothing added
    git -C "$tree/$1" update-index -q --refresh >/dev/null || true   # status 1: a file is changed
    rm -f -- "$own/index.all"
  fi
}

# Puts the files of a commit into a folder of the tree. While that is done the repository has no configuration, so
# no filter, hook or helper of anybody's runs, and no attribute leaves a file out.
commit_files() { # <folder relative to root> <commit> <what to call it>
  local from own prefix its said links link path filtered in
  repository_make "$1" "$2"
  in=(git_bare -C "$tree/$1")
  said=$(GIT_NO_REPLACE_OBJECTS=1 "${in[@]}" read-tree "$2:$prefix" 2>&1 && "${in[@]}" checkout-index --all --index 2>&1) ||
    die "copy '$3': git cannot read its files$([ "$1" = . ] || printf " of the submodule '%s'" "$1"): $(tail -n 1 <<<"$said"). Is the clone shallow or partial? git fetch brings what is missing"
  filtered=$("${in[@]}" ls-files -z | "${in[@]}" check-attr --cached -z --stdin filter |
    tr '\t\n\0' '??\n' | paste - - - | awk -F '\t' '$3 != "unspecified" && $3 != "unset"' | sed -n '1s/\t.*//p')
  [ -z "$filtered" ] ||
    warn "copy '$3': '$filtered' goes through a filter of git's (LFS, say) that is not run: it is there as git keeps it"
  repository_settings
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

# The settings that git's answers hang on. Credentials, hooks, aliases and programs to be run stay out, but
# for filters, without which every filtered file would seem changed.
repository_settings() { # reads from, own, its
  local key value name section sub worktree=${its[6]}
  [[ $worktree == /* ]] || worktree=$from/$worktree
  {
    # Whole seconds and sizes tell a changed file; numbers of inodes are others in every copy.
    printf '[core]\n\tcheckStat = minimal\n\ttrustctime = false\n\tfsmonitor = false\n\tuntrackedCache = false\n'
    printf '[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n'
    {
      git -C "$from" config --local --includes --list -z
      [ ! -e "$worktree" ] || [ "$(git -C "$from" config --local extensions.worktreeConfig)" != true ] || git -C "$from" config --worktree --list -z
    } 2>/dev/null |
      while IFS= read -r -d '' key; do
        value=${key#*$'\n'} key=${key%%$'\n'*}
        [[ $key =~ ^(core\.(autocrlf|eol|safecrlf|symlinks|filemode|ignorecase|precomposeunicode|quotepath|abbrev|sparsecheckout|sparsecheckoutcone)|index\.sparse|remote\..*\.(url|fetch|promisor|partialclonefilter)|branch\..*\.(remote|merge)|submodule\.(active|.*\.(url|active|branch|path))|filter\..*\.(clean|smudge|process|required)|user\.(name|email))$ ]] ||
          continue
        section=${key%.*} name=${key##*.} sub=
        [[ $section != *.* ]] || sub=${section#*.} section=${section%%.*}
        case $key in
          remote.*.url | submodule.*.url)
            [[ ! $value =~ ^([a-z+]+://)[^/@]*@(.*) ]] || value=${BASH_REMATCH[1]}${BASH_REMATCH[2]} # a password
            [[ $value != ./* && $value != ../* ]] || value=$(cd -- "$from" && realpath -m -- "$value")
            ;;
        esac
        value=${value//\\/\\\\} value=${value//\"/\\\"}
        sub=${sub//\\/\\\\} sub=${sub//\"/\\\"}
        printf '[%s%s]\n\t%s = "%s"\n' "$section" "${sub:+ \"$sub\"}" "$name" "${value//$'\n'/\\n}"
      done
  } >>"$own/config"
}

# A tree that another machine made: the objects are those of the repository here.
repository_moved() {
  local folder objects
  while IFS= read -r -d '' folder; do
    objects=$(cd -- "$root/$folder" 2>/dev/null && realpath -- "$(git rev-parse --git-path objects)") || continue
    printf '%s\n' "$objects" >"$tree/$folder.git/objects/info/alternates"
  done < <(find "$tree" -path '*/.git/objects/info/alternates' -printf '%P\0' | sed -z 's|[.]git/objects/info/alternates$||')
}

# Where the copy is of no repository, but lies in one: one that git could not read, or git is missing, or it is
# Mercurial's or Jujutsu's. An empty one keeps them from what is above. And where
# a build removes the copy's own: git does not look for one above.
repository_fence() {
  export GIT_CEILING_DIRECTORIES=$work
  if repository_above .git; then
    mkdir -p -- "$tree/.git/objects" "$tree/.git/refs"
    printf 'ref: refs/heads/main\n' >"$tree/.git/HEAD"
  fi
  ! repository_above .hg || mkdir -- "$tree/.hg"
  ! repository_above .jj || mkdir -- "$tree/.jj"
}

repository_above() { # <name of its folder>
  local above=$root
  [ ! -e "$tree/$1" ] || return 1
  while [ ! -e "$above/$1" ]; do
    [ -n "$above" ] || return 1
    above=${above%/*}
  done
}
