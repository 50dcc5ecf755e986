#!/usr/bin/env bats
#
# make install: what is installed works without the source.

load ../helper

@test "installs the command and the tools into DESTDIR and PREFIX, and they work there" {
  make -s -C "$top" install DESTDIR="$BATS_TEST_TMPDIR/a b" PREFIX=/opt/kit
  local bin="$BATS_TEST_TMPDIR/a b/opt/kit/bin"
  same "$("$bin/pgokit" --version)" "pgokit $(cat "$top/ci/VERSION")"
  same "$("$bin/bench-run" --version)" "bench-run (pgokit) $(cat "$top/ci/VERSION")"
  run -4 "$bin/bench-compare" --format auto "$top"/fixtures/formats/critcmp.json{,}
  tiny "$BATS_TEST_TMPDIR/tiny"
  run -0 "$bin/pgokit" collect
  holds -d .pgokit/raw
  # Its workflows are there for others.
  run -0 "$bin/pgokit" init --only collect --kit acme/pgokit@0123456789012345678901234567890123456789
  holds -s .github/workflows/collect.yml
  # Tests, demo and linters are the source's own.
  holds ! -e "$BATS_TEST_TMPDIR/a b/opt/kit/lib/pgokit/ci/tests"
}
