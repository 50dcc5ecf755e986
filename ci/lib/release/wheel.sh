# shellcheck shell=bash
#
# A Python wheel with the chosen variant in it. The build makes a wheel together with each variant, so
# the one in the tree is of whichever was built last, and stripped by nobody: its extension module is
# replaced by the very program that was measured, and the wheel's own list of hashes follows.

wheel_pack() { # <pattern of release.wheel> <program, stripped> <folder for the wheel>; in a subshell
  local pattern=$1 program=$2 from wheels=() unpacked=$3/wheel member hash list tag
  need zip unzip
  # The pattern is one; the names are relative to the tree.
  # shellcheck disable=SC2086
  mapfile -d '' -t wheels < <(cd -- "$work/tree" && shopt -s nullglob && IFS= && for wheel in $pattern; do printf '%s\0' "$wheel"; done)
  if [ ${#wheels[@]} -ne 1 ]; then
    refuse 1 "pack '$pattern': the build left ${#wheels[@]} files of that name (config: release.wheel), and there has to be one"
  fi
  from=$work/tree/${wheels[0]}
  tag=$(wheel_untrue "${from##*/}" "$(elf_facts "$program" | jq -r '.glibc // ""')")
  [ -z "$tag" ] || refuse 1 "pack '$from': $tag"
  [[ $from != *-linux_*.whl ]] ||
    warn "pack '${from##*/}': PyPI takes no wheel of the tag linux_*; let the build end with auditwheel repair, which finds the manylinux tag and brings the libraries"
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

# What the platform tag of a wheel promises that its program does not keep (PEP 600: of manylinux_X_Y, glibc X.Y is
# enough; the older names stand for one each). Nothing where it keeps it.
wheel_untrue() { # <name of the wheel> <the newest glibc that its program needs; nothing where it needs none>
  local tag=${1%.whl} least
  tag=${tag##*-}
  [ "$tag" != any ] || {
    printf 'its tag, any, promises that it runs on every machine, and there is a program of this one in it'
    return
  }
  tag=${tag%%.*}
  case $tag in
    manylinux1_*) least=2.5 ;;
    manylinux2010_*) least=2.12 ;;
    manylinux2014_*) least=2.17 ;;
    manylinux_[0-9]*_[0-9]*_*) least=$(sed -nE 's/^manylinux_([0-9]+)_([0-9]+)_.*/\1.\2/p' <<<"$tag") ;;
    *) return 0 ;;
  esac
  [ "$(printf '%s\n' "${2:-0}" "$least" | sort -V | tail -n 1)" = "$least" ] ||
    printf 'its tag, %s, promises that glibc %s is enough, and its program needs %s; build it where that is the newest, or let auditwheel repair find the tag' "$tag" "$least" "$2"
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
