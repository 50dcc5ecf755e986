#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for other shells, jq and awk
# bench-run: commands that fail, hang or change; what runs beside them; nothing is left running.

load ../helper
load bench-run

@test "a command that fails ends the run; the rounds before are kept" {
  program flaky <<'END'
echo x >>runs
if [ "$(wc -l <runs)" -gt 4 ]; then
  printf 'first line\nthe \033[31mreason\n' >&2
  exit 3
fi
sleep .004
END
  run -1 --separate-stderr bench ./flaky 'sleep .004' --rounds 9 --export-json h.json
  same "${stderr_lines[0]}" "bench-run: run './flaky' of benchmark 'command', arm 'a': exit status 3"
  same "${stderr_lines[1]}" "bench-run:   it said: first line"
  same "${stderr_lines[2]}" "bench-run:   it said: the ?[31mreason"
  jq -e '.complete == false and (.benches[0] | (.order | length) == 3
    and ([.samples[].wall_s | length] == [3, 3]))' r.json
  jq -e '[.results[].times | length] == [3, 3]' h.json
  run -4 bench-compare --match '*' r.json
}

@test "a failure in the warm-up leaves a receipt without rounds" {
  run --separate-stderr -1 bench 'sh -c "exit 5"' true --rounds 3 --export-json h.json
  same "$stderr" "bench-run: run 'sh -c \"exit 5\"' of benchmark 'command', arm 'a': exit status 5"
  jq -e '.complete == false and .benches[0].order == [] and .benches[0].samples.a.wall_s == []' r.json
  jq -e '.results == []' h.json
}

@test "of a long complaint the last lines are shown" {
  program noisy <<<'seq 100000 >&2; exit 1'
  run --separate-stderr -1 bench ./noisy true --rounds 1
  same "${#stderr_lines[@]}" 11
  same "${stderr_lines[1]}" "bench-run:   it said: 99991"
  same "${stderr_lines[10]}" "bench-run:   it said: 100000"
}

@test "a command killed by a signal is told" {
  run --separate-stderr -1 bench 'kill -SEGV $$' 'true' --rounds 1 --shell
  same "$stderr" "bench-run: run 'kill -SEGV \$\$' of benchmark 'command', arm 'a': killed by signal 11 (Segmentation fault)"
}

@test "--timeout ends the whole process group" {
  run --separate-stderr -1 bench "sleep 5.$$ & sleep 6.$$; wait" true --shell --rounds 1 --timeout .3
  has "$stderr" "arm 'a': stopped at its timeout after 0."
  sleep .2
  run ! running sleep "5.$$"
  run ! running sleep "6.$$"
}

@test "a file that is replaced while it is measured is noticed" {
  program new <<<'sleep .003'
  program old <<<'cp new.copy new.tmp; mv new.tmp new; sleep .003'
  program new.copy <<<'sleep .003; true'
  run -1 --separate-stderr bench ./old ./new --rounds 3
  same "$stderr" "bench-run: check './new': the file changed while it was measured"
  jq -e '.complete == false and (.benches[0].order | length) == 3' r.json
}

@test "the binary of an arm is watched, even where an interpreter runs it" {
  program prog1 <<<'sleep .003'
  program prog2 <<<'sleep .003; echo "# x" >>prog1'
  echo '{"arms": [{"name": "a", "binary": "./prog1"}, {"name": "b", "binary": "./prog2"}],
    "benches": [{"name": "x", "run": "sh $PGOKIT_BINARY"}]}' >p.json
  run --separate-stderr -1 bench-run --plan p.json --rounds 2 -o r.json
  same "$stderr" "bench-run: check './prog1': the file changed while it was measured"
}

@test "of many files that change, ten are named and the others counted" {
  for i in {0..11}; do program "$i" <<<'sleep .003'; done
  program last <<<'for i in 0 1 2 3 4 5 6 7 8 9 10 11; do echo "# x" >>"$i"; done'
  jq -n '{arms: [{name: "a"}, {name: "b"}], benches: [("./\(range(12))", "./last") | {name: ., run: .}]}' >p.json
  run --separate-stderr -1 bench-run --plan p.json --rounds 2 -o r.json
  same "${#stderr_lines[@]}" 11
  same "${stderr_lines[9]}" "bench-run: check './9': the file changed while it was measured"
  same "${stderr_lines[10]}" "bench-run: check files: and 14 more" # of 12 in each of two arms
}

@test "prepare runs before each execution, warm-up and all" {
  program work <<<'echo run >>log; sleep .003'
  bench ./work ./work --rounds 3 --prepare 'echo prepare >>log'
  same "$(paste -d ' ' - - <log | sort | uniq -c | xargs)" "8 prepare run"
  same "$(jq -r '.benches[0].prepare' r.json)" 'echo prepare >>log'
}

@test "cleanup runs after each execution, a failed one, too" {
  program work <<<'echo run >>log; [ "$(grep -c run log)" -lt 7 ] && exec sleep .004'
  run -1 bench ./work 'sleep .003' --rounds 9 --cleanup 'echo cleanup >>log'
  same "$(tail -n 2 log | xargs)" 'run cleanup' # of the failure
  same "$(grep -c run log)" 7
  run ! grep run <(uniq -d log)
  jq -e '.complete == false and .benches[0].cleanup == "echo cleanup >>log"' r.json
  rm log
  bench ./work ./work --rounds 2 --prepare 'echo prepare >>log' --cleanup 'echo cleanup >>log'
  same "$(xargs -n 3 <log | uniq -c | xargs)" '6 prepare run cleanup'
}

@test "a cleanup that fails ends the run" {
  run --separate-stderr -1 bench true true --rounds 3 --cleanup 'echo in use >&2; exit 4'
  same "$stderr" $'bench-run: clean up after benchmark \'command\': exit status 4\nbench-run:   it said: in use'
}

@test "a prepare that fails ends the run" {
  run --separate-stderr -1 bench true true --rounds 3 --prepare 'echo no room >&2; exit 9'
  same "$stderr" $'bench-run: prepare benchmark \'command\': exit status 9\nbench-run:   it said: no room'
}

@test "a benchmark of a plan has its own timeout and rules" {
  echo '{"arms": [{"name": "a", "role": "base"}, {"name": "b", "role": "cand", "layout": 2}], "benches": [
    {"name": "x", "run": "sleep .003", "timeout_s": 9, "min_effect_pct": 0, "margin_pct": 2.5,
     "max_undetected_pct": 30}, {"name": "y", "run": "sleep .003"}]}' >p.json
  bench-run --plan p.json --rounds 2 --timeout 8 -o r.json
  jq -e '(.arms | map([.role, .layout])) == [["base", null], ["cand", 2]]
    and (.benches[0] | [.timeout_s, .min_effect_pct, .margin_pct, .max_undetected_pct]) == [9, 0, 2.5, 30]
    and (.benches[1] | .timeout_s == 8 and (has("min_effect_pct") or has("margin_pct") or has("max_undetected_pct") | not))' r.json
  sed 's/"timeout_s": 9/"timeout_s": 0.2/; s/sleep .003", "t/sleep 7", "t/' p.json >q.json
  run --separate-stderr -1 bench-run --plan q.json --rounds 2
  like "$stderr" "bench-run: run 'sleep 7' of benchmark 'x', arm '?': stopped at its timeout after 0.*"
}

@test "interrupted, it leaves no process and no half receipt" {
  for signal in TERM HUP; do
    bench-run --warmup 1 --rounds 5 -o r.json --shell --arm "a=echo >started; sleep 7.$$ & sleep 8.$$" &
    pid=$!
    for _ in $(seq 100); do
      [ ! -e started ] || break
      sleep .05
    done
    kill -"$signal" "$pid"
    run ! wait "$pid"
    sleep .1
    run ! running sleep "7.$$"
    run ! running sleep "8.$$"
    holds ! -e r.json
    rm started
  done
}

# A shell without job control starts what it puts in the background with SIGINT ignored.
@test "SIGINT from the terminal ends the command, too" {
  run -124 timeout -s INT 1 bench-run --warmup 1 --rounds 5 -o r.json --arm "a=sleep 9.$$"
  run ! running sleep "9.$$"
  holds ! -e r.json
}

# As a runner or a script's `kill 0` does it: no handler runs, yet nothing stays behind.
@test "SIGKILL of its whole process group leaves no process" {
  setsid bench-run --warmup 1 --rounds 5 -o r.json --shell \
    --arm "a=setsid sleep 604.$$ & echo >started; sleep 605.$$ & sleep 606.$$" &
  pid=$!
  for _ in $(seq 100); do
    [ ! -e started ] || break
    sleep .05
  done
  running sleep "606.$$"
  kill -KILL -- "-$pid"
  wait "$pid" || true
  for _ in $(seq 100); do
    running sleep "604.$$" || running sleep "605.$$" || running sleep "606.$$" || break
    sleep .05
  done
  run ! running sleep "604.$$"
  run ! running sleep "605.$$"
  run ! running sleep "606.$$"
  holds ! -e r.json
}
