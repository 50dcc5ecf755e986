# cargo-criterion --message-format=json: JSON lines among what cargo prints. (Its "change" says "%" and
# means fractions; nothing here needs it.)
import "lib" as lib;

def complete: lib::objects_of_lines | select(.reason == "benchmark-complete" and has("measured_values"));

def fits: [complete] | length > 0;

def table:
  lib::wallonly
  | lib::tableof(
      complete
      | {name: .id, unit: (.unit | lib::text | lib::unit), better: "lower",
         samples: [[.measured_values, .iteration_count] | transpose[]
           | map(lib::number) | if all(type == "number") and .[1] > 0 then .[0] / .[1] else null end]});
