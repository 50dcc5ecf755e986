# pytest-benchmark --benchmark-json, or --benchmark-autosave: samples with --benchmark-save-data, else
# the median alone. Seconds.
import "lib" as lib;

def fits:
  .json | type == "object" and (.benchmarks | type == "array") and has("machine_info")
    and (.benchmarks | all(type == "object" and has("stats")));

def table:
  lib::wallonly
  | lib::tableof(
      .json.benchmarks[]
      | {name: (.fullname // .name), unit: "s", better: "lower"}
        + if .stats.data then {samples: [.stats.data[] | lib::number]}
          else {samples: [.stats.median | lib::number], aggregate: true} end)
    + {machine: (.json.machine_info | if type != "object" then {} else
        {cpu: (.cpu | if type == "object" then .brand_raw // .brand else . end), cores: (.cpu | if type == "object" then .count else null end),
         os: .system, arch: .machine, compiler: .python_compiler} end)};
