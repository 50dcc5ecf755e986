# go test -bench: a line is a sample, each with several numbers and units. The name has platform and
# package in front, the processors behind (none when there is one), and, but for ns/op, the unit. "Unit name
# better=lower assume=exact" says more about a unit.
import "lib" as lib;

def fits: .text | test("(^|\\n)Benchmark\\S*\\s+[0-9]+\\s+[-+.0-9eNaInf]+ \\S+");

# A number, or what Go prints for one that is none.
def isvalue: lib::number != null or (ltrimstr("+") | ltrimstr("-") | . == "NaN" or . == "Inf");

# What stands before a name: "linux/amd64 example.org/p.", as far as the file says it.
def where:
  ([.goos, .goarch | select(. != null)] | join("/") | if . == "" then . else . + " " end)
  + (if .pkg then .pkg + "." else "" end);

# Without regular expressions, which cost jq 1.6 most of its time here.
def words: split("\t") | join(" ") | split(" ") | map(select(. != ""));

# What each line says, with the platform and the package that it is of: {row}, {failed}, {unit, is} or {cpu}.
def says:
  foreach (.text | ltrimstr("\ufeff") | split("\n")[] | rtrimstr("\r")) as $l ({};
    .line = $l
    | if $l | startswith("goos: ") then .goos = ($l | ltrimstr("goos: "))
      elif $l | startswith("goarch: ") then .goarch = ($l | ltrimstr("goarch: "))
      elif $l | startswith("pkg: ") then .pkg = ($l | ltrimstr("pkg: "))
      else . end)
  | .line as $l
  | if $l | startswith("Benchmark") then
      ($l | words) as $w
      | select(($w | length) >= 4 and ($w[1] | lib::number) != null and ($w[2] | isvalue))
      | where as $where
      | range(2; ($w | length) - 1; 2)
      | {row: {name: ($where + $w[0]), bare: $w[0], unit: $w[. + 1], value: ($w[.] | lib::number)}}
    elif $l | startswith("Unit ") then
      ($l | words) as $w | $w[2:][] | select(IN("better=lower", "better=higher", "assume=exact")) | {unit: $w[1], is: .}
    elif $l | startswith("cpu: ") then {cpu: ($l | ltrimstr("cpu: "))}
    elif $l | contains("--- FAIL: Benchmark") then {failed: (where + ($l | capture("--- FAIL: (?<name>\\S+)").name))}
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
       | (if $unit == "ns/op" then "" else " " + $unit end) as $behind
       | {name: ($name + $behind), alike: ((.[0].bare | cpusoff) + $behind), unit: ($unit | lib::unit),
          better: $units[$unit + " better"], samples: map(.value)}
         + if $units[$unit + " assume"] then {count: true} else {} end
         + if any($failed[]; . == $name or . == ($name | cpusoff)) then {invalid: "it failed"} else {} end),
      (($failed - [$rows[][0].name | ., cpusoff] | unique)[]
       | {name: ., unit: "ns", better: "lower", samples: [], invalid: "it failed"}))
    + {machine: {cpu: ([$said[] | .cpu // empty] | unique | if . == [] then null else join(", ") end)}};
