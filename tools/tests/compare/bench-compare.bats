#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031 # single quotes are for jq; $status is that of each test
# bench-compare: every verdict, and everything that must never be a pass.

load ../helper
load receipts

# whole.json: a receipt of three arms that are equal but for noise of about 1 %: "old", "new" and
# "more"; 40 rounds of benchmark "x_full_check_flow", the orders those of its seed.
setup_file() {
  cd "$BATS_FILE_TMPDIR" || return
  bench-run --seed 1 --warmup 1 --rounds 40 --bench x_full_check_flow -o real.json \
    --arm old=true --arm new=true --arm 'more=sleep 0' >/dev/null
  jq '
    def noise($prime; $mod): [range(40) | 0.016 * (1 + 0.02 * (. * $prime % $mod / $mod - 0.5))];
    .benches[0].commands = ["a", "b", "c"]
    | .benches[0].samples |= with_entries(.value.output = "same")
    | .benches[0].samples.old.wall_s = noise(7919; 101)
    | .benches[0].samples.new.wall_s = noise(104729; 97)
    | .benches[0].samples.more.wall_s = noise(1299709; 89)
    | .benches[0].samples[].user_s = noise(611953; 83)
    | .benches[0].samples[].sys_s = [range(40) | 0.001]' real.json >whole.json
}

# r.json: the candidate `factor` times as slow.
slower() { # <factor>
  receipt ".benches[0].samples.new.wall_s[] *= $1"
}

# A file of hyperfine with benchmarks NAME=TIME, each measured 12 times with noise of 1 %, and a little of the file's.
hyper() { # <file> <name=seconds>...
  local own=${1%%.*}
  jq -n '{results: [$ARGS.positional[] | (. / "=") as [$name, $t] | {command: $name,
    times: [range(12) | ($t | tonumber) * (1 + 0.01 * (. * 7 % 12) / 12 + 1e-9 * ($file | explode | add))],
    exit_codes: [range(12) | 0], mean: 1, user: 1, system: 1}]}' --arg file "$own" --args "${@:2}" >"$1"
}

# The verdict of the first benchmark, and the exit status.
verdict() { # <argument>...
  run --separate-stderr bench-compare --json "$@"
  echo "$(jq -r '.benches[0].verdict' <<<"$output") $status"
}

# The receipt r.json is invalid for this reason, and says so in both outputs.
invalid() { # <reason> [argument...]
  run -4 --separate-stderr bench-compare "${@:2}" r.json
  ends "${lines[1]}" " invalid: $1"
  starts "${lines[-1]}" "invalid: "
  same "${stderr_lines[0]}" "bench-compare: judge benchmark 'x_full_check_flow': $1"
}

refuses() { # <message> <argument>...
  run -2 --separate-stderr bench-compare "${@:2}"
  same "$stderr" "bench-compare: $1"
  same "$output" ''
}

@test "-h and --version answer on standard output" {
  run -0 --separate-stderr bench-compare -h
  same "$stderr" ''
  starts "${lines[0]}" "usage: bench-compare "
  for option in --base --metric --match --alpha --shares --min-effect --margin --max-undetected --floor -o; do
    grep -q -- "^  $option" <<<"$output"
  done
  same "$(bench-compare verify -h)" "$output"
  same "$(bench-compare --version)" "bench-compare (pgokit) $(cat "$ROOT/ci/VERSION")"
}

@test "a wrong call shows the usage and exits with 2" {
  for args in '' 'a b c' '--no-such-option a' '--alpha' 'verify' 'verify a b' 'verify --alpha 1 a' 'gated --alpha 1 a' 'gated -o x a'; do
    # shellcheck disable=SC2086 # words are meant
    run --separate-stderr -2 bench-compare $args
    same "$output" ''
    has "$stderr" "usage: bench-compare "
  done
}

@test "values that make no sense are refused by the name of their option" {
  refuses "read --alpha '0': expected a number from 1e-09 to 0.5" --alpha 0 r.json
  refuses "read --alpha '1%': expected a number from 1e-09 to 0.5" --alpha 1% r.json
  refuses "read --min-effect '-1': expected a number from 0 to 1000" --min-effect -1 r.json
  refuses "read --margin 'inf': expected a number from 0 to 1000" --margin inf r.json
  refuses "read --max-undetected '': expected a number from 0 to 1000" --max-undetected '' r.json
  refuses "read --floor '1e9': expected a number from 0 to 1000" --floor 1e9 r.json
  refuses "read --shares '0': expected a whole number from 1 to 1000000" --shares 0 r.json
  refuses "read --metric 'time': expected wall or cpu" --metric time r.json
  refuses "write '<stdout>': it can take one of JSON, evidence, Markdown, JUnit and HTML" --json -o - r.json
}

@test "a slower candidate has regressed: exit 1" {
  slower 1.03
  run -1 --separate-stderr bench-compare r.json
  same "$stderr" ''
  like "${lines[0]}" 'benchmark  * base  candidate     change    interval          rounds  verdict'
  like "${lines[1]}" 'x_full_check_flow  *+[23].* %  [[]*]* 40  regressed'
  same "${lines[2]}" "regressed: old -> new, paired, intervals of 98 %"
  same "${#lines[@]}" 3
}

@test "a faster one has improved, an equal one is unchanged: exit 0" {
  slower 0.97
  same "$(verdict r.json)" "improved 0"
  same "$(verdict whole.json)" "unchanged 0"
  slower 1.0045 # less than --min-effect, however sure
  holds "$(verdict r.json)" != "regressed 1"
  same "$(verdict --min-effect .05 --margin .05 r.json)" "regressed 1"
}

@test "what cannot be told passes only while it would have shown a slowdown that matters" {
  receipt 'del(.benches[0].samples[].wall_s[8:]) | del(.benches[0].order[8:]) | .settings.rounds = 8'
  run -0 --separate-stderr bench-compare --margin .1 r.json
  like "${lines[1]}" '*inconclusive (could have seen +* %)'
  starts "${lines[2]}" "pass: "
  run -3 --separate-stderr bench-compare --margin .1 --max-undetected .2 r.json
  starts "${lines[2]}" "inconclusive: "
  matches "$stderr" '^bench-compare: judge: too noisy to tell; about [0-9]+ more rounds would settle it$'
  # With 6 rounds not even 6 of 6 slower ones would prove anything at 1 %.
  receipt 'del(.benches[0].samples[].wall_s[6:]) | del(.benches[0].order[6:])
    | .settings.rounds = 6 | .benches[0].samples.new.wall_s[] *= 1.5'
  run --separate-stderr -3 bench-compare r.json
  ends "${lines[1]}" "inconclusive (too few rounds to see anything)"
  same "$stderr" "bench-compare: judge: too noisy to tell; about 1 more round would settle it"
  # Nothing to expect of more rounds: --margin 0 cannot be shown of equal programs.
  receipt '.benches[0].samples.new.wall_s = [.benches[0].samples.old.wall_s | to_entries[]
    | .value * (if .key % 2 == 0 then 1.1 else 1 / 1.1 end)]'
  run --separate-stderr -3 bench-compare --margin 0 r.json
  starts "$stderr" "bench-compare: judge: too noisy to tell"
}

# The receipt r.json, its gate of one benchmark: what is said of it, in the table and on standard error.
reserved() { # <exit status> <in the table> <on standard error> [argument...]
  run --separate-stderr "-$1" bench-compare -o e.json "${@:4}" r.json
  has "${lines[1]}" "inconclusive ($2"
  like "$stderr" "$3"
  run "-$1" bench-compare verify e.json
}

@test "what a shift does not show is told, with its reason, and is no pass: exit 3" {
  # A run in twenty takes five times as long.
  receipt '.benches[0].samples.new.wall_s |= (to_entries | map(.value * (if .key % 20 == 3 then 5 else 1 end)))'
  reserved 3 "the mean changed by +19.98 %" "bench-compare: judge benchmark 'x_full_check_flow': the mean changed by +19.98 %, which does not rule a slowdown out; measure more rounds, or see why some runs take long"
  same "$(bench-compare --json r.json 2>/dev/null | jq -c '.benches[0] | [.doubt, (.doubt_pct | round), .detectable_pct > 20]')" '["mean",20,true]'
  # One that does is enough, though what it may hide is less.
  receipt '.benches[0].samples.new.wall_s[7] *= 1.6'
  reserved 0 "the mean changed by +1." ''
  # A clock of 10 ms, and a candidate that is 5 % slower: once there is nothing to see, once a single tick.
  receipt '.benches[0].samples |= (.new.wall_s |= map(.01 * (. * 1.05 * 100 | round)) | .old.wall_s |= map(.01 * (. * 100 | round)))'
  reserved 3 "all samples are equal: its clock is too coarse)" "*: all samples are equal: its clock is too coarse; measure longer runs, or by another metric"
  receipt '.benches[0].samples |= (.new.wall_s |= map(.01 * (. * 1.05 * 100 | round)) | .old.wall_s |= map(.01 * (. * 100 | round))
    | .new.wall_s[3] = .03)'
  reserved 3 "samples are equal: its clock ticks in steps of 50 %; could have seen +50.0 %)" "*its clock ticks in steps of 50 %; *"
  # The first 15 rounds of a candidate that is the same from then on: it was called a regression.
  receipt '.benches[0].samples.new.wall_s |= (to_entries | map(.value * (if .key < 15 then 1.3 else 1 end)))'
  reserved 3 "in its first rounds it was +" "*: in its first rounds it was +[23]* % slower than in the others; warm up longer, or see why it was not steady"
}

@test "what follows the candidate takes longer: exit 3, not unchanged" {
  # Of each run the one before it: in the round, or the last of the round before.
  receipt '.benches[0] |= (.order as $o | .samples |= with_entries((.key as $a | {old: 0, new: 1, more: 2}[$a]) as $arm
    | .value.wall_s |= [to_entries[] | .key as $r | ($o[$r] | index($arm)) as $slot
      | (if $slot > 0 then $o[$r][$slot - 1] elif $r > 0 then $o[$r - 1][-1] else 2 end) as $before
      | .value * (if $before == 1 then 1.05 else 1 end) * (if $arm == 1 then 1.015 else 1 end)]))'
  reserved 3 "after the candidate runs take +" "*: after the candidate runs take +* % longer than after the base; see what the candidate leaves behind, and clean it up in prepare" --margin 2
}

@test "100 ns are shown as that" {
  shown() { # <seconds> <as>
    receipt ".benches[0].samples[].wall_s[] |= . / 0.016 * $1"
    run bench-compare r.json
    has "${lines[1]}" " $2 "
  }
  receipt '.benches[0].samples |= with_entries(.value.wall_s = [range(40) | 1e-7])'
  run bench-compare r.json
  has "${lines[1]}" " 100.00 ns "
  shown 1.5e-7 '149.94 ns'
  shown 1.5e-4 '149.94 us'
  shown 0.99996e-6 '999.56 ns'
}

@test "the same command on the same files is identical: exit 0" {
  run -0 bench-compare --match '*' "$BATS_FILE_TMPDIR/real.json"
  # One time is measured of it; a second one beside it would look like a result.
  matches "${lines[1]}" '^x_full_check_flow +[0-9.]+ [mu]?s +- +- +- +40  identical$'
  # ... but not when the arms' own programs differ, or are not known.
  receipt '.benches[0].commands = ["a", "a", "a"] | .benches[0].sha256 = ["1", "1", "1"]
    | .arms[0] += {binary: "./a", sha256: "2"} | .arms[1] += {binary: "./b", sha256: "2"}'
  same "$(verdict r.json)" "identical 0"
  receipt '.benches[0].commands = ["a", "a", "a"] | .benches[0].sha256 = ["1", "1", "1"]
    | .arms[0] += {binary: "./a", sha256: "2"} | .arms[1] += {binary: "./b", sha256: "3"}'
  same "$(verdict r.json)" "unchanged 0"
  receipt '.benches[0].commands = ["a", "a", "a"] | .benches[0].sha256 = ["1", "1", "1"]
    | .arms[0] += {binary: "./a"} | .arms[1] += {binary: "./b"} | del(.arms[].sha256)'
  same "$(verdict r.json)" "unchanged 0"
}

@test "samples that nobody can have measured make a benchmark invalid: exit 4" {
  receipt '.benches[0].samples.new.wall_s[3] = 0'
  invalid "sample 4 of new is 0 s"
  receipt '.benches[0].samples.old.wall_s[0] = -0.001'
  invalid "sample 1 of old is -0.001 s"
  receipt '.benches[0].samples.new.wall_s[39] = 1e300'
  invalid "sample 40 of new is 1e+300 s"
  receipt '.benches[0].samples.new.wall_s[3] = null'
  invalid "the samples of new are not arrays of numbers of one length"
  receipt '.benches[0].samples.new.wall_s[3] = "0.016"'
  invalid "the samples of new are not arrays of numbers of one length"
  receipt '.benches[0].samples.new.wall_s = {}'
  invalid "the samples of new are not arrays of numbers of one length"
  receipt '.benches[0].samples.new.user_s |= .[1:]'
  same "$(verdict r.json)" "unchanged 0"
  invalid "the samples of new are not arrays of numbers of one length" --metric cpu
  receipt 'del(.benches[0].samples.new)'
  invalid "the samples of new are not arrays of numbers of one length"
  receipt '.benches[0].samples[].wall_s = [] | .benches[0].order = []'
  invalid "old has no samples"
  receipt '.benches[0].samples.new.wall_s |= .[:39]'
  invalid "one side has 40 samples, the other 39"
}

@test "a receipt whose rounds do not hold together is invalid: exit 4" {
  receipt '.benches[0].order[5] |= reverse'
  invalid "the order of round 6 is not the seed's"
  receipt '.benches[0].order[5] += [0]'
  invalid "the order of round 6 is not the seed's"
  receipt '.benches[0].order[0] = [0.0, 1.5, "2"]'
  invalid "the order of round 1 is not the seed's"
  receipt '.seed = "0000000000000002"'
  invalid "the order of round 1 is not the seed's"
  receipt '.seed = "x000000000000001"'
  invalid "the receipt has no seed of its orders"
  receipt 'del(.seed)'
  invalid "the receipt has no seed of its orders"
  receipt 'del(.benches[0].order)'
  invalid "it has 40 samples but the orders of 0 rounds"
  receipt 'del(.benches[0].order[7])'
  invalid "it has 40 samples but the orders of 39 rounds"
  receipt '.complete = false'
  invalid "the measurement is not complete: a command failed, or a file changed meanwhile"
  receipt 'del(.complete)'
  invalid "the measurement is not complete: a command failed, or a file changed meanwhile"
}

@test "programs that print different things are not compared: exit 4" {
  receipt '.benches[0].samples.new.output = "other"'
  invalid "the two sides print different output"
  receipt '.benches[0].samples.new.output = null'
  invalid "the output of one side differs from run to run, the other's does not"
  receipt '.benches[0].samples[].output = null'
  same "$(verdict r.json)" "unchanged 0"
}

@test "a regression of one benchmark does not hide an invalid one" {
  slower 1.1
  jq '.benches += [.benches[0] | .name = "full_check_flow/2" | .samples.new.wall_s[0] = 0]' r.json >two.json
  run --separate-stderr -4 bench-compare two.json
  ends "${lines[1]}" regressed
  ends "${lines[2]}" "invalid: sample 1 of new is 0 s"
}

@test "severity orders the outcomes: invalid, regressed, inconclusive, pass" {
  jq '.benches |= [.[0] | (.name = "full_check_flow/pass"),
    (.name = "full_check_flow/unclear" | del(.samples[].wall_s[20:]) | del(.order[20:])
      | .samples.new.wall_s |= [to_entries[] | .value * (.key * 7919 % 17 + 9) / 17]),
    (.name = "full_check_flow/slow" | .samples.new.wall_s[] *= 1.1),
    (.name = "full_check_flow/bad" | .samples.new.wall_s[0] = 0),
    (.name = "free" | .samples.new.wall_s[0] = 0)]
    | .settings |= (.rounds = null | .budget_s = 9)' whole.json >all.json
  run --separate-stderr -4 bench-compare --json all.json
  same "$(jq -c '[.benches[] | [.exit, .severity]]' <<<"$output")" '[[0,0],[3,1],[1,2],[4,3],[0,0]]'
  for n in 1 2 3 4; do # the worst of the first n is the outcome
    jq ".benches |= .[:$n]" all.json >first.json
    run --separate-stderr bench-compare --json first.json
    same "$(jq -c '[.severity, .exit] == (.benches[-1] | [.severity, .exit]) and .exit == '"$status" <<<"$output")" true
  done
}

@test "what is no receipt is refused: exit 2" {
  refuses "read 'none.json': No such file or directory" none.json
  refuses "read '.': Is a directory" .
  refuses "read '/dev/null': not a regular file" /dev/null
  : >bad.json
  refuses "read 'bad.json': line 1, column 1: expected an object or an array, found the end of the file" bad.json
  head -c 1000 whole.json >bad.json
  run --separate-stderr -2 bench-compare bad.json
  starts "$stderr" "bench-compare: read 'bad.json': line "
  sed 's/"complete"/"format": "x", "complete"/' whole.json >bad.json
  run --separate-stderr -2 bench-compare bad.json
  like "$stderr" "bench-compare: read 'bad.json': line *: a key that is there twice"
  sed '0,/0\.016/s//NaN/' whole.json >bad.json
  run --separate-stderr -2 bench-compare bad.json
  like "$stderr" "bench-compare: read 'bad.json': line *: expected a value"
  head -c 100000 /dev/zero | tr '\0' '[' >bad.json
  run --separate-stderr -2 bench-compare bad.json
  ends "$stderr" "line 1, column 201: too many arrays and objects inside each other"
  head -c 1000 /dev/urandom >bad.json
  run --separate-stderr -2 bench-compare bad.json
  for doc in '[]' '"x"' 5 null true '{}' '{"format": "other"}' '{"results": 5}'; do
    echo "$doc" >bad.json
    run --separate-stderr -2 bench-compare bad.json
    run --separate-stderr -2 bench-compare bad.json whole.json
  done
  echo '{"results": []}' >bad.json
  refuses "read 'bad.json': not a receipt of bench-run; to compare two files name both" bad.json
}

@test "a receipt of the wrong shape is refused: exit 2" {
  receipt '.arms = .arms[:1]'
  refuses "read 'r.json': it has fewer than two arms" r.json
  receipt '.arms[1] = 5'
  refuses "read 'r.json': arms[1].name is not a string" r.json
  receipt '.arms[1].name = "old"'
  refuses "read 'r.json': arm 'old' is there twice" r.json
  receipt '.benches[0].metric = "cycles"'
  refuses "read 'r.json': benches[0].metric 'cycles': expected wall, cpu, instructions, peak_rss or number" r.json
  receipt 'del(.benches[0].name)'
  refuses "read 'r.json': benches[0] has no name or no metric" r.json
  receipt '.benches += .benches'
  refuses "read 'r.json': benchmark 'x_full_check_flow' is there twice" r.json
  refuses "read 'r.json': benchmark 'x_full_check_flow' is there twice" r.json whole.json
  refuses "read 'whole.json': there is no arm 'newest' in it" --cand newest whole.json
  refuses "read 'whole.json': there is no arm '' in it" --base '' whole.json
  refuses "read 'whole.json': arm 'new' cannot be compared with itself" --base new whole.json
  refuses "read 'whole.json': arm 'more' cannot be compared with itself" --base more --cand more whole.json
}

@test "a receipt without benchmarks, or with none that is gated, is invalid: exit 4" {
  for filter in '.benches = []' 'del(.benches)' '.benches = {}'; do
    receipt "$filter"
    run --separate-stderr -4 bench-compare r.json
    same "$stderr" "bench-compare: judge: there is no benchmark in the input"
  done
  receipt '.benches[0].name = "startup"'
  run --separate-stderr -4 bench-compare r.json
  like "${lines[1]}" "* unchanged (by ranks and the mean of these rounds; at most * % of runs over * % slower) (not gated)"
  same "$stderr" "bench-compare: judge: none of 1 benchmarks is gated; the patterns are those of --match"
  same "$(bench-compare --json r.json 2>/dev/null | jq .gated)" 0
}

@test "--base and --cand choose arms, --metric the column" {
  receipt '.benches[0].samples.more.wall_s[] *= 1.05 | .benches[0].samples.new.user_s[] *= 1.05'
  same "$(verdict r.json)" "unchanged 0"
  same "$(verdict --cand more r.json)" "regressed 1"
  same "$(verdict --base more --cand old r.json)" "improved 0"
  same "$(verdict --metric cpu r.json)" "regressed 1"
  jq '.benches[0].metric = "cpu"' r.json >c.json
  same "$(verdict c.json)" "regressed 1"
  same "$(verdict --metric wall c.json)" "unchanged 0"
}

@test "--match says which benchmarks count" {
  slower 1.1
  jq '.benches |= [.[0] | .name = ("a_full_check_flow", "full_check_flow", "full_check_flow/9",
    "b_full_check_flow/9", "full_check_flows", "xfull_check_flow/9", "other")]' r.json >many.json
  run bench-compare --json many.json
  same "$(jq -c '[.benches[] | .gated]' <<<"$output")" '[true,true,true,true,false,false,false]'
  run bench-compare --json --match other --match '*[s]' many.json
  same "$(jq -c '[.benches[] | .gated]' <<<"$output")" '[false,false,false,false,true,false,true]'
  same "$(jq .gated <<<"$output")" 2
  # A regression that is not gated is told and passes.
  jq '.benches[0].samples.new.wall_s = [.benches[0].samples.old.wall_s[] * 1.001]
    | .benches[0].name = "even"' many.json >even.json
  run -0 bench-compare --match even even.json
  same "$(grep -c 'regressed (not gated)' <<<"$output")" 6
}

@test "gated says what would decide, before anything is measured" {
  names=(a_full_check_flow full_check_flow full_check_flow/9 b_full_check_flow/9 full_check_flows other)
  run -0 bench-compare gated "${names[@]}"
  same "$output" "$(printf '%s\n' "${names[@]:0:4}")"
  run -0 bench-compare gated --match 'o*' --match '[!a]*s' --json -- "${names[@]}"
  same "$(jq -c . <<<"$output")" '["full_check_flows","other"]'
  run -1 bench-compare gated --match nothing "${names[@]}"
  same "$output" ''
  run -1 bench-compare gated --json
  same "$output" '[]'
}

@test "gated and a verdict have one rule, and without --match that of pgokit.json" {
  jq '.benches |= [.[0] | .name = ("a_full_check_flow", "full_check_flow/", ".full_check_flow", "é", "-é",
    "x\ny", "\\", "[", "")]' whole.json >many.json
  mapfile -d '' -t names < <(jq -j '.benches[].name + "\u0000"' many.json)
  for pattern in '*_full_check_flow' '?' '-?' '[[:alpha:]]*' 'x*y' "\\\\" '[' '' '*'; do
    run bench-compare --json --match "$pattern" many.json
    gated=$(bench-compare gated --json --match "$pattern" -- "${names[@]}") || [ $? -eq 1 ]
    echo "$pattern: $gated"
    same "$(jq -c '[.benches[] | select(.gated) | .name]' <<<"$output")" "$(jq -c . <<<"$gated")"
  done
  run bench-compare verify --json many.json
  same "$(jq -c .rules.match <<<"$output")" "$(jq -c .properties.gate.properties.match.default "$ROOT/ci/pgokit.schema.json")"
}

@test "gated: names are hostile" {
  run -0 bench-compare gated --match '*' -- --json $'::error::x\n::y\e[2J' $'\xff'
  same "${#lines[@]}" 3
  same "${lines[1]}" '?:error::x?::y?[2J'
  run -0 bench-compare gated --json --match '*' -- --json $'::error::x\n::y' $'\xff'
  expected='["--json","::error::x\n::y","�"]'
  same "$(jq -c . <<<"$output")" "$expected"
}

@test "a pattern that is made to be slow is not" {
  jq '.benches[0].name = ("a" * 3000)' whole.json >r.json
  run -4 timeout 20 bench-compare --match '*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b' r.json
}

@test "the gated benchmarks share --alpha" {
  receipt '.benches[0].samples.new.wall_s = [.benches[0].samples.old.wall_s | to_entries[]
    | .value * (if .key % 8 == 0 then 0.98 else 1.01 end)]'
  jq '.benches |= [.[0] | .name = ("full_check_flow/" + (range(50) | tostring))]' r.json >many.json
  one=$(bench-compare --json r.json || true)
  p=$(jq '.benches[0].p_slower' <<<"$one")
  jq -n -e --argjson p "$p" '$p < 0.01 and $p > 0.0002'
  same "$(jq -r '.outcome, .confidence' <<<"$one" | xargs)" "regressed 0.98"
  many=$(bench-compare --json many.json || true)
  same "$(jq -r '.gated' <<<"$many")" 50
  jq -e '.confidence == 0.9996 and (.benches | all(.verdict != "regressed"))' <<<"$many"
  # --alpha is the error of all together: 50 times as much, and each has what one had.
  run -1 bench-compare --alpha .5 many.json
  # Benchmarks that are not gated have no share.
  run -1 bench-compare --match full_check_flow/7 many.json
  # With --shares, what is judged elsewhere has one, too; no fewer than are gated here.
  run -0 bench-compare --shares 50 --max-undetected 100 --match full_check_flow/7 --markdown m.md -o e.json many.json
  jq -e '.rules.shares == 50 and (.verdict | .gated == 1 and .confidence + 0 == 0.9996)' e.json
  grep -q '1 gated, which with 49 of other machines share a chance of 1 %' m.md
  run -0 bench-compare verify e.json
  jq '.rules.shares = 1 | .verdict.rules.shares = 1' e.json >f.json
  run -2 bench-compare verify f.json
  for shares in 0 -1 1.5 '"50"' null 1000001; do
    jq ".rules.shares = $shares | .verdict.rules.shares = $shares" e.json >f.json
    run --separate-stderr -2 bench-compare verify f.json
    same "$stderr" "bench-compare: read 'f.json': rules.shares: expected a whole number from 1 to 1000000"
  done
  run bench-compare --shares 2 --json many.json
  same "$(jq .confidence <<<"$output")" 0.9996
}

@test "planned rounds are judged look by look; the first that decides counts" {
  local decide='.settings.decide = {match: ["*"], alpha: 0.01, min_effect_pct: 0.5, margin_pct: 1}' budget
  budget="$decide | .settings.rounds = null | .settings.budget_s = 9"
  # Of 40 planned rounds, looks stand at 11, 17, 26 and 40. Slower up to the first, faster after it.
  receipt '.benches[0].planned = 40 | '"$decide"'
    | .benches[0].samples.new.wall_s |= [to_entries[] | .value * (if .key < 11 then 1.1 else 0.8 end)]'
  run -1 --separate-stderr bench-compare --json r.json
  jq -e '.benches[0] | .verdict == "regressed" and .rounds == 11 and .p_slower <= .level
    and (.level - 0.009 * pow(11 / 40; 1.5) | fabs) < 1e-9 and .cand_s / .base_s > 1.05' <<<"$output"
  jq -e '.suite | .verdict == "regressed" and .rounds == 11' <<<"$output"
  # The same samples, not sequential, have no such look.
  jq 'del(.benches[0].planned) | .settings.decide = null' r.json >once.json
  same "$(verdict once.json)" "improved 0"
  jq '.benches[0].planned = null | .settings.decide = null' r.json >once.json
  same "$(verdict once.json)" "improved 0"
  # Between the looks nothing more is known than at the last one.
  receipt '.benches[0].planned = 80 | '"$budget"' | .benches[0].samples.new.wall_s |=
    [to_entries[] | .value * (if .key % 2 == 0 then 1.1 else 1 / 1.1 end)]'
  run --separate-stderr -3 bench-compare --json --max-undetected 1 r.json
  jq -e '.benches[0] | .verdict == "inconclusive" and .rounds == 35 and .rounds_short >= 13' <<<"$output"
  # Before the first look, nothing.
  receipt '.benches[0].planned = 2000 | '"$budget"' | del(.benches[0].samples[].wall_s[20:], .benches[0].order[20:])
    | .benches[0].samples.new.wall_s[] *= 2'
  run --separate-stderr -3 bench-compare r.json
  ends "${lines[1]}" " 20  inconclusive (too few rounds to see anything)"
  same "$stderr" "bench-compare: judge: too noisy to tell; about 2 more rounds would settle it"
}

@test "a plan that is no number of rounds is invalid: exit 4" {
  for planned in 0 -5 1000001 1e300 40.0 '"40"' '[]'; do
    receipt ".benches[0].planned = 1"
    sed -i "s/\"planned\": 1/\"planned\": $planned/" r.json
    invalid "the planned rounds are not a whole number from 1 to 1000000"
  done
}

@test "the geometric mean is judged by itself" {
  slower 1.02
  jq '.benches += [.benches[0] | .name = "full_check_flow" | .samples.new.wall_s[] *= 0.98 / 1.02]' r.json >two.json
  run bench-compare two.json
  like "${lines[3]}" '(geometric mean, gated) *unchanged (by ranks and the mean of these rounds; *)'
  jq -e '.suite.change_pct | . > -0.5 and . < 0.5' <<<"$(bench-compare --json two.json || true)"
  # Benchmarks of different lengths share the rounds that they both have.
  jq 'del(.benches[1].samples[].wall_s[30:]) | del(.benches[1].order[30:])
    | .settings |= (.rounds = null | .budget_s = 9)' two.json >short.json
  same "$(bench-compare --json short.json | jq .suite.rounds)" 30
  jq '.benches[1].samples.new.wall_s[0] = 0' two.json >bad.json
  same "$(bench-compare --json bad.json 2>/dev/null | jq .suite)" null
}

@test "--json has every number, null where there is none" {
  run --separate-stderr bench-compare --json whole.json
  jq -e '
    (keys == ["base","benches","cand","confidence","design","exit","format","gated","outcome",
              "rules","self_check","severity","suite","waivers"])
    and .format == "pgokit-verdict-1" and .base == "old" and .cand == "new" and .design == "paired"
    and .outcome == "pass" and .exit == 0
    and .rules == {match: ["*_full_check_flow","full_check_flow","full_check_flow/*",
        "*_full_check_flow/*"], alpha: 0.01, min_effect_pct: 0.5, margin_pct: 1,
        max_undetected_pct: 5, floor_pct: 10}
    and (.benches[0] | keys == ["base_s","cand_s","change_pct","detectable_pct","exit","gated","high_pct",
        "level","low_pct","mean_pct","name","p_faster","p_slower","p_unchanged","rounds","rounds_short","severity",
        "tail_pct","tail_share_pct","verdict"]
      and .low_pct < .change_pct and .change_pct < .high_pct and .rounds == 40)' <<<"$output"
  receipt 'del(.benches[0].samples[].wall_s[1:]) | del(.benches[0].order[1:]) | .settings.rounds = 1'
  run -3 --separate-stderr bench-compare --json r.json
  jq -e '.benches[0] | .rounds == 1 and .low_pct == null and .high_pct == null
    and .detectable_pct == null and .verdict == "inconclusive"' <<<"$output"
}

@test "two files of hyperfine: called only above the floor" {
  hyper a.json full_check_flow=.010 x=.010
  hyper b.json x=.010 full_check_flow=.012
  run -1 --separate-stderr bench-compare a.json b.json
  like "${lines[1]}" 'full_check_flow * +20.00 %  *regressed'
  same "${lines[3]}" "regressed: a.json -> b.json, sequential, intervals of 98 %"
  run -0 bench-compare b.json a.json
  has "${lines[2]}" improved
  # 5 % could be drift between the two blocks: nobody can say.
  hyper b.json full_check_flow=.0105
  run --separate-stderr -3 bench-compare --match full_check_flow a.json b.json
}

@test "two separate blocks that cannot tell say what could" {
  hyper a.json full_check_flow=.010
  hyper b.json full_check_flow=.0105
  run --separate-stderr -3 bench-compare a.json b.json
  same "$stderr" "bench-compare: judge: two separate blocks cannot tell; measure both sides in rounds with bench-run, which takes commands and suites"
  run -1 bench-compare --floor 3 a.json b.json
  # Two runs a side prove nothing at 1 %, however far apart.
  jq '.results[].times |= .[:2]' a.json >a2.json
  jq '.results[].times = [1, 2]' a.json >b2.json
  run --separate-stderr -3 bench-compare --floor 0 --max-undetected 1000 a2.json b2.json
  has "${lines[1]}" "too few rounds"
}

@test "one command against another is one benchmark; of several the names must agree" {
  hyper a.json ./old=.010
  hyper b.json ./new=.020
  run -1 bench-compare --match ./old a.json b.json
  hyper b.json ./new=.020 ./newer=.030
  run --separate-stderr -4 bench-compare --match '*' a.json b.json
  like "${lines[1]}" "./old *invalid: it is missing in 'b.json'"
  like "${lines[2]}" './new * 12  new'
  like "${lines[3]}" './newer * 12  new'
  # Receipts name their benchmarks: one that vanished is missing, not renamed.
  receipt '.benches[0].name = "y_full_check_flow"'
  run --separate-stderr -4 bench-compare whole.json r.json
  like "${lines[1]}" "x_full_check_flow *invalid: it is missing in 'r.json'"
}

@test "a benchmark that only the candidate has is new: told, not judged" {
  hyper a.json full_check_flow=.010
  hyper b.json full_check_flow/new=.020 full_check_flow=.010
  run --separate-stderr -3 bench-compare a.json b.json
  matches "${lines[1]}" '^full_check_flow .* inconclusive'
  matches "${lines[2]}" '^full_check_flow/new +- +20\.[0-9]+ ms +- +- +12  new$'
  # It has no share of the error, and there has to be another one.
  run --separate-stderr -3 bench-compare --json a.json b.json
  jq -e '.gated == 1 and .confidence == 0.98 and (.benches[1] | .verdict == "new" and .exit == 0
    and .base_s == null and .cand_s > .02)' <<<"$output"
  run --separate-stderr -4 bench-compare --match full_check_flow/new a.json b.json
  same "$stderr" "bench-compare: judge: every gated benchmark is new; there is nothing to compare it with"
  # The base may have lost it: that is said, and is no pass where it is asked for.
  hyper c.json full_check_flow=.010
  run --separate-stderr -0 bench-compare --max-undetected 100 c.json b.json
  same "$stderr" "bench-compare: judge benchmark 'full_check_flow/new': only 'b.json' has it, so nothing is known of it; --require-same makes that no pass"
  run --separate-stderr -4 bench-compare --max-undetected 100 --require-same -o e.json c.json b.json
  like "${lines[2]}" "full_check_flow/new * invalid: it is missing in 'c.json'"
  same "$stderr" "bench-compare: judge benchmark 'full_check_flow/new': it is missing in 'c.json'"
  run --separate-stderr -4 bench-compare verify e.json
  run --separate-stderr -0 bench-compare --max-undetected 100 --require-same --match full_check_flow c.json b.json
  run --separate-stderr -2 bench-compare --require-same whole.json
  # What could not be measured is invalid, new or not; one that vanished is not new on the other side.
  jq '.results[0].times[3] = 0' b.json >c.json
  run --separate-stderr -4 bench-compare a.json c.json
  ends "${lines[2]}" " invalid: sample 4 of c.json is 0 s"
  run --separate-stderr -4 bench-compare b.json a.json
  same "$stderr" "bench-compare: judge benchmark 'full_check_flow/new': it is missing in 'a.json'"
}

@test "--rename OLD=NEW compares a benchmark under its two names" {
  hyper a.json old=.010 full_check_flow/b=.010 x=.010
  hyper b.json full_check_flow/a=.012 full_check_flow/b=.010 x=.010
  run --separate-stderr -3 bench-compare a.json b.json
  like "${lines[4]}" 'full_check_flow/a * new'
  run --separate-stderr -1 bench-compare -o e.json --rename old=full_check_flow/a a.json b.json
  like "${lines[1]}" 'full_check_flow/a * regressed (was old)'
  same "${#lines[@]}" 5
  run -1 bench-compare verify e.json
  jq '.rules.renames.old = "x"' e.json >f.json
  run -2 bench-compare verify f.json
  jq '.rules.renames = [5]' e.json >f.json
  run -2 bench-compare verify f.json
  # Two that change their names with each other.
  run --separate-stderr -3 bench-compare --json --rename x=full_check_flow/b --rename full_check_flow/b=x a.json b.json
  same "$(jq -c '[.benches[] | [.name, .was]]' <<<"$output")" \
    '[["old",null],["x","full_check_flow/b"],["full_check_flow/b","x"],["full_check_flow/a",null]]'
}

@test "a rename that does not hold is refused: exit 2" {
  hyper a.json old=.010 x=.010
  hyper b.json new=.010 x=.010
  refuses "rename 'older': there is no such benchmark in 'a.json'" --rename older=new a.json b.json
  refuses "rename 'old': there is no 'newer' in 'b.json'" --rename old=newer a.json b.json
  refuses "match 'x': another benchmark of 'a.json' has that name in 'b.json'" --rename old=x a.json b.json
  refuses "match 'new': another benchmark of 'a.json' has that name in 'b.json'" --rename old=new --rename x=new a.json b.json
  refuses "read --rename 'old=x': it has a new name already" --rename old=new --rename old=x a.json b.json
  refuses "read --rename: benchmarks have two names only in two files" --rename old=new whole.json
  for wrong in old =new old=; do
    refuses "read --rename '$wrong': expected OLD=NEW" --rename "$wrong" a.json b.json
  done
  refuses "read --rename 'x"$'\xff'"=new': it is not UTF-8" --rename $'x\xff=new' a.json b.json
}

@test "what hyperfine could not measure is invalid or refused" {
  hyper a.json full_check_flow=.010
  for change in '.times[2] = 0' '.times = []' 'del(.times)' '.exit_codes[3] = 1' \
    '.exit_codes[3] = null'; do
    jq ".results[0] |= ($change)" a.json >b.json
    run --separate-stderr -4 bench-compare a.json b.json
    run --separate-stderr -4 bench-compare b.json a.json
  done
  for change in '.times[2] = "1"' '.times = "x"' '.times[2] = null' '.command = 5' 'del(.command)'; do
    jq ".results[0] |= ($change)" a.json >b.json
    run --separate-stderr -2 bench-compare a.json b.json
  done
  jq '.results += .results' a.json >b.json
  run --separate-stderr -4 bench-compare a.json b.json
  same "$stderr" "bench-compare: judge benchmark 'full_check_flow': in 'b.json': it is there more than once"
  hyper b.json full_check_flow=.010
  jq 'del(.results[].exit_codes)' b.json >c.json && mv c.json b.json # hyperfine before 1.13
  run bench-compare a.json b.json
  holds "$status" -ne 4
  echo '{"results": []}' >b.json
  run --separate-stderr -4 bench-compare b.json b.json
  same "$stderr" "bench-compare: judge: there is no benchmark in the input"
  refuses "read 'a.json': it has no arms to choose from" --base old a.json whole.json
  refuses "read 'a.json': it does not have the metric cpu" --metric cpu a.json a.json
}

@test "two receipts are two blocks, too" {
  slower 1.2
  run -1 bench-compare --base old --cand new whole.json r.json
  starts "${lines[-1]}" "regressed: old -> new, sequential, "
  run -4 bench-compare whole.json r.json # the first arm of each: the same
  ends "${lines[1]}" "invalid: its samples are the same on both sides: one run cannot be compared with itself"
  # Of another machine they are compared when that is asked for; what changes with the hour is none of it.
  receipt '.machine.cpu = "another" | .machine.cores = 99 | .benches[0].samples.new.wall_s[] *= 1.2'
  run -4 --separate-stderr bench-compare --base old --cand new whole.json r.json
  like "${lines[1]}" "* invalid: the machines differ: cpu '*' and 'another', cores * and 99; --other-machine *"
  run -1 --separate-stderr bench-compare --base old --cand new --other-machine whole.json r.json
  receipt '.machine.load1 = 99 | .machine.kernel = "x" | .benches[0].samples.new.wall_s[] *= 1.2'
  run -1 --separate-stderr bench-compare --base old --cand new whole.json r.json
  receipt '.complete = false'
  run --separate-stderr -4 bench-compare whole.json r.json
  ends "${lines[1]}" "invalid: in 'r.json': a run of it failed"
}

@test "verify gives the verdict and the exit status again" {
  hyper a.json full_check_flow=.0101
  hyper b.json full_check_flow=.0123
  slower 1.03
  jq '.benches[0].samples.new.wall_s[0] = 0' whole.json >bad.json
  for args in whole.json r.json bad.json '--max-undetected 0 --margin 0 whole.json' 'a.json b.json' \
    'b.json a.json' '--cand more --metric cpu --alpha .001 --match * r.json'; do
    want=0
    set -f
    # shellcheck disable=SC2086 # words are meant
    bench-compare -o e.json $args >table 2>/dev/null || want=$?
    set +f
    run --separate-stderr "-$want" bench-compare verify e.json
    same "$output" "$(cat table)"
    same "$stderr" ''
  done
}

@test "verify takes a receipt, too, and judges it by the default rules" {
  slower 1.03
  for file in whole.json r.json; do
    want=0
    bench-compare "$file" >table || want=$?
    run --separate-stderr "-$want" bench-compare verify "$file"
    same "$output" "$(cat table)"
  done
  receipt '.format = "pgokit-receipt-2"'
  refuses "read 'r.json': not written by bench-compare -o: Object item not found: rules" verify r.json
}

# The evidence e.json after a change is not what it says it is.
forged() { # <jq filter>
  jq "$1" e.json >f.json
  run -2 --separate-stderr bench-compare verify f.json
  same "$output" ''
  like "$stderr" "bench-compare: *'f.json'*"
}

@test "verify finds what was changed: exit 2" {
  slower 1.03
  bench-compare -o e.json r.json || true
  forged '.inputs[0].benches[0].samples.new.wall_s[3] *= 1.01'
  forged '.inputs[0].benches[0].samples.new.wall_s[3] = 0'
  forged '.inputs[0].benches[0].samples.new.wall_s |= map(. / 1.03)'
  forged '.inputs[0].benches[0].order[3] |= reverse'
  forged '.inputs[0].benches[0].name = "other"'
  forged '.inputs[0].complete = false'
  forged '.verdict.exit = 0'
  forged '.verdict.outcome = "pass"'
  forged '.verdict.benches[0].verdict = "unchanged"'
  forged '.verdict.benches[0].p_slower += 1e-6'
  forged '.verdict.benches[0].change_pct *= 0.999'
  forged '.verdict.extra = 1'
  forged 'del(.verdict.suite)'
  forged '.verdict.benches = []'
  forged '.rules.alpha = 0.001'
  forged '.rules.min_effect_pct = 50'
  forged '.rules.match = ["nothing"]'
  forged '.rules.metric = "cpu"'
  forged '.cand = "more"'
}

@test "evidence that is none is refused: exit 2" {
  slower 1.03
  bench-compare -o e.json r.json || true
  forged '.format = "pgokit-evidence-2"'
  forged 'del(.verdict)'
  forged '.verdict = null'
  forged 'del(.rules)'
  forged '.rules = []'
  forged '.rules.match = "x"'
  forged '.rules.alpha = 0 | .verdict.rules.alpha = 0'
  forged '.rules.alpha = 7 | .verdict.rules.alpha = 7'
  forged '.rules.min_effect_pct = -200'
  forged '.rules.margin_pct = "1"'
  forged '.rules.metric = "cycles"'
  forged '.rules.metric = null'
  forged '.inputs = []'
  forged '.inputs = {}'
  forged '.inputs += .inputs + .inputs'
  forged '.inputs = [5] | .files = ["f.json"]' # the message names the input
  forged '.files = []'
  forged '.files = [5]'
  forged '.base = 5'
  echo '[]' >e.json
  forged .
}

@test "evidence holds its inputs byte for byte" {
  jq . whole.json >pretty.json
  printf '\n\n' >>pretty.json
  bench-compare -o e.json pretty.json
  ends "$(cat e.json)" "\"inputs\": [$(cat pretty.json)]}"
  run -0 bench-compare verify e.json
  hyper a.json full_check_flow=.010
  { printf '\xef\xbb\xbf' && cat a.json; } >b.json
  run -4 bench-compare -o e.json a.json b.json
  jq -e --slurpfile a a.json '.inputs == $a + $a' e.json
}

@test "a file that would need too much memory is refused: exit 2" {
  jq -c '.machine = [range(400000) | []]' whole.json >bad.json
  refuses "read 'bad.json': it has more than 1048576 bytes beside its benchmarks" bad.json
  jq -c '.benches[0].commands = [range(400000) | []]' whole.json >bad.json
  refuses "read 'bad.json': a benchmark has more than 1048576 bytes beside its samples" bad.json
  jq -n -c '{results: [range(50001) | {command: "\(.)"}]}' >bad.json
  refuses "read 'bad.json': more than 50000 benchmarks" bad.json bad.json
  truncate -s 1073741825 bad.json
  refuses "read 'bad.json': more than 1073741824 bytes" bad.json
}

@test "-o - is evidence and nothing else; what cannot be written is an error" {
  run --separate-stderr bench-compare -o - whole.json
  same "$(jq -r .format <<<"$output")" pgokit-evidence-1
  run --separate-stderr -2 bench-compare -o no/such/e.json whole.json
  run --separate-stderr -2 bash -c 'bench-compare whole.json >/dev/full'
  same "$stderr" "bench-compare: write '<stdout>': No space left on device"
}

@test "names from the file reach neither the terminal nor the CI log as commands" {
  slower 1.03
  jq '.benches[0].name = "::error::x\n::set-output name=a::b\u001b[2J##[error]|`<b>\u202e" |
    .benches[0].samples["\u001b[1m\n::error::arm"] = .benches[0].samples.new
    | .arms[1].name = "\u001b[1m\n::error::arm"' r.json >bad.json
  run -1 --separate-stderr bench-compare --match '*' bad.json
  same "${#lines[@]}" 3
  starts "${lines[1]}" '?:error::x?::set-output name=a::b?[2J?#[error]|`<b>??? '
  same "${lines[2]}" "regressed: old -> ?[1m?::error::arm, paired, intervals of 98 %"
  jq '.benches[0].samples.old.wall_s[0] = 0' bad.json >worse.json
  run -4 --separate-stderr bench-compare --match '*' --cand $'\033[1m\n::error::arm' worse.json
  run ! grep -qE $'\033|^ *::|##\\[' <<<"$output$stderr"
  run --separate-stderr -2 bench-compare --cand $'::error::\n::x' bad.json
  same "$stderr" "bench-compare: read 'bad.json': there is no arm '::error::?::x' in it"
}

@test "thousands of benchmarks are judged" {
  jq -c '.benches |= [.[0] | .name = ("full_check_flow/" + (range(2000) | tostring))]' whole.json >many.json
  run --separate-stderr bench-compare many.json
  like "$status" '[03]'
  same "${#lines[@]}" 2003
  jq -n -c '{results: [range(4000) | {command: "full_check_flow/\(.)", times: [range(10) | . + 1]}]}' >a.json
  jq -c '.results |= reverse' a.json >b.json
  run --separate-stderr bench-compare a.json b.json
  same "${#lines[@]}" 4002
}

@test "a list in messages is its first ten and a count" {
  for n in 10 11 10000; do
    jq -n -c --argjson n "$n" '{results: [range($n) | {command: "full_check_flow/\(.)", times: [range(10) | 0]}]}' >a.json
    run --separate-stderr -4 bench-compare a.json a.json
    same "${#lines[@]}" $((n + 2))
    same "${stderr_lines[9]}" "bench-compare: judge benchmark 'full_check_flow/9': sample 1 of a.json is 0 s"
    more=
    [ "$n" -eq 10 ] || more="bench-compare: judge invalid benchmarks: and $((n - 10)) more"
    same "${stderr_lines[10]-}" "$more"
    holds "${#stderr_lines[@]}" -le 11
  done
  hyper one.json full_check_flow/0=1
  mapfile -t benches < <(printf 'full_check_flow/%d=1\n' {0..11})
  hyper many.json "${benches[@]}"
  run --separate-stderr bench-compare one.json many.json
  same "$(grep -c "only 'many.json' has it" <<<"$stderr")" 10
  grep -qx 'bench-compare: judge new benchmarks: and 1 more' <<<"$stderr"
  jq -n '[range(12) | {benchmark: "n\(.)", max_pct: 3, reason: "r", expires: "2099-01-01"}]' >waivers.json
  run --separate-stderr bench-compare --waivers waivers.json many.json many.json
  same "$(grep -c 'judge: the waiver of' <<<"$stderr")" 10
  grep -qx 'bench-compare: judge waivers: and 2 more' <<<"$stderr"
}

@test "rounds and plans that the settings did not ask for are invalid: exit 4" {
  local decide='.settings.decide = {match: ["*"], alpha: 0.01, min_effect_pct: 0.5, margin_pct: 1}'
  local budget='.settings.rounds = null | .settings.budget_s = 9'
  local unsaid='its settings do not say what was asked for: rounds or a budget, and by which rules measuring ends'
  local rules='but the settings have no rules by which it would end before'
  for bad in 'del(.settings)' '.settings.rounds = null' '.settings.rounds = 40.5' '.settings.budget_s = 9' \
    '.settings.rounds = null | .settings.budget_s = 0' '.settings.decide = "no"' 'del(.settings.decide)'; do
    receipt "$bad"
    invalid "$unsaid"
  done
  receipt 'del(.benches[0].samples[].wall_s[39:]) | del(.benches[0].order[39:])'
  invalid 'it has 39 rounds where the settings ask for 40, and nothing says why'
  receipt "$budget | del(.benches[0].samples[].wall_s[19:]) | del(.benches[0].order[19:])"
  invalid 'it has 19 rounds, and bench-run measures 20 whatever they cost'
  receipt '.benches[0].planned = 40'
  invalid "it has a plan of 40 rounds, $rules"
  receipt "$decide"
  invalid 'the settings have rules by which measuring ends, but it has no plan of rounds'
  receipt "$decide | .benches[0].planned = 60"
  invalid 'it has a plan of 60 rounds where the settings ask for 40'
  receipt "$decide | .settings.rounds = 30 | .benches[0].planned = 30"
  invalid 'it has 40 rounds where the settings ask for 30'
  for planned in 19 2001; do
    receipt "$decide | $budget | .benches[0].planned = $planned"
    invalid "it has a plan of $planned rounds, and a budget gives one of 20 to 2000"
  done
}

@test "a run that ends before its plan has to be decided by then, by the rules that ended it: exit 4" {
  local decide='.settings.decide = {match: ["*"], alpha: 0.01, min_effect_pct: 0.5, margin_pct: 1}'
  local unclear='.benches[0].samples.new.wall_s |= [to_entries[] | .value * (.key * 7919 % 17 + 9) / 17]'
  local long='.benches[0].planned = 60 | .settings.rounds = 60'
  receipt "$decide | $long | $unclear"
  invalid 'it ends after 40 of 60 planned rounds with nothing decided, and nothing says why'
  # Decided, or of a run that went by a budget, which may have been spent.
  receipt "$decide | $long | .benches[0].samples.new.wall_s[] *= 1.1"
  same "$(verdict r.json)" 'regressed 1'
  receipt "$decide | $long | $unclear | .settings.rounds = null | .settings.budget_s = 9"
  same "$(verdict --max-undetected 1 r.json)" 'inconclusive 3'
  # Rules that others than bench-run wrote end nothing.
  receipt "$decide | $long | .benches[0].samples.new.wall_s[] *= 1.1 | .settings.decide.alpha = 7"
  invalid 'the rules by which measuring ended are not as bench-run writes them'
}

@test "times that one side has from the other are no measurement: exit 4" {
  receipt '.benches[0].samples.new.wall_s = .benches[0].samples.old.wall_s'
  invalid "both sides have the same time in each of 40 rounds: one is a copy of the other's numbers"
  # A coarse clock gives one value again and again.
  receipt '.benches[0].samples[].wall_s = [range(40) | 0.01]'
  run --separate-stderr bench-compare r.json
  lacks "$stderr" 'copy of the other'
}
