# Google Benchmark --benchmark_format=json, also with its bare NaN and Infinity. Repetitions are the
# samples. Without them (--benchmark_report_aggregates_only) the median is, else the mean; complexity
# (BigO, RMS) is no time. Instead of the time one of the user's counters may be chosen, whose name is its
# unit then. Rows that failed or were skipped have real_time 0.
import "lib" as lib;

# Files from before 1.5 say only by the name what a row is.
def kind:
  if has("big_o") or has("rms") or ((.aggregate_name // "") | test("^(BigO|RMS)$")) then "complexity"
  elif .run_type == "iteration" then "iteration"
  elif .run_type == "aggregate" then .aggregate_name
  else (.name | lib::text | capture("_(?<a>mean|median|stddev|cv|BigO|RMS)$") // {a: "iteration"}).a
  end;

def run: if .run_name then .run_name else .name | lib::text | sub("_(mean|median|stddev|cv)$"; "") end;

def failure:
  if .error_occurred then .error_message // "" elif .skipped then .skip_message // .error_message // "" else null end;

def fits:
  .json | type == "object" and (.context | type == "object") and (.benchmarks | type == "array")
    and (.benchmarks | all(type == "object" and has("name") and (has("family_index") or has("iterations") or has("big_o") or has("rms"))));

def table:
  . as $in
  | (.counter // if .metric == "cpu" then "cpu_time" else "real_time" end) as $column
  | .json
  | .context as $context
  | ($context.library_build_type == "debug") as $debug
  | lib::tableof(
      .benchmarks | map(select(kind != "complexity" and ($in.counter == null or has($in.counter)))) | lib::groups(run)
      | (map(select(kind == "iteration")) | if length > 0 then . else null end) as $runs
      | ($runs // map(select(kind == "median")) | if length > 0 then . else null end) as $rows
      | ($rows // map(select(kind == "mean"))) as $rows
      | {name: (.[0] | run), unit: (($rows[0] // .[0]).time_unit // "ns" | lib::text | lib::unit), better: "lower",
         samples: [$rows[] | .[$column] | lib::number]}
        + if $in.counter then {unit: $in.counter, better: null} else {} end
        + if $runs then {} else {aggregate: true} end
        + ([$rows[] | failure | select(. != null)]
           | if length > 0 then {invalid: ("it failed: " + (.[0] | lib::text))} else {} end)
        + if $rows | map(.time_unit) | unique | length > 1 then {invalid: "its rows have several units"} else {} end)
    + {machine: {cores: $context.num_cpus, caches: ($context.caches | if . then tojson else . end), build: $context.library_build_type}}
    + if $debug
      then {notes: ["the benchmark library is a debug build, which slows what it measures"]} else {} end
  | if $in.counter and .benches == [] then error("no benchmark has the counter \($in.counter)") else . end
  | lib::answering($in; "metric") | lib::answering($in; "counter");
