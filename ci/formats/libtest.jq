# `test NAME ... bench: 1,234.56 ns/iter (+/- 12) = 3 MB/s`, of Rust's libtest, the bencher crate and
# criterion --output-format bencher. One number each. What the program prints may have got between
# the name and the number: then the number belongs to the name before it.
import "lib" as lib;

def measured: capture("bench: +(?<value>[0-9,.]+) (?<unit>[a-zµ]+)/iter");

def fits: .text | test("(^|\\n)test .+ \\.\\.\\.( |\\n)") and test("bench: +[0-9,.]+ [a-zµ]+/iter");

def table:
  lib::wallonly
  | reduce (.text | split("\n")[]) as $l ({rows: [], name: null};
      ($l | [capture("^test (?<name>.+?) +\\.\\.\\.( |$)")] | .[0].name) as $name
      | (if $name then .name = $name else . end)
      | ($l | [measured] | .[0]) as $x
      | if $x then
          (if .name == null then error("a number without a name before it: " + $l) else . end)
          | .rows += [$x + {name}] | .name = null
        elif .name and ($l | test("(^|\\.\\.\\. )FAILED")) then .rows += [{name, failed: true}] | .name = null
        elif $name and ($l | test("\\.\\.\\. (ok|ignored)")) then .name = null
        else . end)
  | (if .name then .rows += [{name, failed: true}] else . end)
  | lib::tableof(
      .rows[]
      | {name, unit: (.unit // "ns" | lib::unit), better: "lower", aggregate: true, samples: [.value | lib::number]}
        + if .failed then {invalid: "it has no number"} else {} end);
