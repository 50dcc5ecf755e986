# shellcheck shell=bash
#
# The manifest of a release: manifest.jq says what is in it. It lies in the tarball and, the same bytes, beside it.

# A program of the package, as a line of $programs: what it is, and of the launcher and each build that it starts.
manifest_program() { # <folder> <name in it> <variant, or nothing for the launcher>
  local facts measured=''
  facts=$(elf_facts "$1/$2") || refuse 1 "pack '$2': it is no ELF file that elf-facts reads"
  [ -z "$3" ] || measured=$(hash_of "$(bin_of "$3")")
  jq -cn --arg file "$2" --arg variant "$3" --arg measured "$measured" --argjson facts "$facts" '
    def text: if . == "" then null else . end;
    {$file, variant: ($variant | text), measured_sha256: ($measured | text)} + $facts'
}

# What lies in a folder, for manifest.jq.
manifest_files() { # <folder>
  local strange
  strange=$(find "$1" ! -type f ! -type d -printf '%P' -quit)
  [ -z "$strange" ] || refuse 1 "pack '$strange': it is a link, a device or the like, and a release has files and folders alone (config: release.files)"
  strange=$(LC_ALL=C find "$1" -name $'*[\001-\037\177]*' -printf '%P' -quit)
  [ -z "$strange" ] || refuse 1 "pack '$strange': a control character is in its name (config: release.files)"
  {
    find "$1" -type f -printf '%P\0' | LC_ALL=C sort -z | (cd -- "$1" && xargs -0r sha256sum -z --)
    find "$1" -type f -perm /111 -printf 'x  %P\0' | LC_ALL=C sort -z
  }
}

# Of all of the package but the tarball itself.
manifest_write() { # <folder of the tarball> <folder beside> <version> <date, seconds> <file>; reads variant, built, programs, proofs
  local libraries used=false place
  [ "$(variant_field "$variant" 3)" != use ] || used=true
  libraries=$(printf '%s\n' "${programs[@]}" | jq -r '.libraries[]' | parts_libraries)
  manifest_files "$1" >"$5.files"
  manifest_files "$2" >"$5.beside"
  # shellcheck disable=SC2016 # jq's variables
  jq --arg pgokit "$(<"$PGOKIT_HOME/ci/VERSION")" --arg version "$3" --arg when "$4" --arg variant "$variant" --arg root "$root" \
    --arg linker "$(parts_linker "$(bin_of "$variant")")" --arg receipt "$(hash_of "$work/bench/receipt.json")" \
    --argjson uses_profile "$used" --argjson config "$CONFIG" --argjson sources "$built" --argjson proofs "$proofs" \
    --argjson programs "$(printf '%s\n' "${programs[@]}" | jq -cs .)" --argjson libraries "$libraries" \
    --slurpfile verdict "$work/gate/verdict.json" --slurpfile crates <(parts_crates "$root") \
    --rawfile files "$5.files" --rawfile beside "$5.beside" \
    -f "$PGOKIT_HOME/ci/lib/release/manifest.jq" "$work/manifest.json" >"$5" 2>"$work/log/package.log" ||
    refuse 2 "write the manifest of '$variant': its record, '$work/manifest.json', lacks something, as '$work/log/package.log' says; run pgokit optimize, bench and gate again"
  rm -f -- "$5.files" "$5.beside"
  for place in "$root" "${HOME-}"; do
    if [ "${#place}" -gt 1 ] && grep -qF -- "$place/" "$5"; then
      refuse 1 "write the manifest of '$variant': it would name a folder of this machine, '$place': $(grep -F -m 1 -- "$place/" "$5")"
    fi
  done
}
