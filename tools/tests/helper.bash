# Loaded by every test of a tool. The tools have been built: make all units.
bats_require_minimum_version 1.5.0
ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
PATH=$ROOT/build/bin:$ROOT/build/tests/profraw:$PATH
export ROOT PATH

# Whether a process with exactly these words runs; needs nothing that a small machine lacks.
running() { # <word>...
  local file words
  for file in /proc/[0-9]*/cmdline; do
    { mapfile -d '' -t words <"$file"; } 2>/dev/null || continue
    [ "${words[*]}" != "$*" ] || return 0
  done
  return 1
}
