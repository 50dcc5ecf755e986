# shellcheck shell=bash
#
# Sourced first by every script: messages, settings and the like, and `use` for what else it needs.
# Each folder beside this file is a room; ci/lib/rooms says which may use which, and ci/lint holds them to it.

declare -A ROOM_USES=() ROOM_LOADED=()
while IFS=: read -r room uses; do
  ROOM_USES[${room%% *}]=$uses # of the comment, too, which nobody loads
done <"$PGOKIT_HOME/ci/lib/rooms"

use() { # <room...>: all functions of each, and of those that it may use; what its files declare has to say -g
  local room file
  for room; do
    [ -z "${ROOM_LOADED[$room]-}" ] || continue
    ROOM_LOADED[$room]=yes
    # shellcheck disable=SC2086 # several rooms
    use ${ROOM_USES[$room]?"no room is called $room"}
    for file in "$PGOKIT_HOME/ci/lib/$room"/*.sh; do
      # shellcheck disable=SC1090 # a file of the kit
      . "$file"
    done
  done
}

use core
