# What the phases' records are made with.

# What sha256sum printed, as {file: hash}.
def hashes: [split("\n")[] | select(. != "") | {key: .[66:], value: .[0:64]}] | from_entries;

# What something was made of: provenance.sh.
def source: type == "object" and (.commit | . == null or (type == "string" and test("^[0-9a-f]{40,64}$")))
  and (.dirty | . == null or type == "boolean") and (.tree | . == null or (type == "string" and test("^[0-9a-f]{64}$")));
def date: type == "string" and (try (fromdateiso8601 | true) catch false);

# A list for people, who do not read a thousand names.
def first_of: (if length > 10 then .[:10] + ["and \(length - 10) more"] else . end) | join(", ");

# The record of a collect that comes from elsewhere, if it is of the shape that its readers rely on.
def collected: select((.hashes | type == "object" and all(keys[]; test("^[0-9]{3,4}/(run/)?[^/]+[.]profraw$")))
  and (.workloads | type == "array" and all(.[]; (.raw | type == "string" and test("^[0-9]{3,4}$"))
    and (.weight | type == "number") and (.name | type == "string")))
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
