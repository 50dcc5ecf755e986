# What training.awk and inputs.sh found, as one object:
#   overlap_pct, min_overlap_pct     of the profiles of two trainings
#   workloads   [{name, functions, only, counts_pct, only_counts_pct, without_pct}]
#   benches     [{name, reached_pct (null: it left no counts), gaps: [{function, name (as in the source), counts_pct}]}], min_reached_pct
#   leaks       [{workload, bench, file}]
#   lost        processes that left no profile, in words, by workload
#   slowdown    CPU time, instrumented / baseline; null where it was not measured
#   faults      in words; good: whether there are none

def lines: split("\n") | map(select(. != "") | split("\t"));
def number: tonumber;

($shares | lines) as $s
| {
  format: "pgokit-training-1", overlap_pct: $overlap, min_overlap_pct: $min_overlap, min_reached_pct: $min_reached, slowdown: $slowdown, lost: $lost,
  workloads: [$names | to_entries[] | .key as $i | .value as $name
    | ([$s[] | select(.[0] == "workload" and (.[1] | number) == $i)][0] // ["", "", "0", "0", "0", "0", "100"])
    | {name: $name, functions: (.[2] | number), only: (.[3] | number), counts_pct: (.[4] | number),
       only_counts_pct: (.[5] | number), without_pct: (.[6] | number)}],
  benches: [$benches | to_entries[] | .key as $i | {name: .value,
      reached_pct: ([$s[] | select(.[0] == "bench" and (.[1] | number) == $i) | .[2] | number][0]),
      gaps: ([$s[] | select(.[0] == "gap" and (.[1] | number) == $i) | {function: .[3], name: .[4], counts_pct: (.[2] | number)}]
        | sort_by(-.counts_pct))}],
  leaks: [$leaks | lines[] | {workload: $names[.[0] | number], bench: $benches[.[1] | number], file: .[2]}]
}
| .faults = [
    (.lost[] | "it lacks \(.)"),
    (.leaks | select(length > 0) | "\(length) file\(if length == 1 then " is" else "s are" end) both trained on and measured"),
    (select(.overlap_pct < $min_overlap) | "a second training repeats only \(.overlap_pct) % of the first"),
    (.benches[] | select(.reached_pct == null) | "\(.name) left no counts"),
    (.benches[] | select(.reached_pct != null and .reached_pct < $min_reached)
      | "only \(.reached_pct | . * 10 | round / 10) % of \(.name) is in functions that a workload ran")]
| .good = (.faults == [])
