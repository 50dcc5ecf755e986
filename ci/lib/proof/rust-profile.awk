# Was the profile used for one Rust program or library? Reads the functions of the profile (counts.awk;
# part=counts), then what the build said (part=entries). In the environment: the crate, and whether it is a
# library. Prints
#   for how many entry functions of the crate LLVM was to use the profile, and how many are in it (of a
#   library: functions, and those with counts),
#   which other crates with an entry function were built.

part == "counts" {
  sub(/.*;/, "", $3)
  record[$3, $2] = $1
}

# Funcname=NAME, Hash=NUMBER in building MODULE. What rustc says meanwhile may stand behind the first "=".
# The entry function is std::rt::lang_start, with its closure.
part == "entries" && match($0, /[^ =]+, Hash=[0-9]+ in building [^ ]+$/) {
  name = hash = crate = substr($0, RSTART)
  sub(/, Hash=.*/, "", name)
  sub(/.*, Hash=/, "", hash)
  sub(/ .*/, "", hash)
  sub(/.* in building /, "", crate)
  sub(/-cgu\.[0-9]+$/, "", crate) # the unit of code generation
  sub(/\.[^.]*$/, "", crate) # the hash
  entry = name ~ /10lang_start/
  if (crate == ENVIRON["crate"] && (entry || ENVIRON["library"])) {
    mine++
    if (ENVIRON["library"] ? record[name, hash] > 0 : (name, hash) in record) found++
  } else if (entry) {
    built[crate]
  }
}

END {
  for (crate in built) names = names " " crate
  printf "%d %d%s\n", mine, found, names
}
