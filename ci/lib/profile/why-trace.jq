# From a trace of workload-run, with the paths of the programs that are instrumented as arguments: what
# became of their processes, the most frequent first, as lines of count, tab, kind, tab, what it is. Kinds are
# signal, exit, exec (it became another program) and left (it outlived the workload); fork-signal and
# so on for processes that began by a fork alone, of whichever program.
def ended: if .left then ["left", ""] elif has("signal") then ["signal", "\(.signal)"] else ["exit", "\(.exit)"] end;

reduce (inputs | select(has("pid"))) as $r ({now: {}, ends: {}};
  .now["\($r.pid)"] as $was
  | (if $was == "counted" and ($r | has("exe")) then ["exec", ($r.exe // "?")]
     elif $r | has("exe") then null
     elif $was == "counted" then $r | ended
     elif $was == null then $r | ended | .[0] |= "fork-" + .
     else null end) as $came
  | if $came then .ends[$came | @json] += 1 else . end
  | if $r | has("exe") | not then del(.now["\($r.pid)"])
    else .now["\($r.pid)"] = (if $r.exe | IN($ARGS.positional[]) then "counted" else "other" end) end)
| .ends | to_entries | sort_by(-.value)[] | [.value, (.key | fromjson[])] | @tsv
