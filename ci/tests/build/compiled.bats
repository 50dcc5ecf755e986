#!/usr/bin/env bats
#
# The baseline is the project's release build, and each variant is made of the same sources with the
# same options; where a profile does not fit, what differs is said.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

load ../helper

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

@test "a workload sees nothing of what clang is told in builds, for it may train a clang; a suite does" {
  tiny
  config_edit '.workloads.fast = [{name: "train", shell: true, run: "$PGOKIT_BINARY 3000; printf \"%s\\n\" \"$CCC_OVERRIDE_OPTIONS\" >said"},
    {name: "suite", suite: true, run: "./prog 3000; printf \"%s\\n\" \"$CCC_OVERRIDE_OPTIONS\" >built", shell: true}]'
  CCC_OVERRIDE_OPTIONS='# +-Wextra-semi' "$pgokit" collect
  same "$(<.pgokit/tree/said)" '# +-Wextra-semi'
  has "$(<.pgokit/tree/built)" ' ^-O2 '
}

@test "a configure script that decides by the flags: other sources are named" {
  tiny
  cp main.c slow.c
  build_is 'case $CFLAGS in *flto*) file=slow.c ;; *) file=main.c ;; esac; $CC $CFLAGS $LDFLAGS -o prog $file'
  optimize 1 lto
  has "$(messages)" "check 'lto': it is made of other sources than the baseline: of 'slow.c', not of 'main.c'. Something in the build, such as a configure script, decides by the flags that it is given"
}

@test "no compiler says anything for the sake of the profile" {
  tiny_after merge
  build_is 'printf "%s\n" "int main(void) { return __builtin_expect(sizeof(int) == 3, 1); }" >conftest.c
    { $CC $CFLAGS -c conftest.c && $CC $CFLAGS $LDFLAGS -o conftest conftest.o && $CC $CFLAGS $LDFLAGS -o conftest conftest.c &&
      $CC -S conftest.c && $CC $CFLAGS -c conftest.s; } >said 2>&1; rm conftest.c
    $CC $CFLAGS -Weverything -Werror -Wno-error=declaration-after-statement -Wno-unsafe-buffer-usage -Wno-missing-prototypes -Wno-cast-qual -Wno-sign-conversion -Wno-declaration-after-statement -Wno-shorten-64-to-32 -Wno-disabled-macro-expansion $LDFLAGS -o prog main.c'
  sed -i 's/for (; x > 1; n++)/for (; __builtin_expect(x > 1, 0); n++)/; s/i < (argc > 1/i < (__builtin_expect(argc > 1, 0)/' main.c
  for variant in pgo-nolto pgo; do
    optimize 0 "$variant"
    same "$(<.pgokit/tree/said)" ''
    lacks "$(<".pgokit/log/build-$variant.log")" 'warning:'
  done
}

@test "stale at once: code that the build makes anew and otherwise each time, not a reason to collect again" {
  tiny
  build_is 'printf "#define EXTRA %s\n" "$(case $CFLAGS in *profile-use*) echo "if (n > 500) puts(\"x\");" ;; esac)" >extra.h; $CC $CFLAGS $LDFLAGS -o prog main.c'
  sed -i 's/^int main/#include "extra.h"\n&/; s/^\t\tsum +=/\t\tunsigned n = (unsigned)i;\n\t\tEXTRA\n&/; s/for (int i = 1; .*/&\n\t{/; s/^\tprintf/\t}\n&/' main.c
  sed -i 's/steps((unsigned)i);/&\n/' main.c
  config_edit '.release.min_profile_match_pct = 99.99'
  "$pgokit" collect
  "$pgokit" merge
  optimize 1 pgo-nolto
  has "$(messages)" "the profile is stale: only "
  has "$(messages)" "It was collected from this very source, so collecting again would not help: 'extra.h', which the build makes, is another each time. Let it make the same one each time"
  same "$(cut -f 2- .pgokit/log/stale-pgo-nolto.tsv)" 'changed	main'
}

@test "stale: a source that has changed is named, and a function that is gone is no match" {
  tiny_after merge
  sed -i 's/\bsteps\b/paces/' main.c
  optimize 1 pgo-nolto
  has "$(messages)" "nothing that was compiled has the names of 1. The project has changed since: 'main.c'. Run pgokit collect and pgokit merge again; '$PWD/.pgokit/log/stale-pgo-nolto.tsv' names the functions"
  same "$(cut -f 2- .pgokit/log/stale-pgo-nolto.tsv)" 'gone	main.c;steps'
}

@test "a source that the build removes again: the program tells what it took of the profile" {
  tiny
  build_is 'cp main.c made.c; $CC $CFLAGS -c made.c; rm made.c; $CC $CFLAGS $LDFLAGS -o prog made.o'
  "$pgokit" collect
  "$pgokit" merge
  optimize 0 pgo-nolto
  same "$(jq '.phases.optimize.variants[1].applied | .functions_changed, .profile_match_pct' .pgokit/manifest.json | paste -sd ' ')" '0 100'
}
