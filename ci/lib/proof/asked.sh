# shellcheck shell=bash
#
# The functions for which a build asked its profile, with the shape that each has: what proof_fresh
# compares with the profile. A compiler that says so while it builds says it to configure scripts as well,
# and they take it for a failure. So the build is silent, and what its record has (compiles.sh) is
# compiled once more, where the build was and left everything, up to LTO's bitcode: what comes behind
# is of no interest.

# Writes .pgokit/log/asked-<build>.tsv: source as it was called, name, hash. Status 1 when none did.
# The next variant of the same run asks the same, where it compiled the same files with the same words but
# for those that come later.
asked_functions() { # <build>; sets blind, unseen (asked_again)
  local to=$work/log/asked-$1.tsv again=$work/build/asked key keys=() sources=() objects=()
  asked_compiles "$1" "$again" early || return
  key=$({ printf '%s\0' "${keys[@]}" | LC_ALL=C sort -z && stale_made; } | sha256sum)
  if [ "$key" != "${asked_key-}" ] || ! cp -- "$asked_list" "$to"; then
    asked_again "$again" -mllvm -pgo-trace-func-hash=
    find "$again" -name '*.said' -exec cat -- {} + |
      sed -nE 's/^Funcname=(.*), Hash=([0-9]+) in building (.*)$/\3\t\1\t\2/p' | LC_ALL=C sort -u >"$to"
    asked_key=$key asked_list=$to
  fi
  rm -rf -- "$again"
}

# The compile lines of a build that asked a profile, each as NUMBER.words in the folder. Status 1 when none did.
# `early` is for what a function is when it asks: up to there -O1 does what -O2 does, where it inlines as well (LLVM 16 to
# 22: the same names and hashes), and less behind it. -O3 does more before, -Os and -Oz other things.
asked_compiles() { # <build> <folder> [early]; sets keys, sources, objects
  local key source object count words
  folder_empty "$2"
  # shellcheck disable=SC2016 # jq's variables
  compiled_jq "$(compiles_of "$1")" '
    def early: (map(startswith("-O")) | rindex(true)) as $i
      | if $i and .[$i] == "-O2" then ["-finline-functions"] + .[:$i] + ["-O1"] + .[$i + 1:] else . end;
    select(asked) | . as $line
    | ([.dir, .source, (.args - ["-mllvm"] | map(select(test("^-(flto|fprofile-use=|fbasic-block-|pgo-analysis-map|profile-summary-)") | not)))] | tojson),
      .source, .object, (.args | '"${3:-.}"' | (2 + length | tostring), $line.dir, $line.compiler, .[]) | . + "\u0000"' >"$2/list"
  while IFS= read -r -d '' key && IFS= read -r -d '' source && IFS= read -r -d '' object && IFS= read -r -d '' count; do
    mapfile -d '' -t -n "$count" words
    printf '%s\0' "${words[@]}" >"$2/${#keys[@]}.words"
    keys+=("$key") sources+=("$source") objects+=("$object")
  done <"$2/list"
  [ ${#keys[@]} -gt 0 ]
}

# Compiles them once more. Sets blind to whether there is a source that is gone, as those of a configure script's
# tests are, or does not compile again, and unseen to the names of those that left an object.
asked_again() { # <folder> <option of clang...>; reads sources, objects
  local number
  seq 0 $((${#sources[@]} - 1)) | xargs -n 1 -P "$(nproc)" bash -- "$PGOKIT_HOME/ci/lib/proof/asked-again" "$@"
  blind=false unseen=()
  while IFS= read -r number; do
    blind=true
    [[ ${objects[number]} == /* || ! -f $tree/${objects[number]} ]] || unseen+=("${sources[number]}")
  done < <(find "$1" -name '*.failed' -printf '%f\n' | sed 's/[.].*//')
}
