# Whom an earlier compete.json was ahead of, and this one, the input, is not; with markdown.jq in front.

def figure: "\(.ratio | fixed(2))x";
def now_says: "\(figure) [\(.low | if . then fixed(2) else "-" end), \(.high | if . then fixed(2) else "-" end)]";

# Of whom the earlier release was ahead, and this one is not, in words.
def behind($old): . as $new
  | [$old[] | .benches[] | .name as $bench | .competitors[] | . as $was | ("warm", "cold") as $state
    | $was[$state] | select(.standing? == "ahead")
    | ([$new.benches[] | select(.name == $bench) | .competitors[] | select(.name == $was.name)] | first) as $is
    | "\($was.name) \($was.version) in \($bench) (\($state))" as $which
    | if $is == null or $is[$state] == null then "no longer compared with \($which), which it beat before: \(figure)"
      elif $is[$state].standing == "ahead" then empty
      else "\(if $is[$state].standing == "behind" then "fallen behind" else "no longer proven faster than" end) \($which), which it beat before: \(figure), and now \($is[$state] | now_says)\(
        if $is.version == $was.version then "" else ", with version \($is.version)" end)" end];
