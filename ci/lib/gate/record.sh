# shellcheck shell=bash
#
# What the machines of one gate hand to each other. The first one builds, and leaves
#   build.tar    the programs (gate/arm/), and the tree in which the benchmarks run (tree/): a tar, since
#                artifacts lose the modes of files
#   build.json   what was built, its hashes, and which shard measures which benchmarks
# Each shard leaves a receipt.json, and the last machine judges them. All have the same commit checked out.

record_write() { # <folder> <commit of the base> <its name> <the head's name> <most shards>
  local hashes='{}' arm
  for arm in "$work"/gate/arm/*/; do
    arm=${arm%/}
    hashes=$(jq -c --arg arm "${arm##*/}" --arg hash "$(hash_of "$arm/$program")" '.[$arm] = $hash' <<<"$hashes")
  done
  gated_names "$CONFIG"
  folder_empty "$1"
  tar -C "$work" --sparse -cf "$1/build.tar" gate/arm tree
  # A shard without a gated benchmark would have nothing to decide. Identical programs are not measured.
  # shellcheck disable=SC2016 # jq's variables
  jq -s '.[0] as $config | .[1] as $benches | $named[0] + {$config, $benches, arms: $hashes, identical: $identical,
        layouts: $ARGS.positional[:$layouts], notes: $ARGS.positional[$layouts:$layouts + $notes]}
      | .gated = [.benches[].name | select(IN($ARGS.positional[$layouts + $notes:][]))]
      | (if $identical then 1 else [1, ([$most, (.gated | length)] | min)] | max end) as $n
      | .shards = ((.gated + ([.benches[].name] - .gated)) as $all
          | [range($n) as $i | [$all | to_entries[] | select(.key % $n == $i) | .value]])' \
    --argjson named "$(jq -n '[$ARGS.named]' --arg format pgokit-gate-build-1 --arg commit "$(head_commit)" --arg base "$2" \
      --arg base_name "$3" --arg head_name "$4" --arg variant "$variant" --arg program "$program" --arg release "$release_name")" \
    --argjson hashes "$hashes" --argjson identical "$identical" --argjson most "$5" --argjson layouts ${#layouts[@]} --argjson notes ${#notes[@]} \
    --args -- "${layouts[@]}" "${notes[@]}" "${gated[@]}" <<<"$CONFIG$benches" >"$1/build.json"
}

# Reads it on another machine, which has to stand at the same commit with the same pgokit.json.
record_read() { # <folder>; sets RECORD, variant, program, layouts, notes, benches, identical, release_name
  local file=$1/build.json
  if [ ! -f "$file" ] || [ -L "$file" ]; then
    refuse 4 "read '$file': it is not there; did the machine that builds leave it?"
  fi
  RECORD=$(jq -c 'def texts: type == "array" and all(.[]; type == "string");
    select(.format == "pgokit-gate-build-1" and ([.commit, .base, .base_name, .head_name, .variant, .program, .release] | texts)
      and (.program | test("^[^/]+$")) and (.layouts | texts and length > 0 and all(.[]; test("^([.][1-9])?$")))
      and (.notes | texts) and (.gated | texts) and (.shards | type == "array" and length > 0 and all(.[]; texts))
      and (.config | type == "object") and (.benches | type == "array" and all(.[]; type == "object" and (.name | type == "string")))
      and (.arms | type == "object" and all(to_entries[]; (.key | test("^[a-z]+([.][1-9])?$")) and (.value | type == "string")))
      and (.identical | type == "boolean"))' "$file" 2>/dev/null) || RECORD=
  [ -n "$RECORD" ] || refuse 4 "read '$file': it is not what gate --until build writes"
  [ "$(record .commit)" = "$(head_commit)" ] ||
    refuse 4 "read '$file': it is of the commit '$(record .commit)', and '$(head_commit)' is checked out here"
  jq -e -s '.[0].config == .[1]' <<<"$RECORD$CONFIG" >/dev/null ||
    refuse 4 "read '$file': it was made with another pgokit.json than the one that is here"
  # What follows is read by the steps of the gate.
  variant=$(record .variant) program=$(record .program) identical=$(record .identical) release_name=$(record .release)
  benches=$(record '.benches | tojson')
  ! outputs_compared || config_list .outputs outputs
  mapfile -d '' -t layouts < <(jq -j '.layouts[] + "\u0000"' <<<"$RECORD")
  mapfile -d '' -t notes < <(jq -j '.notes[] | gsub("\u0000"; "?") + "\u0000"' <<<"$RECORD")
}

record() { # <jq expression>: of the record that was read
  jq -r "$1" <<<"$RECORD"
}

# The benchmarks of a shard, in its order, as JSON.
record_benches() { # <number of the shard, from 1>
  record ".benches as \$all | [.shards[$1 - 1][] as \$name | \$all[] | select(.name == \$name)] | tojson"
}

# The programs as they were built, and the tree.
record_unpack() { # <folder>; sets tree
  local wrong arm
  remove "${work:?}/gate/arm" "${work:?}"/tree{,.json,.files}
  folder "$work"
  tar -C "$work" --no-same-owner --warning=no-timestamp -xf "$1/build.tar" gate/arm tree ||
    refuse 4 "unpack '$1/build.tar': it is not what gate --until build writes"
  tree_again
  repository_moved
  while IFS= read -r arm; do
    wrong=$work/gate/arm/$arm/$program
    if [ ! -f "$wrong" ] || [ -L "$wrong" ] || [ "$(hash_of "$wrong")" != "$(record ".arms[\"$arm\"]")" ]; then
      refuse 4 "unpack '$1/build.tar': the program of '$arm' is not the one that was built"
    fi
  done < <(record '.arms | keys[]')
}
