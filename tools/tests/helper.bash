# Loaded by every test of a tool. The tools have been built: make all units.
ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
PATH=$ROOT/build/bin:$ROOT/build/tests/profraw:$PATH
export ROOT PATH

# shellcheck source=expect.bash
. "${BASH_SOURCE[0]%/*}/expect.bash"

# Whether a process with exactly these words runs; needs nothing that a small machine lacks.
running() { # <word>...
  local file words
  for file in /proc/[0-9]*/cmdline; do
    { mapfile -d '' -t words <"$file"; } 2>/dev/null || continue
    [ "${words[*]}" != "$*" ] || return 0
  done
  return 1
}
