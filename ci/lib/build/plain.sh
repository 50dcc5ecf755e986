# shellcheck shell=bash
#
# Toolchain none: the project's own build as it is, with nothing of the kit's in its environment but the date of
# the commit.

tree_build_plain() { # <what>
  local logfile=$work/log/build-$1.log outcome
  local -x SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(source_date HEAD)}
  folder "$work/log"
  packages_say
  log "build $1: $(config .build)"
  : >"$logfile"
  outcome=$(as_user workload-run -C "$tree" --shell --timeout "$(config .build_timeout_s)" --log "$logfile" "$(config .build)") || {
    show_end "$logfile" 20
    die "build '$1': the build command failed$(unusual_end "$outcome"); all it said is in '$logfile'"
  }
}
