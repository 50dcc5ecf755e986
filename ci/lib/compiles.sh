# shellcheck shell=bash
#
# What clang compiled in a build, and how: by its own account, whatever the build prints and however it
# comes to call the compiler.
#
# .pgokit/log/compiles-<build>.jsonl has a line for each source that became an object, in no order:
#   {"source", "object": relative to the tree where they lie in it, else absolute; that of a command
#    which links as well is a temporary file,
#    "dir": the folder in which "compiler" was started, "args": its words, but for -o and what belongs to it,
#    "sha256": of the source when the build had ended, null where it was gone by then}
# What a configure script tries out is among them; mostly its source is gone. A build that takes the
# environment from its compilers (env -i) leaves an empty file.

# Asks every clang of the build for a record. The edits of its command line that the environment may
# hold (see clang's driver) reach each compiler, whatever the build does with CFLAGS; options that it does
# not need are no reason for a warning. A compiler cache would answer in clang's place.
compiles_begin() { # sets compiling; exports
  local edits plain
  compiling=$work/compiling
  rm -rf -- "$compiling"
  mkdir -p -- "$compiling"
  plain_path "$compiling"
  edits="^--end-no-unused-arguments ^$plain ^-gen-cdb-fragment-path ^--start-no-unused-arguments"
  export CCC_OVERRIDE_OPTIONS="# $edits${CCC_OVERRIDE_OPTIONS:+ ${CCC_OVERRIDE_OPTIONS#'#'}}"
  export CCACHE_DISABLE=1 SCCACHE_C_CUSTOM_CACHE_BUSTER=$EPOCHREALTIME.$$
}

compiles_of() { # <build>: the file
  printf '%s/log/compiles-%s.jsonl' "$work" "$1"
}

# Writes it.
compiles_end() { # <build>
  local to
  to=$(compiles_of "$1")
  compiles_read /dev/null >"$to.new"
  # shellcheck disable=SC2016 # jq's variable
  jq -j 'if .source | startswith("/") then .source else $tree + "/" + .source end | "\(.)\u0000"' --arg tree "$tree" "$to.new" |
    sort -zu | xargs -0r sha256sum -z -- 2>/dev/null >"$compiling/sums" || true # what is gone has none
  compiles_read "$compiling/sums" >"$to.new"
  mv -- "$to.new" "$to"
  rm -rf -- "${compiling:?}"
}

compiles_read() { # <file of sums>
  # shellcheck disable=SC2016 # jq's variable
  find "$compiling" -name '*.json' -exec cat -- {} + |
    jq -nRc -f "$PGOKIT_HOME/ci/lib/compiles.jq" --rawfile sums "$1" --argjson tree "$(jq -cn '$ARGS.positional' --args -- "$tree" "$(realpath -- "$tree")")"
}
