# shellcheck shell=bash
#
# Sources that a build took from the checkout instead of its copy.

# Refuses sources that the build took from the checkout, by a path that stands in the project: every variant, and
# both sides of a comparison, would be made of those that are there now. What git ignores (packages that were
# fetched to a folder there) is no source of the project.
outside_sources() { # <build>, after compiles_end
  local path found=()
  [ ${#compiled_outside[@]} -gt 0 ] || toolchain_is cargo || return 0
  while IFS= read -r -d '' path; do
    ! outside_known "$path" || found+=("$path")
  done < <({ printf '%s\0' "${compiled_outside[@]}" && outside_crates; } | LC_ALL=C sort -zu)
  [ ${#found[@]} -eq 0 ] ||
    refuse 1 "build '$1': it compiled from the checkout, not from its copy in '$tree': $(some_names "${found[@]}"). Let the build name its files relative to the folder in which it is started, or by a variable such as GITHUB_WORKSPACE"
}

outside_known() { # <file or folder>
  local known
  [ -n "$1" ] || return
  known=$(git --literal-pathspecs -C "$outside_top" ls-files --cached --others --exclude-standard -- "$1" 2>&1 | sed -n 1p) || return 0
  [ -n "$known" ]
}

# The same of Rust, from what rustc leaves for make: "OBJECT: SOURCE...", blanks in names behind a backslash.
outside_crates() {
  ! toolchain_is cargo || find "$tree/target" -name '*.d' -exec sed -n 's/^[^:]*: //p' {} + |
    TOP=$outside_top/ WORK=$work/ awk '{ gsub(/\\ /, "\a"); n = split($0, path, " ")
      for (i = 1; i <= n; i++) { gsub(/\a/, " ", path[i])
        if (index(path[i], ENVIRON["TOP"]) == 1 && index(path[i], ENVIRON["WORK"]) != 1) print path[i] } }' | tr '\n' '\0'
}
