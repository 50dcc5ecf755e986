# shellcheck shell=bash
#
# SHA256SUMS and the files that it names. What is wrong goes to `no`, which each command that uses these has.

sums_read() { # reads dir; sets files, tarball, compete
  local sums=$dir/SHA256SUMS line name
  if [ ! -f "$sums" ] || [ -L "$sums" ]; then no 'there is no SHA256SUMS in it'; fi
  files=(SHA256SUMS) tarball='' compete=''
  while IFS= read -r line; do
    [[ $line =~ ^[0-9a-f]{64}\ \ ([A-Za-z0-9][A-Za-z0-9._+-]*)$ ]] || no "SHA256SUMS has a line that is no checksum of a file here: $line"
    name=${BASH_REMATCH[1]}
    files+=("$name")
    [[ $name != *.tar.gz ]] || tarball+=${tarball:+ }$name
    # shellcheck disable=SC2034 # of publish
    [[ $name != *-compete.json ]] || compete=$dir/$name
  done <"$sums"
  [[ $tarball == ?* && $tarball != *' '* ]] || no "expected one tarball, found: ${tarball:-none}"
}

# Exactly these files, as they left the job that made them.
sums_check() { # [file that may be there as well]; after sums_read
  local there
  there=$(find "$dir" -mindepth 1 ! -name "${1:-}" -printf '%y %P\n' | sort)
  [ "$there" = "$(printf 'f %s\n' "${files[@]}" | sort)" ] || no "there is something else in it than SHA256SUMS says: $(paste -sd , - <<<"$there")"
  (cd -- "$dir" && sha256sum --strict --quiet -c SHA256SUMS >&2) || no 'a file is not what SHA256SUMS says'
}
