#!/usr/bin/env bats
# The second opinion: hyperfine and bench-run measure the same two commands, and agree.

# bats file_tags=slow

load ../helper

# A loop of a shell: CPU-bound, one thread.
work() { # <turns>
  printf "sh -c 'i=0; while [ \$i -lt %d ]; do i=\$((i + 1)); done'" "$1"
}

# The answer with a verdict, whichever, as {theirs or ours: cand / base}.
ratio() { # <name> <argument of bench-compare>...
  bench-compare --json --match '*' "${@:2}" 2>/dev/null >verdict.json || [ $? -ne 2 ]
  jq --arg name "$1" '{($name): (.benches[0] | .cand_s / .base_s)}' verdict.json
}

@test "hyperfine and bench-run estimate the same ratio of two commands" {
  cd "$BATS_TEST_TMPDIR"
  base=$(work 20000)
  cand=$(work 40000)
  # In turns, three times, so that what else the machine does hits both alike.
  for i in 1 2 3; do
    hyperfine -N --style none --warmup 1 --runs 10 --export-json "h$i.json" "$base" "$cand" >/dev/null
    bench-run --rounds 10 --warmup 1 --bench x -o "r$i.json" --arm base="$base" --arm cand="$cand" >/dev/null
    ratio ours --metric cpu "r$i.json"
    jq '.results | {theirs: ((.[1].user + .[1].system) / (.[0].user + .[0].system))}' "h$i.json"
  done >cpu.json
  for i in 1 2 3; do
    jq '.results |= .[:1]' "h$i.json" >base.json
    jq '.results |= .[1:]' "h$i.json" >cand.json
    ratio theirs base.json cand.json
    ratio ours "r$i.json"
  done >wall.json
  # Twice the turns, but a start that both have: somewhat below 2. A busy machine disturbs CPU time
  # by a few percent, the clock by much more.
  for kind in 'cpu 1.2' 'wall 1.6'; do
    echo "$kind: $(jq -c . "${kind% *}.json" | xargs)"
    jq -s -e --argjson within "${kind#* }" '
      def middle(key): map(key | values) | sort | .[1];
      middle(.ours) as $a | middle(.theirs) as $b
      | length == 6 and $a > 1.6 / $within and $a < 2.1 * $within and $a / $b < $within and $b / $a < $within
    ' "${kind% *}.json"
  done
}
