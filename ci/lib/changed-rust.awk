# From the functions of a profile (counts.awk), the smallest sum first, then what rustc said when it
# used it: how many functions have changed since, and the sum of their counters. Cargo lets rustc say
# that of the crates that are built from source, not of those from a registry.
function bare(name) { # without the hash of the crate: legacy names, and v0
  sub(/17h[0-9a-f]+E.*/, "", name)
  gsub(/Cs[0-9A-Za-z]+_/, "C", name)
  return name
}
function said(what) { # the name behind these words, the first time
  if (!(at = index($0, what))) return ""
  name = substr($0, at + length(what))
  sub(/ Hash = .*/, "", name)
  sub(/.*;/, "", name)
  return seen[name]++ ? "" : name
}
FNR == NR {
  sub(/.*;/, "", $3)
  count[$3] = $1
  other[bare($3), ++others[bare($3)]] = $1
  next
}
(name = said("(hash mismatch) ")) != "" { changed++; lost += count[name] }
# New code, or of a function whose name has a new hash. Instances of one generic function have the
# same bare name: those with the smallest counts are taken, so it is at least as much.
(name = said("no profile data available for function ")) != "" {
  name = bare(name)
  if (++taken[name] <= others[name]) { changed++; lost += other[name, taken[name]] }
}
END { printf "%d %.0f\n", changed, lost }
