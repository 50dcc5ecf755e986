# go test -bench: a line is a sample, each with several numbers and units. The name has its package in
# front, the processors behind (none when there is one), and, but for ns/op, the unit.
import "lib" as lib;

def line: capture("^(?<name>Benchmark\\S*)\\s+(?<n>[0-9]+)\\s+(?<rest>[-+.0-9eNaInf]+ \\S.*)$");

def fits: .text | test("(^|\\n)Benchmark\\S*\\s+[0-9]+\\s+[-+.0-9eNaInf]+ \\S+");

# Of the units of Go itself; "Unit name better=lower" says it of others.
def godirection: {"ns/op": "lower", "B/op": "lower", "allocs/op": "lower", "B/s": "higher", "MB/s": "higher"}[.] // lib::direction;

def table:
  lib::wallonly
  | .better as $better
  | reduce (.text | ltrimstr("\ufeff") | split("\n")[] | rtrimstr("\r")) as $l ({pkg: "", units: {}, rows: [], failed: []};
      if $l | startswith("pkg: ") then .pkg = ($l | ltrimstr("pkg: ") + ".")
      elif $l | test("^Unit \\S+ .*better=(lower|higher)") then
        ($l | capture("^Unit (?<unit>\\S+) .*better=(?<better>lower|higher)")) as $u | .units[$u.unit] = $u.better
      elif $l | test("^ *--- FAIL: Benchmark") then .failed += [.pkg + ($l | capture("--- FAIL: (?<n>\\S+)").n)]
      else .pkg as $pkg | .rows += [
        $l | line
        | .name as $name
        | [.rest | gsub("^\\s+|\\s+$"; "") | split("\\s+"; null)] | .[0] as $w
        | range(0; $w | length - 1; 2)
        | {name: ($pkg + $name), unit: $w[. + 1], value: ($w[.] | lib::number)}]
      end)
  | .units as $units | .failed as $failed
  | lib::tableof(
      (.rows | lib::groups([.name, .unit])[]
       | .[0].name as $name | .[0].unit as $unit
       | {name: (if $unit == "ns/op" then $name else $name + " " + $unit end), unit: ($unit | lib::unit),
          better: ($units[$unit] // $better // ($unit | godirection)), samples: map(.value)}
         + if any($failed[]; . == $name or . == ($name | sub("-[0-9]+$"; ""))) then {invalid: "it failed"} else {} end),
      (($failed - [.rows[].name, (.rows[].name | sub("-[0-9]+$"; ""))] | unique)[]
       | {name: ., unit: "ns", better: "lower", samples: [], invalid: "it failed"}));
