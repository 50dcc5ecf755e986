# Text, tables and numbers in Markdown that also reads well in a terminal.

# Names come from outside: in a code span nothing is markup, but for the backtick and, in a table,
# the bar. Control characters (escape sequences among them), line separators and characters that
# change the direction of text become blanks.
def visible: gsub("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]"; " ");
def shortened($n): if length > $n then .[0:$n] + "..." else . end;
# Of a long name, both ends tell what it is.
def middle($n): if length > $n then .[:$n / 2 | floor] + "..." + .[-($n / 2 | floor):] else . end;
def code: shortened(120) | visible | gsub("`"; "'") | gsub("\\|"; "\\|") | "`\(.)`";
def escaped: visible | gsub("(?<c>[\\\\`*_{}\\[\\]<>#|~&@])"; "\\\(.c)");
def plain: shortened(300) | escaped;

def pad($n): . + " " * ([$n - length, 0] | max);
def rows: # an array of rows of texts, the first is the heading
  ([.[0] | keys[]] | map(. as $c | $c)) as $cols
  | . as $t
  | ($cols | map(. as $c | [$t[][$c] | length] | max)) as $w
  | [ ([$cols[] | . as $c | $t[0][$c] | pad($w[$c])] | "| " + join(" | ") + " |"),
      ([$cols[] | "-" * $w[.]] | "| " + join(" | ") + " |"),
      ($t[1:][] | . as $r | [$cols[] | . as $c | $r[$c] | pad($w[$c])] | "| " + join(" | ") + " |") ]
  | join("\n");

def fixed($digits): # a number with so many decimals, zeros kept
  pow(10; $digits) as $p
  | (. * $p | round) as $n
  | ($n | fabs | tostring) as $s
  | (("0" * ([$digits + 1 - ($s | length), 0] | max)) + $s) as $s
  | (if $n < 0 then "-" else "" end) + if $digits == 0 then $s else $s[: -$digits] + "." + $s[-$digits:] end;

def seconds: if . == null then "-" elif . < 1 then "\(. * 1000 | fixed(2)) ms" else "\(fixed(3)) s" end;
def bytes: if . < 1048576 then "\(. / 1024 | fixed(1)) KiB" else "\(. / 1048576 | fixed(1)) MiB" end;
