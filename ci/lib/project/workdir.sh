# shellcheck shell=bash
#
# The work directory .pgokit/: programs, hashes, sizes. Needs root and work from config_load.

export PATH="$PGOKIT_HOME/build/bin:$PATH"

# Fails early, and with the remedy, when a program that the phase calls is missing.
need() { # <program...>
  local p missing=()
  for p; do
    type -P "$p" >/dev/null || missing+=("$p")
  done
  [ ${#missing[@]} -eq 0 ] ||
    die "find ${missing[*]}: not installed; run $PGOKIT_HOME/ci/setup, then make -C $PGOKIT_HOME"
}

# A path that survives unquoted in CFLAGS, as make expands them: where the project's own path has
# blanks or quotes, a link from a folder that goes with the phase.
plain_path() { # <path>; sets plain
  plain=$1
  [[ $1 == *[!A-Za-z0-9_./+@,:=-]* ]] || return 0
  if [ -z "${plain_folder-}" ]; then
    phase_at_exit plain_forget
    plain_folder=$(mktemp -d "${TMPDIR:-/tmp}/pgokit.XXXXXX")
  fi
  plain=${1##*/}
  plain=$plain_folder/${plain//[!A-Za-z0-9_.-]/_}
  ln -sfn -- "$1" "$plain"
}

plain_forget() {
  rm -rf -- "${plain_folder:?}"
}

# Puts the tree's binary into .pgokit/bin/<variant>/ in one step.
tree_keep() { # <variant>; sets kept
  local name=${binary##*/}
  folder_empty "$bins/$1.new"
  cp -p -- "$tree/$binary" "$bins/$1.new/$name"
  bin_commit "$1"
}

# Renames bin/<variant>.new into place.
bin_commit() { # <variant>; sets kept
  remove "${bins:?}/$1"
  mv -- "$bins/$1.new" "$bins/$1"
  kept=$(bin_of "$1")
}

bin_of() { # <variant>: where its binary is, or would be
  printf '%s/%s/%s' "$bins" "$1" "${CONFIG_VALUES[.binary]##*/}"
}

# What is judged and reported is what was measured: nothing was built since, or put over it.
check_measured() { # <exit status> <what is about to be done>
  local v was
  while IFS=$'\t' read -r v was; do
    [ ! -f "$(bin_of "$v")" ] || [ "$(hash_of "$(bin_of "$v")")" = "$was" ] ||
      refuse "$1" "$2 '$(bin_of "$v")': it is not the program that was measured; run pgokit bench again"
  done < <(jq -r '.arms[]? | "\(.name)\t\(.sha256)"' "$work/bench/receipt.json" 2>/dev/null)
}

# What kind of machine a program made here runs on, such as x86_64-linux.
target_here() {
  uname -ms | awk '{ print $2 "-" tolower($1) }'
}

hash_of() { # <file>: SHA-256
  local said
  said=$(sha256sum <"$1") || return
  printf '%s\n' "${said%% *}"
}

bytes_of() { # <file or folder...>: bytes of content, as whole numbers
  find "$@" -type f -printf '%s\n' | awk '{ n += $1 } END { printf "%d", n }'
}
