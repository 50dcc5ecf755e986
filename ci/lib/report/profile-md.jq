# What the manifest says of the last collect and merge, in Markdown, with manifest.jq and markdown.jq in front; $page
# is whether a page of it was drawn.

.name as $name
| .phases.collect as $c
| .phases.merge as $m
| "## Profile of \($name | plain)",
  "",
  (if $m.profile_status == "carried" then
    "**CARRIED FORWARD: this run made no \(if ($m.health.why // []) != [] then "profile that is as good as the last one" else "usable profile" end); the one of \($m.made | plain) serves once more.**",
    ($m.health.why[]? | "", "- \(plain)")
  else "Made \($m.made | plain) from \([$m.sources[] | "commit \(.commit // "unknown" | code)\(if .dirty then ", with changes" else "" end)"]
    | if . == [] then "sources that nothing tells of" else unique | join(", and ") end), tier \($c.tier // "unknown" | plain)." end),
  "",
  (if $m.profile_status == "carried" then empty
  elif $c == null then "Of \($m.inputs) raw profiles from elsewhere (\($m.raw_bytes | bytes)), with \($m.functions) functions."
  else
    ([["workload", "weight", "seconds"], ($c.workloads[]? | [(.name | code), "\(.weight)", (.wall_s // null | seconds)])] | rows),
    ($c.workloads[]? | select(.of_program_pct | numbers)
      | "", "Of what \(.name | code) counted, \(.of_program_pct | fixed(1)) % is in functions of the program."),
    ($c.workloads[]? | select(.production)
      | "", "\(.name | code) is the sum of \(.uploads) uploads and more, of \(.sources) sources, taken \(.made | plain)."),
    "",
    "\($c.raw.files) raw profiles of \($c.raw.bytes | bytes), pooled to \($m.raw_bytes | bytes), became \($m.bytes | bytes) with \($m.functions) functions, of which \($c.raw.functions_hit) ran.",
    ($m.health | objects | ([.workloads[] | select(.total_pct)]) as $held
      | "", "Held against the last profile, of \(.last_made | plain): " + (if $held == [] then "no workload is in both."
        else "of the counts of a workload at least \($held | map(.total_pct) | min | fixed(1)) %"
          + ([$held[].overlap_pct | numbers] | if . == [] then "." else ", overlap at least \(min | fixed(1)) %." end) end),
      (.notes[] | "", "- \(plain)"),
      (.why[] | "", "- **Adopted all the same:** \(plain)")),
    (if $c.partial then "",
      "**Partial:** " + ([($c.skipped[] | "skipped \(code)"), ($c.missing_shards[]? | "shard \(code) is missing"),
        ($c.workloads[]? | .name as $of | lost_words // empty | "\($of | code): \(plain)")] | join(", ")) + "."
    else empty end),
    ($c.workloads[]? | select(.processes.watched == false)
      | "", "Which processes of \(.name | code) left no profile is not known: \(.processes.reason | plain).") end),
  (if $page then "", "Page: `profile/report.html`, in a GitHub run in its artifact `pgokit-profile`." else empty end)
