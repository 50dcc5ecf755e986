# shellcheck shell=bash
#
# .pgokit/tree, the copy of the project in which every variant is built and measured: the names of static
# functions carry the source path, so a profile from another path would not match them. It is a
# repository of its own (repository.sh), and the environment names it where it named the checkout.

# A fresh copy of the files git tracks and those it neither tracks nor ignores, submodules included, as
# they are now; everything but .pgokit where git knows none of them.
tree_make() { # sets tree, sources
  local folder commit
  tree_begin
  tree_list >"$work/tree.list" 3>"$work/tree.folders"
  if [ -s "$work/tree.list" ]; then
    tar -C "$root" --sparse --null --no-recursion -cf - -T "$work/tree.list" | tree_unpack || tree_not_copied
    commit=$(head_commit)
    sources_record "$commit" "$(checkout_dirty "$commit")"
  else
    tar -C "$root" --sparse --exclude=./.pgokit --exclude=./.git --exclude-caches -cf - . | tree_unpack || tree_not_copied
    sources_record '' null
  fi
  while IFS= read -r -d '' folder; do
    repository_copy "$folder"
  done <"$work/tree.folders"
  tree_end
  rm -f -- "$work/tree.list" "$work/tree.folders"
}

tree_not_copied() {
  die "copy '$root': tar could not read or write all of it; what it said stands above"
}

# A clone without Git LFS, or with lfs: false (actions/checkout), has a pointer of a few lines in place of a file: a program
# that reads it trains and is measured on those.
tree_pointers() {
  local found
  # shellcheck disable=SC2016 # awk's variable
  mapfile -d '' -t found < <(cd -- "$tree" && find . -name .git -prune -o -type f -size -2 -exec awk '
    FNR == 1 && $0 == "version https://git-lfs.github.com/spec/v1" { printf "%s%c", substr(FILENAME, 3), 0 }' {} +)
  [ ${#found[@]} -eq 0 ] ||
    warn "copy '$root': a pointer of Git LFS and not the file: $(some_names "${found[@]}"); git lfs pull brings it (actions/checkout: lfs: true)"
}

# The files of a commit instead, the submodules as it names them.
tree_of_commit() { # <commit> <what to call it>; sets tree, sources
  tree_begin
  commit_files . "$1" "$2"
  sources_record "$1" false
  tree_end
}

# The tree as the phase before left it.
tree_again() { # sets tree
  tree=$work/tree
  git_unhooked
  outside_begin
  tree_end
}

tree_begin() { # sets tree
  git_unhooked
  outside_begin
  tree=$work/tree
  folder_empty "$tree"
}

tree_end() {
  repository_fence
  environment_into_tree
}

# Clocks differ: sources from the future are no reason for a line each.
tree_unpack() {
  tar -C "$tree" --warning=no-timestamp -xf -
}

# Another tree for a while; at the end of the phase, however it ends, the old one is there again: what
# optimize left there is measured and packed.
tree_aside() {
  local part
  phase_at_exit tree_back
  tree_before=$work/tree.before
  rm -rf -- "$tree_before"
  mkdir -- "$tree_before"
  for part in "$work"/tree{,.json,.files}; do
    [ ! -e "$part" ] || mv -- "$part" "$tree_before"
  done
}

tree_back() {
  [ -n "${tree_before-}" ] || return 0
  rm -rf -- "${work:?}"/tree{,.json,.files}
  mv -- "$tree_before"/* "$work"
  rmdir -- "$tree_before"
  tree_before=
}

# NUL-separated paths relative to root, and on file descriptor 3 the folders that are repositories; nothing
# where git knows no file here.
tree_list() {
  local said
  type -P git >/dev/null || return 0
  if ! said=$(git -C "$root" rev-parse --is-inside-work-tree 2>&1); then
    [ ! -e "$root/.git" ] || warn "copy '$root': git cannot read it, so all files are copied: $said"
    return 0
  fi
  tree_list_in .
}

tree_list_in() { # <folder relative to root>
  local path
  printf '%s\0' "$1" >&3
  git -C "$root/$1" ls-files -z --cached --others --exclude-standard |
    while IFS= read -r -d '' path; do
      path=${1#.}${1:+/}$path
      path=${path#/}
      case $path in .pgokit | .pgokit/*) continue ;; esac # it may be a link
      if [ -d "$root/$path" ] && [ ! -L "$root/$path" ]; then
        if [ -e "$root/$path/.git" ]; then
          tree_list_in "${path%/}" # a submodule, or a repository inside this one
        else
          warn "copy '$path': the submodule is empty; git submodule update --init fills it"
        fi
      elif [ -e "$root/$path" ] || [ -L "$root/$path" ]; then
        printf '%s\0' "$path" # a tracked file may have been deleted
      fi
    done
}

# Variables of the environment that lead into the checkout (GITHUB_WORKSPACE, say, or -I... in CFLAGS) lead
# to the same place in the copy: a build that finds its sources by them would build the checkout's,
# of either side of a comparison. What is in the checkout alone stays where it is: git ignores it, a Python
# environment, say, or what was installed there.
environment_into_tree() { # reads tree; changes variables
  local name value
  for name in $(compgen -e) BASE_CFLAGS BASE_CXXFLAGS BASE_LDFLAGS; do
    # The kit needs its own folders after the copy is gone.
    case $name in PWD | OLDPWD | HOME | TMPDIR | PGOKIT_* | GIT_CEILING_DIRECTORIES) continue ;; esac
    value=${!name-}
    case $value in
      *"$root"* | *"$root_as_named"*)
        path_into_tree "$root" "$value"
        [ "$root_as_named" = "$root" ] || path_into_tree "$root_as_named" "$into_tree"
        [ "$into_tree" = "$value" ] || printf -v "$name" '%s' "$into_tree"
        ;;
    esac
  done
}

# A path may be the whole value, or stand in it between blanks, colons, commas and the like, behind
# an option (-I/path, --sysroot=/path).
path_into_tree() { # <the checkout> <value>; sets into_tree
  local rest=$2 word before after
  into_tree=
  if path_moves "$1" "$2" "${2#"$1"}"; then
    into_tree=$tree${2#"$1"}
    return
  fi
  while :; do
    word=${rest%%[[:space:]:,;=\"\']*}
    before=${word%%"$1"*} after=${word#*"$1"}
    if [[ $word == *"$1"* && $before != */* ]] && path_moves "$1" "$1$after" "$after"; then
      into_tree+=$before$tree$after
    else
      into_tree+=$word
    fi
    [ "$word" != "$rest" ] || return 0
    into_tree+=${rest:${#word}:1}
    rest=${rest:${#word}+1}
  done
}

path_moves() { # <the checkout> <path> <path relative to the checkout>
  [[ $2 == "$1" || $2 == "$1"/* ]] && [[ $2 != "$1"/.pgokit && $2 != "$1"/.pgokit/* ]] || return 1
  [[ $PGOKIT_HOME != "$1"/* || $2 != "$PGOKIT_HOME"/* ]] || return 1
  [ -e "$tree$3" ] || [ ! -e "$2" ]
}
