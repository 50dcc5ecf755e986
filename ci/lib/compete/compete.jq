# The result of pgokit compete, from what each pair left (result.sh has the inputs): a ratio is the competitor's time over
# the project's, so above 1 the project is faster.

def ratio: if . == null then null else 1 + . / 100 end;
def standing: if .low == null or .high == null then "even" elif .low > 1 then "ahead" elif .high < 1 then "behind" else "even" end;
def of($name): [.[] | select(.of | split("/")[-1] == $name)] | first;

# Medians of hyperfine's, {name: seconds}.
def medians: [.results[]? | {key: .command, value: .median}] | from_entries;

def figures($number; $state; $name):
  ($pairs | of("\($number)-\($state)-\($name).json")) as $pair
  | ($receipts | of("\($number)-\($state)-hyperfine.json") // {} | medians) as $other
  | if $pair == null then null else
      $pair.benches[0]
      | {rounds, project_s: .base_s, competitor_s: .cand_s, ratio: (.change_pct | ratio), low: (.low_pct | ratio),
         high: (.high_pct | ratio), confidence: (if .level then 1 - 2 * .level else null end),
         hyperfine: (if $other[$name] and ($other.project // 0) > 0 then $other[$name] / $other.project else null end)}
      | .standing = standing
    end;

def competitor($number; $at): . as $c
  | $ARGS.positional[3 * $at:3 * $at + 3] as [$state, $why, $said]
  | {name, version, said: (if $said == "" then null else $said end), note: (.note // null),
     state: (if $state == "ready" then "agrees" else $state end), why: (if $why == "" then null else $why end),
     because: (if $state == "incomparable" then .incomparable else null end)}
  | . + if $state == "ready" then {warm: figures($number; "warm"; .name), cold: figures($number; "cold"; .name)} else {warm: null, cold: null} end;

def result:
  ($evicted | split("\t")) as $drop
  | ([$config.competitors | to_entries[] | .value.at = .key | .value]) as $all
  | {format: "pgokit-compete-1", finished: $now, name: $config.name, variant: $variant, sha256: $sha256,
     machine: ([$receipts[] | .machine // empty] | first), alpha: $config.gate.alpha,
     cold: {files: ($drop[0] // "0" | tonumber), bytes: ($drop[1] // "0" | tonumber), stayed: ($drop[2] // "0" | tonumber)},
     benches: [[$config.benches[] | .name as $name | select(any($all[]; .bench == $name))] | to_entries[]
       | "\(.key + 1)" as $number | .value.name as $bench
       | ($answers | of($number)) as $answer
       | {name: $bench, answer: ($answer | if . then {lines, sha256} else null end),
          competitors: [$all[] | select(.bench == $bench) | competitor($number; .at)]}]}
  | .lacking = [.benches[] | .name as $bench | .competitors[] | select(.state != "agrees" and .state != "incomparable")
      | "\(.name) of \($bench) \({differs: "answers something else", version: "is not the version that is pinned"}[.state] // "failed"): \(.why)"]
  | .behind = behind($before);
