#!/usr/bin/env bats
#
# The baseline is the project's release build, and each variant is made of the same sources with the
# same options.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

load helper

build_is() { # <build>
  config_edit ".build = $(jq -Rn --arg build "$1" '$build')"
}

optimize() { # <status> <variant>
  run --separate-stderr "-$1" "$pgokit" optimize --variants "$2"
}

# The -O of main.c that counts.
level_of() { # <build>
  jq -r 'select(.source == "main.c").args | map(select(startswith("-O"))) | last' ".pgokit/log/compiles-$1.jsonl"
}

@test "an -O of the project's own counts wherever it stands, -O2 where there is none" {
  tiny
  build_is '$CC -Os $CFLAGS $LDFLAGS -o prog main.c'
  optimize 0 lto
  same "$(level_of baseline) $(level_of lto)" '-Os -Os'
  build_is '$CC $CFLAGS $LDFLAGS -o prog main.c'
  CFLAGS=-fno-plt optimize 0 lto
  same "$(level_of baseline) $(level_of lto)" '-O2 -O2'
  CFLAGS=-O1 optimize 0 lto
  same "$(level_of baseline) $(level_of lto)" '-O1 -O1'
}

@test "a variant without the flags that the project takes where the environment has none" {
  tiny
  printf '%s\n' 'CFLAGS ?= -O3 -fno-plt -DNDEBUG -Wall' 'prog: main.c' '	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $<' >Makefile
  build_is make
  optimize 1 lto
  same "$(messages)" "pgokit optimize: check 'lto': 'main.c' is compiled with -O2, in the baseline with -DNDEBUG -O3 -fno-plt. The build takes its own flags only where the environment has none, or decides by those: put them into the build, as in make CFLAGS=\"\$CFLAGS ...\"; see '$PWD/.pgokit/log/build-lto.log'"
  build_is 'make CFLAGS="$CFLAGS -O3 -fno-plt -DNDEBUG"'
  optimize 0 lto
}

@test "a program of which nothing is optimized is refused; a part is said" {
  tiny
  build_is '$CC $CFLAGS -O0 -c main.c && $CC -O2 -DMAIN $LDFLAGS main.o -o prog'
  optimize 1 lto
  has "$(messages)" "build 'baseline': it compiles 'main.c' without optimization (-O0), and nothing of 'prog' with it."
  CFLAGS=-O0 build_is '$CC $CFLAGS $LDFLAGS -o prog main.c'
  CFLAGS=-O0 optimize 1 lto
  echo 'int other(void); int other(void) { return 3; }' >other.c
  build_is '$CC $CFLAGS -c main.c && $CC -O0 -c other.c && $CC $LDFLAGS -o prog main.o other.o'
  optimize 0 lto
  same "$(messages)" "pgokit optimize: warning: build 'baseline': it compiles 'other.c' without optimization (-O0); so does each variant"
}

@test "a build that takes the environment from its compilers, and -O2 with it" {
  tiny
  build_is 'env -i PATH="$PATH" $CC $CFLAGS $LDFLAGS -o prog main.c'
  optimize 1 lto
  has "$(messages)" "build 'baseline': clang made 'prog', and says nothing of what it compiled, so the build takes CCC_OVERRIDE_OPTIONS out of its environment, and with it the kit's -O2. Let that variable through"
  build_is 'env -i CCC_OVERRIDE_OPTIONS="$CCC_OVERRIDE_OPTIONS" PATH="$PATH" $CC $CFLAGS $LDFLAGS -o prog main.c'
  optimize 0 lto
}

@test "a configure script that decides by the flags: other sources are named" {
  tiny
  cp main.c slow.c
  build_is 'case $CFLAGS in *flto*) file=slow.c ;; *) file=main.c ;; esac; $CC $CFLAGS $LDFLAGS -o prog $file'
  optimize 1 lto
  has "$(messages)" "check 'lto': it is made of other sources than the baseline: of 'slow.c', not of 'main.c'. Something in the build, such as a configure script, decides by the flags that it is given"
}
