# shellcheck shell=bash
#
# What of the environment changes how tools work, the locale above all: one for the kit itself, the user's
# own for what is the user's.

# Another locale writes 0,5 for a half, sorts and matches otherwise, and translates what is read from
# other tools. UTF-8, since unzip loses names beyond ASCII in the locale C. Phases that a phase starts
# find it set.
if [ -z "${PGOKIT_LC_ALL+x}" ]; then
  export PGOKIT_LC_ALL=${LC_ALL-} PGOKIT_LANGUAGE=${LANGUAGE-}
  unset LANGUAGE # beats LC_ALL where messages are translated
  { export LC_ALL=C.UTF-8; } 2>/dev/null
  letter=$'\xc3\xa4'               # two bytes
  [ ${#letter} -eq 1 ] || LC_ALL=C # a system without C.UTF-8
  unset letter
fi

# POSIXLY_CORRECT takes away what GNU's tools and bash have beyond POSIX, TAR_OPTIONS may leave files out, TMOUT
# ends what bash reads, GLOBIGNORE hides files from it.
TOOL_VARIABLES='POSIXLY_CORRECT TAR_OPTIONS TMOUT GLOBIGNORE'
for variable in $TOOL_VARIABLES; do
  [ -n "${!variable+x}" ] || continue
  export "PGOKIT_USER_$variable=${!variable}"
  unset "$variable"
done
unset variable
set +o posix

# For builds, workloads, benchmarks and probes.
as_user() { # <command...>
  local without=(-u LC_ALL -u LANGUAGE -u PGOKIT_LC_ALL -u PGOKIT_LANGUAGE) with=() name theirs
  [ -z "$PGOKIT_LC_ALL" ] || with+=("LC_ALL=$PGOKIT_LC_ALL")
  [ -z "$PGOKIT_LANGUAGE" ] || with+=("LANGUAGE=$PGOKIT_LANGUAGE")
  for name in $TOOL_VARIABLES; do
    theirs=PGOKIT_USER_$name
    without+=(-u "$theirs")
    [ -z "${!theirs+x}" ] || with+=("$name=${!theirs}")
  done
  env "${without[@]}" "${with[@]}" "$@"
}
