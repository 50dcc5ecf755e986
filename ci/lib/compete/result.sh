# shellcheck shell=bash
#
# What pgokit compete leaves: compete.json, which a later release is held against, and the table.

# Whether a file, of whoever, is a compete.json of the shape that its readers rely on.
compete_read() { # <file>
  jq -e "$(<"$PGOKIT_HOME/ci/lib/compete/shape.jq")"' compete' "$1" >/dev/null 2>&1
}

# A line for each competitor that the earlier release beat, and this one does not.
compete_behind() { # <compete.json> <that of the earlier release>
  # shellcheck disable=SC2016 # jq's variables
  jq -r --slurpfile before "$2" "$(cat -- "$PGOKIT_HOME"/ci/lib/{report/markdown,compete/behind}.jq)"' behind($before)[]' "$1"
}

compete_write() { # reads dir, variant, program, before, competitors
  local i states=()
  for i in "${!competitors[@]}"; do states+=("${STATE[$i]}" "${WHY[$i]-}" "${SAID[$i]-}"); done
  # shellcheck disable=SC2016 # jq's variables
  jq -n --argjson config "$CONFIG" --arg variant "$variant" --arg sha256 "$(hash_of "$program")" --arg now "$(date -u +%FT%TZ)" \
    --slurpfile before "${before:-/dev/null}" --arg evicted "$(cold_files | xargs -0 page-evict 2>/dev/null)" \
    --slurpfile pairs <(files_of "$dir/pairs" '{benches: [.verdict.benches[0]]}') \
    --slurpfile receipts <(files_of "$dir/receipts" '{machine, results}') \
    --slurpfile answers <(answers_given) "$(cat -- "$PGOKIT_HOME"/ci/lib/{report/markdown,compete/behind,compete/compete}.jq)"' result' --args -- "${states[@]}" >"$dir/compete.json"
  jq -r "$(cat -- "$PGOKIT_HOME"/ci/lib/report/{markdown,compete-md}.jq)" "$dir/compete.json" >"$dir/summary.md"
  compete_read "$dir/compete.json" || die "write '$dir/compete.json': it is not of the shape that it has to have; this is a fault of the kit"
}

# A line for each JSON file of a folder: "of" is its path.
files_of() { # <folder> <jq program>
  find "$1" -name '*.json' -exec jq -c "{of: input_filename} + ($2)" {} +
}

answers_given() { # a line of JSON for each benchmark
  local file
  for file in "$dir"/pairs/*.answer; do
    [ ! -f "$file" ] || printf '{"of": "%s", "lines": %d, "sha256": "%s"}\n' "$(basename -- "$file" .answer)" "$(wc -l <"$file")" "$(hash_of "$file")"
  done
}
