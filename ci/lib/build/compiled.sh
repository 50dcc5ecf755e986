# shellcheck shell=bash
#
# What the record of a build's compiles (compiles.sh) proves: that something was optimized at all, and
# that a variant is made of what the baseline is made of, with the same options.

# Refuses what would be measured without any optimization. -O2 stands in front of whatever a compile line
# has (toolchain_env), so only a -O0 of the project's or the user's own can be behind that; and a build
# that takes the environment from clang takes the -O2 away as well.
compiled_optimized() { # <build> <log>
  local source object unoptimized=() optimized=false record elf
  record=$(compiles_of "$1")
  if [ ! -s "$record" ]; then
    [[ ${CFLAGS-}${CXXFLAGS-} != *-O[1-9sz]* ]] || return 0
    elf_read "$tree/$binary"
    [[ $elf != *$'\n'comments\ *'clang version'* ]] ||
      refuse 1 "build '$1': clang made '$binary', and says nothing of what it compiled, so the build takes CCC_OVERRIDE_OPTIONS out of its environment, and with it the kit's -O2. Let that variable through (env -i CCC_OVERRIDE_OPTIONS=\"\$CCC_OVERRIDE_OPTIONS\" ...)"
    return 0
  fi
  # A jq is thirty milliseconds.
  awk '/"-O0"/ || !/"-O[0-9a-z]*"/ { found = 1 } END { exit !found }' "$record" || return 0
  while IFS= read -r -d '' source && IFS= read -r -d '' object; do
    ! compiled_linked "$source" "$object" || unoptimized+=("$source")
  done < <(compiled_jq "$record" 'select(own and o == "-O0") | "\(.source)\u0000\(.object)\u0000"')
  [ ${#unoptimized[@]} -gt 0 ] || return 0
  while IFS= read -r -d '' source && IFS= read -r -d '' object; do
    ! compiled_linked "$source" "$object" || optimized=true
  done < <(compiled_jq "$record" 'select(own and o != "-O0") | "\(.source)\u0000\(.object)\u0000"')
  [ "$optimized" = true ] ||
    refuse 1 "build '$1': it compiles $(some_names "${unoptimized[@]}") without optimization (-O0), and nothing of '$binary' with it. Build the release: pass --buildtype=release to meson, or leave -O0 out; see '$2'"
  [ "$1" != baseline ] ||
    warn "build '$1': it compiles $(some_names "${unoptimized[@]}") without optimization (-O0); so does each variant"
}

# Whether the program has something of what was compiled. A temporary object is gone: of a source of the
# project it is taken for granted; others are what a build system tries out.
compiled_linked() { # <source> <object>
  if [[ $2 != /* && -f $tree/$2 ]]; then leftover_linked "$2"; else [ -e "$root/$1" ]; fi
}

compiled_jq() { # <record> <jq program on each line> [option of jq...]
  jq -j "$(<"$PGOKIT_HOME/ci/lib/build/compiled.jq") $2" "$1" "${@:3}"
}

# Refuses a variant that is made of other sources than the baseline of this run, or compiled with other
# options than its own. What the build has made for itself and removed again (tests of a configure script,
# say) counts for nothing.
compiled_same() { # <variant>
  local without new differ text=''
  compiled_compare "$(compiles_of baseline)" "$(compiles_of "$1")" 'the baseline'
  if [ $((${#without[@]} + ${#new[@]})) -gt 0 ]; then
    [ ${#new[@]} -eq 0 ] || text=" of $(some_names "${new[@]}")"
    [ ${#without[@]} -eq 0 ] || text+="${text:+,} not of $(some_names "${without[@]}")"
    refuse 1 "check '$1': it is made of other sources than the baseline:$text. Something in the build, such as a configure script, decides by the flags that it is given; let it decide without them: CFLAGS= LDFLAGS= ./configure && make CC=\"\$CC \$CFLAGS\" LDFLAGS=\"\$LDFLAGS\"; compare '$work/log/build-baseline.log' with '$work/log/build-$1.log'"
  fi
  [ -z "$differ" ] ||
    refuse 1 "check '$1': $differ$(compiled_advice); see '$work/log/build-$1.log'"
}

compiled_advice() {
  local hint
  hint=$(build_hint)
  printf %s "${hint:-. The build takes its own flags only where the environment has none, or decides by those: put them into the build, as in make CFLAGS=\"\$CFLAGS ...\"}"
}

# Sets without and new, the sources of the first alone and of the second alone, and differ: how those that both have
# are compiled otherwise, in words; nothing where they are not.
compiled_compare() { # <record> <another> <what to call the first>; reads variant_words
  local said
  without=() new=() differ=''
  # shellcheck disable=SC2016 # jq's variables
  while IFS= read -r -d '' said; do
    case $said in
      -*) without+=("${said#-}") ;;
      +*) new+=("${said#+}") ;;
      *) differ=$said ;;
    esac
  done < <(compiled_jq /dev/null '
    def words: if . == [] then "without that" else "with " + join(" ") end;
    ($words | split(" ")) as $words | ($was | ways($words)) as $was | ($is | ways($words)) as $is
    | ($was | keys[] | select($is[.] | not) | "-\(.)"), ($is | keys[] | select($was[.] | not) | "+\(.)"),
      ([$is | to_entries[] | select($was[.key] and .value != $was[.key])
        | {source: .key, is: (.value | add), was: ($was[.key] | add)}]
      | if . == [] then empty else "\u0027\(.[0].source)\u0027 is compiled \(.[0].is - .[0].was | words), in \($name) \(.[0].was - .[0].is | words)"
        + (if length > 1 then ", and \(length - 1) more sources differ" else "" end) end)
    | . + "\u0000"' -n --slurpfile was "$1" --slurpfile is "$2" --arg name "$3" --arg words "${variant_words[*]}")
}
