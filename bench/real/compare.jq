# What `compare` prints, in Markdown, from one object for each project (see `result` there).
# A comparison is the verdict of bench-compare; its suite is the geometric mean over the benchmarks.

def fixed: . * 1000 | round | "\(. / 1000 | floor).\(. % 1000 + 1000 | tostring | .[1:])";
def times: 100 / (100 + .) | fixed;
def speed: if . == null then "1" else .suite | "\(.change_pct | times)x [\(.high_pct | times), \(.low_pct | times)]" end;
def kilobytes: . / 1000 | round;
def row: "| " + join(" | ") + " |";
def shipped($ship): if .name == $ship then "**\(.release | speed)**" else .release | speed end;

def one:
  "", "\(.project): \(.benches) benchmarks, \(.rounds) rounds, \(.user_pct | round) % of the baseline's time in user mode; the kit ships \(.ship)", "",
  (["build", "speed of the release build", "of the recipe", "stripped, kB", "built in"], ["---", "---", "---", "---:", "---:"] | row),
  (.ship as $ship | .builds[] | [.name, shipped($ship), (.recipe | speed), "\(.bytes | kilobytes)", "\(.seconds) s"] | row);

# The builds of all projects, in the order of whoever has the most.
def columns: map([.builds[].name]) | max_by(length);

def speeds:
  columns as $columns
  | "", (["program"] + $columns[1:] | row), (["---"] + [$columns[1:][] | "---"] | row),
  (.[] | .ship as $ship | .builds as $b | [.project] + [$columns[1:][] as $c | [$b[] | select(.name == $c)][0] | if . then shipped($ship) else "" end] | row);

def sizes:
  columns as $columns
  | "", (["stripped kB, built in"] + $columns | row), (["---"] + [$columns[] | "---:"] | row),
  (.[] | .builds as $b | [.project] + [$columns[] as $c | [$b[] | select(.name == $c)][0] | if . then "\(.bytes | kilobytes), \(.seconds) s" else "" end] | row);

def mean($against): map(.ship as $ship | .builds[] | select(.name == $ship) | .[$against].suite.change_pct // 0 | -(1 + . / 100 | log))
  | add / length | exp | "\(fixed)x";

def choices:
  "", (["program", "in user mode", "the kit ships", "of the release build", "of the recipe"], ["---", "---:", "---", "---", "---"] | row),
  (.[] | .ship as $ship | (.builds[] | select(.name == $ship)) as $b
    | [.project, "\(.user_pct | round) %", "`\($ship)`", ($b.release | speed), ($b.recipe | speed)] | row),
  (["**geometric mean**", "", "", mean("release"), mean("recipe")] | row);

if length == 1 then .[] | one else speeds, sizes, choices end
