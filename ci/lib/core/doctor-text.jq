# The report of pgokit doctor, a line per tool and per fact of the machine.
def pad($n): . + " " * ([$n - length, 0] | max);
(.tools[]
  | "\((if .status == "missing" and (.required | not) then "without" else .status end) | pad(8)) \(.name | pad(15)) "
    + "\(.version // "" | pad(9)) \([.path, .note] | map(select(. != null)) | join("; "))"),
"",
(.machine
  | "cpu       \(.cpu), \(.cores) cores\(if .level then ", \(.level)" else "" end): \(.features | join(" "))",
    "noise     " + ([
      (if .virtual then "virtual machine: neighbours disturb; the rounds are paired for that" else empty end),
      (if .cpu_limit and .cpu_limit < .cores then "a container limits this to \(.cpu_limit) of \(.cores) cores: what uses more has to wait" else empty end),
      (if .governor and .governor != "performance" then "governor \(.governor): the clock changes" else empty end),
      (if .steal_pct then "\(.steal_pct) % of the time since boot was stolen" else empty end),
      (if .load and .load > 0.5 then "load \(.load): something else is running" else empty end)
    ] | if . == [] then "none known" else join("; ") end)),
"",
(if .ok then "all that is required works" else
  "required and not working: " + ([.tools[] | select(.required and .status != "ok") | .name] | join(", ")) end)
