# shellcheck shell=bash
#
# The only reader of pgokit.json. config_load finds the project in the current folder; config_read
# checks the file against ci/pgokit.schema.json and fills in the defaults; config asks for one value.

CONFIG_TEXT= # of the file that was read last

config_load() { # sets root, root_as_named (through links), work, bins
  config_read . pgokit.json
  config_without_toolchain
  root_as_named=$PWD
  cd -P -- "$PWD" || die "enter '$PWD': no such folder"
  root=$PWD # not $(pwd), which would lose a line break at its end
  work=$root/.pgokit bins=$root/.pgokit/bin
}

# Of a project whose toolchain is none nothing is trained, built in variants or packed.
config_without_toolchain() {
  [ "${CONFIG_VALUES[.toolchain]}" = none ] || return 0
  case ${PGOKIT_TOOL#pgokit } in
    gate | history | clean) ;;
    *) die "read 'pgokit.json': 'toolchain' is none, so there is nothing for this command to do: no profile, no variants, no package. pgokit gate --base REF compares two commits; for the rest the toolchain has to be clang or cargo" ;;
  esac
}

config_read() { # <folder> <what messages call the file>; sets CONFIG, CONFIG_VALUES and CONFIG_ITEMS
  local out line lines text='' file=$1/pgokit.json
  type -P jq >/dev/null || die "find jq: not installed; run $PGOKIT_HOME/ci/setup"
  [ -f "$file" ] || die "read '$2': it is not in '$PWD'; run pgokit in the project's root"
  # The same bytes were read and found good before, as those of the other side of a comparison mostly are.
  if ! IFS= read -r -d '' text <"$file" && [ -n "$CONFIG_TEXT" ] && [ "$text" = "$CONFIG_TEXT" ]; then return 0; fi
  # Not a module of jq's, which takes as long to load as jq itself.
  out=$(jq -nr --stream --slurpfile schema "$PGOKIT_HOME/ci/pgokit.schema.json" \
    "$(<"$PGOKIT_HOME/ci/lib/core/schema.jq") $(<"$PGOKIT_HOME/ci/lib/core/config.jq")" "$file" 2>&1) ||
    die "read '$2': not valid JSON: ${out#*): }"
  [[ $out != twice* ]] || die "read '$2': '${out#twice }': the key is there twice"
  if [[ $out == error* ]]; then
    mapfile -t lines <<<"$out"
    for line in "${lines[@]:0:10}"; do
      printf '%s: read %s: %s\n' "$PGOKIT_TOOL" "$(clean "'$2'")" "$(clean "${line#error }")" >&2
    done
    [ ${#lines[@]} -le 10 ] || printf '%s: read %s: and %d more\n' "$PGOKIT_TOOL" "$(clean "'$2'")" $((${#lines[@]} - 10)) >&2
    die "read '$2': it does not fit ci/pgokit.schema.json, which describes every key"
  fi
  # Not by patterns, which take the square of its length.
  mapfile -t lines <<<"$out"
  CONFIG_TEXT=$text CONFIG=${lines[0]} CONFIG_ITEMS=("${lines[@]:2}")
  config_fields CONFIG_VALUES "${lines[1]}"
}

# A jq is thirty milliseconds; what is asked for often is read once.
declare -gA CONFIG_VALUES

config() { # <jq expression>: raw output, one line per result
  if [ -n "${CONFIG_VALUES[$1]+x}" ]; then
    printf '%s\n' "${CONFIG_VALUES[$1]}"
  else
    jq -r "$1" <<<"$CONFIG"
  fi
}

config_list() { # <path of a list of plain values> <name of an array, which gets them>
  local -n config_list_to=$2
  config_list_to=()
  while [ -n "${CONFIG_VALUES[$1.${#config_list_to[@]}]+x}" ]; do
    config_list_to+=("${CONFIG_VALUES[$1.${#config_list_to[@]}]}")
  done
}

# Names and values in turn, with tabs between them, as jq's @tsv writes them: tabs, line breaks and
# backslashes in them are \t, \n, \r and \\, which printf knows. What they say is never run.
config_fields() { # <name of an associative array, which gets them> <line>
  local -n config_fields_to=$1
  local cells i value
  mapfile -d $'\t' -t cells <<<"$2"
  cells[-1]=${cells[-1]%$'\n'} # of <<<
  config_fields_to=()
  for ((i = 0; i + 1 < ${#cells[@]}; i += 2)); do
    printf -v value %b "${cells[i + 1]}"
    # shellcheck disable=SC2004,SC2034 # the caller's, and no list
    config_fields_to[${cells[i]}]=$value
  done
}

# A text as JSON has it.
json_text() { # <text>
  local text=${1//\\/\\\\}
  if [[ $1 == *[[:cntrl:]]* ]]; then
    jq -n --arg text "$1" '$text'
  else
    printf '"%s"' "${text//\"/\\\"}"
  fi
}

# The workloads of a tier and those below it, and the benchmarks, one per line, for
# `local -A w; config_fields w "$line"`. Fields that are not there are empty.
config_workloads() { # <fast|comprehensive|exhaustive> [true: suites alone|false: those that are none]
  case $1 in
    fast) config_items fast "${2-}" ;;
    comprehensive) config_items 'fast comprehensive' "${2-}" ;;
    exhaustive) config_items 'fast comprehensive exhaustive' "${2-}" ;;
    *) usage "unknown tier '$1': fast, comprehensive or exhaustive" ;;
  esac
}

config_items() { # <tier or "bench", or several> [value of the field suite]
  local kind line
  for kind in $1; do
    for line in "${CONFIG_ITEMS[@]}"; do
      if [[ $line == "$kind"$'\t'* && $line == *${2:+$'\t'suite$'\t'"$2"}* ]]; then printf '%s\n' "${line#*$'\t'}"; fi
    done
  done
}
