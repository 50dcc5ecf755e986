# shellcheck shell=bash
#
# What differs between a variant and the baseline, shown, and what it comes from, as far as it can be told:
# the project's own flags, BOLT, the build itself, the linker, or the optimizer.

# One part of what a run shows, in words.
equal_part() { # <what a run shows> <number of the part>
  local line
  line=$(sed -n "$(($2 + 1))p" <<<"$1")
  case $2 in
    0) printf 'its exit status' ;;
    1) printf 'its standard output' ;;
    *)
      line=${line#file }
      printf "its output file '%s'" "${line% *}"
      ;;
  esac
}

# The first line of the part that differs, in the other run and in the baseline's.
equal_shown() { # <number of the part> <folder of the baseline's run> <folder of the other>
  local was=$equal/$2/$1 is=$equal/$3/$1 place n byte begin=0
  if [ ! -f "$was" ] || [ ! -f "$is" ]; then
    [ -f "$is" ] && printf 'the baseline makes none' || printf 'there is none'
    return
  fi
  place=$(cmp -- "$was" "$is" 2>&1) || true
  if ! equal_text "$was" || ! equal_text "$is"; then
    printf '%s' "${place##*: }" # byte and line, or which of the two ends where
    return
  fi
  case $place in
    *' is empty') n=1 ;;
    *', in line '* | *differ:*) n=${place##*line } ;;
    *) n=$((${place##*line } + 1)) ;; # one has more whole lines
  esac
  was=$(sed -n "${n}{p;q}" "$was")
  is=$(sed -n "${n}{p;q}" "$is")
  place=$(cmp <(printf '%s' "$was") <(printf '%s' "$is") 2>/dev/null) || true
  byte=${place#*byte }
  byte=${byte%%,*}
  [[ ! $byte =~ ^[0-9]+$ ]] || [ "$byte" -le 80 ] || begin=$((byte - 40))
  printf "line %s: '%s' instead of '%s'" "$n" "${is:begin:120}" "${was:begin:120}"
}

equal_text() { # <file>: there is no zero byte in it
  ! LC_ALL=C grep -qaP '\x00' -- "$1"
}

# By which share of its value the number differs that differs most, where nothing but numbers with a point or an
# exponent does; status 1 where more does, or by more than the greatest share.
equal_apart() { # <file> <file> <greatest share>
  equal_text "$1" && equal_text "$2" &&
    LC_ALL=C awk -v tolerance="$3" -f "$PGOKIT_HOME/ci/lib/proof/tolerance.awk" "$1" "$2"
}

# One sentence, or two.
equal_cause() { # <variant> <number of the item> <number of the part>; reads what equal_check set; sets cause
  local flag twin=${1/-bolt/}
  cause=
  if [ "$3" -gt 0 ] && cause=$(equal_apart "$equal/was/$3" "$equal/is/$3" 1e300 2>/dev/null); then
    cause="Nothing but numbers differs, by at most $cause of their value. "
    if flag=$(equal_inexact); then
      cause+="The project's own build compiles $flag, which lets the compiler compute otherwise wherever it optimizes otherwise: \"tolerance\" or \"compare\" beside '$(equal_name "${items[$2]}")' in pgokit.json says what may differ"
      return
    fi
  fi
  if [ "$twin" != "$1" ] && [[ " $first ${alike[*]-} " == *" $twin "* ]]; then
    cause+="'$twin' shows what '$first' shows, so it is BOLT that breaks the program: leave '$1' out"
  elif [ "$first" = baseline ] && toolchain_is clang; then
    equal_cause_built "$2" "$3"
  else
    cause+='The variant is wrong, or the program does something undefined that the optimizer brought to light'
  fi
}

# A source that the build itself compiles so that a result depends on how the optimizer goes about it, and the flag;
# status 1 when there is none.
equal_inexact() {
  jq -ern 'first(inputs | .source as $source | .args[]
    | select(test("^-(Ofast|ffast-math|f(unsafe|associative|reciprocal)-math.*|ffp-model=(fast|aggressive)|ffp-contract=fast.*)$"))
    | "\($source)\u0027 with \(.)" | "\u0027" + .)' "$(compiles_of "$first")" 2>/dev/null
}

# By building the baseline again: as the variants are linked, then as it is.
equal_cause_built() { # <number of the item> <number of the part>; changes cause
  local option=('-fuse-ld=lld' '-Wl,-z,keep-text-section-prefix') more
  mapfile -t more < <(lld_like none)
  log 'build the baseline once more, linked as the variant is, to tell the linker from the optimizer'
  if ! equal_rebuild linked-by-lld "${option[*]} ${more[*]}"; then
    cause+="Whether it is the linker or the optimizer cannot be told, since the baseline cannot be linked by lld; see '$work/log/build-linked-by-lld.log'"
  elif equal_as_before linked-by-lld "$@"; then
    cause+='Linked by lld, as the variant is, the baseline shows what it showed before, so it is the optimizer: either the program does something undefined, which -fsanitize=undefined,address may find, or the compiler is wrong'
  elif equal_rebuild once-more '' && ! equal_as_before once-more "$@"; then
    cause+='Built once more as it is, the baseline does not show what it showed before, either: each build makes another program (of the time, of something at random), so no variant can be compared. Make the build the same each time; SOURCE_DATE_EPOCH is set for it'
  else
    cause+='The baseline, linked by lld as the variant is, differs as well, so it is the linker, not the optimizer: the program depends on what its own linker keeps or where it puts it. The variants have to be linked by lld; with -fuse-ld=lld in LDFLAGS the baseline is, too'
  fi
}

# Builds the baseline with more options for the linker, as a copy of that name; status 1 where that fails. The
# tree, in which the rest runs, comes back.
equal_rebuild() { # <copy> <options>
  local status=0
  tree_aside
  (
    unset PGOKIT_REASON
    BASE_LDFLAGS="${BASE_LDFLAGS-}${2:+ $2}"
    tree_make && toolchain_env baseline && tree_build "$1" && cp -- "$tree/$binary" "$equal/$1.built"
  ) >>"$work/log/equal.log" 2>&1 || status=1
  tree_back
  [ "$status" -eq 0 ] || return 1
  ship_copy "$equal/$1.built" "$equal/$1" "$work/log/equal.log"
}

# Whether a copy shows in that part what the first did.
equal_as_before() { # <copy> <number of the item> <number of the part>
  local got
  equal_put "$1"
  got=$(equal_run "${items[$2]}" "$equal/again")
  ! equal_parts "${items[$2]}" "${wants[$2]}" "$got" "$equal/was" "$equal/again" | grep -qx -e "$3"
}
