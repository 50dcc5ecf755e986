# gungraun and iai-callgrind, JSON lines (--output-format json): the instructions of the newer run, a
# count. Version 7 (gungraun 0.20) has them in "values" as new, old or both; version 6 in "metrics" as
# Left (there was no older run), Right (there is no newer one) or Both, newer first.
import "lib" as lib;

def summary: lib::objects | select((.profiles | type == "array") and has("module_path"));

def fits: [summary] | length > 0;

def number: if type == "object" then .Int // .Float else . end | lib::number;

def newer:
  if .data | type == "object" then .data.total.metrics.Ir.values.new | number
  else .summaries.total.summary.Callgrind.Ir.metrics
    | if type != "object" then null elif has("Both") then .Both[0] else .Left end | number
  end;

# "g::group::fib ten": a module path may end with the function, which is not said twice.
def name:
  (.function_name // "" | lib::text) as $function | (.module_path | lib::text)
  | (if $function == "" or . == $function or endswith("::" + $function) then . else . + "::" + $function end);

def table:
  lib::wallonly
  | lib::tableof(
      summary
      | ([.profiles[] | select(.tool == "Callgrind")] | .[0]) as $callgrind
      | {name: (name + (if .id then " " + (.id | lib::text) else "" end)),
         unit: "instructions", better: "lower", samples: [$callgrind | newer]});
