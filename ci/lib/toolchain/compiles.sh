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
  folder_empty "$compiling"
  plain_path "$compiling"
  edits="^--end-no-unused-arguments ^$plain ^-gen-cdb-fragment-path ^--start-no-unused-arguments"
  export CCC_OVERRIDE_OPTIONS="# $edits${CCC_OVERRIDE_OPTIONS:+ ${CCC_OVERRIDE_OPTIONS#'#'}}"
  export CCACHE_DISABLE=1 SCCACHE_C_CUSTOM_CACHE_BUSTER=$EPOCHREALTIME.$$
}

compiles_of() { # <build>: the file
  printf '%s/log/compiles-%s.jsonl' "$work" "$1"
}

# Writes it. Sets compiled_outside to the sources and folders of headers in the checkout that were used.
compiles_end() { # <build>
  local to source line hash
  local -A sums=()
  to=$(compiles_of "$1")
  find "$compiling" -name '*.json' -exec cat -- {} + |
    jq -nRj -f "$PGOKIT_HOME/ci/lib/toolchain/compiles.jq" --arg tree "$tree" --arg real "$(realpath -- "$tree")" \
      --arg top "$outside_top/" --arg work "$work/" >"$compiling/lines"
  while IFS= read -r -d '' line; do
    sums[${line:66}]=${line:0:64}
  done < <(sed -z -n '1~2{/./p}' "$compiling/lines" | LC_ALL=C sort -zu | xargs -0r sha256sum -z -- 2>/dev/null || true) # what is gone has none
  compiled_outside=()
  while IFS= read -r -d '' source && IFS= read -r -d '' line; do
    [ -n "$source" ] || {
      compiled_outside+=("$line")
      continue
    }
    hash=null
    [ -z "${sums[$source]-}" ] || hash=\"${sums[$source]}\"
    printf '%s,"sha256":%s}\n' "${line%\}}" "$hash"
  done <"$compiling/lines" >"$to.new"
  mv -- "$to.new" "$to"
  rm -rf -- "${compiling:?}"
}
