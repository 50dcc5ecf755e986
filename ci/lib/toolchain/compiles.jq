# Clang's fragments of a compilation database, one per compiled source, as text, into what compiles.sh makes its
# lines of, in pairs, NUL behind each part: the absolute path of the source, and the line without the hash of that;
# and nothing, and the path of a source or of a folder of headers that is in the checkout. $tree and $real: the folder
# of the build, as clang may call it; $top and $work: the checkout, and what in it is the kit's, with a / behind.

# LLVM writes the escapes of YAML, of which JSON knows a part.
def json_escapes: gsub("\\\\(x(?<x>[0-9A-Fa-f]{2})|U(?<u>[0-9A-Fa-f]{8})|(?<c>.))";
  if .x then "\\u00\(.x)"
  elif .u then [.u | ascii_downcase | explode | reduce .[] as $d (0; . * 16 + $d - (if $d > 57 then 87 else 48 end))] | implode
  else {"0": "\\u0000", a: "\\u0007", v: "\\u000b", e: "\\u001b", N: "\\u0085", "_": "\\u00a0", L: "\\u2028", P: "\\u2029"}[.c] // "\\\(.c)" end);

# An absolute path without . and .. in it, as those that are no links stand for.
def absolute($dir): (if startswith("/") then . else "\($dir)/\(.)" end) | split("/")
  | reduce .[] as $part ([]; if $part == "" or $part == "." then . elif $part == ".." then .[:-1] else . + [$part] end)
  | "/" + join("/");

def in_tree: reduce ($tree, $real) as $t (.; ltrimstr($t + "/"));

def without_output: . as $args | [range(length) as $i | select($args[$i] != "-o" and ($i == 0 or $args[$i - 1] != "-o")) | $args[$i]];

# Preprocessing and checking make no object; -x says what it was made of.
def compiled: .output and .output != "-" and (.arguments as $args
  | ($args[1] // "" | test("^-x(c|c\\+\\+|objective-c|objective-c\\+\\+)(-cpp-output)?$"))
  and all($args[]; . != "-E" and . != "-M" and . != "-fsyntax-only"));

def from_checkout($source): ($source, (.arguments as $a | range($a | length) as $i | $a[$i]
    | if test("^-(I|isystem|iquote)$") then $a[$i + 1] // "" else capture("^-(I|isystem|iquote|include)(?<p>/.*)").p // "" end))
  | select(startswith($top) and (startswith($work) | not));

inputs | rtrimstr(",") | json_escapes | fromjson? | select(compiled)
| .directory as $dir | (.file | absolute($dir)) as $source
| (from_checkout($source) | "\u0000\(.)\u0000"),
  "\($source)\u0000", ({source: ($source | in_tree), object: (.output | absolute($dir) | in_tree), $dir, compiler: .arguments[0],
   args: (.arguments[1:] | without_output)} | tojson + "\u0000")
