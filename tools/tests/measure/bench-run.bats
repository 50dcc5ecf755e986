#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for other shells, jq and awk
# bench-run: what it refuses, what it measures, and what the results hold.

load ../helper
load bench-run

@test "-h and --version answer on standard output" {
  run -0 --separate-stderr bench-run -h
  same "$stderr" ''
  starts "${lines[0]}" "usage: bench-run "
  for option in --arm --bench --shell --prepare --cleanup --metric --plan --role --slow --cpu -C --rounds --budget --warmup \
    --decide --match --timeout --seed -o --json --export-json; do
    grep -q -- "^  $option" <<<"$output"
  done
  same "$(bench-run --help)" "$output"
  run -0 --separate-stderr bench-run --version
  same "$output" "bench-run (pgokit) $(cat "$ROOT/ci/VERSION")"
}

@test "a wrong call shows the usage and exits with 2" {
  for args in '' 'operand' '--arm a=true operand' '--no-such-option' '--rounds' \
    '--plan p --arm a=true' '--plan p --bench x' '--plan p --shell' '--plan p --metric cpu' \
    '--plan p --prepare x' '--plan p --cleanup x' '--bench x' '--arm a=true --rounds 3 --budget 3' \
    '--arm a=true --match x' '--arm a=true --alpha .1' '--arm a=true --min-effect 1' \
    '--arm a=true --margin 1' '--arm a=true --shares 2'; do
    # shellcheck disable=SC2086 # words are meant
    run --separate-stderr -2 bench-run $args
    same "$output" ''
    has "$stderr" "usage: bench-run "
  done
}

@test "values that make no sense are refused by the name of their option" {
  refuses "read --rounds '0': expected a whole number from 1 to 100000" --rounds 0
  refuses "read --rounds '3x': expected a whole number from 1 to 100000" --rounds 3x
  refuses "read --warmup '101': expected a whole number from 1 to 100" --warmup 101
  refuses "read --budget 'nan': expected a number from 0.1 to 86400" --budget nan
  refuses "read --timeout '0': expected a number from 0.01 to 86400" --timeout 0
  refuses "read --seed 'xyz': expected 1 to 16 hexadecimal digits" --seed xyz
  refuses "read --seed '12345678901234567': expected 1 to 16 hexadecimal digits" \
    --seed 12345678901234567
  refuses "read --metric 'time': expected wall, cpu, instructions or peak_rss" --metric time
  refuses "read --arm 'true': expected NAME=COMMAND" --arm true
  refuses "read --arm '=true': expected NAME=COMMAND" --arm =true
  refuses "read --arm 'a=': expected NAME=COMMAND" --arm a=
  refuses "read --role 'a': expected NAME=ROLE" --role a --arm a=true
  refuses "read --role '=base': expected NAME=ROLE" --role =base --arm a=true
  refuses "read --role 'b=base': there is no arm 'b'" --role b=base --arm a=true
  refuses "give arm 'a' the role 'boss': expected base, cand, control, canary or release" \
    --role a=boss --arm a=true
  refuses "give arm 'b' the role 'base': arm 'a' has it" --role a=base --role b=base \
    --arm a=true --arm b=true
  refuses "read --slow 'a': expected NAME=PCT" --slow a --arm a=true
  refuses "read --slow 'b=5': there is no arm 'b'" --slow b=5 --arm a=true
  refuses "read --slow '-5': expected a number from 0 to 1000" --slow a=-5 --arm a=true
  for list in '' ',' a 0- -1 1-0 0,,1 '0 ' 99999999999999999999 0-99999; do
    refuses "read --cpu '$list': expected numbers of CPUs like 0,2-3" --cpu "$list" --arm a=true
  done
  refuses "add arm 'a': the name is taken" --arm a=true --arm a=false
  refuses $'add arm \'\xff\': the name is not UTF-8' --arm $'\xff=true'
  refuses "add benchmark '': the name is empty" --bench '' --arm a=true
  refuses "write '<stdout>': it can take the receipt or the export, not both" \
    --json --export-json - --arm a=true
}

@test "commands that cannot be run are refused before anything is measured" {
  refuses "find 'no-such-program' of benchmark 'command', arm 'a': no such executable file" \
    --arm 'a=no-such-program x'
  refuses "find '/tmp' of benchmark 'command', arm 'a': no such executable file" --arm a=/tmp
  refuses "enter 'nowhere': No such file or directory" -C nowhere --arm a=true
  refuses "read command 'true \$UNSET_X' of benchmark 'command': variable UNSET_X is not set" \
    --arm "a=true \$UNSET_X"
  refuses "read command 'true | cat' of benchmark 'command': one of | & ; < > ( ) { } or a newline outside quotes: quote it, or set \"shell\": true" \
    --arm 'a=true | cat'
  refuses "read command 'echo \$(id)' of benchmark 'command': command substitution or arithmetic: set \"shell\": true" \
    --arm "a=echo \$(id)"
}

@test "a plan is refused by the path of the key" {
  refuses_plan "line 1, column 1: string or '}' expected near end of file" '{'
  refuses_plan "line 1, column 0: '[' or '{' expected near end of file" ''
  refuses_plan "expected an object" '[]'
  refuses_plan "arms: expected an array with something in it" '{}'
  refuses_plan "arms: expected an array with something in it" '{"arms": [], "benches": []}'
  refuses_plan "arms: expected an array with something in it" '{"arms": {"name": "a"}, "benches": []}'
  refuses_plan "benches: expected an array with something in it" '{"arms": [{"name": "a"}]}'
  refuses_plan "extra: unknown key" '{"arms": [{"name": "a"}], "benches": [], "extra": 1}'
  refuses_plan "arms[0]: Object item not found: name" '{"arms": [{}], "benches": []}'
  refuses_plan "arms[1]: Expected object, got string" '{"arms": [{"name": "a"}, "b"], "benches": []}'
  refuses_plan "benches[0]: Object item not found: run" \
    '{"arms": [{"name": "a"}], "benches": [{"name": "x"}]}'
  refuses_plan "benches[1]: Expected string, got integer" \
    '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true"}, {"name": "y", "run": 5}]}'
  refuses_plan "benches[0]: 1 object item(s) left unpacked: run_s" \
    '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true", "run_s": "true"}]}'
  refuses_plan "benches[0].runs: expected an object" \
    '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true", "runs": "true"}]}'
  refuses_plan "benches[0].runs: there is no arm 'b'" \
    '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true", "runs": {"b": "true"}}]}'
  refuses_plan "benches[0].runs: 'a': expected a string" \
    '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true", "runs": {"a": 1}}]}'
  refuses_plan "benches[0].metric 'cycles': expected wall, cpu, instructions, peak_rss or an object" \
    '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true", "metric": "cycles"}]}'
  for key in timeout_s=0:0.01:86400 min_effect_pct=-1:0:1000 margin_pct=1001:0:1000 \
    max_undetected_pct=-0.5:0:1000; do
    IFS='=:' read -r name value min max <<<"$key"
    refuses_plan "benches[0].$name: expected a number from $min to $max" \
      "{\"arms\": [{\"name\": \"a\"}], \"benches\": [{\"name\": \"x\", \"run\": \"true\", \"$name\": $value}]}"
  done
  refuses_plan "benches[0]: Expected real or integer, got string" \
    '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true", "timeout_s": "5"}]}'
  refuses_plan "arms[0].layout: expected a number from 1 to 1000" '{"arms": [{"name": "a", "layout": 0}], "benches": []}'
  printf '%s' '{"arms": [{"name": "a", "role": "base"}, {"name": "b", "role": "base"}], "benches": []}' >p.json
  refuses "give arm 'b' the role 'base': arm 'a' has it" --plan p.json
  refuses_plan "line 1, column 19: duplicate object key near '\"arms\"'" '{"arms": [], "arms": []}'
  refuses "read 'none.json': No such file or directory" --plan none.json
  refuses "read '.': Is a directory" --plan .
  refuses "read '/dev/null': not a regular file" --plan /dev/null
  echo '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true"}, {"name": "x", "run": "true"}]}' >p.json
  refuses "add benchmark 'x': the name is taken" --plan p.json
  echo '{"arms": [{"name": "a", "binary": "gone"}], "benches": [{"name": "x", "run": "true"}]}' >p.json
  refuses "read 'gone' of arm 'a': No such file or directory" --plan p.json
}

@test "the receipt holds every sample, consistent and complete" {
  run -0 --separate-stderr bench true 'sleep .001' --rounds 7 --bench b1
  same "$stderr" ''
  jq -e '
    (keys == ["arms","benches","complete","finished","format","machine","seed","settings","tool"])
    and .format == "pgokit-receipt-1" and .complete == true
    and (.tool | startswith("bench-run ")) and (.seed | test("^[0-9a-f]{16}$"))
    and (.finished | test("^20..-..-..T..:..:..Z$"))
    and (.machine | keys == ["cores","cpu","governor","kernel","load1","virtual"])
    and .arms == [{name: "a", binary: null, sha256: null, role: null, layout: null, slow_pct: 0, slowed: null},
      {name: "b", binary: null, sha256: null, role: null, layout: null, slow_pct: 0, slowed: null}]
    and .settings == {rounds: 7, budget_s: null, warmup: 1, timeout_s: 600, cpus: null,
      decide: null}
    and (.benches | length) == 1
    and (.benches[0]
      | keys == ["build_ids","burn_s","cleanup","commands","executions","files","leaves","metric","name","order","planned","prepare",
                 "samples","seen","sha256","shared","shell","steal_ticks","timeout_s"]
      and .seen == null and .leaves == null and .shared == null
      and .name == "b1" and .metric == "wall" and .shell == false and .prepare == null
      and .cleanup == null and .timeout_s == 600 and .burn_s == [0, 0] and .planned == null
      and .commands == ["true", "sleep .001"]
      and (.files | all(startswith("/"))) and (.sha256 | all(test("^[0-9a-f]{64}$")))
      and (.order | length) == 7 and (.order | all(sort == [0, 1]))
      and (.steal_ticks | length) == 7 and (.steal_ticks | all(. >= 0))
      and (.samples | keys) == ["a", "b"]
      and ([.samples[] | keys == ["maxrss_kb","nivcsw","nvcsw","output","sys_s","user_s","wall_s"]] | all)
      and ([.samples[] | .wall_s, .user_s, .sys_s, .maxrss_kb, .nvcsw, .nivcsw | length == 7] | all)
      and ([.samples[] | .wall_s[], .maxrss_kb[] | . > 0] | all)
      and ([.samples[] | .user_s[], .sys_s[], .nvcsw[], .nivcsw[] | . >= 0] | all)
      and ([.samples[].output] | all(. == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")))
  ' r.json
  same "$(jq -r '.benches[0].sha256[0]' r.json)" "$(sha256sum "$(type -P true)" | cut -c 1-64)"
}

@test "an arm of a plan can run something else than the others" {
  printf '%s' '{"arms": [{"name": "a", "binary": "/bin/echo"}, {"name": "b"}],
    "benches": [{"name": "x", "run": "$PGOKIT_BINARY one", "runs": {"b": "echo two"}, "other_output": true}, {"name": "y", "run": "echo three"}]}' >p.json
  bench-run --plan p.json --rounds 2 --warmup 1 -o r.json
  same "$(jq -c '[.benches[] | .commands, (.samples | map_values(.output))]' r.json)" "$(jq -nc --arg one "$(echo one | sha256sum | cut -c 1-64)" \
    --arg two "$(echo two | sha256sum | cut -c 1-64)" --arg three "$(echo three | sha256sum | cut -c 1-64)" \
    '[["$PGOKIT_BINARY one", "echo two"], {a: $one, b: $two}, ["echo three", "echo three"], {a: $three, b: $three}]')"
}

@test "standard output is one line per arm: benchmark, arm, rounds, medians" {
  bench true 'sleep .001' --rounds 5 --bench b1 >out
  same "$(cut -f 1-3 out)" $'b1\ta\t5\nb1\tb\t5'
  same "$(grep -cxE $'[^\t]+\t[^\t]+\t5\t[0-9]+\\.[0-9]{6}\t[0-9]+\\.[0-9]{6}' out)" 2
  awk -F'\t' -v w="$(jq '.benches[0].samples.b.wall_s | sort[2]' r.json)" \
    '$2 == "b" && ($4 - w) ^ 2 > 1e-12 { exit 1 }' out
}

@test "the same seed gives the same orders, another seed others" {
  bench true true --rounds 20 --seed ab
  jq -c '[.seed, .benches[0].order]' r.json >one
  bench 'sleep 0' true --rounds 20 --seed 00AB
  jq -c '[.seed, .benches[0].order]' r.json >two
  bench true true --rounds 20 --seed ac
  jq -c '[.seed, .benches[0].order]' r.json >three
  cmp one two
  run ! cmp -s <(jq .[1] one) <(jq .[1] three)
  same "$(jq -r .[0] one)" 00000000000000ab
}

@test "without --seed it comes from commands and files, and can be replayed" {
  mkdir here there
  program here/work <<<'exec true'
  seed() { # <option>... <command>
    bench-run --warmup 1 --rounds 20 -o r.json "${@:1:$#-1}" --arm "a=${!#}" --arm b=true >out
    jq -r .seed r.json
  }
  first=$(seed -C here './work x')
  jq -c '.benches[0].order' r.json >orders
  sleep 1
  same "$(seed -C here './work x')" "$first"
  same "$(seed --seed "$first" -C here './work other')" "$first"
  jq -c '.benches[0].order' r.json | cmp - orders
  # The same elsewhere; another command, another benchmark, another content.
  cp here/work there
  same "$(seed -C there './work x')" "$first"
  holds "$(seed -C here './work y')" != "$first"
  holds "$(seed -C here --bench other './work x')" != "$first"
  echo '# changed' >>here/work
  holds "$(seed -C here './work x')" != "$first"
}

@test "all arms run in every round, and each is often enough the first" {
  bench-run --warmup 1 --rounds 60 --seed 1 -o r.json --arm a=true --arm b=true --arm c=true
  jq -e '.benches[0].order | length == 60 and all(sort == [0, 1, 2])
    and ([.[][0]] | group_by(.) | map(length) | length == 3 and all(. > 8))' r.json
}

@test "64 arms fit into a round" {
  arms=()
  for i in $(seq 64); do arms+=(--arm "arm$i=true"); done
  bench-run --warmup 1 --rounds 1 -o r.json "${arms[@]}"
  jq -e '.benches[0] | (.order[0] | sort) == [range(64)] and (.samples | length) == 64' r.json
  run -0 bench-compare --match '*' --cand arm64 r.json
  has "$output" identical
}

@test "a sample is several executions only where one is very short" {
  program count <<<'echo x >>runs; exec sleep "$1"'
  bench true true --rounds 2 --warmup 60
  jq -e '.benches[0].executions > 1' r.json
  bench './count .004' 'sleep .004' --rounds 3
  jq -e '.benches[0].executions == 1' r.json
  same "$(wc -l <runs)" 4 # the warm-up and three rounds
}

@test "--rounds and --warmup are kept, and --budget ends the measuring" {
  program count <<<'echo x >>runs; exec sleep .004'
  bench ./count 'sleep .004' --rounds 5 --warmup 3
  same "$(wc -l <runs)" 8
  bench 'sleep .004' 'sleep .004' --budget .5
  jq -e '.benches[0].samples | (.a.wall_s | length) as $n
    | $n >= 20 and ($n == 20 or ([.[].wall_s | add] | add) < .6)' r.json
}

@test "the budget is shared by the benchmarks, whose orders are the same" {
  echo '{"arms": [{"name": "a"}, {"name": "b"}], "benches": [
    {"name": "x", "run": "sleep .002"}, {"name": "y", "run": "sleep .004"}]}' >p.json
  bench-run --plan p.json --budget .6 -o r.json >out
  same "$(cut -f 1,2 out)" $'x\ta\nx\tb\ny\ta\ny\tb'
  jq -e '[.benches[] | .order[:20]] | .[0] == .[1]' r.json
}

@test "two programs under one interpreter are not identical" {
  program prog1 <<<'sleep .003'
  program prog2 <<<'sleep .009'
  echo '{"arms": [{"name": "a", "binary": "./prog1"}, {"name": "b", "binary": "./prog2"}],
    "benches": [{"name": "x", "run": "sh $PGOKIT_BINARY"}]}' >p.json
  bench-run --plan p.json --rounds 20 -o r.json
  # Which of the other verdicts it is depends on how busy the machine is.
  run bench-compare --match x r.json
  lacks "$output" identical
  same "$(jq -r '.arms | map(.sha256) | unique | length' r.json)" 2
}

@test "the build id is that of the program that really runs" {
  echo 'int main(void) { return 0; }' >t.c
  cc -Wl,--build-id=0x0123456789abcdef -o one t.c
  cc -Wl,--build-id=none -o two t.c
  program three <<<'exec ./one'
  bench-run --warmup 1 --rounds 1 -o r.json --arm a=./one --arm b=./two --arm c=./three
  jq -e '.benches[0].build_ids == ["0123456789abcdef", null, null]' r.json
  echo '{"arms": [{"name": "a", "binary": "./one"}], "benches": [{"name": "x", "run": "\"$PGOKIT_BINARY\" | cat", "shell": true}]}' >p.json
  bench-run --warmup 1 --rounds 1 -o r.json --plan p.json
  jq -e '.benches[0].build_ids == ["0123456789abcdef"]' r.json
}

@test "--shell runs a line of the shell; without it quotes keep words together" {
  bench 'printf "a b" | wc -c' 'echo 3' --rounds 2 --shell
  jq -e '.benches[0] | .shell and ([.samples[].output] | .[0] == .[1])' r.json
  bench "printf %s 'a b'" 'printf "a b"' --rounds 2
  jq -e '.benches[0] | (.shell | not) and ([.samples[].output] | .[0] == .[1])' r.json
}

@test "a plan gives each arm its binary; -C moves the commands, not the results" {
  mkdir dir
  cp "$(type -P basename)" dir/one
  cp "$(type -P dirname)" dir/two
  echo '{"arms": [{"name": "a", "binary": "./one"}, {"name": "b", "binary": "./two"}, {"name": "c"}],
    "benches": [{"name": "x", "run": "${PGOKIT_BINARY:-basename} x", "metric": "cpu"}]}' >p.json
  bench-run -C dir --plan p.json --rounds 2 -o r.json --export-json h.json >out
  holds -s r.json
  holds -s h.json
  same "$(ls dir)" $'one\ntwo'
  jq -e '(.arms | map({name, binary, sha256})) == [{name: "a", binary: "./one", sha256: $a},
      {name: "b", binary: "./two", sha256: $b}, {name: "c", binary: null, sha256: null}] and .benches[0].metric == "cpu"
    and .benches[0].sha256[:2] == [$a, $b] and .benches[0].files[0] == "./one"' \
    --arg a "$(sha256sum <dir/one | cut -c 1-64)" --arg b "$(sha256sum <dir/two | cut -c 1-64)" r.json
}

@test "names and commands are told safely and kept whole" {
  jq -n '{arms: [{name: "a\tb\u001b[31m"}, {name: "::error::x"}],
    benches: [{name: "n\nm", run: "echo \"*\u00e9; \u001b\""}]}' >p.json
  bench-run --plan p.json --rounds 2 -o r.json --export-json h.json >out
  same "$(cut -f 1-3 out)" $'n?m\ta?b?[31m\t2\nn?m\t?:error::x\t2'
  jq -e '(.benches[0].samples | keys) == (["a\tb\u001b[31m", "::error::x"] | sort)
    and .benches[0].name == "n\nm"
    and .benches[0].commands[0] == "echo \"*\u00e9; \u001b\""' r.json
  jq -e '.results[0].command == "a\tb\u001b[31m"' h.json
}

@test "output is fingerprinted: equal, different, or not the same twice" {
  bench 'echo a' "printf a\\\\n" --rounds 3
  jq -e --arg h "$(echo a | sha256sum | cut -c 1-64)" '[.benches[0].samples[].output] == [$h, $h]' r.json
  bench 'echo a' 'echo b' --rounds 3
  jq -e '[.benches[0].samples[].output] | .[0] != .[1] and all(type == "string")' r.json
  run -4 bench-compare --match '*' r.json
  has "$output" "the two sides print different output"
  program changing <<<'echo x >>n; cat n'
  bench 'echo a' ./changing --rounds 3
  jq -e '.benches[0].samples | (.a.output | type) == "string" and .b.output == null' r.json
  run -4 bench-compare --match '*' r.json
  has "$output" "the output of one side differs from run to run"
  # Also where the runs of a sample differ, and each sample ends like the others.
  bench true 'cat n' --rounds 3 --warmup 9 --prepare 'if [ "$(cat n)" = a ]; then echo b >n; else echo a >n; fi'
  jq -e '.benches[0].samples | (.a.output | type) == "string" and .b.output == null' r.json
}

@test "a command sees nothing of bench-run but an empty standard input" {
  bench 'cat; exec ls /proc/self/fd >fds' true --shell --rounds 1
  same "$(xargs <fds)" "0 1 2 3" # 3 is the folder that ls reads
  bench 'exec ls /proc/self/fd >fds; cat' true --shell --rounds 1 <&-
  same "$(xargs <fds)" "0 1 2 3"
}

@test "the export has the keys of hyperfine and agrees with it" {
  loop='BEGIN { for (i = 0; i < n; i++) s += i % 7 }'
  one="awk -v n=150000 '$loop'"
  two="awk -v n=300000 '$loop'"
  # CPU time, which a busy machine disturbs least: twice the work, as both see it.
  for _ in 1 2 3 4 5; do
    hyperfine -N --warmup 1 --runs 12 --export-json real.json -n one "$one" -n two "$two" >/dev/null
    bench-run --rounds 12 --arm "one=$one" --arm "two=$two" --export-json ours.json >/dev/null
    agree=$(jq -n --slurpfile r real.json --slurpfile o ours.json '
      def ratio: .results | (.[1].user + .[1].system) / (.[0].user + .[0].system);
      ($r[0] | ratio) / ($o[0] | ratio) | . > 1 / 1.2 and . < 1.2')
    [ "$agree" = false ] || break
  done
  same "$agree" true
  jq -e -n --slurpfile r real.json --slurpfile o ours.json '
    (($r[0].results[0] | keys) - ($o[0].results[0] | keys)) == []
    and ($o[0].results | map(.command)) == ["one", "two"]
    and ($o[0].results | all((.times | length) == 12 and (.exit_codes | length) == 12
      and (.exit_codes | all(. == 0)) and (.memory_usage_byte | all(. > 100000))
      and .min == (.times | min) and .max == (.times | max)
      and ((.mean - (.times | add) / 12) | fabs) < 1e-9
      and ((.median - (.times | sort | .[5] + .[6]) / 2) | fabs) < 1e-9
      and ((.stddev - ((.times | add / 12) as $m
        | [.times[] | (. - $m) * (. - $m)] | add / 11 | sqrt)) | fabs) < 1e-9))'
  bench-compare --match '*' --floor 400 --max-undetected 1000 real.json ours.json
}

@test "a single round has no standard deviation, several benchmarks have names with a slash" {
  echo '{"arms": [{"name": "a"}], "benches": [{"name": "x", "run": "true"}, {"name": "y", "run": "true"}]}' >p.json
  bench-run --plan p.json --rounds 1 --export-json - >h.json
  jq -e '[.results[] | .command, .stddev] == ["x/a", null, "y/a", null]' h.json
}

@test "-o - and --json write the receipt and nothing else" {
  for how in '-o -' --json; do
    # shellcheck disable=SC2086 # words are meant
    bench-run $how --warmup 1 --rounds 1 --arm a=true >out
    jq -e '.format == "pgokit-receipt-1"' out
    same "$(wc -l <out)" 1
  done
}

@test "results that cannot be written are an error" {
  run --separate-stderr -2 bench-run --warmup 1 --rounds 1 --arm a=true -o no/such/r.json
  like "$stderr" "bench-run: create '$PWD/no/such/r.json.*: No such file or directory"
  run --separate-stderr -2 bash -c 'bench-run --warmup 1 --rounds 1 --arm a=true >/dev/full'
  same "$stderr" "bench-run: write '<stdout>': No space left on device"
}

@test "progress is shown on standard error only" {
  script -qec 'bench-run --warmup 1 --budget 1 --arm "a=sleep .01" --arm "b=sleep .01" >out' typescript >/dev/null
  grep -q 'round [0-9]*, command, [0-9]* s left' typescript
  same "$(cut -f 1,2 out)" $'command\ta\ncommand\tb'
}
