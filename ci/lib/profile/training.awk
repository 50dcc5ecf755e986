# From the counts (counts.awk) of each workload, named with weight=W id=I in front, then those of each
# benchmark, with weight=0, tab-separated lines:
#   workload  I  functions it ran  those that it alone ran  percent of all counts
#             percent of all counts in functions that it alone ran  percent that stays without it
#   bench     I  percent of its counts in functions that a workload ran
#   gap       I  percent of its counts  a hot function that none ran
BEGIN { FS = "\t" }
!($1 > 0) { next }
{ f = $2 "\t" $3 }
weight > 0 {
  if (!(id in of)) ids[++trained] = id
  count[id, f] += $1 * weight
  of[id] += $1 * weight
  all[f] += $1 * weight
  sum += $1 * weight
  if (!((id, f) in seen)) { seen[id, f]; reached[f]++; ran[id]++ }
  next
}
{
  if (!(id in measured)) benches[++nbenches] = id
  measured[id] += $1
  if (f in all) hit[id] += $1
  else missed[id, f] = $1
}

function workload(id,   f, only, onlysum, stays, rest, a, b, c) {
  rest = sum - of[id]
  for (f in all) {
    c = (id, f) in count ? count[id, f] : 0
    if (c && reached[f] == 1) { only++; onlysum += c }
    a = all[f] / sum
    b = rest > 0 ? (all[f] - c) / rest : 0
    stays += a < b ? a : b
  }
  printf "workload\t%d\t%d\t%d\t%.6g\t%.6g\t%.6g\n", id, ran[id], only, 100 * of[id] / sum, 100 * onlysum / sum, 100 * stays
}

END {
  for (i = 1; i <= trained; i++) workload(ids[i])
  for (i = 1; i <= nbenches; i++) {
    id = benches[i]
    printf "bench\t%d\t%.6g\n", id, 100 * hit[id] / measured[id]
    # A hundredth of the counts is hot.
    for (key in missed) {
      split(key, part, SUBSEP)
      if (part[1] == id && missed[key] >= measured[id] / 100) {
        split(part[2], who, "\t")
        printf "gap\t%d\t%.6g\t%s\n", id, 100 * missed[key] / measured[id], who[2]
      }
    }
  }
}
