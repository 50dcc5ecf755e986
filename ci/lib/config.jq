# What schema.jq found, for config.sh: a line "error TEXT" each; or a line with the whole value as
# JSON, then one with its scalars as members of a bash array: [.gate.alpha]=$'0.01' ...

# As bash quotes it on one line.
def dollar: "$'" + (tostring | gsub("\\\\"; "\\\\") | gsub("'"; "\\'") | gsub("\n"; "\\n")) + "'";

if .errors | length > 0 then .errors[] | "error " + gsub("\n"; "?")
else
  .value
  | tojson,
    ([paths(type != "object" and type != "array") as $p | "[" + (("." + ($p | map(tostring) | join("."))) | dollar) + "]=" + (getpath($p) | dollar)]
     | join(" "))
end
