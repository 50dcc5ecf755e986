# cargo-criterion --message-format=json: JSON lines among what cargo prints, or pretty-printed objects one behind the
# other. (Its "change" says "%" and
# means fractions; nothing here needs it.)
import "lib" as lib;

def complete: lib::objects | select(.reason == "benchmark-complete" and has("measured_values"));

def fits: [complete] | length > 0;

def table:
  lib::wallonly
  | lib::tableof(
      complete
      | {name: .id, unit: (.unit | lib::text | lib::unit), better: "lower",
         samples: [[.measured_values, .iteration_count] | transpose[]
           | map(lib::number) | if all(type == "number") and .[1] > 0 then .[0] / .[1] else null end]});
