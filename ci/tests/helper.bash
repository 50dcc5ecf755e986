# shellcheck shell=bash
#
# What the tests of the commands share.

bats_require_minimum_version 1.5.0

top=$(cd -- "${BATS_TEST_DIRNAME}/../.." && pwd -P)
pgokit=$top/ci/pgokit

# A copy of the demo project, as a repository of its own, that the tests of one file may change.
relcheck_copy() { # <folder>
  mkdir -p -- "$1"
  git -C "$top/fixtures/relcheck" ls-files -z --cached --others --exclude-standard |
    tar -C "$top/fixtures/relcheck" --null -T - -cf - | tar -C "$1" -xf -
}

# The folder of a demo project that has been through `pgokit full`, made once per run of bats and
# shared by all files: tests only read it, or work on a copy of it.
pipeline_once() { # sets piped
  piped=$BATS_RUN_TMPDIR/piped
  [ ! -f "$piped.failed" ] || {
    cat -- "$piped.log"
    return 1
  }
  [ ! -f "$piped.done" ] || return 0
  relcheck_copy "$piped"
  if "$pgokit" -C "$piped" full --budget 20 >"$piped.log" 2>&1; then
    : >"$piped.done"
  else
    : >"$piped.failed"
    cat -- "$piped.log"
    return 1
  fi
}
