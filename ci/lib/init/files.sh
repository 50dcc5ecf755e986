# shellcheck shell=bash
#
# The files of `pgokit init`: all are made aside first, compared with what is there, and only then written,
# each through a temporary name. Paths are relative to top, the repository's root.

# Sets root (the project), top, in_git, folder (root relative to top, . where it is top) and prefix, which
# stands before the paths of the project's files.
place() {
  local said
  cd -P -- "$PWD" || die "enter '$PWD': no such folder"
  root=$PWD top=$PWD in_git=false folder=.
  if type -P git >/dev/null; then
    git_unhooked
    if said=$(git rev-parse --is-inside-work-tree 2>&1) && [ "$said" = true ]; then
      in_git=true
      top=$(git rev-parse --show-toplevel)
      folder=$(git rev-parse --show-prefix)
      folder=${folder%/}
      folder=${folder:-.}
    else
      [ ! -e .git ] || die "read '$root': git cannot: $said"
      warn "'$root' is in no git repository; git init makes one. Until then, .github is made here"
    fi
  fi
  prefix=$folder/
  prefix=${prefix#./}
  # It becomes part of YAML, of patterns of files, and of paths that LLVM reads.
  # shellcheck disable=SC2016 # no variable
  local odd='[]["\*?!#~${}%[:cntrl:]]|^ '
  [[ ! $folder =~ $odd && $(jq -rn --arg text "$folder" '$text') = "$folder" ]] ||
    die "init '$folder': workflows cannot name this folder: there is one of \" \\ [ ] * ? ! # ~ \$ { } % or a control character in it, a blank before it, or it is not UTF-8"
}

planned=() # path, what is to be done, and how, of each

# Compares a file with what is there. With `append` the old text is in the new one, so nothing is lost.
plan() { # <path> <new text, a file> [append]
  local path=$top/$1 parent=$1 what=create
  while [[ $parent == */* ]]; do
    parent=${parent%/*}
    [ ! -L "$top/$parent" ] || [[ $(realpath -m -- "$top/$parent")/ == "$top"/* ]] ||
      die "write '$1': '$parent' is a link out of the repository"
    [ ! -e "$top/$parent" ] || [ -d "$top/$parent" ] || die "write '$1': '$parent' is no folder"
  done
  [ ! -L "$path" ] || die "write '$1': it is a link, to '$(readlink -- "$path")'; what it stands for is not replaced"
  if [ -e "$path" ]; then
    [ -f "$path" ] || die "write '$1': what is there is no file"
    what=keep
    if cmp -s -- "$path" "$2"; then
      what=same
    elif [ "${3-}" = append ] || [ "$force" = true ]; then
      what=change
    fi
  fi
  planned+=("$1" "$2" "$what")
}

# A patch on standard output: of everything with --dry-run, else of files that are there already.
plan_show() {
  local i path old label
  for ((i = 0; i < ${#planned[@]}; i += 3)); do
    path=${planned[i]}
    case ${planned[i + 2]} in
      same) continue ;;
      create)
        [ "$dry_run" = true ] || continue
        old=/dev/null
        ;;
      *) old=$top/$path ;;
    esac
    label=a/$path
    [ "$old" != /dev/null ] || label=/dev/null
    { diff -a -u --label "$label" --label "b/$path" -- "$old" "${planned[i + 1]}" || [ $? = 1 ]; } |
      LC_ALL=C tr '\001-\010\013-\037\177' '?'
  done
}

# Writes what is new or to be changed; sets kept to the number of files that differ and stay.
plan_carry_out() {
  local i path
  kept=0
  for ((i = 0; i < ${#planned[@]}; i += 3)); do
    path=${planned[i]}
    case ${planned[i + 2]} in
      same) log "as it should be: $path" ;;
      keep)
        kept=$((kept + 1))
        log "left as it is, with the difference above: $path; --force replaces it"
        ;;
      *)
        if [ "$dry_run" = true ]; then
          log "would ${planned[i + 2]} $path"
        else
          plan_write "$path" "${planned[i + 1]}"
          log "${planned[i + 2]} $path"
        fi
        ;;
    esac
  done
}

plan_write() { # <path> <new text, a file>
  local path=$top/$1 new
  mkdir -p -- "${path%/*}" || die "write '$1': its folder cannot be made"
  new=$(mktemp -- "${path%/*}/.pgokit.XXXXXX") || die "write '$1': no permission to write in '${path%/*}'"
  unfinished=$new # for the trap
  cat -- "$2" >"$new" || die "write '$1': it failed; is the disk full?"
  if [ -e "$path" ]; then
    chmod --reference="$path" -- "$new"
  else
    chmod "$(printf '%o' $((0666 & ~0$(umask))))" -- "$new"
  fi
  mv -f -- "$new" "$path" || die "write '$1': it cannot be put in place"
  unfinished=
}

# The old text with some at its end, made aside.
appended() { # <path> <text> <new file>
  if [ -s "$top/$1" ]; then
    cat -- "$top/$1"
    [ -z "$(tail -c 1 -- "$top/$1")" ] || printf '\n'
  fi >"$3"
  printf '%s\n' "$2" >>"$3"
}
