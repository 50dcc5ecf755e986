# What a build with a profile says of one Rust program or library. Reads the functions of the profile
# (counts.awk), the smallest sum first (part=counts), then what rustc said, twice (part=entries,
# part=changes). In the environment: the crate, and whether it is a library. Prints
#   of how many entry functions of the crate LLVM was to use the profile, and how many are in it (of a
#   library: functions, and those with counts),
#   how many functions have changed since the profile was made, and the sum of their counters,
#   which other crates with an entry function were built.
# Cargo lets rustc say what has changed of the crates that are built from source, not of those from a
# registry.

function bare(name) { # without the hash of the crate: legacy names, and v0
  sub(/17h[0-9a-f]+E.*/, "", name)
  gsub(/Cs[0-9A-Za-z]+_/, "C", name)
  return name
}
function module(of) { # crate and hash, without the unit of code generation
  sub(/-cgu\.[0-9]+$/, "", of)
  return of
}
# Modules of other programs that the build makes, or of tests of this one: their instances of generic
# functions have other names, and say nothing of this program.
function foreign(of) {
  return (of in program) && !(of in known) && (program[of] != ENVIRON["crate"] || found)
}
function said(what) { # the name behind these words, the first time
  if (!(at = index($0, what))) return ""
  of = substr($0, 1, at - 3) # : and blank
  sub(/.* /, "", of)
  if (foreign(module(of))) return ""
  name = substr($0, at + length(what))
  sub(/ Hash = .*/, "", name)
  sub(/.*;/, "", name)
  return seen[name]++ ? "" : name
}

part == "counts" {
  sub(/.*;/, "", $3)
  count[$3] = $1
  record[$3, $2] = $1
  other[bare($3), ++others[bare($3)]] = $1
}

# Funcname=NAME, Hash=NUMBER in building MODULE. What rustc says meanwhile may stand behind the first "=".
# The entry function is std::rt::lang_start, with its closure.
part == "entries" && match($0, /[^ =]+, Hash=[0-9]+ in building [^ ]+$/) {
  name = hash = of = substr($0, RSTART)
  sub(/, Hash=.*/, "", name)
  sub(/.*, Hash=/, "", hash)
  sub(/ .*/, "", hash)
  sub(/.* in building /, "", of)
  crate = of = module(of)
  sub(/\.[^.]*$/, "", crate)
  entry = name ~ /10lang_start/
  if (entry) program[of] = crate
  if (crate == ENVIRON["crate"] && (entry || ENVIRON["library"])) {
    mine++
    if (ENVIRON["library"] ? record[name, hash] > 0 : (name, hash) in record) {
      found++
      known[of]
    }
  } else if (entry) {
    built[crate]
  }
}

part == "changes" && (name = said("(hash mismatch) ")) != "" { changed++; lost += count[name] }
# New code, or of a function whose name has a new hash. Instances of one generic function have the
# same bare name: those with the smallest counts are taken, so it is at least as much.
part == "changes" && (name = said("no profile data available for function ")) != "" {
  name = bare(name)
  if (++taken[name] <= others[name]) { changed++; lost += other[name, taken[name]] }
}

END {
  for (crate in built) names = names " " crate
  printf "%d %d %d %.0f%s\n", mine, found, changed, lost, names
}
