# gungraun and iai-callgrind, JSON lines (--output-format json): the instructions of the newer run, a
# count. "metrics" has Left (there was no older run), Right (there is no newer one) or Both, newer first.
import "lib" as lib;

def summary: lib::objects_of_lines | select((.profiles | type == "array") and has("module_path"));

def fits: [summary] | length > 0;

def newer:
  (if type != "object" then null elif has("Both") then .Both[0] else .Left end)
  | if type == "object" then .Int // .Float else . end | lib::number;

def table:
  lib::wallonly
  | lib::tableof(
      summary
      | [.profiles[] | select(.tool == "Callgrind") | .summaries.total.summary.Callgrind.Ir.metrics] as $ir
      | {name: (([.module_path, .function_name | select(. != null)] | join("::")) + (if .id then " " + .id else "" end)),
         unit: "instructions", better: "lower", samples: [$ir[0] | newer]});
