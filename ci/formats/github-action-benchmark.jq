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

# What `go test -benchmem` printed behind the number became its unit, "ns/op\t 881 B/op\t 5 allocs/op". Newer
# versions store a row of each unit as well, "NAME - B/op".
def pieces:
  .name as $name | (.unit | lib::text | [splits("\\s+")]) as $words
  | if ($words | length) > 2 and ($words | length) % 2 == 1
        and all(range(1; $words | length; 2); $words[.] | lib::number != null) then
      (.unit = $words[0], (range(1; $words | length; 2) | {name: "\($name) - \($words[. + 1])", unit: $words[. + 1], value: $words[.]}))
      | .of = ($name | lib::text)
    else . end;

# The rows of one run; what is in the pieces of another is not there twice.
def rows:
  [.[] | pieces]
  | ([.[] | select(.of) | {key: .of, value: true}] | from_entries) as $split
  | .[] | select(.of or ((.unit | lib::text) as $unit | .name | lib::text
      | rtrimstr(" - " + $unit) as $of | $of == . or ($split[$of] | not)));

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
      | .benches | rows
      | (.unit | lib::text) as $unit
      | {name: ($prefix + (.name | lib::text)), unit: ($unit | lib::unit), aggregate: true, samples: [.value | lib::number],
         better: $tool});
