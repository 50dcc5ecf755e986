# What workload-run saw of a workload's processes (--watch), as collect records it. $taken: paths of raw profiles that were
# taken from the tree, each with a zero byte behind it; $unwritable: how often LLVM said that it could not write one.
#   {watched: true, forks, ran, lost: [{program, how, signal?, cwd?, count}]}, or {watched: false, reason}

($taken | split("\u0000") | map(select(. != ""))) as $paths
| ($paths | map(select(test("(^|/)default[^/]*$")) | sub("/[^/]*$"; ""))) as $folders
| ($paths | length - ($folders | length)) as $caged

# Up to $n processes that ended by themselves become what f makes of them.
| def recount($n; f): reduce .[] as $l ({left: $n, out: []};
    (if $l.how == "exit" then [.left, $l.count] | min else 0 end) as $k
    | .left -= $k | .out += [$l + {count: ($l.count - $k)}, ($l + {count: $k} | f)]) | .out | map(select(.count > 0));

def summed: group_by(del(.count)) | map(.[0] + {count: (map(.count) | add)}) | sort_by(-.count);

if .watched then
  .lost |= (map(select(.how != "unset" or ([.cwd] | inside($folders) | not)))
    | recount($caged; .count = 0)
    | recount($unwritable; .how = "unwritable")
    | map({program: (.exe | sub(" [(]deleted[)]$"; "") | sub("^.*/(?=.)"; "")), how, signal, cwd, count}
      | with_entries(select(.value != null)))
    | summed
    # Each in a folder of its own, as tests have them: where is no help any more.
    | if length > 20 then map(del(.cwd)) | summed else . end)
else . end
