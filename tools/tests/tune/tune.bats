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
