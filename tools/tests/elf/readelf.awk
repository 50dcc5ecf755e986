# What elf-facts prints, from what llvm-readelf -W -h -S -l -d -n -V -p .comment prints: another reader of the same file.

function flags(  text, i) {
  for (i = 7; i < NF; i++) text = text $i
  return text
}

# Of two versions, whether the first is the later one.
function later(a, b,  x, y, i, n) {
  n = split(a, x, ".")
  split(b, y, ".")
  for (i = 1; i <= n; i++)
    if (x[i] + 0 != y[i] + 0) return x[i] + 0 > y[i] + 0
  return 0
}

function hex(text,  i, n) {
  for (i = 1; i <= length(text); i++) n = 16 * n + index("0123456789abcdef", substr(text, i, 1)) - 1
  return n
}

function bracketed(text) {
  gsub(/.*\[|\].*/, "", text)
  return text
}

function truth(x) { return x ? "true" : "false" }

BEGIN { stack = "executable"; relro = "none" }
$1 == "Type:" { type = $2 }
$1 == "Machine:" { machine = /X86-64/ ? "x86-64" : /PowerPC64/ ? 21 : /Intel 80386/ ? 3 : "?" }
$1 == "INTERP" { interpreted = 1 }
/Requesting program interpreter: / { sub(/.*interpreter: /, ""); sub(/\]$/, ""); print "interpreter " $0; next }
$1 == "GNU_RELRO" { relro = "partial" }
$1 == "GNU_STACK" { stack = flags() ~ /E/ ? "executable" : "not executable" }
$1 == "LOAD" && flags() ~ /W/ && flags() ~ /E/ { writable = 1 }
/^Dynamic section/ { dynamic = 1 }
$2 == "(NEEDED)" { print "libraries " bracketed($0); next }
$2 == "(RPATH)" || $2 == "(RUNPATH)" { print "runpath " bracketed($0); next }
$2 == "(SONAME)" { print "soname " bracketed($0); next }
$2 == "(TEXTREL)" || ($2 == "(FLAGS)" && /TEXTREL/) { textrel = 1 }
($2 == "(FLAGS)" && /BIND_NOW/) || ($2 == "(FLAGS_1)" && /NOW/) || $2 == "(BIND_NOW)" { now = 1 }
$2 == "(FLAGS_1)" && /PIE/ { pie = 1 }
/^ +0x.* Name: GLIBC_[0-9.]+ / { sub(/.* Name: GLIBC_/, ""); if (later($1, glibc)) glibc = $1; next }
/Build ID: / { sub(/.*Build ID: /, ""); print "build_id " $1; next }
/x86 ISA needed: / { sub(/.*x86 ISA needed: /, ""); n = split($0, isa, /, */); sub(/ .*/, "", isa[n]); print "isa " isa[n]; next }
/x86 feature: / { marks = tolower($0); if (marks ~ /ibt/) print "marks ibt"; if (marks ~ /shstk/) print "marks shstk"; next }
/^String dump of section/ { dump = 1; next }
dump && sub(/^\[ *[0-9a-f]+\] +/, "") { print "comments " $0; next }
sub(/^ *\[ *[0-9]+\] /, "") && $1 ~ /^[._a-z]/ && !seen[$1]++ {
  print "sections " $1
  if ($1 ~ /^\.text\.hot\.?$/) hot += hex($5)
}
END {
  print "type " type
  print "machine " machine
  print "pie " truth(type == "DYN" && (interpreted || pie))
  print "library " truth(dynamic && !interpreted && !pie)
  print "stack " stack
  print "relro " (relro == "partial" && now ? "full" : relro)
  print "bind_now " truth(now)
  print "textrel " truth(textrel)
  print "writable_code " truth(writable)
  if (glibc) print "glibc " glibc
  print "hot_bytes " hot + 0
  print "payload_bytes 0"
}
