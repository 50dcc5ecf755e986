# shellcheck shell=bash
#
# A Python wheel with the chosen variant in it. The build makes a wheel together with each variant, so
# the one in the tree is of whichever was built last, and stripped by nobody: its extension module is
# replaced by the very program that was measured, and the wheel's own list of hashes follows.

wheel_pack() { # <pattern of release.wheel> <program, stripped> <folder for the wheel>; in a subshell
  local pattern=$1 program=$2 from wheels=() unpacked=$3/wheel member hash list
  need zip unzip
  # The pattern is one; the names are relative to the tree.
  # shellcheck disable=SC2086
  mapfile -d '' -t wheels < <(cd -- "$work/tree" && shopt -s nullglob && IFS= && for wheel in $pattern; do printf '%s\0' "$wheel"; done)
  if [ ${#wheels[@]} -ne 1 ]; then
    refuse 1 "pack '$pattern': the build left ${#wheels[@]} files of that name (config: release.wheel), and there has to be one"
  fi
  from=$work/tree/${wheels[0]}
  mkdir -- "$unpacked"
  unzip -q -d "$unpacked" -- "$from" >"$work/log/package.log" 2>&1 ||
    refuse 1 "unpack '$from': unzip failed; see '$work/log/package.log'"
  member=$(wheel_member "$unpacked")
  list=$(cd -- "$unpacked" && find . -path './*.dist-info/RECORD' -printf '%P\n')
  if [ -z "$member" ] || [ ! -f "$unpacked/$list" ]; then
    refuse 1 "pack '$from': the build's own '$(config .binary)' is not in it, or it has no RECORD; run pgokit optimize again"
  fi
  cp -- "$program" "$unpacked/$member"
  hash=$(hash_of "$program" | sed 's/../\\x&/g')
  # shellcheck disable=SC2059 # bytes from their hexadecimal digits
  hash=$(printf "$hash" | base64 -w 0 | tr '+/' '-_' | tr -d =)
  MEMBER=$member awk -v hash="$hash" -v size="$(bytes_of "$program")" '
    index($0, ENVIRON["MEMBER"] ",sha256=") == 1 { print ENVIRON["MEMBER"] ",sha256=" hash "," size; found = 1; next } { print }
    END { exit !found }' "$unpacked/$list" >"$unpacked.RECORD" ||
    refuse 1 "pack '$from': its RECORD does not name '$member'"
  mv -- "$unpacked.RECORD" "$unpacked/$list"
  find "$unpacked" -exec touch -d "@$when" -- {} +
  # RECORD goes last, as the format wants it.
  (cd -- "$unpacked" && { find . -type f ! -path "./$list" -printf '%P\n' | LC_ALL=C sort && printf '%s\n' "$list"; } |
    TZ=UTC zip -q -X -@ "../${from##*/}") >"$work/log/package.log" 2>&1 ||
    refuse 1 "pack '$from': zip failed; see '$work/log/package.log'"
  rm -rf -- "${unpacked:?}"
}

# The file that is the build's own product, whatever it is called there.
wheel_member() { # <folder>
  local want
  want=$(hash_of "$work/tree/$(toolchain_binary)") || return 0
  find "$1" -type f -name '*.so' -exec sha256sum -z -- {} + | LC_ALL=C sort -z |
    while IFS= read -r -d '' line; do
      [ "${line:0:64}" != "$want" ] || printf '%s\n' "${line:66+${#1}+1}"
    done | sed -n 1p
}
