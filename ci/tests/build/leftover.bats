#!/usr/bin/env bats
#
# What another build left in the project, and the copy therefore has too: make takes it for up to
# date, and no flag of the kit reaches it.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

load ../helper

# A project of two sources that make builds, and that was built before with other flags.
setup() {
  tiny "$BATS_TEST_TMPDIR/p" '.build = "make"'
  sed -n '/^__attribute/,/^}/s/^__attribute.* static //p; /^{/,/^}/p; /^}/q' main.c >steps.c
  sed -i '/^__attribute/,/^}/c unsigned steps(unsigned x);' main.c
  cat >Makefile <<'MAKE'
prog: main.o steps.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.o steps.o $(EXTRA)
clean:
	rm -f *.o prog
MAKE
}

build_by_hand() {
  make -s CC="$(llvm_bin)/clang" CFLAGS=-O1
}

collect() { # <status>
  run --separate-stderr "-$1" "$pgokit" collect
}

remedy="Delete it there, have git ignore it, or let the build begin with 'make clean'"

@test "without leftovers it builds" {
  collect 0
  same "$(messages)" ''
  holds ! -e .pgokit/leftover.list
  holds ! -e .pgokit/leftover.list.after
}

@test "the program itself, which make does not build again" {
  build_by_hand
  collect 1
  same "$(messages)" "pgokit collect: build 'instrumented': the build left 'prog' as it lies in the project, so this variant's flags did not reach it. $remedy"
  holds ! -e .pgokit/bin
  holds ! -e .pgokit/leftover.list
}

@test "objects, linked into a new program" {
  build_by_hand
  rm prog
  collect 1
  same "$(messages)" "pgokit collect: build 'instrumented': the build used what lies compiled in the project, so this variant's flags did not reach it: 'main.o', 'steps.o'. $remedy"
}

@test "one object among others that were built" {
  build_by_hand
  rm prog main.o
  collect 1
  has "$(messages)" "did not reach it: 'steps.o'. Delete"
}

@test "an object in a program without symbols" {
  build_by_hand
  rm prog main.o
  config_edit '.build = "make LDFLAGS=\"$LDFLAGS -s\""'
  collect 1
  has "$(messages)" "did not reach it: 'steps.o'. Delete"
}

@test "an archive whose objects are gone, and names as CMake and automake give them" {
  mkdir lib
  mv steps.c lib/
  config_edit '.build = "test -e lib/s.a || exit 3; $CC $CFLAGS $LDFLAGS -o prog main.c lib/s.a"'
  "$(llvm_bin)/clang" -O1 -c -o steps.c.o lib/steps.c
  ar rcs lib/s.a steps.c.o
  rm steps.c.o
  collect 1
  has "$(messages)" "did not reach it: 'lib/s.a'. Delete"
  rm lib/s.a
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -o prog main.c prog-steps.o"'
  "$(llvm_bin)/clang" -O1 -c -o prog-steps.o lib/steps.c
  collect 1
  has "$(messages)" "did not reach it: 'prog-steps.o'. Delete"
}

@test "in every variant, not only the first" {
  "$pgokit" collect
  "$pgokit" merge
  build_by_hand
  rm prog main.o
  run --separate-stderr -1 "$pgokit" optimize
  same "$output" ''
  has "$(messages)" "pgokit optimize: build 'baseline': the build used what lies compiled in the project"
}

@test "more than ten are counted" {
  build_by_hand
  rm prog main.o
  local i
  for i in {1..10}; do
    printf 'int f%s(void) { return %s; }\n' "$i" "$i" >"f$i.c"
    "$(llvm_bin)/clang" -c "f$i.c"
  done
  config_edit '.build = "make EXTRA=\"f1.o f2.o f3.o f4.o f5.o f6.o f7.o f8.o f9.o f10.o\""'
  collect 1
  has "$(messages)" "did not reach it: 'f1.o', 'f10.o', 'f2.o', 'f3.o', 'f4.o', 'f5.o', 'f6.o', 'f7.o', 'f8.o', 'f9.o' and 1 more. Delete"
}

@test "what git ignores is not copied, and what the build removes is built again" {
  build_by_hand
  config_edit '.build = "make clean && make"'
  collect 0
  config_edit '.build = "make"'
  printf '*.o\nprog\n' >.gitignore
  git init -q
  collect 0
}

@test "a library that came without its source is no leftover" {
  "$(llvm_bin)/clang" -O1 -c -o vendored.o steps.c
  rm steps.c
  ar rcs libsteps.a vendored.o
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -o prog main.c libsteps.a"'
  collect 0
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -o prog main.c vendored.o"'
  collect 0
}

@test "an object beside its source that is data of a test, and one from assembly" {
  mkdir test
  printf 'int main(void) { return 3; }\n' >test/hello.c
  "$(llvm_bin)/clang" -c -o test/hello.o test/hello.c
  printf '.globl seven\n.type seven,@function\nseven: ret\n.size seven,.-seven\n.section .note.GNU-stack,"",@progbits\n' >fast.s
  "$(llvm_bin)/clang" -c fast.s
  config_edit '.build = "make EXTRA=fast.o"'
  collect 0
  same "$(messages)" ''
}
