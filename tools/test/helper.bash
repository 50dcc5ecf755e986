# Loaded by every test of a tool. The tools have been built: make all units.
bats_require_minimum_version 1.5.0
ROOT=$(cd "${BATS_TEST_DIRNAME:?}/../.." && pwd)
PATH=$ROOT/build/bin:$ROOT/build/test:$PATH
export ROOT PATH
