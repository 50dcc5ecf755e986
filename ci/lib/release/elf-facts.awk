# What readelf says of a program, GNU's or LLVM's: a fact a line, a name and its value. See elf-facts.sh.

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

BEGIN { stack = "executable"; relro = "none"; now = "no" }
$1 == "Type:" { type = $2 }
$1 == "INTERP" { interpreted = 1 }
$1 == "GNU_RELRO" { relro = "partial" }
$1 == "GNU_STACK" { stack = flags() ~ /E/ ? "executable" : "not executable" }
$1 == "LOAD" && flags() ~ /W/ && flags() ~ /E/ { writable = 1 }
$2 == "(NEEDED)" { gsub(/.*\[|\].*/, ""); print "needs " $0; next }
$2 == "(RPATH)" || $2 == "(RUNPATH)" { gsub(/.*\[|\].*/, ""); print "runpath " $0; next }
$2 == "(TEXTREL)" || ($2 == "(FLAGS)" && /TEXTREL/) { textrel = 1 }
($2 == "(FLAGS)" && /BIND_NOW/) || ($2 == "(FLAGS_1)" && /NOW/) || $2 == "(BIND_NOW)" { now = "yes" }
$2 == "(FLAGS_1)" && /PIE/ { pie = 1 }
/^ +0x.* Name: GLIBC_[0-9.]+ / { sub(/.* Name: GLIBC_/, ""); if (later($1, glibc)) glibc = $1; next }
/Build ID: / { sub(/.*Build ID: /, ""); print "build_id " $1; next }
/x86 ISA needed: / { sub(/.*x86 ISA needed: /, ""); n = split($0, isa, /, */); sub(/ .*/, "", isa[n]); print "isa " isa[n]; next }
/^ *\[ *[0-9]+\] \.text\.hot\.? / { sub(/^ *\[ *[0-9]+\] /, ""); print "hot_bytes " $5 }
END {
  print "type " type
  print "pie " (type == "DYN" && (interpreted || pie) ? "yes" : "no")
  print "stack " stack
  print "relro " (relro == "partial" && now == "yes" ? "full" : relro)
  print "bind_now " now
  print "textrel " (textrel ? "yes" : "no")
  print "writable_code " (writable ? "yes" : "no")
  print "glibc " glibc
}
