# shellcheck shell=bash
#
# The only reader of pgokit.json. config_load finds the project in the current folder; config_read
# checks the file against ci/pgokit.schema.json and fills in the defaults; config asks for one value.

config_load() { # sets root, root_as_named (through links), work, bins
  config_read . pgokit.json
  # shellcheck disable=SC2034 # read by tree.sh
  root_as_named=$PWD
  cd -P -- "$PWD" || die "enter '$PWD': no such folder"
  root=$PWD # not $(pwd), which would lose a line break at its end
  # shellcheck disable=SC2034 # read by every phase
  work=$root/.pgokit bins=$root/.pgokit/bin
}

config_read() { # <folder> <what messages call the file>; sets CONFIG and CONFIG_VALUES
  local out lines file=$1/pgokit.json
  type -P jq >/dev/null || die "find jq: not installed; run $PGOKIT_HOME/ci/setup"
  [ -f "$file" ] || die "read '$2': it is not in '$PWD'; run pgokit in the project's root"
  out=$(jq -r -n --argjson schema "$(cat -- "$PGOKIT_HOME/ci/pgokit.schema.json")" \
    "[inputs] | if length == 1 then .[0] else error(\"one JSON object expected, got \(length) values\") end
      | $(cat -- "$PGOKIT_HOME/ci/lib/core/schema.jq") | $(cat -- "$PGOKIT_HOME/ci/lib/core/config.jq")" "$file" 2>&1) ||
    die "read '$2': not valid JSON: ${out#*): }"
  config_duplicates "$file" "$2"
  if [[ $out == error* ]]; then
    while IFS= read -r line; do
      printf '%s: read %s: %s\n' "$PGOKIT_TOOL" "$(clean "'$2'")" "$(clean "${line#error }")" >&2
    done <<<"$out"
    die "read '$2': it does not fit ci/pgokit.schema.json, which describes every key"
  fi
  # Not by patterns, which take the square of its length.
  mapfile -t lines <<<"$out"
  CONFIG=${lines[0]}
  config_fields CONFIG_VALUES "${lines[1]-}"
}

# jq, like most readers, silently takes the last of two equal keys. In its stream of events every
# value and every end of an object or array has a path of its own, unless a key is there twice.
config_duplicates() { # <file> <what messages call it>
  local twice
  twice=$(jq -r --stream '(if length == 2 then .[0] else .[0][:-1] end)
      | map(if type == "number" then "[\(.)]" else ".\(.)" end) | join("") | ltrimstr(".") | gsub("\n"; "?")' \
    "$1" | sort | uniq -d | sed -n 1p)
  [ -z "$twice" ] || die "read '$2': '$twice': the key is there twice"
}

# A jq is twenty milliseconds; the plain values are read once.
declare -A CONFIG_VALUES

config() { # <jq expression>: raw output, one line per result
  if [ -n "${CONFIG_VALUES[$1]+x}" ]; then
    printf '%s\n' "${CONFIG_VALUES[$1]}"
  else
    jq -r "$1" <<<"$CONFIG"
  fi
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

# The workloads of a tier and those below it, and the benchmarks, one per line, for
# `local -A w; config_fields w "$line"`. Fields that are not there are empty.
config_workloads() { # <fast|comprehensive|exhaustive> [jq filter: which of them]
  case $1 in
    fast) config_items ".workloads.fast[] | ${2-.}" ;;
    comprehensive) config_items ".workloads | (.fast + .comprehensive)[] | ${2-.}" ;;
    exhaustive) config_items ".workloads | (.fast + .comprehensive + .exhaustive)[] | ${2-.}" ;;
    *) usage "unknown tier '$1': fast, comprehensive or exhaustive" ;;
  esac
}

# The benchmarks as bench-run takes them, as JSON. Where equal.sh lets outputs differ, they may.
config_benches() {
  jq -c '[.benches[] | (if .compare // .tolerance then .other_output = true else . end)
    | del(.outputs, .inputs, .compare, .tolerance)]' <<<"$CONFIG"
}

# What says how the program is built, as JSON.
config_program() {
  jq -c '{toolchain, build, binary, cargo, flags}' <<<"$CONFIG"
}

config_items() { # <jq expression>
  jq -r "$1"'
    | {needs: "", optional: false, weight: 1, timeout_s: 600} + . + {outputs: (.outputs | join("\n")), inputs: (.inputs | join("\n"))}
    | [to_entries[] | .key, (.value | tostring)] | @tsv' <<<"$CONFIG"
}
