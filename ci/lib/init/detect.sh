# shellcheck shell=bash
#
# What `pgokit init` finds out about a project: its build system, the command that builds it, the
# program, the tests. Build files are read, none is run. What is wrong in a guess, the first build says.

# In this order: what generates makefiles stands before make, and what needs no compiler of the kit's is last.
SYSTEMS='cargo cmake meson autotools make go python node'

system_files() { # <build system>: one per line, the first that is there counts
  case $1 in
    cargo) printf '%s\n' Cargo.toml ;;
    cmake) printf '%s\n' CMakeLists.txt ;;
    meson) printf '%s\n' meson.build ;;
    autotools) printf '%s\n' configure.ac configure.in configure ;;
    make) printf '%s\n' GNUmakefile makefile Makefile ;;
    go) printf '%s\n' go.mod ;;
    python) printf '%s\n' pyproject.toml ;;
    node) printf '%s\n' package.json ;;
  esac
}

system_file() { # <build system>: its file; status 1 when there is none
  local file
  while IFS= read -r file; do
    [ -f "$root/$file" ] || continue
    printf '%s\n' "$file"
    return
  done < <(system_files "$1")
  return 1
}

# Sets system, name, build, the packages that it needs, the command that runs the tests (tests, empty
# without), and the programs that the build makes, the likeliest first (programs).
detect() { # <build system, or empty>
  local s file here=() said='' lines=()
  for s in $SYSTEMS; do
    file=$(system_file "$s") || continue
    here+=("$s")
    said+="${said:+, }$s ($file)"
  done
  if [ -n "$1" ]; then
    [ -n "$(system_files "$1")" ] || usage "--build-system '$1': expected one of $SYSTEMS"
    system=$1
    file=$(system_file "$system") ||
      die "detect $system in '$root': there is no $(system_files "$system" | paste -sd '|' - | sed 's/|/ or /g')"
  else
    [ ${#here[@]} -gt 0 ] ||
      die "detect the build system in '$root': found none of $(for s in $SYSTEMS; do system_files "$s"; done | paste -sd ' ' -); run init in the folder in which the build is started"
    # A makefile without a source of C's is there to type less.
    if [ "${here[0]}" = make ] && [ ${#here[@]} -gt 1 ] && [ -z "$(for s in c cc cpp cxx; do project_files "*.$s"; done | tr -d '\0')" ]; then
      here=("${here[@]:1}")
    fi
    system=${here[0]}
    file=$(system_file "$system")
  fi
  if [ -z "$1" ] && [ ${#here[@]} -gt 1 ]; then
    log "build system: $system, the first of: $said. Makefiles come last, since the others may make them; --build-system chooses"
  else
    log "build system: $system ($file)"
  fi

  name=${root##*/} build='' tests='' packages=() found=()
  "detect_$system" "$file"
  mapfile -t lines < <([ ${#found[@]} -eq 0 ] || printf '%s\n' "${found[@]}" | sort -s -n -k 1,1 | cut -f 2- | awk '!seen[$0]++')
  programs=("${lines[@]}")
}

# The project's files of a name: those of git, tracked or not ignored, else all. NUL-separated.
project_files() { # <name, a pattern of git's>
  local file
  if [ "$in_git" = true ]; then
    git -C "$root" ls-files -z --cached --others --exclude-standard -- ":(glob)**/$1"
  else
    (cd -- "$root" && find . -mindepth 1 -maxdepth 6 -name '.*' -prune -o -path "*/$1" -type f -printf '%P\0')
  fi | while IFS= read -r -d '' file; do
    [ ! -f "$root/$file" ] || printf '%s\0' "$file" # a link may lead to anything
  done
}

# A program that the build makes, if its path can be one in pgokit.json. What has the project's name
# comes first, what is in a folder of tests or examples, or is called so, last.
offer() { # <path> <name>
  local rank slashes path
  path=${1//'/./'/'/'}
  path=${path//'//'/'/'}
  path=${path#./}
  slashes=${path//[!\/]/}
  [[ $path != *[[:cntrl:]]* && $path != *'$'* && $path != *@* && $path != /* && /$path/ != */../* && -n $2 ]] || return 0
  rank=$((10 + ${#slashes}))
  [ "$2" != "$name" ] || rank=1
  shopt -s nocasematch
  if [[ /$path =~ /(third[_-]?party|extern|external|vendor|deps|subprojects)/ ]]; then
    rank=$((rank + 200))
  elif [[ /$path =~ /(tests?|testing|examples?|samples?|bench|benchmarks?|docs?|fuzz)/ || $2 =~ (^|[^a-z])(tests?|examples?|bench|benchmarks?|fuzz)([^a-z]|$) ]]; then
    rank=$((rank + 100))
  fi
  shopt -u nocasematch
  found+=("$rank"$'\t'"$path")
}

# Where the build may put its files: no folder that has the project's own in it.
out_folder() { # sets out
  out=build
  [ -z "$(project_files 'build/**' | tr '\0' '\n' | sed -n 1p)" ] || out='build-pgokit'
}

calls() { # <function> <file...>
  [ $# -gt 1 ] || return 0
  (cd -- "$root" && LC_ALL=C awk -v call="$1" -f "$PGOKIT_HOME/ci/lib/init/calls.awk" "${@:2}")
}

# The option without which no test is built, where it is off; status 1 where a test needs none.
tests_gate() { # <cmake|meson> <file...>
  local gates
  gates=$(cd -- "$root" && LC_ALL=C awk -v by="$1" -f "$PGOKIT_HOME/ci/lib/init/gates.awk" "${@:2}" | sort -u)
  [ -n "$gates" ] && ! grep -qx '' <<<"$gates" || return 1
  sed -n 1p <<<"$gates"
}

# Tests that the build does not make are none to train on: says how they would be.
tests_found() { # <cmake|meson> <command> <file...>
  local option
  if option=$(tests_gate "$1" "${@:3}"); then
    decide "workloads: the tests are built only with $option, which is off. To train on them, add -D$option=$([ "$1" = cmake ] && printf ON || printf true) to build, and {\"name\": \"tests\", \"suite\": true, \"run\": \"$2\"} to workloads"
  else
    tests=$2
  fi
}

# --- cargo -----------------------------------------------------------------------------------------
# Asked without the network, and without having rustup install what rust-toolchain.toml names.
detect_cargo() {
  local about program
  type -P cargo >/dev/null || die "read 'Cargo.toml': cargo is not installed; https://rustup.rs has it"
  about=$(cd -- "$root" && RUSTUP_AUTO_INSTALL=0 cargo metadata --no-deps --offline --format-version 1 2>&1 </dev/null) ||
    die "read 'Cargo.toml': cargo metadata failed: $(tail -n 1 <<<"$about")"
  about=$(grep '^{' <<<"$about") # rustup may speak before
  while IFS= read -r program; do
    offer "target/release/$program" "$program"
  done < <(jq -r '.packages[].targets[] | select(.kind | index("bin")) | .name' <<<"$about")
  program=$(jq -r --arg file "$root/Cargo.toml" '([.packages[] | select(.manifest_path == $file)] + .packages)[0].name // empty' <<<"$about")
  name=${program:-$name}
  build='cargo build --release'
  tests='cargo test --release'
  if [ -f "$root/Cargo.lock" ]; then
    build+=' --locked'
    tests+=' --locked'
  fi
  # Those in tests/ use the crate that the program is made of; unit tests have another one, made for them.
  # One that asks for a feature of the crate is left out in silence where that is off.
  if [ -n "$(jq -r '.packages[].targets[] | select((.kind | index("test")) and .test != false and (."required-features" // []) == []) | .name' <<<"$about")" ]; then
    tests+=" --test '*'"
  else
    tests=
  fi
}

# --- CMake -----------------------------------------------------------------------------------------
# It takes CC, CFLAGS and LDFLAGS from the environment, when it configures for the first time.
detect_cmake() {
  local files dir first others output
  local -A vars=()
  mapfile -d '' -t files < <(project_files CMakeLists.txt)
  files=("${files[@]/#/./}")
  out_folder
  packages=(cmake)
  build="cmake -S . -B $out -DCMAKE_BUILD_TYPE=Release && cmake --build $out -j \"\$(nproc)\""
  while IFS=$'\t' read -r dir first others; do
    [[ $first =~ ^[A-Za-z0-9_]+$ && -z ${vars[$first]+x} ]] || continue
    others=${others%% *}
    vars[$first]=${others//\"/}
  done < <(calls set "${files[@]}")
  IFS=$'\t' read -r dir first others < <(calls project ./CMakeLists.txt) || true
  first=$(cmake_value "$first") || first=
  name=${first:-$name}
  vars[PROJECT_NAME]=$name vars[CMAKE_PROJECT_NAME]=$name
  vars[CMAKE_BINARY_DIR]=$out vars[PROJECT_BINARY_DIR]=$out vars[CMAKE_SOURCE_DIR]=. vars[PROJECT_SOURCE_DIR]=.
  # The variables are CMake's.
  # shellcheck disable=SC2016
  output=$(cmake_value '${CMAKE_RUNTIME_OUTPUT_DIRECTORY}' || cmake_value '${EXECUTABLE_OUTPUT_PATH}') || output=
  cmake_output_names
  while IFS=$'\t' read -r dir first others; do
    first=$(cmake_value "$first") || continue
    case " $others " in *' IMPORTED '* | *' ALIAS '*) continue ;; esac
    offer "${output:-$out/$dir}/${outputs["=$first"]-$first}" "$first"
  done < <(calls add_executable "${files[@]}")
  if [ -n "$(calls 'add_test|gtest_discover_tests|catch_discover_tests' "${files[@]}")" ]; then
    tests_found cmake "ctest --test-dir $out --no-tests=error" "${files[@]}"
  fi
}

# The text with the variables of the files in it; status 1 where one is not known, or nothing is left.
cmake_value() { # <text>
  local text=$1 i
  for ((i = 0; i < 9; i++)); do
    if [[ ! $text =~ \$\{([A-Za-z0-9_]+)\} ]]; then
      [ -n "$text" ] || return 1
      printf '%s\n' "$text"
      return
    fi
    [ -n "${vars[${BASH_REMATCH[1]}]+x}" ] || return 1
    text=${text/"${BASH_REMATCH[0]}"/"${vars[${BASH_REMATCH[1]}]}"}
  done
  return 1
}

# Sets outputs: how the files of targets are called that have another name than the target.
cmake_output_names() {
  local dir first others output
  declare -gA outputs=()
  while IFS=$'\t' read -r dir first others; do
    if [[ $others =~ OUTPUT_NAME\ (\"([^\"]+)\"|([^ ]+)) ]]; then
      output=$(cmake_value "${BASH_REMATCH[2]}${BASH_REMATCH[3]}") || continue
      first=$(cmake_value "$first") || continue
      outputs["=$first"]=$output # a name may be * or @, which bash knows as others
    fi
  done < <(calls set_target_properties "${files[@]}")
}

# --- meson -----------------------------------------------------------------------------------------
detect_meson() {
  local files dir first others
  mapfile -d '' -t files < <(project_files meson.build)
  files=("${files[@]/#/./}")
  out_folder
  packages=(meson)
  build="meson setup $out --buildtype=release && meson compile -C $out"
  IFS=$'\t' read -r dir first others < <(calls project ./meson.build) || true
  name=${first:-$name}
  while IFS=$'\t' read -r dir first others; do
    [ "$first" != meson.project_name ] || first=$name
    offer "$out/$dir$first" "$first"
  done < <(calls executable "${files[@]}")
  [ -z "$(calls test "${files[@]}")" ] || {
    for first in meson_options.txt meson.options; do [ ! -f "$root/$first" ] || files=("./$first" "${files[@]}"); done
    tests_found meson "meson test -C $out --no-rebuild" "${files[@]}"
  }
}

# --- autotools -------------------------------------------------------------------------------------
detect_autotools() { # <its file>
  local files=() file dir program options=''
  if [ "$1" != configure ]; then
    # With one argument, that is a file.
    program=$(calls ac_init "./$1" | awk -F '\t' '$3 != "" { print $2; exit }')
    name=${program:-$name}
    # Where a program uses a shared library of the same build, libtool puts a script in its place.
    if grep -qE '^[[:space:]]*(LT_INIT|AC_PROG_LIBTOOL)' -- "$root/$1"; then
      options=' --disable-shared'
      packages=(libtool)
    fi
  fi
  # One of its own kind takes nothing from the environment.
  [ ! -f "$root/configure" ] || [ "$1" != configure ] || options=$(configure_options "$root/configure" | sed 's/^/ /') || options=
  build="./configure$options && make -j\"\$(nproc)\""
  if project_files configure | tr '\0' '\n' | grep -x configure >/dev/null; then
    packages=()
  else
    build="autoreconf -fi && $build"
    packages+=(autoconf automake)
  fi
  # Without one at the top, those in folders belong to something else.
  [ ! -f "$root/Makefile.am" ] || mapfile -d '' -t files < <(project_files Makefile.am)
  for file in "${files[@]}"; do
    dir=
    [[ $file != */* ]] || dir=${file%/*}/
    while IFS= read -r program; do
      program=${program%"\$(EXEEXT)"}
      offer "$dir$program" "$program"
    done < <(makefile_value '(bin|sbin)_PROGRAMS' "$file" | tr -s ' \t' '\n')
    [ -z "$(makefile_value TESTS "$file")" ] || tests='make check'
  done
}
