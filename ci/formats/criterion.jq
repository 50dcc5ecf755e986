# criterion's folder target/criterion: [{path, json}] of the files of one arm ("new", "base" or a saved
# baseline), collected by bench-compare. Names come from benchmark.json: folders' names are cut and
# cleaned. Before 0.3 a sample.json is [iters, times], and estimates have capitals. A sample is time / iterations; in linear mode the later ones are means of more iterations.
import "lib" as lib;

def fits: .json | type == "array" and length > 0 and all(.[]; type == "object" and has("path") and has("json"));

def table:
  lib::wallonly
  | . as $in
  | .json | map(.dir = (.path | sub("/[^/]*$"; "")) | .file = (.path | sub("^.*/"; "")))
  | lib::tableof(
      lib::groups(.dir)
      | (map({key: .file, value: .json}) | from_entries) as $f
      | $f["benchmark.json"] | select(. != null)
      | {name: .full_id, unit: "ns", better: "lower"}
        + if $f["sample.json"] then
            {samples: [$f["sample.json"] | if type == "array" then [.[1], .[0]] else [.times, .iters] end | transpose[]
              | map(lib::number) | if all(type == "number") and .[1] > 0 then .[0] / .[1] else null end]}
          else {samples: [$f["estimates.json"] | (.median // .Median).point_estimate | lib::number], aggregate: true}
          end)
  | lib::answering($in; "arm");
