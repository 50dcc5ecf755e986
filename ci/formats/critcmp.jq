# critcmp --export BASELINE: criterion's estimates, without the samples; the median in nanoseconds.
import "lib" as lib;

def fits:
  .json | type == "object" and (.benchmarks | type == "object")
    and ([.benchmarks[] | type == "object" and has("criterion_estimates_v1")] | length > 0 and all);

def table:
  lib::wallonly
  | lib::tableof(
      .json.benchmarks | to_entries[]
      | {name: .key, unit: "ns", better: "lower", aggregate: true,
         samples: [.value.criterion_estimates_v1.median.point_estimate | lib::number]});
