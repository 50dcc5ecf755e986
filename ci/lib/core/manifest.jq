# What the phases' records are made with.

# What sha256sum printed, as {file: hash}.
def hashes: [split("\n")[] | select(. != "") | {key: .[66:], value: .[0:64]}] | from_entries;

# What something was made of: provenance.sh.
def source: type == "object" and (.commit | . == null or (type == "string" and test("^[0-9a-f]{40,64}$")))
  and (.dirty | . == null or type == "boolean") and (.tree | . == null or (type == "string" and test("^[0-9a-f]{64}$")));
def date: type == "string" and (try (fromdateiso8601 | true) catch false);

# Which workloads were run: from the fewest to all.
def tiers: ["fast", "comprehensive", "exhaustive"];
def tier_below($other): . as $tier | (tiers | index($tier)) < (tiers | index($other));

# A list for people, who do not read a thousand names.
def first_of: (if length > 10 then .[:10] + ["and \(length - 10) more"] else . end) | join(", ");

# Names of signals from 1 on, as Linux has them on x86-64 and aarch64.
def signal_name: ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
  | split(" ")) as $names | if . >= 1 and . <= ($names | length) then "SIG" + $names[. - 1] else "signal \(.)" end;

# Of the processes of a workload (lost.jq), those that left no profile, in words; null where there are none.
def lost_how: if .how == "signal" then "killed by \(.signal | signal_name)" + (if .signal == 31 then ", as seccomp does" else "" end)
  else {left: "still there when the workload had ended", exec: "became another program", exit: "ended by _exit, quick_exit or the like",
    unset: "without LLVM_PROFILE_FILE", reset: "with another LLVM_PROFILE_FILE", unwritable: "could not write it"}[.how] // .how end;
def lost_count: [.processes.lost[]?.count] | add // 0;
def lost_words: lost_count as $n | if $n == 0 then null else
  "\(.processes.ran) process\(if .processes.ran == 1 then "" else "es" end) ran it, \($n) left no profile: "
    + ([.processes.lost[] | "\(.count) \(lost_how) ('\(.program)'\(.cwd | if . then " begun in '\(.)'" else "" end))"] | first_of) end;

# What a partial profile lacks.
def lost_counts: [.workloads[]? | lost_count as $n | select($n > 0) | "the counts of \($n) of \(.processes.ran) processes of \(.name)"];
def lacking: .skipped + (.missing_shards // []) + lost_counts;
def processes: . == null or (type == "object" and (.watched | type == "boolean") and (.ran | . == null or type == "number")
  and (.lost | . == null or (type == "array" and all(.[]; (.count | type == "number") and (.how | type == "string")
    and (.program | type == "string") and (.cwd | . == null or type == "string") and (.signal | . == null or type == "number")))));

# The record of a collect that comes from elsewhere, if it is of the shape that its readers rely on.
def collected: select((.hashes | type == "object" and all(keys[]; test("^[0-9]{3,4}/(run/)?[^/]+[.]profraw$")))
  and (.workloads | type == "array" and all(.[]; (.raw | type == "string" and test("^[0-9]{3,4}$"))
    and (.weight | type == "number") and (.name | type == "string") and (.processes | processes)))
  and (.made | date) and (.sources | type == "array" and length > 0 and all(.[]; source))
  and (.skipped | type == "array") and (.raw | type == "object" and all(.[]; type == "number")));

# What proof_applied found: functions with counts (null where nothing tells), bytes of hot code, functions that have changed, and
# the share of the counts that still fit; "" for a variant without a profile.
def applied: if . == "" then null else
  split(" ") | map(fromjson) | {functions_with_counts: .[0], hot_bytes: .[1], functions_changed: .[2], profile_match_pct: .[3]} end;

# What bolt_fresh found: functions with a profile of BOLT's, and the share of its counts in changed ones.
def bolted: if . == "" then null else
  split(" ") | map(tonumber) | {functions_with_profile: .[0], stale_pct: .[1]} end;

# Its plain values, but for the hashes of raw profiles, which may be thousands; and as "program" the text of what says how
# the variants were built: as config_fields reads them.
def recorded: try (.phases | del(.collect.hashes)) catch {}
  | [paths(type != "object" and type != "array" and . != null and . != false) as $p
    | ".phases." + ($p | map(tostring) | join(".")), (getpath($p) | tostring)]
    + [.optimize.program? | select(.) | "program", tojson] | @tsv;
