# shellcheck shell=bash
#
# The locale: one for the kit itself, the user's own for what is the user's.

# Another locale writes 0,5 for a half, sorts and matches otherwise, and translates what is read from
# other tools. UTF-8, since unzip loses names beyond ASCII in the locale C. Phases that a phase starts
# find it set.
if [ -z "${PGOKIT_LC_ALL+x}" ]; then
  export PGOKIT_LC_ALL=${LC_ALL-} PGOKIT_LANGUAGE=${LANGUAGE-}
  unset LANGUAGE # beats LC_ALL where messages are translated
  { export LC_ALL=C.UTF-8; } 2>/dev/null
  letter=$'\xc3\xa4' # two bytes
  [ ${#letter} -eq 1 ] || LC_ALL=C # a system without C.UTF-8
  unset letter
fi

# For builds, workloads, benchmarks and probes.
as_user() { # <command...>
  local env=(-u LC_ALL -u LANGUAGE -u PGOKIT_LC_ALL -u PGOKIT_LANGUAGE)
  [ -z "$PGOKIT_LC_ALL" ] || env+=("LC_ALL=$PGOKIT_LC_ALL")
  [ -z "$PGOKIT_LANGUAGE" ] || env+=("LANGUAGE=$PGOKIT_LANGUAGE")
  env "${env[@]}" "$@"
}
