# Of one measured program: how many times fewer instructions, how many times less CPU time than without a profile.
# In: a receipt of bench-run; $counted: name, program, instructions, with tabs between; $name, $arm.

def median: sort | (.[(length - 1) / 2 | floor] + .[length / 2 | floor]) / 2;
def cpu($arm): .benches[0].samples[$arm] | [.user_s, .sys_s] | transpose | map(add) | median;

($counted | split("\n") | map(split("\t") | select(.[0] == $name) | {key: .[1], value: (.[2] | tonumber)}) | from_entries) as $i
| [$i.none / $i[$arm], cpu("none") / cpu($arm)] | @tsv
