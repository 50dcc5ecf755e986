# shellcheck shell=bash
#
# What verify-release asks of a release, once the tarball is known to be of the form that pgokit package writes. What is
# wrong goes to `no`.

manifest_said() { # <jq expression>: of the manifest
  jq -r "$1" "$manifest"
}

# Both manifests are one, and every file is the one that it names.
verify_files() { # <what tarball-verify printed>; reads dir, unpacked, manifest, files
  local named there beside
  cmp -s -- "$manifest" "$unpacked/pgokit-manifest.json" ||
    no "'${manifest##*/}' is not the manifest in the tarball"
  jq -e '.format == "pgokit-release-1" and ([.files, .beside] | all(type == "object"))
    and ([.programs, .libraries, .crates, .decision.steps, .decision.rules.match] | all(type == "array"))' "$manifest" >/dev/null 2>&1 ||
    no "'${manifest##*/}' is no manifest of pgokit package (pgokit-release-1)"
  named=$(manifest_said '.files | to_entries[] | "\(.value.sha256) \(if .value.executable then "x" else "-" end) \(.key)"' | LC_ALL=C sort)
  there=$(awk -F '\t' '$1 != "-" { sub(/^[^\/]*\//, "", $4); if ($4 != "pgokit-manifest.json") print $1, $2, $4 }' <<<"$1" | LC_ALL=C sort)
  [ "$named" = "$there" ] ||
    no "'$tarball': its files are not those that its manifest names: $(comm -3 <(printf '%s\n' "$named") <(printf '%s\n' "$there") | head -n 1)"
  [ "$(manifest_said '.date | fromdateiso8601')" = "$(cut -f 3 <<<"$1" | sort -u)" ] ||
    no "'$tarball': the time of its files is not that of the manifest, $(manifest_said .date)"
  beside=$(cd -- "$dir" && for named in "${files[@]}"; do
    case $named in SHA256SUMS | "$tarball" | "${manifest##*/}") ;; *) printf '%s %s\n' "$(hash_of "$named")" "$named" ;; esac
  done | LC_ALL=C sort)
  named=$(manifest_said '.beside | to_entries[] | "\(.value) \(.key)"' | LC_ALL=C sort)
  [ "$named" = "$beside" ] ||
    no "the files beside the tarball are not those that the manifest names: $(comm -3 <(printf '%s\n' "$named") <(printf '%s\n' "$beside") | head -n 1)"
}

# It can be made again of the manifest.
verify_sbom() {
  local sbom=$dir/$stem-sbom.cdx.json
  jq -f "$PGOKIT_HOME/ci/lib/release/sbom.jq" "$manifest" 2>/dev/null | cmp -s -- - "$sbom" ||
    no "'${sbom##*/}' is not the bill of materials of this manifest"
}

# Each program is what the manifest says that it is, and nothing of it is unsound, whatever that says.
verify_programs() { # [newest C library that it may need]
  local file facts was
  while IFS= read -r file; do
    facts=$(elf_facts "$unpacked/$file") || no "'$file' is no program that elf-facts reads"
    was=$(FILE=$file manifest_said '.programs[] | select(.file == env.FILE) | del(.file, .variant, .measured_sha256) | tojson')
    jq -en --argjson is "$facts" --argjson was "$was" '$is == $was' >/dev/null ||
      no "'$file' is not what the manifest says of it: $(jq -nr --argjson is "$facts" --argjson was "$was" \
        '[$is | keys_unsorted[] | select($is[.] != $was[.]) | "\(.) is \($is[.] | tojson), not \($was[.] | tojson)"] | first // "a member is missing"')"
    was=$(jq -r 'if .stack != "not executable" then "its stack is executable"
      elif .writable_code then "a segment of it can be written and executed"
      elif .textrel then "its code is changed when it is loaded (DT_TEXTREL)"
      elif (.runpath // "" | test("(^|:)(?!\\$ORIGIN|/)")) and .runpath then "it loads libraries from a relative path: \(.runpath)" else "" end' <<<"$facts")
    [ -z "$was" ] || no "'$file' is unsound: $was"
    was=$(jq -r '.glibc // "0"' <<<"$facts")
    [ -z "${1-}" ] || [ "$(printf '%s\n' "$was" "$1" | sort -V | tail -n 1)" = "$1" ] ||
      no "'$file' needs glibc $was, and may need $1 at most (--glibc)"
  done < <(manifest_said '.programs[].file')
  # What is for every CPU says so, as far as the compiler marks it.
  file=$(manifest_said 'first(.programs[] | select((.variant // "") | test("\\+(x86-64-v[234]|native|znver)") | not)
    | select(.isa | . != null and test("-v[234]$")) | "\(.file)\u0027 needs a CPU of \(.isa)") // empty')
  [ -z "$file" ] || no "'$file, and its variant names none"
}

# A wheel promises by its name what its program needs, which is the one that was packed.
verify_wheels() {
  local file why
  for file in "${files[@]}"; do
    [[ $file == *.whl ]] || continue
    why=$(wheel_untrue "$file" "$(manifest_said 'first(.programs[] | select(.measured_sha256)) | .glibc // ""')")
    [ -z "$why" ] || no "'$file': $why"
  done
}

# The program that was measured is the one that is packed, and the choice follows from the measurement once more.
verify_decision() {
  local receipt=$dir/$stem-receipt.json base cand chosen why proof now min champion
  [ "$(hash_of "$receipt")" = "$(manifest_said .decision.receipt)" ] || no "'${receipt##*/}' is not the measurement that the manifest names"
  base=$(jq -r --slurpfile receipt "$receipt" '[.variant as $v | .programs[] | select(.variant == $v)
    | .build_id as $id | .measured_sha256 as $hash | select(any($receipt[0].arms[]; .name == $v and .sha256 == $hash)
      and ($id == null or any($receipt[0].benches[].build_ids[]?; . == $id)))] | length' "$manifest" 2>/dev/null) || base=0
  [ "$base" = 1 ] || no "the program is not the one that was measured in '${receipt##*/}', by hash or build id"
  mapfile -d '' -t rules < <(manifest_said '.decision.rules | "--alpha", .alpha, "--min-effect", .min_effect_pct, "--margin", .margin_pct,
    "--max-undetected", .max_undetected_pct, (.match[] | "--match", .) | tostring' | tr '\n' '\0')
  min=$(manifest_said .decision.rules.min_win_pct)
  champion=$(manifest_said .decision.floor)
  while IFS=$'\t' read -r base cand chosen proof why; do
    [ "$base" = "$champion" ] || no "its manifest compares '$cand' with '$base', and '$champion' was the best so far"
    now=$(bench-compare --base "$base" --cand "$cand" "${rules[@]}" --json "$receipt" 2>/dev/null) || [ -n "$now" ] ||
      no "'${receipt##*/}' has no comparison of '$base' and '$cand'"
    now=$(ladder_worth_of "$min" <<<"$now")
    if [ "$now" = yes ] && [ "$proof" != - ]; then
      now=$(bench-compare verify --json "$dir/$proof" 2>/dev/null) || true
      now=$(ladder_worth_of "$min" <<<"${now:-null}" 2>/dev/null) || now='its proof cannot be read'
      [ "$now" = yes ] || no "'$proof' does not prove '$cand': $now"
    elif [ "$now" = yes ] && [ "$chosen" = false ]; then
      now=$why # what was measured once more, and not confirmed, is not packed
    fi
    [ "$now" = "$why" ] || no "its manifest says of '$cand': $why; the measurement says: $now"
    [ "$chosen" = "$([ "$now" = yes ] && echo true || echo false)" ] || no "its manifest says of '$cand' that it was chosen: $chosen; the measurement says: $now"
    [ "$chosen" = false ] || champion=$cand
  done < <(manifest_said '.decision.steps[] | [.base, .cand, .chosen, .proof // "-", .why] | map(tostring) | join("\t")')
  [ "$champion $champion" = "$(manifest_said '"\(.decision.ship) \(.variant)"')" ] ||
    no "its manifest says that '$(manifest_said .variant)' ships, and the measurement '$champion'"
}

# A program of a profile shows it.
verify_profile() {
  [ "$(manifest_said .profile)" != null ] || return 0
  [[ $(manifest_said .profile.sha256) =~ ^[0-9a-f]{64}$ ]] || no 'its manifest names no profile of a variant that has one'
  [ "$(manifest_said '.profile.applied | (.functions_with_counts // .hot_bytes // 0) > 0')" = true ] ||
    no "its manifest does not say that the profile was applied to '$(manifest_said .variant)'"
}

# By whom these very bytes were made, which nothing in them can say.
verify_attested() { # <owner/name> <workflow> ; reads dir, files
  local file said commit
  commit=$(manifest_said '.sources.commit // ""')
  [[ $commit =~ ^[0-9a-f]{40,64}$ ]] || no 'its manifest names no commit that could be attested'
  for file in "${files[@]}"; do
    [ "$file" != SHA256SUMS ] || continue
    said=$(gh attestation verify "$dir/$file" --repo "$1" --signer-workflow "$2" --source-digest "$commit" --deny-self-hosted-runners 2>&1) ||
      no "'$file' is not attested by $2 of the commit ${commit:0:12}, gh says: $(tail -n 1 <<<"$said")"
  done
}
