# Counts that are those of the last collection, byte for byte: the training is deterministic, or an old profile has come
# with a new date. With manifest.jq and health.jq in front.

# What tells, of what is recorded: a run is never as long as another to the last digit, so equal times are a copy;
# the SHA-256 of the instrumented program; and raw profiles that carry the build id of their program ($ids) are another
# program's where that differs. Who can write all of the record is known by the attestation alone.
def files_of($raw): [.hashes | to_entries[] | select(.key | startswith($raw + "/")) | [(.key | ltrimstr($raw)), .value]] | sort;
def times: [.wall_s, .user_s, .sys_s];
def copied($was; $is): ($is | times) == ($was | times) and all($is | times[]; type == "number");
def commits: [.sources[].commit | strings] | unique;

# {workloads, copied: their names, same_commit, program: "same", "other" or null, words}; null where nothing is repeated.
def repeated($last; $now; $ids): ($last | single) as $l | ($now | single) as $n
  | [$l | keys_unsorted[] | select($n[.]) | . as $name | ($last | files_of($l[$name].raw)) as $was
    | select($was != [] and $was == ($now | files_of($n[$name].raw)))] as $same
  | if $same == [] or $last.made == $now.made then null else
    {workloads: $same, copied: [$same[] | select(copied($l[.]; $n[.]))], same_commit: (($now | commits) as $is | $is != [] and $is == ($last | commits)),
     program: (if ($last.program and $now.program) | not then null elif $last.program == $now.program then "same" else "other" end)}
    | .played_back = (.copied != [] or (.program == "other" and $ids))
    | .words = "the counts of \(.workloads | map("'\(.)'") | first_of) are, byte for byte, those of the collection of \($last.made)"
        + (if .copied != [] then ", and so are the times that it took (\(.copied | map("'\(.)'") | first_of)): an old profile that is played back with a new date"
          elif .played_back then ", with the build id of a program that is not this collection's: an old profile that is played back with a new date"
          elif .program == "same" then ": the program is the same, byte for byte, and its training deterministic"
          elif .same_commit then " of the same commit: the training is deterministic"
          else ", which is not known to be of the same commit: the training is deterministic, or an old profile has come with a new date. pgokit training, which trains once more, tells which" end)
    end;
