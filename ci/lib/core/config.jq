# What schema.jq found, for config.sh: a line "error TEXT" each; or a line with the whole value as
# JSON, then one with its scalars as config_fields reads them: .gate.alpha, tab, 0.01, tab ...

if .errors | length > 0 then .errors[] | "error " + gsub("\n"; "?")
else
  .value
  | tojson,
    ([paths(type != "object" and type != "array") as $p | "." + ($p | map(tostring) | join(".")), (getpath($p) | tostring)] | @tsv)
end
