# github-action-benchmark: [{name, unit, value, range?, extra?}], or its store ({entries: {suite: [...]}},
# also as data.js), of which the latest run of each suite counts. One value each, no samples. Others
# read null, "" and true as 0, 0 and 1; here they are no number.
import "lib" as lib;

def row: type == "object" and has("name") and has("unit") and has("value");

def fits:
  .json
  | (type == "array" and length > 0 and all(.[]; row))
    or (type == "object" and (.entries | type == "object")
        and ([.entries[] | type == "array" and all(.[]; type == "object" and has("benches"))] | all));

def biggeristool: IN("benchmarkjs", "pytest", "customBiggerIsBetter");

def table:
  lib::wallonly
  | .json
  | if type == "array" then [{prefix: "", benches: .}]
    else .entries | (length > 1) as $several
      | [to_entries[] | .key as $suite | .value | select(length > 0) | last
         | {prefix: (if $several then $suite + "/" else "" end), benches: .benches, tool}]
    end
  | lib::tableof(
      .[] | .prefix as $prefix
      | (if .tool == null then null elif .tool | biggeristool then "higher" elif .tool == "customSmallerIsBetter" then "lower"
         else null end) as $tool
      | .benches[]
      | (.unit | lib::text) as $unit
      | {name: ($prefix + (.name | lib::text)), unit: ($unit | lib::unit), aggregate: true, samples: [.value | lib::number],
         better: $tool});
