# What config.sh asks of pgokit.json: jq -nr --stream, behind schema.jq, with the schema as $schema. Prints "twice KEY", or
# "error TEXT" for each fault, or the whole value as JSON, then its scalars as config_fields reads them (.gate.alpha, tab, 0.01,
# tab ...) with what else is asked for often, then a line with kind and fields of each workload and benchmark.
def one_line: gsub("\n"; "?");

# jq, like most readers, silently takes the last of two equal keys. In its stream of events every value and every end of
# an object or array has a path of its own, unless a key is there twice.
def twice: [.[] | (if length == 2 then .[0] else .[0][:-1] end)
    | map(if type == "number" then "[\(.)]" else ".\(.)" end) | join("") | ltrimstr(".")]
  | group_by(.) | map(select(length > 1)[0])[0];

# The benchmarks as bench-run takes them. Where equal.sh lets outputs differ, they may.
def plan: [.benches[] | (if .compare // .tolerance then .other_output = true else . end)
  | del(.outputs, .inputs, .compare, .tolerance, .answer)];

# The share of its time that the canary burns: what the gate promises not to overlook, and enough to be above the least
# effect that counts; bench-run takes no more than 1000.
def canary_pct: [1, .gate.max_undetected_pct, 2 * ([.gate.min_effect_pct, .benches[].min_effect_pct // 0] | max)]
  | max | [., 500] | min;

def fields: [paths(type != "object" and type != "array") as $p | "." + ($p | map(tostring) | join(".")), (getpath($p) | tostring)]
  + ["benches", (plan | tojson), "program", ({toolchain, build, binary, cargo, flags} | tojson), "canary_pct", (canary_pct | tojson), "flags", (.flags | length | tojson)];

def item($kind): {needs: "", optional: false, weight: 1, timeout_s: 600} + .
  + {outputs: (.outputs | join("\n")), inputs: (.inputs | join("\n"))}
  | [$kind, (to_entries[] | .key, (.value | tostring))];

[inputs] as $events | [fromstream($events[])]
| if length == 1 then .[0] else error("one JSON object expected, got \(length) values") end
| ($events | twice) as $key | checked($schema[0])
| if $key then "twice " + ($key | one_line)
  elif .errors | length > 0 then .errors[] | "error " + one_line
  else
    .value
    | tojson, (fields | @tsv),
      ((.workloads // {} | to_entries[] | .key as $tier | .value[] | item($tier)), (.benches[] | item("bench")),
        (.competitors[] | ["competitor", (to_entries[] | .key, (.value | tostring))]) | @tsv)
  end
