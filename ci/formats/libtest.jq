# `test NAME ... bench: 1,234.56 ns/iter (+/- 12) = 3 MB/s`, of Rust's libtest, the bencher crate and
# criterion --output-format bencher; harnesses of others have other units ("cycles/iter", "MS/s"). One number each. What the program prints may have got between
# the name and the number: then the number belongs to the name before it.
import "lib" as lib;

def measured: capture("bench: +(?<value>[0-9,.]+) (?<unit>\\S+) \\(\\+/-");

def fits: .text | test("(^|\\n)test .+ \\.\\.\\.( |\\n)") and test("bench: +[0-9,.]+ \\S+ \\(\\+/-");

def table:
  lib::wallonly
  | [foreach (.text | split("\n")[], null) as $l ({name: null};
      .name as $before
      | ($l // "" | [capture("^test (?<name>.+?) +\\.\\.\\.( |$)")] | .[0].name) as $name
      | ($l // "" | [measured] | .[0]) as $x
      | if $l == null then {lost: $before}
        elif $x and ($name // $before) == null then error("a number without a name before it: " + $l)
        elif $x then {row: ($x + {name: ($name // $before)}), lost: (if $name then $before else null end)}
        elif $l | test("(^|\\.\\.\\. )FAILED") then {lost: ($name // $before)}
        elif $name and ($l | test("\\.\\.\\. (ok|ignored)")) then {lost: $before}
        elif $name then {name: $name, lost: $before}
        else {name: $before} end)
     | (.lost // empty | {name: ., lost: true}), (.row // empty)] as $rows
  | lib::tableof(
      $rows[]
      | {name, unit: (.unit // "ns" | lib::unit), aggregate: true, samples: [.value | lib::number]}
        + if .lost then {invalid: "it has no number"} else {} end);
