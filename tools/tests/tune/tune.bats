#!/usr/bin/env bats
# The library as it is installed: what it exports, and that C and C++ programs build with it.

load ../helper

# The user's program, built through pkg-config with what was installed.
builds() { # <compiler> [option...]
  local libs dest=$BATS_TEST_TMPDIR/root
  make -s -C "$ROOT" install DESTDIR="$dest" PREFIX=/opt/kit
  libs=$(PKG_CONFIG_PATH=$dest/opt/kit/lib/pkgconfig pkg-config --define-variable=prefix="$dest/opt/kit" \
    --cflags --libs pgokit-tune)
  # shellcheck disable=SC2086 # words
  "$1" "${@:2}" -Wall -Wextra -Werror -o "$BATS_TEST_TMPDIR/program" "$ROOT/tools/tests/tune/program.c" -x none $libs
}

@test "only tune_* is to be seen in the library" {
  run -0 nm -g --defined-only "$ROOT/build/lib/libpgokit-tune.a"
  has "$output" ' T tune_run'
  same "$(grep -vE ' T tune_[a-z_]+$|^$|^pgokit-tune.o:$' <<<"$output")" ''
}

@test "it never ends the process: nothing in it calls exit or abort" {
  run -0 nm -u "$ROOT/build/lib/libpgokit-tune.a"
  has "$output" ' U malloc'
  same "$(grep -E ' U (exit|abort|__assert_fail|err|errx|raise)$' <<<"$output")" ''
}

@test "a C program builds with the installed library, by pkg-config, and tunes" {
  builds cc -std=c11
  run -0 "$BATS_TEST_TMPDIR/program"
  same "$output" '30 3'
}

@test "so does a C++ program" {
  builds c++ -std=c++17 -x c++
  run -0 "$BATS_TEST_TMPDIR/program"
  same "$output" '30 3'
}

@test "the example of the README is a program" {
  local code=$BATS_TEST_TMPDIR/example.c
  # shellcheck disable=SC2016 # backquotes of Markdown
  sed -n '/^## Choosing at run time/,/^## /{/^```c$/,/^```$/{/^```/d;p}}' "$ROOT/tools/README.md" >"$code.lines"
  has "$(<"$code.lines")" 'tune_run(gemm, size, 3, &args);'
  {
    printf 'static int gemm_plain(void *c, void *a) { (void)c; (void)a; return 0; }\n'
    printf '#define gemm_avx2 gemm_plain\n'
    grep '^#include' "$code.lines"
    printf 'static bool has_avx2(void *c) { (void)c; return true; }\nint main(void)\n{\nint args = 0;\n'
    grep -v '^#include' "$code.lines"
    printf '}\n'
  } >"$code"
  cc -std=c11 -Wall -Wextra -Werror -I"$ROOT/tools/tune" -o "$BATS_TEST_TMPDIR/example" "$code" \
    "$ROOT/build/lib/libpgokit-tune.a" -ljansson -lm -pthread
  run -0 "$BATS_TEST_TMPDIR/example"
  has "$output" 'GEMM 64x64x64'
  has "$output" '1 operations, '
}
