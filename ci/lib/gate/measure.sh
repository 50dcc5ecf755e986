# shellcheck shell=bash
#
# gate --measure: one shard of the benchmarks, with both sides as another machine built them.

gate_measure() {
  local n dir=$work/gate/shard
  need tar git bench-run
  record_read "$build"
  n=$(record '.shards | length')
  [ -n "$shard" ] || usage '--measure needs --shard I/N'
  [ "${shard#*/}" -eq "$n" ] || usage "--shard '$shard': the benchmarks were divided into $n shards"
  phase_begin gate "$(config .name): shard $shard of $(record .head_name) against $(record .base_name)"
  contest_clear "$work/gate"
  rm -rf -- "$dir"
  record_unpack "$build"
  benches=$(record_benches "${shard%/*}")
  rules_options
  rules+=(--shares "$(record '.gated | length')")
  sides_measure "$dir"
  phase_done 0
  printf '%s\n' "$dir"
}
