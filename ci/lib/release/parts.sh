# shellcheck shell=bash
#
# What a program was made with and needs, for the manifest and the SBOM: libraries with the packages that they are of,
# linker, crates. What cannot be known here is null.

# The packages of shared libraries, an array in the order of their names.
parts_libraries() { # <name, a line each, on standard input>
  local name path package distro listed
  distro=$(. /etc/os-release 2>/dev/null && printf '%s' "${ID-}") || distro=
  listed=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null) || listed=
  LC_ALL=C sort -u | while IFS= read -r name; do
    path=$(awk -v name="$name" '$1 == name && /x86-64/ { print $NF; exit }' <<<"$listed")
    package=$(parts_package "${path:-/none}")
    jq -cn --arg name "$name" --arg distro "$distro" --arg package "$package" '{name: $name}
      + if $package == "" then {package: null, version: null, distro: null}
        else ($package | split(" ") | {package: .[0], version: .[1], distro: $distro}) end'
  done | jq -cs .
}

# "NAME VERSION" of the Debian package that a file is of, or nothing. Its list may have it without the /usr in front.
parts_package() { # <path>
  local path owner
  type -P dpkg-query >/dev/null || return 0
  for path in "$1" "/usr$1" "$(realpath -m -- "$1")" "${1#/usr}"; do
    owner=$(dpkg-query -S "$path" 2>/dev/null | sed -n '1s/: .*//p') || continue
    [ -z "$owner" ] || break
  done
  [ -z "${owner-}" ] || dpkg-query -W -f '${Package} ${Version}' "$owner" 2>/dev/null || true
}

# The linker's own mark in the program as it was built.
parts_linker() { # <program>
  local elf
  elf_read "$1"
  sed -n 's/^comments Linker: *//p' <<<"$elf" | head -n 1
}

# All crates of Cargo.lock, those that only other targets or tests need included. The format is Cargo's own (TOML, one
# key a line).
parts_crates() { # <folder of the sources>
  [ -f "$1/Cargo.lock" ] || {
    printf '[]\n'
    return
  }
  awk -F ' = ' '
    function value() { gsub(/^"|"$/, "", $2); return $2 }
    function crate() { if (name != "") printf "%s\t%s\t%s\t%s\n", name, version, source, checksum; name = version = source = checksum = "" }
    /^\[/ { crate(); inside = $0 == "[[package]]" }
    inside && $1 == "name" { name = value() }
    inside && $1 == "version" { version = value() }
    inside && $1 == "source" { source = value() }
    inside && $1 == "checksum" { checksum = value() }
    END { crate() }' "$1/Cargo.lock" |
    jq -cnR '[inputs | split("\t") | map(if . == "" then null else . end)
      | {name: .[0], version: .[1], source: .[2], checksum: .[3]}] | sort_by(.name, .version)'
}
