# The judgement of health.sh: a new profile beside the last good one. With manifest.jq in front.

# Workloads of a record that are there once, by name; what production sends is another each time.
def single: [.workloads[] | select(.production | not)] | group_by(.name) | map(select(length == 1)[0])
  | map({key: .name, value: .}) | from_entries;

# [last, now] to the workloads that both were trained with, as {name, old, new}; a command that is known of both is the same.
def pairs: (.[0] | single) as $last | (.[1] | single) as $now
  | $last | keys_unsorted[] | select($now[.]) | select(($last[.].run // $now[.].run) == ($now[.].run // $last[.].run))
  | {name: ., old: $last[.].raw, new: $now[.].raw};

def pct: . * 100 | round / 100;

# What is measured of one workload. Where less than half of the old counts are of functions that are unchanged, by
# another compiler for example, an overlap says nothing, and the totals are those of all functions.
def measures: if .said == null then {name, count: null, new_count: 0, total_pct: 0, overlap_pct: 0, match_pct: null}
  elif .said.incomparable then {name, incomparable: .said.incomparable}
  else (.said.unchanged.percent >= 50) as $fits | .said.health as $h
    | {name, count: .said.old.count, new_count: .said.new.count,
       total_pct: ((if $fits then $h.unchanged.total_percent else $h.total_percent end) | pct),
       overlap_pct: (if $fits then $h.unchanged.overlap_percent | pct else null end),
       match_pct: (.said.unchanged.percent | pct), gone_pct: (.said.gone.percent | pct),
       cooled: [$h.cooled[].name], peak: $h.new_peak, last_peak: $h.old_peak} end;

# How collect.continuous has changed between two records that both tell: "on", "off", or null.
def switched($last; $now): if $last.continuous == false and $now.continuous == true then "on"
  elif $last.continuous == true and $now.continuous == false then "off" else null end;

# No process of a workload lost its counts, as far as it was watched: with continuous mode it has the same as without.
def whole: (.processes | type == "object" and .watched) and [.processes.lost[]?] == [];

# Why one workload is not what it was. Counts that continuous mode has added may lie anywhere.
def lost($min_total; $min_overlap): "workload '\(.name)'" as $who
  | if .new_count == 0 then "\($who) has left no counts\(if .count then ", where there were \(.count)" else "" end)"
    elif .total_pct < $min_total then
      "\($who) has \(.new_count) counts where there were \(.count): \(.total_pct) % (profile.min_total_pct is \($min_total))"
    elif .mode != "on" and .overlap_pct and .overlap_pct < $min_overlap then
      "\($who) counts elsewhere: its overlap is \(.overlap_pct) % (profile.min_overlap_pct is \($min_overlap))"
      + (if .cooled == [] then "" else ", and cold is what was hot: \(.cooled[:3] | join(", "))" end)
    else empty end
    + if .mode == "off" then "; collect.continuous was on and is off now, so the counts of processes that are killed are lost again" else "" end;

# What profile-drift said of each pair, to the record of health.
def judge($last; $now; $repeated; $backwards; $elsewhere; $max_days; $min_total; $min_overlap):
  ($last | single) as $before | ($now | single) as $after | switched($last; $now) as $mode
  | map(measures | . + {mode: (if ({on: $before, off: $after}[$mode // ""][.name] // {} | whole) then null else $mode end)}) as $workloads
  | [$workloads[] | select(.incomparable | not) | lost($min_total; $min_overlap)] as $lost
  | {$repeated, last_made: $last.made, last_tier: $last.tier, $min_total, $min_overlap, $workloads,
     why: ((if $backwards == "" then [] else [$backwards] end)
       + (if $repeated.played_back then [$repeated.words] else [] end)
       + (if $elsewhere and $now.tier and $last.tier and ($now.tier | tier_below($last.tier))
            and ($now.made | fromdate) - ($last.made | fromdate) < $max_days * 86400 # no release takes an older one
          then ["it is of the tier \($now.tier), and the last one of \($last.tier)"] else [] end)
       + $lost),
     notes: (($repeated | if . and (.played_back | not) then [.words] else [] end) + [$before | keys_unsorted[] | select($after[.] | not) | "workload '\(.)' is no longer there"]
       + [$after | keys_unsorted[] | select($before[.] | not) | "workload '\(.)' is new"]
       + [$before | keys_unsorted[] | select($after[.]) | select(($before[.].run // $after[.].run) != ($after[.].run // $before[.].run))
          | "workload '\(.)' runs another command now, so its counts cannot be held against the old ones"]
       + [$workloads[] | select(.incomparable) | "workload '\(.name)': \(.incomparable)"]
       + [$workloads[] | select(.mode == "on" and .overlap_pct) | "workload '\(.name)': collect.continuous is on now and was off, so the counts of processes that are killed are new: it has \(.total_pct) % of the counts; where they lie (overlap \(.overlap_pct) %) is held against the next collection"])};
