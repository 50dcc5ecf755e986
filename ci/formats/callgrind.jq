# callgrind.out and cachegrind.out: the instructions (Ir), summed over parts and threads. `events` names
# the columns of `summary` and of `totals`. Each part of callgrind's ends with its totals, else it was cut
# off; cachegrind's ends with its summary. The name is the command.
import "lib" as lib;

def fits: .text | test("(^|\\n)events: ") and test("(^|\\n)(summary|totals): ");

def sumof($lines; $word; $at):
  [$lines[] | select(startswith($word + ":")) | ltrimstr($word + ":") | [splits(" +") | select(. != "")][$at] | lib::number];

def table:
  lib::wallonly
  | [.text | split("\n")[] | rtrimstr("\r") | select(test("^(events|summary|totals|cmd):"))] as $lines
  | ([$lines[] | select(startswith("events:")) | ltrimstr("events:") | [splits(" +") | select(. != "")]] | unique) as $events
  | if $events | length != 1 then error("its parts count different events") else . end
  | ($events[0] | index("Ir")) as $at
  | if $at == null then error("it has no count of instructions (Ir)") else . end
  | sumof($lines; "summary"; $at) as $summaries | sumof($lines; "totals"; $at) as $totals
  | (if ($totals | length) >= ($summaries | length) then $totals else $summaries end) as $counts
  | if (.text | startswith("# callgrind format")) and ($totals | length) < ($summaries | length)
    then error("it is cut off") else . end
  | lib::tableof(
      {name: ([$lines[] | select(startswith("cmd:")) | ltrimstr("cmd:") | gsub("^ +| +$"; "")][0] // "callgrind"),
       unit: "instructions", better: "lower",
       samples: [if any($counts[]; . == null) then null else $counts | add end]})
    + {commands: true};
