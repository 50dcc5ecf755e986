# Interprets the part of JSON Schema that pgokit.schema.json uses: type, enum, minLength, pattern, minimum,
# maximum, minItems, items, required, properties, additionalProperties: false, $ref into #/$defs,
# anyOf schemas of different types, default. checked: a value into {"errors": [text], "value": with defaults}.

def resolve($root): if has("$ref") then $root["$defs"][(.["$ref"] | ltrimstr("#/$defs/"))] else . end;

def kind: if type == "number" and . == floor then "integer" else type end;

def fits($want): $want == kind or $want == type;

# Of anyOf the schema of the value's type; without one, no more than what their types are called.
def chosen($s0; $root):
  ($s0 | resolve($root)) as $s
  | . as $v
  | if $s | has("anyOf") | not then $s
    else first(($s.anyOf[] | resolve($root) | .type as $want | select($v | fits($want))), {types: ($s.anyOf | map(.type) | join(" or "))})
    end;

def join_path($path; $key): if $path == "" then $key else $path + "." + $key end;

# The number of single-character edits between two keys, for "did you mean".
def edits($a; $b):
  ($b | length) as $n
  | reduce range(1; ($a | length) + 1) as $i (
      [range(0; $n + 1)];
      . as $above
      | reduce range(1; $n + 1) as $j (
          [$i];
          . + [([.[$j - 1] + 1, $above[$j] + 1,
                 $above[$j - 1] + (if $a[$i - 1:$i] == $b[$j - 1:$j] then 0 else 1 end)] | min)]))
  | .[$n];

def nearest($key; $known):
  ($known | map({key: ., d: edits($key; .)}) | min_by(.d)) as $best
  | if $best != null and $best.d * 2 <= ($key | length) then "; did you mean '\($best.key)'?" else "" end;

# . + 0: a number as it is, not as it was written, which jq 1.7 and later print.
def errors($s0; $root; $path):
  chosen($s0; $root) as $s
  | (if $path == "" then "the file" else "'\($path)'" end) as $here
  | if type == "number" and isnan then "\($here): expected a number, got NaN" # which jq 1.7 and later read
    elif ($s.types // null) != null then "\($here): expected \($s.types), got \(type)"
    elif ($s.type // null) != null and (fits($s.type) | not) then
      "\($here): expected \($s.type), got \(type)"
    elif ($s.enum // null) != null and all($s.enum[] as $known | . != $known; .) then
      "\($here): expected one of \($s.enum | join(", ")), got '\(.)'"
    elif type == "string" and length < ($s.minLength // 0) then "\($here): it is empty"
    elif type == "string" and any(explode[]; . == 0) then "\($here): there is a zero byte in it"
    elif type == "string" and utf8bytelength > 130000 then
      "\($here): it has \(utf8bytelength) bytes, and Linux takes no argument of 131072: put what is long into a script"
    elif type == "string" and ($s.pattern // null) != null and (test($s.pattern) | not) then
      "\($here): '\(.)' is not of the form \($s.pattern)"
    elif type == "number" and . < ($s.minimum // .) then "\($here): expected at least \($s.minimum), got \(. + 0)"
    elif type == "number" and . > ($s.maximum // .) then "\($here): expected at most \($s.maximum), got \(. + 0)"
    elif type == "array" then
      (if length < ($s.minItems // 0) then "\($here): expected at least \($s.minItems) of them" else empty end),
      (to_entries[] | .key as $i | .value | errors($s.items // {}; $root; "\($path)[\($i)]"))
    elif type == "object" then
      ($s.properties // {}) as $known
      | ((($s.required // []) - keys)[] | "'\(join_path($path; .))': it is missing"),
        (to_entries[]
          | .key as $k
          | if $known[$k] != null then .value | errors($known[$k]; $root; join_path($path; $k))
            elif $s.additionalProperties == false then
              "'\(join_path($path; $k))': unknown key\(nearest($k; $known | keys))"
            else empty end)
    else empty end;

def filled($s0; $root):
  chosen($s0; $root) as $s
  | if type == "object" then
      . as $v
      | reduce (($s.properties // {}) | to_entries[]) as $p ($v;
          ($p.value | resolve($root)) as $ps
          | if has($p.key) then .[$p.key] |= filled($ps; $root)
            elif $ps | has("default") then .[$p.key] = ($ps.default | filled($ps; $root))
            else . end)
    elif type == "array" then map(filled($s.items // {}; $root))
    else . end;

# Names are what results are filed under: two of one kind may not share one.
def repeated($what; $list):
  $list | group_by(.name)[] | select(length > 1) | "'\($what)': the name '\(.[0].name)' is there \(length) times";

# A number is found by one of two ways.
def ways: .benches | to_entries[] | select(.value.metric | type == "object" and (.from | length) != 1)
  | "'benches[\(.key)].metric.from': expected regex or jq";

# What a toolchain needs, and what says nothing with it.
def of_toolchain:
  if type != "object" then empty
  elif .toolchain == "none" then
    (if has("outputs") then empty else "'outputs': it is missing: with toolchain none they are what is compared" end),
    (("binary", "workloads", "cargo", "variants", "flags", "collect", "ingest", "profile", "release", "competitors") as $k
      | if has($k) then "'\($k)': it has no meaning with toolchain none, where nothing is trained, chosen or packed" else empty end)
  else
    (("binary", "workloads") as $k | if has($k) then empty else "'\($k)': it is missing" end),
    (if has("outputs") then "'outputs': they are for toolchain none; here binary is what is compared" else empty end)
  end;

def checked($schema):
  [errors($schema; $schema; ""), of_toolchain] as $bad
  | if $bad | length > 0 then {errors: $bad}
    else
      filled($schema; $schema)
      | {errors: [repeated("workloads"; [.workloads[]?[]]), repeated("benches"; .benches), repeated("flags"; .flags), ways], value: .}
    end;
