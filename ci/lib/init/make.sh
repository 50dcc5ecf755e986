# shellcheck shell=bash
#
# Plain makefiles, read for `pgokit init`. A variable of the environment does not reach a makefile that
# assigns it; one on make's command line does. There the makefile's own flags stand last and win.

detect_make() { # <its file>
  local file var value before='' files=("$1")
  # A makefile that only hands on to those in folders, which it names.
  if [ -z "$(makefile_value 'CC|CXX|CFLAGS|CXXFLAGS' "$1")" ]; then
    while IFS= read -r -d '' file; do
      [[ $file != */* || $file == */*/* ]] || ! grep -qwF -e "${file%/*}" -- "$root/$1" || files+=("$file")
    done < <(for file in GNUmakefile makefile Makefile; do project_files "$file"; done)
  fi
  # The variables are those of the build.
  # shellcheck disable=SC2016
  build='make -j"$(nproc)"'
  for var in CC CXX AR RANLIB CFLAGS CXXFLAGS LDFLAGS; do
    if makefile_default "$var"; then
      before+="$var=\"\$$var $(in_quotes "$value")\" "
      continue
    fi
    makefile_assigned "$var" || continue
    case $var in
      *FLAGS) build+=" $var=\"\$$var${value:+ $(in_quotes "$value")}\"" ;;
      *)
        [[ $value == *[[:space:]]* ]] || value+=' '
        build+=" $var=\"\$$var$(in_quotes "${value#"${value%%[[:space:]]*}"}")\""
        build=${build/% \"/\"}
        ;;
    esac
  done
  build=$before$build
  for var in check test; do
    [ -n "$tests" ] || ! grep -qE "^${var}[[:space:]]*:([^=]|\$)" -- "$root/$1" || tests="make $var"
  done
}

# Sets value to the flags that count only where the environment has none, and would be lost to the kit's:
# the baseline would be built with -O2 in place of the project's -O3. On make's command line they would
# take the place of what is added to them (+=) as well.
makefile_default() { # <variable>; status 1 where there are none
  [[ $1 == *FLAGS ]] || return 1
  value=$(for file in "${files[@]}"; do makefile_value "$1" "$file" '\?='; done | sort -u | sed '/./,$!d')
  [ -n "$value" ] || return 1
  [[ $value == *$'\n'* ]] || return 0
  decide "build: the makefiles set several $1 where the environment has none. Put those of the release build behind the kit's: $1=\"\$$1 ...\" make"
  return 1
}

# Sets value to what all makefiles assign to a variable. Status 1 where none does, or one takes what is in
# the environment; where they differ, or add to it later, that is left to the user, and said.
makefile_assigned() { # <variable>
  local file all='' added=''
  for file in "${files[@]}"; do
    all+=$(makefile_value "$1" "$file" ':{0,3}=')$'\n'
    added+=$(makefile_value "$1" "$file" '\+=')
  done
  all=$(sort -u <<<"$all" | sed '/./,$!d')
  grep -q "^ *\(export  *\)\{0,1\}$1[[:space:]]*:\{0,3\}=" -- "${files[@]/#/$root/}" || return 1
  case $all in *"\$($1)"* | *"\${$1}"*) return 1 ;; esac
  if [[ -n $added || $all == *$'\n'* ]]; then
    decide "build: the makefile sets $1 in several places. See that \$$1 of the environment comes in, too (make $1=\"\$$1 ...\")"
    return 1
  fi
  value=$all
}

# What a makefile assigns to a variable, a line each time.
makefile_value() { # <name, an extended regular expression> <file> [operator, one as well]
  sed -e ':a' -e '/\\$/{N' -e 's/\\\n/ /' -e 'ba' -e '}' -- "$root/$2" |
    sed -nE "s/^ *(export +)?($1)[[:space:]]*${3-[:+?]{0,3\}=}[[:space:]]*//p" |
    sed -E 's/(^|[^\\])#.*/\1/; s/[[:space:]]+$//; s/[[:cntrl:]]/ /g'
}

# For use between double quotes of the shell.
in_quotes() { # <text>
  printf '%s' "$1" | sed 's/[\\"$`]/\\&/g'
}
