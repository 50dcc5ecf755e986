# shellcheck shell=bash
#
# Why a build did not take what it was given: what its build system has recorded of itself, in the tree
# where it ran. One sentence that says what to set, to be put behind a message, or nothing.

build_hint() { # [log of a build that failed]
  local hint
  hint=$(if [ -n "${1-}" ]; then
    # What it said decides: advice on flags that do not arrive would not mend a missing file.
    hint_log "$1" || hint_ignored "$1" || hint_outside "$1" || hint_before "$1"
  else
    hint_configured || hint_recorded || hint_sources
  fi 2>/dev/null) || return 0
  printf '. %s' "$hint"
}

# What went wrong, by what compiler and linker said: a pattern and what to do, the first that fits.
hint_log() { # <log>
  local pattern advice
  while IFS='|' read -r pattern advice; do
    LC_ALL=C grep -aqE -e "${pattern//!/|}" -- "$1" || continue
    printf %s "$advice"
    return
  done <<'HINTS'
strip-all and --emit-relocs may not be used together|The build strips at the link (-s), and BOLT needs what that takes away: leave -s out, pgokit package strips
ld[.](gold!mold)[:"]!mold: (fatal!error):!(unrecognised emulation mode: llvm)!(ld(.bfd)?: unrecognized option '--lto-)|The build chooses another linker than lld, by which LTO, BOLT and the proof that a profile was used go: leave out -fuse-ld, or do it only where LDFLAGS has none
invalid linker name in argument|The build chooses a linker that is not installed: leave out -fuse-ld, since the kit links with lld, or install it
ld[.]lld: error: unknown argument|The kit links with lld, which does not know this option of another linker: leave it out, or do without where the linker is lld
not allowed with '-fprofile-!'-fprofile-[^']*' not allowed with|The build makes a profile of its own, which goes with no other: let it make the plain release program, as it is before its own PGO
clang(-[0-9]+)?: error: (unknown!unsupported) (argument!option)|The build passes an option that only another compiler knows: leave it out where the compiler is clang
file format not recognized!(is not an object!file in wrong format)|A tool that does not know LLVM's objects of LTO got some: the build must use $AR, $NM and $RANLIB, and $CC with $CFLAGS for each link (-r, too). Variants without LTO (pgo-nolto) do without
ld: -f may not be used without -shared!ld(.bfd!.lld)?: .*unrecognized option '-fprofile|The build calls ld itself: CFLAGS and LDFLAGS are $CC's, which has to link
undefined (reference!symbol).*__llvm_profile_|The link does not get -fprofile-generate: it must use LDFLAGS, or CFLAGS
error: .*\[-Werror(,!=)|clang warns of what other compilers let pass, and -Werror makes an error of it: put -Wno-error, or the -Wno-error=... that stands in brackets, into the build
HINTS
  return 1
}

# A file that the build misses, which lies in the project, and is not copied since git ignores it.
hint_ignored() { # <log>
  local name found
  git_unhooked
  while IFS= read -r name; do
    name=${name#"$tree/"}
    while [[ $name == ./* || $name == ../* ]]; do name=${name#*/}; done
    case $name in '' | /* | *['*?[']*) continue ;; esac
    while IFS= read -r -d '' found; do
      # A repository in this one is listed whatever is asked for; the copy is one.
      if [[ $found == */ ]] || [ ! -e "$root/$found" ] || [ -e "$tree/$found" ]; then continue; fi
      printf "'%s' lies in the project, and git ignores it, so it is not in the copy that is built: let the build make it, or add it to git" "$found"
      return
    done < <(git -C "$root" --glob-pathspecs ls-files -z --others --ignored --exclude-standard -- "$name" "**/$name")
  done < <(hint_missing "$1")
  return 1
}

# What the log says is not there, as shells, make, compilers, Python and CMake say it.
hint_missing() { # <log>
  LC_ALL=C sed -nE "
    s/.*[Nn]o rule to make target [\`'\"]([^'\"]*)['\"].*/\1/p
    s/.*(cannot open|can't open( file)?|Cannot find source file:?) [\`'\"]?([^'\":]*)['\"]?.*/\3/p
    s/^(.*[[:space:]:])?[\`'\"]?([^[:space:]:\`'\"]+)['\"]?: (not found|No such file or directory|command not found).*/\2/p
    s/.*fatal error: [\`'\"]?([^'\":]*)['\"]? (file )?not found.*/\1/p
    s/.*[Nn]o such file or directory: [\`'\"]([^'\"]*)['\"].*/\1/p" -- "$1" | awk '!seen[$0]++' | sed -n 1,50p
}

# Only the project's folder is copied.
hint_outside() { # <log>
  local top
  top=$(git -C "$root" rev-parse --show-toplevel) || return 1
  [ "$top" != "$root" ] && grep -qE -e '\.\./|workspace' -- "$1" || return 1
  printf "Only the folder of pgokit.json is copied, not what it uses of '%s' beside it: put pgokit.json there, and begin the build with cd %q" "$top" "${root#"$top"/}"
}

# What was configured elsewhere speaks of the place where that was.
hint_before() { # <log>
  local found
  found=$(hint_configured) && grep -aqF -e "$root/" -e CMakeCache.txt -e meson -- "$1" || return 1
  printf %s "$found"
}

# The outermost file of a name in the tree.
hint_files() { # <name...>
  local name names=()
  for name; do names+=(-o -name "$name"); done
  (cd -- "$tree" && find . -maxdepth 4 -type f \( "${names[@]:1}" \) ! -path '*[[:cntrl:]]*' -printf '%d %P\n') |
    sort -n | cut -d ' ' -f 2-
}

# A folder that was configured before it came here has the compiler and the flags of that time.
hint_configured() {
  local file
  while IFS= read -r file; do
    cmp -s -- "$root/$file" "$tree/$file" || continue
    printf "'%s' came with the project, so the build keeps what was configured there. Delete its folder, or have git ignore it" "$file"
    return
  done < <(hint_files CMakeCache.txt coredata.dat config.status config.cache)
  return 1
}

# What was recorded when the tree was configured has to have all that was exported.
hint_recorded() {
  local file name value wanted fix word
  while IFS=$'\t' read -r file name value wanted fix; do
    for word in $wanted; do
      [[ " $value " != *" $word "* ]] || continue
      printf "In '%s' %s is '%s', without what the kit gives: %s" "$file" "$name" "$value" "$fix"
      return
    done
  done < <(hint_cmake && hint_meson && hint_autotools)
  return 1
}

# File, name, value, what it has to have, what to do: a line each. An option beats the environment.
hint_cmake() {
  local file
  file=$(hint_files CMakeCache.txt | sed -n 1p)
  [ -n "$file" ] || return 0
  hint_compiler C CC
  hint_compiler CXX CXX
  hint_cached "$file" CMAKE_C_FLAGS CFLAGS
  hint_cached "$file" CMAKE_CXX_FLAGS CXXFLAGS
  hint_cached "$file" CMAKE_EXE_LINKER_FLAGS LDFLAGS
  hint_cached "$file" CMAKE_SHARED_LINKER_FLAGS LDFLAGS
}

hint_compiler() { # <language> <variable of the environment>
  local file
  file=$(hint_files "CMake$1Compiler.cmake" | sed -n 1p)
  [ -z "$file" ] || at=$file awk -v name="CMAKE_$1_COMPILER" -v env="$2" -F '"' 'index($0, "set(" name " \"") == 1 {
    printf "%s\t%s\t%s\t%s\tleave it out of the build, its preset and its toolchain file, or pass -D%s=\"$%s\"\n", ENVIRON["at"], name, $2, ENVIRON[env], name, env }' "$tree/$file"
}

hint_cached() { # <cache> <name> <variable of the environment>
  at=$1 awk -v name="$2" -v env="$3" 'index($0, name ":") == 1 {
    sub(/^[^=]*=/, "")
    printf "%s\t%s\t%s\t%s\tpass -D%s=\"$%s\" with your own behind it, or leave it out of the build, its preset and its toolchain file\n",
      ENVIRON["at"], name, $0, ENVIRON[env], name, env }' "$tree/$1"
}

hint_meson() {
  local file
  file=$(hint_files intro-buildoptions.json | sed -n 1p)
  [ -n "$file" ] || return 0
  jq -r --arg file "$file" '.[] | (.name | {c_args: "CFLAGS", cpp_args: "CXXFLAGS", c_link_args: "LDFLAGS", cpp_link_args: "LDFLAGS"}[.]) as $from
    | select($from) | [$file, .name, (.value | join(" ")), $ENV[$from], "leave it out of the build and its native file, or let it begin with $\($from)"] | @tsv' "$tree/$file"
  file=$(hint_files compile_commands.json | sed -n 1p)
  [ -z "$file" ] || jq -r --arg file "$file" 'first(.[] | select(.file | endswith(".c"))).command | split(" ")[0]
    | [$file, "the compiler", ., $ENV.CC, "leave it out of the native file"] | @tsv' "$tree/$file"
}

hint_autotools() {
  local file
  file=$(hint_files config.status | sed -n 1p)
  [ -n "$file" ] || return 0
  sed -z 's/"\\\n"//g' "$tree/$file" | jq -R -r --arg file "$file" '
    capture("^S\\[\"(?<name>CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS)\"\\]=\"(?<value>.*)\"$") | select(.value != "")
    | [$file, .name, .value, $ENV[.name], "configure takes it from the environment; do not pass it \(.name)=..., or begin that with $\(.name)"] | @tsv'
}

# Where it stands in a file that it throws away what the environment has.
hint_sources() {
  local file found
  while IFS= read -r file; do
    # shellcheck disable=SC2016 # CMake's variable
    found=$(grep -nEm 1 '^[[:space:]]*(set|SET)[[:space:]]*\([[:space:]]*CMAKE_(C|CXX)_(FLAGS|COMPILER)[[:space:]]' "$tree/$file" | grep -v '\${CMAKE_') || continue
    printf "'%s', line %s: %s throws away what the environment has; keep it, as in set(CMAKE_C_FLAGS \"\${CMAKE_C_FLAGS} ...\")" "$file" "${found%%:*}" "${found#*:}"
    return
  done < <(hint_files CMakeLists.txt)
  while IFS= read -r file; do
    [[ $(config .build) =~ (^|[^[:alnum:]_])make($|[^[:alnum:]_]) && $(config .build) != *FLAGS=* ]] || break
    found=$(grep -nEm 1 '^(CC|CXX|CFLAGS|CXXFLAGS|LDFLAGS)[[:space:]]*:?=' "$tree/$file") || continue
    found=${found%%=*}
    printf "'%s', line %s, sets it itself: make CC=\"\$CC\" CFLAGS=\"\$CFLAGS\" LDFLAGS=\"\$LDFLAGS\" overrides that" "$file" "${found%%:*}"
    return
  done < <(hint_files GNUmakefile makefile Makefile)
  hint_scons || hint_configure
}

# SCons passes nothing of the environment on.
hint_scons() {
  local file
  file=$(hint_files SConstruct sconstruct | sed -n 1p)
  [[ -n $file && $(config .build) =~ (^|[^[:alnum:]_])scons($|[^[:alnum:]_]) ]] || return 1
  printf "SCons passes nothing of the environment on, so '%s' has to: Environment(ENV=os.environ, CC=os.environ['CC'], CXX=os.environ['CXX'], CFLAGS=os.environ['CFLAGS'].split(), CXXFLAGS=os.environ['CXXFLAGS'].split(), LINKFLAGS=os.environ['LDFLAGS'].split(), AR=os.environ['AR'], RANLIB=os.environ['RANLIB']), with your own behind" "$file"
}

# A configure script that is not autoconf's has options for what autoconf's take from the environment.
hint_configure() {
  local options
  [[ -f $tree/configure && $(config .build) =~ (^|[^[:alnum:]_])configure($|[^[:alnum:]_]) ]] || return 1
  options=$(configure_options "$tree/configure") || return 1
  printf "'configure' is not autoconf's, and has options of its own for compiler and flags: pass %s" "$options"
}

configure_options() { # <configure>: those that take CC, CFLAGS and LDFLAGS, as words of a build command
  local name option words=()
  ! grep -q 'Generated by GNU Autoconf' -- "$1" || return 1
  while read -r name option; do
    option=$(LC_ALL=C grep -aoE -m 1 -e "--(${option//!/|})=" -- "$1" | sed -n 1p) || continue
    words+=("$option\"\$$name\"")
  done <<'OPTIONS'
CC (with-)?cc
CXX (with-)?cxx
CFLAGS (with-!extra-)?(cc-opt!cflags)
CXXFLAGS (with-!extra-)?cxxflags
LDFLAGS (with-!extra-)?(ld-opt!ldflags)
OPTIONS
  [ ${#words[@]} -gt 0 ] || return 1
  printf %s "${words[*]}"
}

# Refuses what is no program, and a program that would load code of the same build, from the one tree: that
# of the last build in each variant, and on both sides of a gate, where it would hide any difference.
build_program() { # <what>
  local start own libraries dir=${binary%/*}
  [ "$dir" != "$binary" ] || dir=.
  IFS= read -r -N 2 start <"$tree/$binary" || true
  if [ "$start" = '#!' ]; then
    own=
    [ ! -f "$tree/$dir/.libs/${binary##*/}" ] || own=" of libtool's, in the place of a program that uses a shared library of the same build; configure with --disable-shared"
    refuse 1 "build '$1': '$binary' (config: binary) is a script${own:-, and has to be the program itself}"
  fi
  libraries=$(cd -- "$tree" && find . -name '*.so*' ! -path "./$binary" ! -path '*[[:cntrl:]]*' -printf '%f\t%P\n')
  [ -n "$libraries" ] || return 0
  while IFS= read -r own; do
    # A library that came with the project as such is the same for all.
    cmp -s -- "$root/$own" "$tree/$own" ||
      refuse 1 "build '$1': '$binary' loads '$own' of the same build, always that of the last one, so what is in there would be measured in no variant. Link it statically (CMake: -DBUILD_SHARED_LIBS=OFF, meson: -Ddefault_library=static, configure: --disable-shared), or make the library the binary"
  done < <(awk -F '\t' 'NR == FNR { needed[$1]; next } $1 in needed { print $2 }' \
    <("$LLVM_BIN/llvm-readelf" --needed-libs "$tree/$binary" 2>/dev/null | sed 's/^ *//') - <<<"$libraries")
}
