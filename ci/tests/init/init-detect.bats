#!/usr/bin/env bats
#
# What pgokit init reads in the files of build systems. Whether the builds then work: init-build.bats.

# The variables in single quotes are those of builds and workloads.
# shellcheck disable=SC2016

load ../helper
load init

setup() {
  mkdir "$BATS_TEST_TMPDIR/p"
  cd "$BATS_TEST_TMPDIR/p" || return
  git init -q
}

config_only() { # <exit status> [option...]
  rm -f pgokit.json
  init "$1" --only config "${@:2}"
}

file() { # <path>, its text on standard input
  mkdir -p "$(dirname -- "$1")"
  cat >"$1"
}

detected() { # <name> <binary> <the tests' command, or nothing>
  same "$(jq -r '[.name, .binary, if .workloads.fast[0].suite then .workloads.fast[0].run else "" end] | join("|")' pgokit.json)" "$1|$2|$3"
}

@test "CMake: names through variables, where programs are put, what a property calls them" {
  file CMakeLists.txt <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
# add_executable(comment no.c)
PROJECT(demo VERSION 1.0 LANGUAGES C)
set(TOOL thing)
add_subdirectory(src)
add_test(NAME a COMMAND demo)
CMAKE
  file src/CMakeLists.txt <<'CMAKE'
add_executable(${TOOL}er x.c)
add_executable(
  ${PROJECT_NAME}
  main.c)
add_executable(demo::demo ALIAS demo)
add_executable(other IMPORTED)
add_executable(${UNKNOWN} x.c)
CMAKE
  echo 'add_executable(demo2 x.c)' | file third_party/x/CMakeLists.txt
  echo 'add_executable(unit_test x.c)' | file tests/CMakeLists.txt
  config_only 0
  detected demo build/src/demo 'ctest --test-dir build --no-tests=error'
  has "$(decisions)" "1. binary: 'build/src/demo' is the likeliest of 'build/src/demo', 'build/src/thinger', 'build/tests/unit_test', 'build/third_party/x/demo2'; is it the one?"
  printf '%s\n' 'set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")' \
    'set_target_properties(demo PROPERTIES FOLDER x OUTPUT_NAME "the ${TOOL}'\''s $5")' >>CMakeLists.txt
  config_only 0
  detected demo build/bin/thinger 'ctest --test-dir build --no-tests=error'
  sed -i 's/ \$5//' CMakeLists.txt
  config_only 0
  detected demo "build/bin/the thing's" 'ctest --test-dir build --no-tests=error'
}

@test "CMake: tests that are built only with an option that is off" {
  file CMakeLists.txt <<'CMAKE'
project(demo C)
option(DEMO_TESTS "Build the tests (they
  take long)" OFF)
option(DEMO_TOOL "The tool" ON)
add_executable(demo main.c)
if(DEMO_TOOL AND
   DEMO_TESTS)
  add_subdirectory("checks")
endif()
CMAKE
  sed -i -z 's/AND\n  /AND/' CMakeLists.txt
  echo 'add_subdirectory(unit)' | file checks/CMakeLists.txt
  printf 'if(NOT WIN32)\nadd_test(NAME a COMMAND demo)\nendif()\n' | file checks/unit/CMakeLists.txt
  config_only 0
  detected demo build/demo ''
  has "$(decisions)" 'workloads: the tests are built only with DEMO_TESTS, which is off. To train on them, add -DDEMO_TESTS=ON to build, and {"name": "tests", "suite": true, "run": "ctest --test-dir build --no-tests=error"} to workloads'
  for other in 's/OFF)/ON)/' 's/AND *DEMO_TESTS/OR DEMO_TESTS/' 's/DEMO_TOOL AND *DEMO_TESTS/NOT DEMO_TESTS/'; do
    cp CMakeLists.txt before
    sed -i "$other" CMakeLists.txt
    config_only 0
    detected demo build/demo 'ctest --test-dir build --no-tests=error'
    mv before CMakeLists.txt
  done
  # Some are built without.
  echo 'add_test(NAME b COMMAND demo)' >>CMakeLists.txt
  config_only 0
  detected demo build/demo 'ctest --test-dir build --no-tests=error'
}

@test "meson: tests that are built only with an option that is off" {
  printf "project('demo', 'c')\nexe = executable('demo', 'main.c')\nwanted = get_option('unit-tests')\nif wanted\n  subdir('t')\nendif\n" | file meson.build
  printf "test('t', exe)\n" | file t/meson.build
  printf "option('unit-tests', type: 'boolean', value: false)\n" | file meson_options.txt
  config_only 0
  detected demo build/demo ''
  has "$(decisions)" 'workloads: the tests are built only with unit-tests, which is off. To train on them, add -Dunit-tests=true to build'
  sed -i "s/if wanted/if get_option('unit-tests')/" meson.build
  config_only 0
  detected demo build/demo ''
  sed -i 's/false/true/' meson_options.txt
  config_only 0
  detected demo build/demo 'meson test -C build --no-rebuild'
}

@test "the build's folder is not one that the project has files in" {
  echo 'add_executable(x x.c)' | file CMakeLists.txt
  echo x | file build/script.sh
  config_only 0
  detected p build-pgokit/x ''
  echo /build/ >.gitignore
  config_only 0
  detected p build/x ''
}

@test "meson: programs in folders, the project's own name" {
  printf "project('demo', 'c')\nsubdir('src')\n# executable('comment', 'x.c')\n" | file meson.build
  printf "exe = executable(meson.project_name(), 'main.c')\nexecutable('other one', 'x.c')\ntest('t', exe)\n" | file src/meson.build
  config_only 0
  detected demo build/src/demo 'meson test -C build --no-rebuild'
}

@test "autotools: continued lists, a distributed configure, libtool, one written by hand" {
  printf 'AC_INIT([my demo],[1.0])\nLT_INIT\n' | file configure.ac
  echo 'SUBDIRS = src' | file Makefile.am
  printf 'bin_PROGRAMS = one \\\n  demo$(EXEEXT) # two\nif X\nbin_PROGRAMS += three\nendif\nTESTS = a b\n' | file src/Makefile.am
  config_only 0
  detected 'my demo' src/one 'make check'
  same "$(jq -r .build pgokit.json)" 'autoreconf -fi && ./configure --disable-shared && make -j"$(nproc)"'
  same "$(jq -c .packages pgokit.json)" '["libtool","autoconf","automake"]'
  : | file configure
  config_only 0
  same "$(jq -r '.build, .packages' pgokit.json)" $'./configure --disable-shared && make -j"$(nproc)"\nnull'
  rm Makefile.am
  echo 'AC_INIT(src/one.c)' | file configure.ac
  config_only 0
  detected p edit-me ''
  rm -r configure.ac src
  config_only 0
  detected p edit-me ''
  same "$(jq -r .build pgokit.json)" './configure && make -j"$(nproc)"'
}

@test "make: what a makefile assigns is given on the command line, with its own words" {
  local made value
  while IFS='|' read -r made value; do
    printf '%b\n' "$made" | file Makefile
    config_only 0
    same "$(jq -r .build pgokit.json)" 'make -j"$(nproc)"'"$value"
  done <<'CASES'
all:\n\tCC=x|
CC ?= cc\nCFLAGS += -Wall|
CC = gcc| CC="$CC"
CC := gcc -std=gnu99 # old| CC="$CC -std=gnu99"
CC=$(CROSS)gcc\nAR=ar rcu| CC="$CC" AR="$AR rcu"
CFLAGS = -O3 \\\n  -DX=\\"y\\" $(MY)| CFLAGS="$CFLAGS -O3    -DX=\\\"y\\\" \$(MY)"
CFLAGS := -Wall $(CFLAGS)|
export LDFLAGS =| LDFLAGS="$LDFLAGS"
CFLAGS = -O2\nCFLAGS += -g|
CASES
  has "$(decisions)" '1. build: the makefile sets CFLAGS in several places. See that $CFLAGS of the environment comes in, too'
}

@test "make: flags that it has only where the environment has none are kept behind the kit's" {
  printf 'CC = gcc\nCFLAGS ?= -O3 "$(X)" # fast\nCFLAGS += -Wall\nLDFLAGS ?=\nall:\n' | file Makefile
  config_only 0
  same "$(jq -r .build pgokit.json)" 'CFLAGS="$CFLAGS -O3 \"\$(X)\"" make -j"$(nproc)" CC="$CC"'
  printf 'all:\n\tcd one && $(MAKE)\n\tcd two && $(MAKE)\n' | file Makefile
  printf 'CFLAGS ?= -O3\n' | file one/Makefile
  printf 'CFLAGS ?= -O3\n' | file two/Makefile
  config_only 0
  same "$(jq -r .build pgokit.json)" 'CFLAGS="$CFLAGS -O3" make -j"$(nproc)"'
  printf 'CFLAGS ?= -O1\n' >>two/Makefile
  config_only 0
  has "$(decisions)" '1. build: the makefiles set several CFLAGS where the environment has none. Put those of the release build behind'
}

@test "make: one that only hands on to a folder is read there; check or test are the tests" {
  printf 'all:\n\tcd src && $(MAKE)\ntest:\n\t./x\n' | file Makefile
  printf 'CC= gcc\nall:\n' | file src/Makefile
  config_only 0 --binary src/x
  same "$(jq -r .build pgokit.json)" 'make -j"$(nproc)" CC="$CC"'
  detected p src/x 'make test'
  printf 'check : x\ntest:=y\n' >>Makefile
  config_only 0 --binary src/x
  detected p src/x 'make check'
}

@test "several build systems: says which it took, and --build-system takes another" {
  echo 'add_executable(x x.c)' | file CMakeLists.txt
  echo 'all:' | file Makefile
  config_only 0
  has "$(logged)" 'build system: cmake, the first of: cmake (CMakeLists.txt), make (Makefile). Makefiles come last'
  config_only 0 --build-system make
  has "$(logged)" 'build system: make (Makefile)'
  same "$(jq -r .build pgokit.json)" 'make -j"$(nproc)"'
  config_only 2 --build-system meson
  same "$(messages)" "pgokit init: detect meson in '$PWD': there is no meson.build"
  config_only 2 --build-system ninja
  same "$(messages)" "pgokit init: --build-system 'ninja': expected one of cargo cmake meson autotools make go python node"
  rm CMakeLists.txt Makefile
  config_only 2
  has "$(messages)" "pgokit init: detect the build system in '$PWD': found none of Cargo.toml CMakeLists.txt meson.build"
}

@test "a binary that pgokit.json cannot name is refused" {
  echo all: | file Makefile
  for binary in /bin/sh ../x a/../../x; do
    config_only 2 --binary "$binary"
    has "$stderr" "'binary': '$binary' is not of the form"
    holds ! -e pgokit.json
  done
}

@test "hostile build files: no name breaks out, nothing of them is run" {
  local hostile='x$(touch ran)`touch ran`"; touch ran #'
  printf 'set(@ x)\nset(* x)\nset(a] x)\nset(x[$(touch ran)] y)\nset_target_properties(@ PROPERTIES OUTPUT_NAME @)\nadd_executable(@ x)\n' | file CMakeLists.txt
  config_only 0
  printf 'project("%s" C)\nadd_executable("a;touch ran" x)\nadd_executable("%s" x)\nadd_executable("../../x" x)\nadd_executable("b\ec" x)\nadd_executable(unclosed' \
    'q$(touch ran)' '${${A}' | file CMakeLists.txt
  head -c 300000 /dev/zero | tr '\0' '(' >>CMakeLists.txt
  config_only 0
  detected 'q$(touch ran)' 'build/a;touch ran' ''
  printf 'CC = %s\nCFLAGS = $(shell touch ran) %s\n' "$hostile" "$hostile" | file Makefile
  config_only 0 --build-system make
  # As the build would get it, with a make that only shows its words.
  sh -c "make() { printf '<%s>\n' \"\$@\"; }; CC=cc; CFLAGS=-O2; nproc() { echo 2; }; $(jq -r .build pgokit.json)" >words
  has "$(<words)" '<CFLAGS=-O2 $(shell touch ran) x$(touch ran)`touch ran`"; touch ran>'
  holds ! -e ran
}

@test "cargo: the programs of a workspace; a manifest that cargo cannot read" {
  HOME=$(getent passwd "$(id -u)" | cut -d : -f 6) # where rustup has it
  mkdir -p one/src two/src
  printf '[workspace]\nmembers = ["one", "two"]\n' | file Cargo.toml
  printf '[package]\nname = "one"\nversion = "0.1.0"\n' | file one/Cargo.toml
  printf '[package]\nname = "two"\nversion = "0.1.0"\n[[bin]]\nname = "deux"\npath = "src/main.rs"\n' | file two/Cargo.toml
  echo 'fn main() {}' | tee one/src/main.rs >two/src/main.rs
  config_only 0
  same "$(jq -c '[.name, .toolchain, .build, .binary]' pgokit.json)" '["one","cargo","cargo build --release","target/release/one"]'
  has "$(decisions)" "'target/release/one' is the likeliest of 'target/release/one', 'target/release/deux'"
  : >Cargo.lock
  config_only 0
  same "$(jq -r '.build, .workloads.fast[0].suite' pgokit.json)" $'cargo build --release --locked\nnull'
  echo '#[test] fn a() {}' | file two/tests/it.rs
  config_only 0
  same "$(jq -c '.workloads.fast[0] | [.suite, .run]' pgokit.json)" "[true,\"cargo test --release --locked --test '*'\"]"
  printf '[features]\nslow = []\n[[test]]\nname = "it"\nrequired-features = ["slow"]\n' >>two/Cargo.toml
  config_only 0
  same "$(jq -r '.workloads.fast[0].suite' pgokit.json)" null
  echo 'x' >one/Cargo.toml
  config_only 2
  has "$stderr" "read 'Cargo.toml': cargo metadata failed: "
}
