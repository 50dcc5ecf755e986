# Of the lines of compiles.sh: definitions in front of a program.

# A source of the project, or one that the build made and left there: not what a configure script tried.
def own: .sha256 != null and (.source | startswith("/") | not);

# One that asked a profile for its counts.
def asked: any(.args[]; test("^-fprofile-(instr-|sample-)?use="));

# An option that stands in two words becomes one.
def joined: . as $words | [range(length) as $i
  | if $i > 0 and ($words[$i - 1] | test("^-([DU]|mllvm|Xclang)$")) then empty
    elif $words[$i] | test("^-[DU]$") then $words[$i] + ($words[$i + 1] // "")
    elif $words[$i] | test("^-(mllvm|Xclang)$") then "\($words[$i]) \($words[$i + 1])"
    else $words[$i] end];

# The level of optimization: the last one counts.
def o: [.args[] | select(test("^-O([0-9a-z]*)$"))] | last // "-O0" | if . == "-O" then "-O1" else . end;

# What an option is about: -fplt and -fno-plt, -mtune=a and -mtune=b. The value of a macro is one of its
# own only where it is no text: that may be the very compile line.
def about: sub("^(?<kind>-[fm])no-"; .kind) | sub("^-U"; "-D") | sub("=.*"; "");
def plain: if test("^-D") and (test("^-D[A-Za-z0-9_]+(=[A-Za-z0-9_.]*)?$") | not) then sub("=.*"; "") else . end;

# The options that change code, of which the last about one thing counts, without those of the variant.
def code_options($words): (.args | joined) - ($words | joined)
  | [.[] | select(test("^-([fmDU]|std=)"))
     | select(about | test("^-f(.*-prefix-map|.*-compilation-dir|diagnostics-.*|color-diagnostics|message-length|caret-.*|show-.*|use-ld|modules-cache-path)$") | not) | plain]
  | reduce .[] as $word ({}; .[$word | about] = $word) | [.[]];

# Of all lines: source to the different ways in which it is compiled.
def ways($words): [.[] | select(own)] | group_by(.source)
  | map({key: .[0].source, value: (map([{args: (.args - $words)} | o] + code_options($words) | sort) | unique)}) | from_entries;
