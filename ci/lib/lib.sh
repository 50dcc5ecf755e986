# shellcheck shell=bash
#
# Sourced first by every script: messages, settings and the like, and `use` for what else it needs.
# Each folder beside this file is a room; ci/lib/rooms says which may use which, and ci/lint holds them to it.

declare -A ROOMS=()

use() { # <room...>: all functions of each; what its files declare has to say -g
  local room file
  for room; do
    [ -z "${ROOMS[$room]-}" ] || continue
    ROOMS[$room]=used
    for file in "$PGOKIT_HOME/ci/lib/$room"/*.sh; do
      # shellcheck disable=SC1090 # a file of the kit
      . "$file"
    done
  done
}

use core
