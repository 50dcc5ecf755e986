# pyperf -o FILE (also .json.gz). The values of one process depend on each other, so a sample is the
# median of a run's values; runs that only calibrate have none. What all runs have in common is said
# once, further out: in the benchmark's metadata, or the file's.
import "lib" as lib;

def fits:
  .json | type == "object" and (.benchmarks | type == "array")
    and (.benchmarks | all(type == "object" and (.runs | type == "array")));

def table:
  lib::wallonly
  | .json | (.metadata // {}) as $file
  | lib::tableof(
      .benchmarks[]
      | ($file + (.runs[0].metadata // {}) + (.metadata // {})) as $about
      | {name: $about.name, better: "lower",
         unit: ($about.unit // "second" | if . == "byte" then "B" elif . == "integer" then "" else lib::unit end),
         samples: [.runs[].values | select(type == "array" and length > 0) | map(lib::number) | lib::median]});
