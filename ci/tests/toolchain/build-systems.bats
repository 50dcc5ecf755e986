#!/usr/bin/env bats
#
# CMake, meson, autotools and make: each takes what the kit exports, in the tree and out of it; where
# one does not, the message says what it has recorded instead, and what to set.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

# One configure script for all tests, which need not find out what every C compiler can.
setup_file() {
  printf 'ac_cv_%s\n' c_compiler_gnu=yes objext=o prog_cc_g=yes prog_cc_stdc= prog_cc_c11= >"$BATS_FILE_TMPDIR/config.site"
  export CONFIG_SITE=$BATS_FILE_TMPDIR/config.site
  mkdir -- "$BATS_FILE_TMPDIR/autotools"
  cd -- "$BATS_FILE_TMPDIR/autotools" || return
  printf '%s\n' 'AC_INIT([tiny], [1])' AC_PROG_CC 'AC_CHECK_TOOL([AR], [ar])' AC_PROG_RANLIB 'AC_CONFIG_FILES([Makefile])' AC_OUTPUT >configure.ac
  cat >Makefile.in <<'M'
VPATH = @srcdir@
prog: main.o libsteps.a
	@CC@ @CFLAGS@ @LDFLAGS@ -o $@ main.o libsteps.a
libsteps.a: steps.o
	@AR@ rc $@ steps.o
	@RANLIB@ $@
.c.o:
	@CC@ @CFLAGS@ -c -o $@ $<
M
  autoconf
}

# A program and a static library, which an archiver that does not know LTO would make useless.
project() { # <build system> <build> <binary>
  mkdir -- "$BATS_TEST_TMPDIR/tiny"
  cd -- "$BATS_TEST_TMPDIR/tiny" || return
  tiny_source | sed '/^__attribute__/,/^}/d; s/^int main/unsigned steps(unsigned x);\n&/' >main.c
  tiny_source | sed -n 's/^__attribute__((noinline)) static //; /^unsigned steps/,/^}/p' >steps.c
  case $1 in
    cmake)
      # Without the checks whether the compiler works.
      printf '%s\n' 'cmake_minimum_required(VERSION 3.16)' 'set(CMAKE_C_COMPILER_WORKS 1)' 'set(CMAKE_C_ABI_COMPILED 1)' 'project(tiny C)' 'add_library(steps STATIC steps.c)' \
        'add_executable(prog main.c)' 'target_link_libraries(prog steps)' >CMakeLists.txt
      ;;
    meson)
      printf '%s\n' "project('tiny', 'c')" "s = static_library('steps', 'steps.c')" "executable('prog', 'main.c', link_with: s)" >meson.build
      ;;
    autotools) cp -- "$BATS_FILE_TMPDIR/autotools"/{configure,Makefile.in,configure.ac} . ;;
    make) printf '%s\n' 'CC = cc' 'CFLAGS = -O2' 'prog: main.c steps.c' '	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c steps.c' >Makefile ;;
  esac
  jq -n --arg build "$2" --arg binary "$3" '{name: "tiny", $build, $binary, variants: ["pgo"],
    workloads: {fast: [{name: "train", run: "$PGOKIT_BINARY 3000"}]},
    benches: [{name: "full_check_flow", run: "$PGOKIT_BINARY 4000"}]}' >pgokit.json
}

becomes_faster() { # [variant] [number of functions with counts]
  "$pgokit" collect
  "$pgokit" merge
  run --separate-stderr -0 "$pgokit" optimize --variants "${1:-pgo}"
  same "$output" "baseline
${1:-pgo}"
  same "$(messages)" ''
  has "$(logged)" "profile applied: ${2:-2} functions with counts"
  same "$(".pgokit/bin/${1:-pgo}/prog" 100)" 3117
}

# The last thing that collect says.
refused() { # <exit status> <part of the message>
  run --separate-stderr "-$1" "$pgokit" collect
  has "${stderr_lines[-1]}" "$2"
}

# --- CMake ------------------------------------------------------------------------------------------

@test "CMake in a folder of its own, with the project's build type and flags behind the kit's" {
  project cmake 'cmake -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS="$CFLAGS -DMINE" && cmake --build build' build/prog
  becomes_faster
}

@test "CMake in the source's folder, whose cache git ignores" {
  project cmake 'cmake . && make' prog
  printf '%s\n' '*.o' '*.a' CMakeCache.txt CMakeFiles Makefile prog >.gitignore
  git init -q
  env CC=cc cmake . >/dev/null
  "$pgokit" collect
  has "$(<.pgokit/tree/CMakeCache.txt)" "CMAKE_C_COMPILER:FILEPATH=$(llvm_bin)/clang"
}

@test "CMake: flags on its command line throw away those of the environment" {
  project cmake 'cmake -B build -DCMAKE_C_FLAGS=-DMINE && cmake --build build' build/prog
  refused 1 ". In 'build/CMakeCache.txt' CMAKE_C_FLAGS is '-DMINE', without what the kit gives: pass -DCMAKE_C_FLAGS=\"\$CFLAGS\" with your own behind it"
}

@test "CMake: a compiler that a toolchain file chooses" {
  project cmake 'cmake -B build --toolchain gcc.cmake && cmake --build build' build/prog
  printf 'set(CMAKE_C_COMPILER gcc)\n' >gcc.cmake
  refused 1 "CMakeCCompiler.cmake' CMAKE_C_COMPILER is '/usr/bin/gcc', without what the kit gives"
}

@test "CMake: flags that a CMakeLists.txt sets over those of the environment" {
  project cmake 'cmake -B build && cmake --build build' build/prog
  sed -i '4a set(CMAKE_C_FLAGS "-Wall")' CMakeLists.txt
  refused 1 "'CMakeLists.txt', line 5: set(CMAKE_C_FLAGS \"-Wall\") throws away what the environment has"
}

@test "CMake: a folder that was configured before it came here" {
  project cmake 'cmake -B build && cmake --build build' build/prog
  env CC=cc cmake -B build >/dev/null
  refused 2 "'build/CMakeCache.txt' came with the project, so the build keeps what was configured there. Delete its folder, or have git ignore it"
}

@test "CMake: a build without any optimization gets -O2, also where the environment's flags have none" {
  project cmake 'cmake -B build && cmake --build build' build/prog
  CFLAGS=-DMINE "$pgokit" collect
  same "$(jq -r 'select(.source | test("^(main|steps).c$")) | .args | map(select(test("^-O"))) | last' .pgokit/log/compiles-instrumented.jsonl | uniq)" -O2
}

@test "CMake: a program that would load a library of the same build, not of its variant" {
  project cmake 'cmake -B build && cmake --build build' build/prog
  sed -i 's/STATIC/SHARED/' CMakeLists.txt
  refused 1 "build 'instrumented': 'build/prog' loads 'build/libsteps.so' of the same build, always that of the last one, so what is in there would be measured in no variant. Link it statically (CMake: -DBUILD_SHARED_LIBS=OFF,"
  mkdir lib
  cc -shared -fPIC -o lib/libsteps.so steps.c
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -o prog main.c -Llib -lsteps -Wl,-rpath,$PWD/lib" | .binary = "prog"'
  "$pgokit" collect
}

# --- meson ------------------------------------------------------------------------------------------

@test "meson, with its own optimization level" {
  project meson 'meson setup build --buildtype=release && ninja -C build' build/prog
  becomes_faster
  lacks "$(jq -r '.phases.optimize.variants[0].cflags' .pgokit/manifest.json)" -O
  has "$(jq -r '.[0].command' .pgokit/tree/build/compile_commands.json)" ' -O3 '
}

@test "meson: its default is no optimization, which is refused" {
  project meson 'meson setup build && ninja -C build' build/prog
  refused 1 "build 'instrumented': it compiles 'main.c', 'steps.c' without optimization (-O0), and nothing of 'build/prog' with it. Build the release: pass --buildtype=release to meson"
}

@test "meson: flags on its command line throw away those of the environment" {
  project meson 'meson setup build --buildtype=release -Dc_args=-DMINE -Dc_link_args=-Wl,-O1 && ninja -C build' build/prog
  refused 1 ". In 'build/meson-info/intro-buildoptions.json' c_args is '-DMINE', without what the kit gives: leave it out of the build and its native file, or let it begin with \$CFLAGS"
}

@test "meson: a compiler that a native file chooses" {
  project meson 'meson setup build --buildtype=release --native-file gcc.ini && ninja -C build' build/prog
  printf "[binaries]\nc = 'gcc'\n" >gcc.ini
  refused 1 "In 'build/compile_commands.json' the compiler is 'gcc', without what the kit gives: leave it out of the native file"
}

@test "meson: a folder that was configured before it came here" {
  project meson 'ninja -C build' build/prog
  env CC=cc meson setup build >/dev/null
  run --separate-stderr "$pgokit" collect
  holds "$status" -ne 0
  has "$stderr" "'build/meson-private/coredata.dat' came with the project"
}

@test "meson: a build that is made for a profile of its own" {
  project meson 'meson setup build --buildtype=release -Db_pgo=generate && ninja -C build' build/prog
  "$pgokit" collect
  "$pgokit" merge
  run --separate-stderr -1 "$pgokit" optimize
  has "$(messages)" "check 'baseline': 'prog' is instrumented for a profile, which only the kit's own training build may be. Does the build ask for it (-fprofile-generate, meson's b_pgo, a coverage option)?"
}

# --- autotools and make -----------------------------------------------------------------------------

@test "autotools out of the tree" {
  project autotools 'mkdir out && cd out && ../configure && make' out/prog
  becomes_faster
}

@test "autotools in the tree, configured anew although it was" {
  project autotools './configure && make' prog
  env CC=cc ./configure >/dev/null
  "$pgokit" collect
  has "$(<.pgokit/tree/config.status)" -fprofile-generate
}

@test "autotools: flags on configure's command line throw away those of the environment" {
  project autotools './configure CFLAGS=-O3 && make' prog
  refused 1 ". In 'config.status' CFLAGS is '-O3', without what the kit gives: configure takes it from the environment; do not pass it CFLAGS=..., or begin that with \$CFLAGS"
}

@test "autotools: a tree that was configured before it came here" {
  project autotools make prog
  env CC=cc ./configure >/dev/null
  refused 1 "'. 'config.status' came with the project, so the build keeps what was configured there"
}

@test "a script in the place of the program, as libtool makes one" {
  project make 'make CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS" && printf "#!/bin/sh\nexit 0\n" >run && chmod +x run' run
  refused 1 "build 'instrumented': 'run' (config: binary) is a script, and has to be the program itself"
  config_edit '.build += " && mkdir .libs && mv prog .libs && mv run prog" | .binary = "prog"'
  refused 1 "is a script of libtool's, in the place of a program that uses a shared library of the same build; configure with --disable-shared"
}

@test "make: a Makefile that sets the flags itself" {
  project make make prog
  refused 1 "'. 'Makefile', line 1, sets it itself: make CC=\"\$CC\" CFLAGS=\"\$CFLAGS\" LDFLAGS=\"\$LDFLAGS\" overrides that"
  config_edit '.build = "make CC=\"$CC\" CFLAGS=\"$CFLAGS\" LDFLAGS=\"$LDFLAGS\""'
  "$pgokit" collect
}

@test "the same is said when it shows only later, and names and values do nothing" {
  project autotools 'case $CFLAGS in *profile-use*) ./configure "CFLAGS=-O3 -DX=\"::error::x\"" ;; *) ./configure ;; esac && make' prog
  "$pgokit" collect
  "$pgokit" merge
  run --separate-stderr -1 "$pgokit" optimize
  has "${stderr_lines[-1]}" "check 'pgo': 'main.c' is compiled with -DX -O3, in the baseline with -O2, and 1 more sources differ. In 'config.status' CFLAGS is '-O3 -DX="
}

# --- what the log of a failed build means -----------------------------------------------------------

@test "make: -Werror, and CFLAGS at the link as well" {
  project make 'make CC="$CC" CFLAGS="$CFLAGS -Wall -Werror" LDFLAGS="$LDFLAGS"' prog
  printf '%s\n' 'prog: main.o steps.o' '	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^' >Makefile
  becomes_faster
}

@test "make: a makefile below that chooses its own compiler leaves its part without a profile, which is said" {
  project make 'make CC="$CC"' prog
  mkdir lib
  mv steps.c lib
  printf '%s\n' 'libsteps.a: steps.o' '	$(AR) rcs $@ steps.o' >lib/Makefile
  printf '%s\n' 'prog: main.o' '	$(MAKE) -C lib' '	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.o lib/libsteps.a' >Makefile
  run --separate-stderr -0 "$pgokit" collect
  same "$(messages)" ''
  sed -i '1i override CC = gcc' lib/Makefile
  sed -i '2i override CFLAGS = -O2' lib/Makefile
  run --separate-stderr -0 "$pgokit" collect
  local share
  same "$(messages | sed -E 's/[0-9]+ %/SHARE %/')" "pgokit collect: warning: build 'instrumented': no -fprofile-generate reached 'lib/libsteps.a(steps.o)', 'lib/steps.o', SHARE % of the program's code, so the profile knows nothing of what is in there. It was made by GCC $(gcc -dumpfullversion), which does not count for LLVM: where it is C or C++, let it be compiled by \$CC with \$CFLAGS; what is Fortran, say, stays without a profile"
  share=$(sed -nE "s/.*, ([0-9]+) % of the program's code.*/\1/p" <<<"$stderr")
  holds "$share" -gt 5
  holds "$share" -lt 60
  sed -i '1i override CC = '"$(llvm_bin)/clang" lib/Makefile
  sed -i '/^override CC = gcc/d' lib/Makefile
  run --separate-stderr -0 "$pgokit" collect
  has "$(messages)" "It was made by clang version "
}

@test "make: a version script that names what is not there, as GNU ld takes it" {
  project make 'make CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS -Wl,--version-script=map"' prog
  echo '{ global: main; nowhere; local: elsewhere; *; };' >map
  becomes_faster
}

@test "make: sections that only the names of their ends use stay, as GNU ld keeps them" {
  project make 'make CC="$CC" CFLAGS="$CFLAGS -ffunction-sections -fdata-sections" LDFLAGS="$LDFLAGS -Wl,--gc-sections"' prog
  cat >>steps.c <<'C'
static unsigned (*const self)(unsigned) __attribute__((section("entries"), used)) = steps;
extern unsigned (*const __start_entries[])(unsigned), (*const __stop_entries[])(unsigned);
unsigned count(void) { return __stop_entries - __start_entries; }
C
  sed -i 's/^unsigned steps.*/&\nunsigned count(void);/; s/sum = 0/sum = count() - 1/' main.c
  becomes_faster pgo 3
}

# --- a project's own LTO ----------------------------------------------------------------------------

@test "CMake: interprocedural optimization of the project's own, with a variant that has none" {
  project cmake 'cmake -B out -DCMAKE_BUILD_TYPE=Release -DCMAKE_INTERPROCEDURAL_OPTIMIZATION=ON && cmake --build out && cp out/prog .' prog
  sed -i 's/project(tiny C)/cmake_policy(SET CMP0069 NEW)\n&/' CMakeLists.txt
  becomes_faster pgo-nolto
}

@test "make: LTO with objects of both kinds in the environment's flags, as distributions set it" {
  project make 'make CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS"' prog
  export CFLAGS='-O2 -g -flto=auto -ffat-lto-objects' LDFLAGS='-flto=auto -ffat-lto-objects'
  # With LTO, a function that is called once is gone.
  becomes_faster pgo-nolto 1
  # The link may know nothing of it.
  printf 'prog: main.o steps.o\n\t$(CC) $(LDFLAGS) -o prog main.o steps.o\n' >Makefile
  LDFLAGS='' becomes_faster pgo-full 1
  lacks "$("$(llvm_bin)/llvm-nm" .pgokit/bin/pgo-full/prog)" ' T steps'
}

# Of a build that fails only with the flags of a variant.
fails() { # <variant> <build> <advice>
  config_edit ".build = $(jq -Rn --arg build "$2" '$build')"
  run --separate-stderr -2 "$pgokit" optimize --variants "$1"
  has "${stderr_lines[-1]}" "build '$1': the build command failed"
  has "${stderr_lines[-1]}" "/build-$1.log'. $3"
}

@test "a build of which a variant fails: another linker, -s, and tools that do not know LTO" {
  project make '$CC $CFLAGS $LDFLAGS -o prog main.c steps.c' prog
  "$pgokit" collect
  "$pgokit" merge
  fails pgo '$CC $CFLAGS $LDFLAGS -fuse-ld=bfd -o prog main.c steps.c' 'The build chooses another linker than lld'
  # Stands for mold, by what it prints. Variants without LTO and proof link with it.
  mkdir bin
  printf '%s\n' '#!/bin/sh' 'case $* in *--lto-basic-block-address-map*) echo "mold: fatal: unknown command line option: --lto-basic-block-address-map" >&2; exit 1 ;; esac' \
    "exec $(llvm_bin)/ld.lld \"\$@\"" >bin/ld.mold
  chmod +x bin/ld.mold
  fails pgo '$CC $CFLAGS $LDFLAGS -B"$PWD/bin" -fuse-ld=mold -o prog main.c steps.c' 'The build chooses another linker than lld'
  fails pgo '$CC $CFLAGS ${LDFLAGS:+$LDFLAGS -fuse-ld=nowhere} -o prog main.c steps.c' 'The build chooses a linker that is not installed'
  fails pgo '$CC $CFLAGS $LDFLAGS ${LDFLAGS:+-fuse-ld=lld -Wl,--no-such-thing} -o prog main.c steps.c' 'The kit links with lld, which does not know this option'
  fails pgo-bolt '$CC $CFLAGS $LDFLAGS -s -o prog main.c steps.c' 'The build strips at the link (-s), and BOLT needs what that takes away'
  fails lto '$CC $CFLAGS -c main.c steps.c && ld -r -o all.o main.o steps.o && $CC $CFLAGS $LDFLAGS -o prog all.o' \
    "A tool that does not know LLVM's objects of LTO got some"
}

@test "a build that calls the linker, that links without flags, that makes clang's warnings errors, that uses what is beside it" {
  project make '$CC $CFLAGS -c main.c steps.c && ld $LDFLAGS -o prog main.o steps.o -lc' prog
  refused 2 ". The build calls ld itself: CFLAGS and LDFLAGS are \$CC's"
  printf '%s\n' '#include <string.h>' 'void copy(char *to, char *from, int n) { memcpy(to, from, n); }' >copy.c
  config_edit '.build = "$CC $CFLAGS -c main.c steps.c copy.c && $CC -o prog main.o steps.o copy.o"'
  refused 2 ". The link does not get -fprofile-generate: it must use LDFLAGS, or CFLAGS"
  config_edit '.build = "$CC $CFLAGS -Weverything -Werror -o prog main.c steps.c"'
  refused 2 ". clang warns of what other compilers let pass, and -Werror makes an error of it: put -Wno-error"
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -o prog main.c ../steps.c"'
  mv steps.c ..
  refused 2 "/log/build-instrumented.log'"
  lacks "${stderr_lines[-1]}" "'. "
  git init -q ..
  refused 2 ". Only the folder of pgokit.json is copied, not what it uses of '$BATS_TEST_TMPDIR' beside it: put pgokit.json there, and begin the build with cd tiny"
}

@test "a build that makes a profile of its own, and one with another compiler's options" {
  project make '$CC $CFLAGS -fprofile-instr-generate -o prog main.c steps.c' prog
  refused 2 ". The build makes a profile of its own, which goes with no other: let it make the plain release program"
  config_edit '.build = "$CC $CFLAGS -fipa-pta -o prog main.c steps.c"'
  refused 2 ". The build passes an option that only another compiler knows: leave it out where the compiler is clang"
}

@test "a build that misses a file which git ignores: the file is named, not the makefile" {
  project make 'cd deps && ./configure && cd .. && make' prog
  mkdir deps
  printf '#!/bin/sh\n' >deps/configure
  chmod +x deps/configure
  touch deps/configure.ac
  echo configure >.gitignore
  git init -q
  refused 2 "/build-instrumented.log'. 'deps/configure' lies in the project, and git ignores it, so it is not in the copy that is built: let the build make it, or add it to git"
  rm .gitignore
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -o prog main.c steps.c lost.c && make"'
  refused 2 "/build-instrumented.log'"
  lacks "${stderr_lines[-1]}" "'. "
  for ignored in 'lost.c:$CC $CFLAGS -c lost.c' 'lost.h:echo \#include \"lost.h\" >a.c; $CC -c a.c' 'sub/lost:make sub/lost' 'lost.py:python3 ./lost.py'; do
    [[ $ignored != sub/* ]] || mkdir sub
    touch "${ignored%%:*}"
    echo "${ignored%%:*}" >.gitignore
    config_edit ".build = $(jq -Rn --arg build "${ignored#*:}" '$build')"
    refused 2 "'${ignored%%:*}' lies in the project, and git ignores it"
  done
}

@test "what the project says that its build needs and is not there is named before the build; so are the programs that it made instead" {
  project make 'make CC="$CC" CFLAGS="$CFLAGS" LDFLAGS="$LDFLAGS" && mkdir out && cp prog out/other && touch x && chmod +x x' no/prog
  config_edit '.packages = ["no-such-package", "make"]'
  refused 2 "the build made no executable 'no/prog' (config: binary), but 'prog', 'out/other'; see"
  has "$(messages)" "pgokit collect: warning: build in '$PWD/.pgokit/tree': not installed: 'no-such-package' (config: packages); $top/ci/setup --project . installs it"
}

@test "a folder with a backslash in its name is named as it is" {
  mkdir -p -- "$BATS_TEST_TMPDIR/p/a\\tb"
  cd -- "$BATS_TEST_TMPDIR/p"
  printf 'CMAKE_C_FLAGS:STRING=-DMINE\n' >'a\tb/CMakeCache.txt'
  # shellcheck disable=SC2016 # the other shell's
  CFLAGS=-O2 PGOKIT_HOME=$top run -0 bash -c 'set -euo pipefail
    . "$PGOKIT_HOME/ci/lib/lib.sh"; use build
    tree=$PWD
    hint_cached "a\tb/CMakeCache.txt" CMAKE_C_FLAGS CFLAGS'
  has "$output" $'a\\tb/CMakeCache.txt\tCMAKE_C_FLAGS\t-DMINE\t-O2\tpass '
}
