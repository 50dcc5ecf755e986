# pyperf -o FILE (also .json.gz). The values of one process depend on each other, so a sample is the
# median of a run's values; runs that only calibrate have none. What all runs have in common is said
# once, further out: in the benchmark's metadata, or the file's. perf, as it was called before 1.0, says "samples"
# and "common_metadata".
import "lib" as lib;

def fits:
  .json | type == "object" and (.benchmarks | type == "array")
    and (.benchmarks | all(type == "object" and (.runs | type == "array")));

def about($file): $file + (.runs[0].metadata // {}) + (.metadata // .common_metadata // {});

def table:
  lib::wallonly
  | .json | (.metadata // {}) as $file
  | lib::tableof(
      .benchmarks[]
      | about($file) as $about
      | {name: $about.name, better: "lower",
         unit: ($about.unit // "second" | if . == "byte" then "B" elif . == "integer" then "" else lib::unit end),
         samples: [.runs[] | .values // .samples | select(type == "array" and length > 0) | map(lib::number) | lib::median]})
    + {machine: (.benchmarks[0] | about($file)
        | {cpu: .cpu_model_name, cores: .cpu_count, os: (.platform | if . then lib::text | sub("-.*"; "") else . end),
           compiler: .python_compiler})};
