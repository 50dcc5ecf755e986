# go test -bench: a line is a sample, each with several numbers and units. The name has its package in
# front, the processors behind (none when there is one), and, but for ns/op, the unit. "Unit name
# better=lower assume=exact" says more about a unit.
import "lib" as lib;

def fits: .text | test("(^|\\n)Benchmark\\S*\\s+[0-9]+\\s+[-+.0-9eNaInf]+ \\S+");

# A number, or what Go prints for one that is none.
def isvalue: lib::number != null or (ltrimstr("+") | ltrimstr("-") | . == "NaN" or . == "Inf");

# Without regular expressions, which cost jq 1.6 most of its time here.
def words: split("\t") | join(" ") | split(" ") | map(select(. != ""));

# What each line says, with the package that it is of: {row}, {failed} or {unit, is}.
def says:
  foreach (.text | ltrimstr("\ufeff") | split("\n")[] | rtrimstr("\r")) as $l ({pkg: ""};
    {pkg: (if $l | startswith("pkg: ") then ($l | ltrimstr("pkg: ")) + "." else .pkg end), line: $l})
  | .pkg as $pkg | .line
  | if startswith("Benchmark") then
      words as $w
      | select(($w | length) >= 4 and ($w[1] | lib::number) != null and ($w[2] | isvalue))
      | range(2; ($w | length) - 1; 2)
      | {row: {name: ($pkg + $w[0]), unit: $w[. + 1], value: ($w[.] | lib::number)}}
    elif startswith("Unit ") then
      words as $w | $w[2:][] | select(IN("better=lower", "better=higher", "assume=exact")) | {unit: $w[1], is: .}
    elif contains("--- FAIL: Benchmark") then {failed: ($pkg + capture("--- FAIL: (?<name>\\S+)").name)}
    else empty end;

def cpusoff: sub("-[0-9]+$"; "");

def table:
  lib::wallonly
  | [says] as $said
  | ([$said[] | select(.unit) | {key: (.unit + " " + (.is | sub("=.*"; ""))), value: (.is | sub(".*="; ""))}] | from_entries)
    as $units
  | [$said[] | .failed // empty] as $failed
  | [$said[] | .row // empty] | [lib::groups([.name, .unit])] as $rows
  | lib::tableof(
      ($rows[]
       | .[0].name as $name | .[0].unit as $unit
       | {name: (if $unit == "ns/op" then $name else $name + " " + $unit end), unit: ($unit | lib::unit),
          better: $units[$unit + " better"], samples: map(.value)}
         + if $units[$unit + " assume"] then {count: true} else {} end
         + if any($failed[]; . == $name or . == ($name | cpusoff)) then {invalid: "it failed"} else {} end),
      (($failed - [$rows[][0].name | ., cpusoff] | unique)[]
       | {name: ., unit: "ns", better: "lower", samples: [], invalid: "it failed"}));
