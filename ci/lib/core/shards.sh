# shellcheck shell=bash
#
# How work is divided among machines: shard I of N.

# The most shards, which is the most jobs of a GitHub matrix.
SHARDS_MAX=256

shards_count() { # <text>
  if [[ ! $1 =~ ^[1-9][0-9]{0,2}$ ]] || [ "$1" -gt "$SHARDS_MAX" ]; then
    usage "--count '$1': expected 1 to $SHARDS_MAX"
  fi
}

shards_one() { # <text>
  if [[ ! $1 =~ ^([1-9][0-9]{0,2})/([1-9][0-9]{0,2})$ ]] || [ "${BASH_REMATCH[1]}" -gt "${BASH_REMATCH[2]}" ]; then
    usage "--shard '$1': expected I/N, I from 1 to N"
  fi
}

# Prints the matrix as `strategy: matrix: ${{ fromJSON(...) }}` takes it; the output `matrix` of a step.
shards_matrix() { # <count>
  local matrix='' i
  for ((i = 1; i <= $1; i++)); do matrix+="${matrix:+, }\"$i/$1\""; done
  matrix="{\"shard\": [$matrix]}"
  step_output matrix "$matrix"
  printf '%s\n' "$matrix"
}
