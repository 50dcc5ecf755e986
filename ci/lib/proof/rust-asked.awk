# The functions for which rustc asked its profile, out of a build log (-pgo-trace-func-hash): module, name and hash, with
# tabs. LLVM writes a line in pieces, and threads of one rustc write at once, so a few lines have run into
# each other: of those the names alone are sure, and stand without module and hash.

/^Funcname=[^ =,]+, Hash=[0-9]+ in building [^ =,]+$/ {
  name = hash = substr($0, 10)
  sub(/, .*/, "", name)
  sub(/.*, Hash=/, "", hash)
  sub(/ .*/, "", hash)
  sub(/.* in building /, "")
  print $0 "\t" name "\t" hash
  next
}

/Funcname=|, Hash=/ {
  gsub(/Funcname=|, Hash=| in building /, " ")
  gsub(/E_ZN/, "E _ZN") # two in a row
  for (n = split($0, word, " "); n; n--)
    if (word[n] ~ /^_(ZN|R)/) print "\t" word[n] "\t"
}
