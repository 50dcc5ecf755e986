#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for other shells, jq and awk
# bench-run: what a gate needs: roles, canary, equal conditions, deciding, counting.

load ../helper
load bench-run

@test "--role says what an arm is, of a plan as well" {
  bench true true --rounds 1 --role b=base --role a=canary
  jq -e '(.arms | map(.role)) == ["canary", "base"]' r.json
  echo '{"arms": [{"name": "a=b"}, {"name": "b"}], "benches": [{"name": "x", "run": "true"}]}' >p.json
  bench-run --plan p.json --rounds 1 --role a=b=cand --role b=base -o r.json
  jq -e '(.arms | map(.role)) == ["cand", "base"]' r.json
}

# A program that works for some milliseconds.
spin() { # <name> [turns]
  program "$1" <<<"i=0; while [ \$i -lt ${2:-20000} ]; do i=\$((i+1)); done"
}

@test "an arm that is slowed down takes so much more CPU time, several executions and all" {
  spin work
  bench ./work ./work --rounds 12 --warmup 5 --slow b=50 --metric cpu
  # What it burns is half of what the warm-up took, and part of each of its times: on a busy machine a
  # ratio of two measured times would not show that.
  jq -e '.arms[1].slow_pct == 50 and (.benches[0]
    | .burn_s as [$none, $burn] | .samples | map_values([.user_s, .sys_s] | transpose | map(add))
    | $none == 0 and $burn > (.a | min) / 4 and $burn < (.a | max)
      and (.b | min) >= $burn + (.a | min) / 4)' r.json
  bench true true --rounds 3 --warmup 9 --slow b=1000
  jq -e '.benches[0] | .burn_s[1] as $burn | $burn > 0
    and (.samples.b.wall_s | all(. >= $burn - 1e-5))' r.json
}

@test "the slowed copy of a base burns by the base's time, of what is judged" {
  spin work
  echo '{"arms": [{"name": "c", "slow_pct": 10}, {"name": "b", "role": "base"}, {"name": "d"}],
    "benches": [{"name": "wall", "run": "sh -c \"sleep .1; ./work\""},
      {"name": "cpu", "run": "sh -c \"sleep .1; ./work\"", "metric": "cpu"}]}' >p.json
  bench-run --plan p.json --rounds 1 -o r.json
  jq -e '(.benches[0].burn_s | .[0] > .01 and .[1:] == [0, 0])
    and (.benches[1].burn_s | .[0] > 0 and .[1:] == [0, 0])
    and .benches[1].burn_s[0] < .benches[0].burn_s[0]' r.json
  # Only the base's time counts: that of the slowed arm is some ten times longer here.
  program longer <<<'if [ "$1" = c ]; then sleep .3; else sleep .03; fi'
  bench-run --warmup 1 --rounds 1 -o r.json --role b=base --slow c=100 \
    --arm 'c=./longer c' --arm 'b=./longer b'
  jq -e '.benches[0].burn_s[0] | . > .03 and . < .3' r.json
}

@test "--cpu ties the commands to CPUs, but neither prepare nor cleanup" {
  allowed=$(grep Cpus_allowed_list /proc/self/status)
  cpu=$(grep -oE '[0-9]+' <<<"$allowed" | head -n 1)
  bench 'grep Cpus_allowed_list /proc/self/status' "printf 'Cpus_allowed_list:\\t$cpu\\n'" --rounds 2 \
    --cpu "$cpu" --prepare 'grep Cpus_allowed_list /proc/self/status >prepared' \
    --cleanup 'grep Cpus_allowed_list /proc/self/status >cleaned'
  jq -e --arg cpu "$cpu" '.settings.cpus == $cpu and ([.benches[0].samples[].output] | .[0] == .[1])' r.json
  same "$(cat prepared)" "$allowed"
  same "$(cat cleaned)" "$allowed"
}

@test "a CPU that is not there, or not allowed, is refused" {
  last=$(($(getconf _NPROCESSORS_CONF) - 1))
  refuses "read --cpu '1000': there is no CPU 1000, only 0 to $last" --cpu 1000 --arm a=true
  cpu=$(grep Cpus_allowed_list /proc/self/status | grep -oE '[0-9]+' | head -n 1)
  other=$((cpu == 0)) # on a machine with a single CPU it is not there
  run --separate-stderr -2 taskset -c "$cpu" bench-run --cpu "$other" --arm a=true
  if [ "$other" -le "$last" ]; then
    same "$stderr" "bench-run: read --cpu '$other': this process may not run on CPU $other"
  else
    same "$stderr" "bench-run: read --cpu '$other': there is no CPU $other, only 0 to $last"
  fi
}

# Field 48 of stat is where the arguments begin. From there to the end of the stack, which is the end
# of a page, come only arguments, environment and file name.
@test "arguments and environment are as long for each arm, whatever their names" {
  mkdir dir a-folder-with-a-longer-name
  cp "$(type -P awk)" dir/prog
  cp "$(type -P awk)" a-folder-with-a-longer-name/another
  jq -n '{arms: [{name: "a", binary: "dir/prog"}, {name: "b", binary: "a-folder-with-a-longer-name/another"}, {name: "c"}],
    benches: [{name: "x", run: "${PGOKIT_BINARY:-awk} \"{ print \\$48 % 4096 }\" /proc/self/stat"}]}' >p.json
  bench-run --plan p.json --rounds 2 -o r.json
  jq -e '.benches[0].samples | .a.output == .b.output and .a.output == .c.output and .a.output != null' r.json
  # Nor does the environment of the caller matter.
  MORE=$(seq 500) bench-run --plan p.json --rounds 2 -o s.json
  same "$(jq '.benches[0].samples.a.output' r.json)" "$(jq '.benches[0].samples.a.output' s.json)"
  bench 'cat /proc/$$/environ /proc/$$/cmdline | wc -c' 'exec 3<&1; cat /proc/$$/environ /proc/$$/cmdline | wc -c' \
    --rounds 2 --shell
  jq -e '[.benches[0].samples[].output] | .[0] == .[1] and .[0] != null' r.json
}

# One run that decides, with a receipt in r.json: arms a, the base, and b, the candidate; by the CPU
# time, of which a busy machine takes less away.
decide() { # <command a> <command b> <option>...
  bench-run --warmup 1 -o r.json --decide --match '*' --metric cpu --role a=base --role b=cand \
    "${@:3}" --arm "a=$1" --arm "b=$2"
}

@test "--decide stops where bench-compare decides, by the same rules" {
  spin work 5000
  decide ./work ./work --slow b=100 --rounds 300 --margin 3
  jq -e '.settings.decide == {match: ["*"], alpha: 0.01, min_effect_pct: 0.5, margin_pct: 3}
    and (.benches[0] | .planned == 300 and (.order | length) < 150)' r.json
  # The same program, slowed down: under another name, so that it is not taken for identical.
  jq '.benches[0].commands[1] = "slowed"' r.json >s.json
  run -1 bench-compare --match '*' --margin 3 --json s.json
  same "$(jq -r '.benches[0].verdict' <<<"$output")" regressed
  same "$(jq '.benches[0].rounds' <<<"$output")" "$(jq '.benches[0].order | length' s.json)"
  # One round fewer, and there is no verdict yet.
  jq '.benches[0] |= (.order |= .[:-1] | .steal_ticks |= .[:-1]
    | .samples |= map_values(with_entries(if .value | type == "array" then .value |= .[:-1] else . end)))' s.json >t.json
  run --separate-stderr -4 bench-compare --match '*' --margin 3 --json t.json
  same "$(jq -r '.benches[0].verdict' <<<"$output")" invalid
  has "$stderr" ' of 300 planned rounds with nothing decided, and nothing says why'
  # The more share the error, the more rounds it takes.
  n=$(jq '.benches[0].order | length' r.json)
  decide ./work ./work --slow b=100 --rounds 300 --margin 3 --shares 1000000
  jq -e --argjson n "$n" '.settings.decide.shares == 1000000 and (.benches[0].order | length) > $n' r.json
  decide ./work './work same' --rounds 300 --margin 100
  run -0 bench-compare --match '*' --margin 100 --json r.json
  same "$(jq -r '.benches[0].verdict' <<<"$output")" unchanged
  same "$(jq '.benches[0].rounds' <<<"$output")" "$(jq '.benches[0].order | length' r.json)"
}

@test "--decide goes on until the canary is found" {
  spin work 5000
  decide ./work './work same' --rounds 40 --margin 100 --min-effect 50 --arm c=./work --role c=canary --slow c=0
  jq -e '.benches[0].order | length == 40' r.json # never found: to the end of the plan
  decide ./work './work same' --rounds 300 --margin 100 --min-effect 50 --arm c=./work --role c=canary --slow c=100
  jq -e '.benches[0].order | length < 150' r.json
}

@test "--decide goes on until the control could have shown a difference" {
  spin work 5000
  decide ./work ./work --slow b=100 --rounds 20 --margin 100 --alpha .5
  jq -e '.benches[0].order | length < 11' r.json
  # In 10 rounds a control three times as slow would pass: 2^-10 is above its share of 0.1 %.
  decide ./work ./work --slow b=100 --rounds 20 --margin 100 --alpha .5 --arm k=./work --role k=control --slow k=200
  jq -e '.benches[0].order | length > 10 and length <= 20' r.json
  run -4 bench-compare --match '*' --metric cpu --margin 100 --alpha .5 --json r.json
  same "$(jq '.benches[0].control.ok' <<<"$output")" false
}

@test "--decide judges the mean over layouts, and the canary against the first base" {
  spin work 5000
  echo '{"arms": [{"name": "b1", "role": "base", "layout": 1}, {"name": "b2", "role": "base", "layout": 2},
      {"name": "c1", "role": "cand", "layout": 1}, {"name": "c2", "role": "cand", "layout": 2, "slow_pct": 300},
      {"name": "canary", "role": "canary", "slow_pct": 100}],
    "benches": [{"name": "x", "run": "./work", "metric": "cpu"}]}' >p.json
  bench-run --warmup 1 --rounds 200 --decide --match x --min-effect 20 --plan p.json -o r.json
  jq -e '.benches[0] | .burn_s[4] > 0 and (.order | length < 100)' r.json
  # A canary that is none is waited for until the plan ends.
  jq '.arms[3].slow_pct = 0 | .arms[4].slow_pct = 0' p.json >q.json
  bench-run --warmup 1 --rounds 40 --decide --match x --min-effect 20 --margin 100 --plan q.json -o r.json
  jq -e '.benches[0].order | length == 40' r.json
}

@test "--decide measures what is not gated to its plan, and not beyond" {
  spin work 5000
  echo '{"arms": [{"name": "a", "role": "base"}, {"name": "b", "role": "cand", "slow_pct": 100}],
    "benches": [{"name": "x", "run": "./work", "metric": "cpu"},
      {"name": "x_full_check_flow", "run": "./work", "metric": "cpu", "min_effect_pct": 1}]}' >p.json
  bench-run --warmup 1 --decide --min-effect 900 --rounds 60 --plan p.json -o r.json
  jq -e '.settings.decide.match[0] == "*_full_check_flow"
    and (.benches | map(.order | length) | .[0] == 60 and .[1] < 60)' r.json
}

@test "--decide keeps to its budget, but for the first twenty rounds" {
  # Slower, but not ten times: neither question has an answer, whatever the machine does.
  program nap <<<'sleep "${1:-.01}"'
  begin=$(date +%s%N)
  bench-run --warmup 1 --decide --match '*' --min-effect 900 --margin 0 --budget 2 -o r.json --role a=base --role b=cand --arm a=./nap --arm 'b=./nap .02'
  took=$((($(date +%s%N) - begin) / 1000000))
  jq -e '.benches[0] | .planned >= 20 and (.order | length) >= 20
    and ([.samples[].wall_s | add] | add) < 2.5' r.json
  holds "$took" -lt 10000
  bench-run --warmup 1 --decide --match '*' --min-effect 900 --margin 0 --budget .1 -o r.json --role a=base --role b=cand --arm a=./nap --arm 'b=./nap .02'
  jq -e '.benches[0] | .planned == 20 and (.order | length) == 20' r.json
}

@test "--decide refuses what it could not decide" {
  refuses "decide: no arm has the role cand" --decide --match x --bench x --role a=base --arm a=true --arm b=true
  refuses "decide on arm 'b': no arm has the role of its base" --decide --match x --bench x --role b=cand --arm a=true --arm b=true
  refuses "decide: no benchmark is gated: none matches" --decide --bench x --role b=cand --role a=base --arm a=true --arm b=true
  refuses "read --alpha '1': expected a number from 1e-09 to 0.5" --decide --alpha 1 --arm a=true
}

# A program that counts to a number, in a child process as well if there is a second one.
counter() { # <name>
  cat >"$1.c" <<'END'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
static void count(const char *to)
{
	for (volatile long i = 0, n = atol(to); i < n; i++)
		;
}
int main(int argc, char **argv)
{
	count(argv[1]);
	if (argc > 2 && !fork()) {
		count(argv[2]);
		_exit(0);
	}
	wait(NULL);
	return 0;
}
END
  cc -O1 -o "$1" "$1.c"
}

# bats test_tags=slow
@test "instructions are counted in all processes, and are about the same wherever they lie" {
  counter work
  bench-run -o r.json --export-json h.json --metric instructions --cleanup 'echo x >>log' --arm 'a=./work 100000' \
    --arm 'b=./work 200000' --arm 'c=./work 100000 100000' --arm 'd=sh -c "./work 100000; ./work 100000"' >out
  jq -e '.benches[0] | .metric == "instructions" and .executions == 1 and .planned == null
    and (.order | length) == 4 # arms differ
    and ([.samples[] | keys == ["instructions", "output"]] | all)
    and ([.samples[].instructions | length == 4 and max / min < 1.001] | all)
    and .unmoved == ["it is a command without a program", "it is a command without a program",
      "it is a command without a program", "it is a command without a program"]
    and (.samples | map_values(.instructions[0]) | (.b - .a) as $count
      | $count >= 300000 and $count <= 1000000 # three to ten instructions each time
      and ((.c - .b) / $count - 1 | fabs) < 0.4 # the child, and a second time what was before it
      and .d - .a > $count)' r.json
  same "$(awk -F'\t' '$2 == "a" { print $3, $4, NF }' out)" \
    "4 $(jq '.benches[0].samples.a.instructions | sort | (.[1] + .[2]) / 2 | round' r.json) 4"
  same "$(wc -l <log)" 16 # no warm-up
  jq -e '.results == []' h.json
  same "$(ls -d "$TMPDIR"/bench-run.* 2>/dev/null)" ''
}

# A program that fills a hash table, in an order that its own address seeds, and then counts; PAD is before both.
placed() { # <name> <turns of the table> <of the counter> [compiler's option]...
  cat >"$1.c" <<'END'
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#ifdef PAD
__attribute__((used, noinline)) static int unused(int n) { return n * n; }
__attribute__((used)) static char pad[5000] = {1};
#endif
static int anchor = 7;
static uint32_t table[1024];
int main(void)
{
	uint64_t seed = (uint64_t)(uintptr_t)&anchor * 0x9e3779b97f4a7c15;
	for (int turn = 0; turn < TABLE; turn++) {
		memset(table, 0, sizeof(table));
		for (uint32_t k = 1; k <= 900; k++) {
			uint64_t h = (seed ^ k) * 0xbf58476d1ce4e5b9;
			uint32_t i = (h ^ h >> 32) & 1023;
			while (table[i])
				i = (i + 1) & 1023;
			table[i] = k;
		}
	}
	for (volatile long i = 0; i < COUNTER; i++)
		;
	puts("done");
	return 0;
}
END
  cc -O1 -fPIE -pie "-DTABLE=$2" "-DCOUNTER=$3" "${@:4}" -o "$1" "$1.c"
}

# v.json: the verdict on two of them, whose instructions are counted.
judged() { # <base> <cand>
  jq -n --arg base "$PWD/$1" --arg cand "$PWD/$2" '{
    arms: [{name: "base", role: "base", binary: $base}, {name: "cand", role: "cand", binary: $cand}],
    benches: [{name: "full_check_flow", run: "$PGOKIT_BINARY", metric: "instructions"}]}' >p.json
  bench-run --plan p.json -o r.json 2>said
  bench-compare --json r.json >v.json || true
  same "$(ls -d "$TMPDIR"/bench-run.* 2>/dev/null)" ''
}

# bats test_tags=slow
@test "what padding moves is no regression where a hash is seeded by an address" {
  placed base 20 1
  placed padded 20 1 -DPAD
  judged base padded
  jq -e '.benches[0] | .samples[].instructions | length == 20 and max / min > 1.02' r.json
  jq -e '.benches[0].unmoved == [null, null]' r.json
  jq -e '.benches[0] | .verdict == "inconclusive" and .doubt == "counts" and .low_pct < 0 and .high_pct > 0' v.json
}

# bats test_tags=slow
@test "5 % more instructions are found, also where counts of one program differ" {
  placed base 0 200000
  placed more 0 213000
  placed padded 0 200000 -DPAD
  judged base more
  jq -e '.benches[0] | .samples[].instructions | length == 4 and max / min < 1.001' r.json
  jq -e '.benches[0] | .verdict == "regressed" and .change_pct > 4 and .high_pct - .low_pct < .3' v.json
  judged base padded
  jq -e '.benches[0].samples[].instructions | length == 2' r.json
  jq -e '.benches[0] | .verdict == "unchanged"' v.json
  placed base 4 200000
  placed more 4 220000 -DPAD
  judged base more
  jq -e '.benches[0].samples.base.instructions | length == 20 and max / min > 1.01' r.json
  jq -e '.benches[0] | .verdict == "regressed" and .change_pct > 3 and .low_pct > 0' v.json
}

# bats test_tags=slow
@test "a program with a fixed address is counted in one layout, and that is said" {
  placed base 0 20000
  placed fixed 0 20000 -fno-pie -no-pie
  judged base fixed
  jq -e '.benches[0].unmoved == [null, "its program has a fixed address"]' r.json
  jq -e '.benches[0].unmoved == "its program has a fixed address"' v.json
  # One that cannot be loaded elsewhere is counted where it can.
  cat >base.c <<'END'
#include <stdint.h>
extern const char __ehdr_start[];
int main(void) { return (uintptr_t)__ehdr_start - 0x400000 < 0x10000000; }
END
  cc -fPIE -pie -o base base.c
  judged base base
  jq -e '.benches[0].unmoved == ["copies that lie elsewhere fail", "copies that lie elsewhere fail"]' r.json
  same "$(cat said)" ''
}

@test "interrupted while it counts, it leaves no process and none of valgrind's files" {
  for signal in TERM HUP; do
    bench-run -o r.json --metric instructions --shell --arm "a=echo >started; sleep 7.$$" &
    pid=$!
    for _ in $(seq 400); do
      [ ! -e started ] || break
      sleep .05
    done
    holds -n "$(ls -d "$TMPDIR"/bench-run.*)"
    kill -"$signal" "$pid"
    run ! wait "$pid"
    sleep .1
    run ! pgrep -f "sleep 7[.]$$"
    same "$(ls -d "$TMPDIR"/bench-run.* 2>/dev/null)" ''
    holds ! -e r.json
    rm started
  done
}

@test "counted and timed benchmarks go together" {
  counter work
  echo '{"arms": [{"name": "a", "role": "base"}, {"name": "b", "role": "cand", "slow_pct": 100}],
    "benches": [{"name": "i", "run": "./work 1000", "metric": "instructions"},
      {"name": "t", "run": "./work 10000000", "metric": "cpu"}]}' >p.json
  bench-run --plan p.json --rounds 3 -o r.json
  jq -e '.benches | .[0].samples == {a: .[0].samples.b, b: .[0].samples.b} and .[0].burn_s == [0, 0]
    and (.[1].samples.a.wall_s | length) == 3' r.json
  bench-run --plan p.json --rounds 60 --decide --match '*' -o r.json
  jq -e '.benches | (.[0].samples.a.instructions | length) == 2 and (.[1].order | length | . >= 10 and . < 60)' r.json
}

@test "without valgrind, instructions cannot be counted: what to install" {
  mkdir bin
  ln -s "$(type -P true)" bin/true
  run --separate-stderr -2 env "PATH=$PWD/bin" "$ROOT/build/bin/bench-run" --metric instructions --arm a=true
  same "$stderr" "bench-run: count the instructions of benchmark 'command': valgrind is not installed; its package is called valgrind on Debian, Fedora and Arch alike"
  # One that counts nothing, or nonsense, is no zero.
  program bin/valgrind <<<'exit 0'
  run --separate-stderr -1 env "PATH=$PWD/bin" "$ROOT/build/bin/bench-run" --metric instructions --arm a=true
  same "$stderr" "bench-run: count the instructions of benchmark 'command', arm 'a': valgrind left no counts"
  program bin/valgrind <<'END'
for option; do
  case $option in --callgrind-out-file=*) echo 'events: Ir' >"${option#*=}" ;; esac
done
END
  run --separate-stderr -1 env "PATH=$PWD/bin" "$ROOT/build/bin/bench-run" --metric instructions --arm a=true
  same "$stderr" "bench-run: count the instructions of benchmark 'command', arm 'a': valgrind left no counts"
  same "$(ls -d "$TMPDIR"/bench-run.* 2>/dev/null)" ''
}

@test "a command that fails under valgrind is told as any other" {
  run --separate-stderr -1 bench-run --metric instructions --arm 'a=sh -c "echo why >&2; exit 3"'
  like "${stderr_lines[0]}" "bench-run: run 'sh -c *' of benchmark 'command', arm 'a': exit status 3"
  has "$stderr" "it said: why"
}
