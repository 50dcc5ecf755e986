# shellcheck shell=bash
#
# Files and folders of the kit's own. Most of these calls find nothing to do, and a process for each would be
# a tenth of what a phase costs.

remove() { # <path...>
  local path
  for path; do
    if [ -e "$path" ] || [ -L "$path" ]; then
      rm -rf -- "$@"
      return
    fi
  done
}

folder() { # <path...>: there from now on
  local path
  for path; do
    [ -d "$path" ] || mkdir -p -- "$path" || return
  done
}

folder_empty() { # <path>: there from now on, with nothing in it
  remove "$1" || return
  mkdir -p -- "$1"
}
