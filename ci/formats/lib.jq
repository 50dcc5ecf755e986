# What the filters share.
#
# A filter NAME.jq is a module with two definitions. Their input is what prepare() makes: {text, json
# (the value in the text, or null), metric ("wall", "cpu" or null), arm (as --base and --cand say),
# counter (as --counter says)}, null where nobody says it.
#
#   def fits:   whether this looks like NAME, for --format auto; exactly one format may say yes
#   def table:  {format: "pgokit-samples-1", metric?, arm?, counter?, notes?, commands?, machine?, benches: [...]}
#     metric, arm, counter   those of the input, when the file has several and this is the one
#     notes     texts to be told on standard error
#     commands  true when the names are just the commands: then one against one is one benchmark
#     machine   what it was measured on, as far as the file says it: {cpu, cores, caches, os, arch,
#               compiler, build}, texts and numbers, of which null is as good as none
#     benches   [{name, alike?, unit, better?, count?, samples, aggregate?, invalid?}], each name once
#       alike      the name without what tells configurations apart: another of that is a hint where it is missing
#       unit       "s", "ms", "us", "ns" or any other text; compared are only equal ones
#       better     "lower" or "higher", where the file says it; else completed() knows it by the unit
#       count      true when the numbers count something, so that 0 is one, and samples are exact; else
#                  completed() knows it by the unit
#       samples    in the order they were taken; what is no number stays null, nothing is left out
#       aggregate  true when samples is one mean or median and the samples themselves are not there
#       invalid    why the benchmark has no result
#
# jq 1.6 (Debian 12) and later. In 1.6 a `try` also catches what goes wrong behind it, for which its
# result is used, and the break of limit() and first(); inside [...] it ends in time. bench-compare runs them: see
# tools/lib/input/formats.h.

# The JSON in a text, with or without other lines around it; null when there is none. (jq itself takes
# NaN and Infinity, as null and as the largest double.)
def jsonin:
  def whole: [if test("\\S") then try fromjson catch null else null end][0];
  ltrimstr("\ufeff") as $t
  | ($t | whole) // (
      [$t | split("\n")[] | select(test("\\S"))]
      | (map(test("^\\s*[\\[{]|^window\\.BENCHMARK_DATA *= *[\\[{]")) | index(true)) as $from
      | (map(test("[\\]}];?\\s*$")) | rindex(true)) as $to
      | if $from == null or $to == null or $to < $from then null
        else .[$from:$to + 1] | join("\n") | sub("^window\\.BENCHMARK_DATA *= *"; "") | sub(";\\s*$"; "") | whole
        end);

def prepare($about):
  {text: ., json: jsonin} + $about;

# The objects among lines of text, one each; where there are none, those that are pretty-printed, one behind the
# other: { and } alone on a line begin and end one. (jq 1.8.2 fails on a function of this file that calls another,
# where a filter calls it.)
def objects:
  . as $in
  | [.text | split("\n")[] | select(test("^\\s*{")) | [try fromjson catch null][0] | select(type == "object")]
  | if length > 0 then .[]
    else foreach ($in.text | split("\n")[] | rtrimstr("\r")) as $l ({open: null};
        if $l == "{" then {open: [$l]}
        elif .open == null then .
        elif $l == "}" then {open: null, whole: (.open + [$l] | join("\n"))}
        else {open: (.open + [$l])} end;
        .whole | select(. != null) | [try fromjson catch null][0] | select(type == "object"))
    end;

# A number, also when it is written as text with digits grouped by commas; else null, not 0.
def number:
  if type == "number" then .
  elif type == "string" then (if contains(",") then gsub(",(?=[0-9]{3})"; "") else . end) | [try tonumber catch null][0]
  else null
  end;

def median:
  sort | length as $n
  | if $n == 0 or any(. == null) then null
    elif $n % 2 == 1 then .[$n / 2 | floor]
    else (.[$n / 2 - 1] + .[$n / 2]) / 2
    end;

def text: if type == "string" then . else tojson end;

# The rows that have the same key, in the order in which the keys come first. (Rows that are added one
# by one to an array inside an object are all copied each time.)
def groups(key):
  to_entries | group_by(.value | key) | sort_by(.[0].key) | .[] | map(.value);

# The direction of a unit that is known, and of no other: "per second" is said of failures, too.
def direction:
  sub("/(op|iter|iteration)$"; "") as $u
  | if $u | test("^([mun]?s|ps|[kKMGT]i?B|B|bytes?|allocs|instructions|cycles)$") then "lower"
    elif test("^([kKMGT]i?B|B|bytes?|ops?|iter|iterations|items)(/| per )(s|sec|second)$|^(fps|ops|items_per_second|bytes_per_second)$"; "i") then "higher"
    else null
    end;

# Counts are exact, but for one number of Go's for bytes: a mean over as many turns as the clock allowed.
def counted:
  if .unit == "allocs/op" or .unit == "instructions" then .count = true | del(.aggregate)
  elif .unit == "B/op" then .count = true | if .samples | length > 1 then del(.aggregate) else .aggregate = true end
  else . end;

# The table, each row with its direction, of its own, of its unit, or as --better says, and whether it counts.
# `source` is the SHA-256 of what it was made of.
def completed($about):
  if .counter != $about.counter then error("it has no counters to choose from") else . end
  | ($about.better // {}) as $told
  | .benches |= map(.better = (.better // (.unit | direction)) | counted)
  | ([.benches[] | select(.better == null) | .unit] | unique) as $open
  | .benches |= map(.better = (.better // $told[.unit] // $told[""]))
  | ($told | to_entries | map(select(.key as $unit | ($open | length) == 0 or ($unit != "" and ($open | index($unit)) == null))
       | "no row needs --better " + (if .key == "" then "" else .key + "=" end) + .value)) as $idle
  | .source = $about.source
  | if $idle == [] then . else .notes = (.notes // []) + $idle end;

# Their short names.
def unit:
  {"sec": "s", "secs": "s", "second": "s", "seconds": "s", "millisecond": "ms", "milliseconds": "ms",
   "microsecond": "us", "microseconds": "us", "µs": "us", "μs": "us", "nanosecond": "ns", "nanoseconds": "ns"} as $short
  | sub("/(op|iter)$"; "") as $u | $short[$u | ascii_downcase] // (if $u == "" then . elif $u | test("^(s|ms|us|ns)$") then $u else . end);

def wallonly:
  if .metric == "cpu" then error("it has no CPU time") else . end;

def tableof(benches):
  {format: "pgokit-samples-1", benches: [benches]};

# The table of a file that has several metrics, or arms, and gave the one that was asked for.
def answering($in; $what):
  if $in[$what] then . + {($what): $in[$what]} else . end;
