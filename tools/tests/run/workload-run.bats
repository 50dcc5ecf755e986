#!/usr/bin/env bats
# shellcheck disable=SC2016 # variables in single quotes are workload-run's
# workload-run: how one command ended, told in JSON and by the exit status.

load ../helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "-h and --version answer on standard output" {
  run -0 --separate-stderr workload-run -h
  same "$stderr" ''
  starts "${lines[0]}" "usage: workload-run "
  for option in -C --shell --timeout --hold --log --stdout --trace --watch; do
    grep -q -- "^  $option" <<<"$output"
  done
  same "$(workload-run --version)" "workload-run (pgokit) $(cat "$ROOT/ci/VERSION")"
}

@test "a wrong call shows the usage and exits with 2" {
  for args in '' 'true false' '--no-such-option true' '--timeout'; do
    # shellcheck disable=SC2086 # words are meant
    run --separate-stderr -2 workload-run $args
    same "$output" ''
    has "$stderr" "usage: workload-run "
  done
}

@test "trouble before the command starts is exit 2" {
  run --separate-stderr -2 workload-run --timeout 0 true
  same "$stderr" "workload-run: read --timeout '0': expected a number from 0.01 to 86400"
  run --separate-stderr -2 workload-run -C nowhere true
  same "$stderr" "workload-run: enter 'nowhere': No such file or directory"
  run --separate-stderr -2 workload-run --log no/such/log true
  same "$stderr" "workload-run: open 'no/such/log': No such file or directory"
  run --separate-stderr -2 workload-run 'echo $UNSET_X'
  same "$stderr" "workload-run: read command 'echo \$UNSET_X': variable UNSET_X is not set"
  run --separate-stderr -2 workload-run ''
  same "$stderr" "workload-run: read command '': there is no command in it"
}

@test "a command that exits with 0 is exit 0 and one line of JSON" {
  run -0 --separate-stderr workload-run 'sleep .01'
  same "$stderr" ''
  same "${#lines[@]}" 1
  jq -e '(keys == ["ended","maxrss_kb","signal","status","sys_s","timedout","user_s","wall_s"])
    and .status == 0 and .ended == "exit status 0" and .signal == null and .timedout == false
    and .wall_s >= 0.01 and .user_s >= 0 and .sys_s >= 0 and .maxrss_kb > 100' <<<"$output"
}

@test "a command that fails is exit 1, and standard error says how" {
  run --separate-stderr -1 workload-run --shell 'exit 7'
  same "$stderr" "workload-run: run 'exit 7': exit status 7"
  same "$(jq -c '[.status, .signal]' <<<"$output")" '[7,null]'
  run --separate-stderr -1 workload-run --shell 'kill -9 $$'
  same "$stderr" "workload-run: run 'kill -9 \$\$': killed by signal 9 (Killed)"
  same "$(jq -c '[.status, .signal, .ended]' <<<"$output")" '[137,9,"killed by signal 9 (Killed)"]'
  run --separate-stderr -1 workload-run ./none
  same "$stderr" "workload-run: run './none': cannot be started: No such file or directory"
  same "$(jq -c '[.status, .signal]' <<<"$output")" '[127,null]'
}

@test "--timeout ends the command and what it started" {
  run --separate-stderr -1 workload-run --shell --timeout .3 "sleep 51.$$ & sleep 52.$$; wait"
  has "$stderr" ": stopped at its timeout after 0."
  same "$(jq -c '[.timedout, .signal]' <<<"$output")" '[true,9]'
  sleep .1
  run ! running sleep "51.$$"
  run ! running sleep "52.$$"
}

@test "--hold stops all that it started as long as the file is there" {
  touch go
  workload-run -C / --hold hold --shell \
    "(while :; do date +%N >'$PWD/a'; done) & while [ -e '$PWD/go' ]; do date +%N >'$PWD/b'; done" >json 3>&- &
  local still tries=0
  until [ -s a ] && [ -s b ]; do sleep .05; done
  touch hold
  # From some moment on both loops stand still.
  until [ "$(cat a b)" = "${still-}" ] && sleep .3 && [ "$(cat a b)" = "$still" ]; do
    holds $((tries += 1)) -lt 100
    still=$(cat a b)
    sleep .3
  done
  rm hold
  until [ "$(cat a)" != "$(head -n 1 <<<"$still")" ] && [ "$(cat b)" != "$(tail -n 1 <<<"$still")" ]; do
    holds $((tries += 1)) -lt 200
    sleep .05
  done
  rm go
  wait "$!"
  same "$(jq -c '[.status, .timedout]' json)" '[0,false]'
}

@test "--hold does not outlive the timeout, nor a minute, and what is held can be ended" {
  touch hold
  run --separate-stderr -1 workload-run --hold hold --timeout .5 "sleep 63.$$"
  has "$stderr" ": stopped at its timeout after 0."
  run ! running sleep "63.$$"
  touch -d '2 minutes ago' hold
  run -0 --separate-stderr workload-run --hold hold --timeout 20 'sleep .1'
  touch hold
  env --default-signal setsid workload-run --hold hold "sleep 64.$$" 3>&- &
  sleep .3
  kill -TERM "$!"
  wait "$!" || true
  run ! running sleep "64.$$"
}

@test "what it leaves running is ended" {
  run -0 --separate-stderr workload-run --shell "sleep 53.$$ & true"
  sleep .1
  run ! running sleep "53.$$"
}

@test "a daemon that it leaves in a session of its own is ended, and what that started" {
  run -0 --separate-stderr workload-run --shell "setsid sh -c 'sleep 54.$$ & setsid sleep 55.$$; true' & sleep .2"
  run ! pgrep -f "sleep 5[45].$$"
}

# Runs it in a group of its own, and a signal to the guard (TERM, say) or to the group (-KILL).
ended_by() { # <signal> <whom: guard or group>
  env --default-signal setsid workload-run --shell "sleep 56.$$ & setsid sleep 57.$$ & sleep 58.$$; true" 3>&- &
  guard=$!
  for _ in {1..50}; do
    [ "$(pgrep -fc "^sleep 5[678].$$")" -lt 3 ] || break
    sleep .1
  done
  [ "$2" = guard ] && kill "-$1" "$guard"
  [ "$2" = group ] && kill "-$1" -- "-$guard"
  status=0
  wait "$guard" || status=$?
  for _ in {1..50}; do
    pgrep -f "sleep 5[678].$$" >/dev/null || break
    sleep .1
  done
  run ! pgrep -f "sleep 5[678].$$"
}

@test "a signal to it, or to its group, ends all that it started; even SIGKILL does" {
  local signal
  for signal in TERM INT HUP KILL; do
    ended_by "$signal" guard
    ended_by "$signal" group
  done
}

@test "its exit status after a signal is the signal's" {
  env --default-signal setsid workload-run 'sleep 59' 3>&- &
  local status=0
  sleep .3
  kill -INT "$!"
  wait "$!" || status=$?
  same "$status" 130
}

@test "it ends when the process that PGOKIT_TETHER names does, whoever its parent is" {
  sleep 100 3>&- &
  local named=$!
  (PGOKIT_TETHER=$named workload-run --shell "sleep 61.$$; true" 3>&-) &
  sleep .3
  pgrep -f "^sleep 61.$$"
  kill -KILL "$named"
  wait
  run ! pgrep -f "sleep 61.$$"
  PGOKIT_TETHER=$named run -2 workload-run true
}

@test "--log takes what it prints, after what is there; --stdout takes standard output afresh" {
  echo before >log
  workload-run --log log --shell 'echo out; echo err >&2' >json
  same "$(cat log)" $'before\nout\nerr'
  same "$(wc -l <json)" 1
  echo before >out
  workload-run --log log --stdout out --shell 'echo out; echo err2 >&2' >json
  same "$(cat out)" out
  same "$(cat log)" $'before\nout\nerr\nerr2'
  workload-run --shell 'echo out; echo err >&2' >json 2>errors
  holds ! -s errors
  same "$(wc -l <json)" 1
}

@test "--log works where standard input is closed" {
  workload-run --log log --shell 'echo out; cat; echo err >&2' <&- >json
  same "$(cat log)" $'out\nerr'
  jq -e '.status == 0' json
}

@test "-C runs it there, files are named from here, variables are expanded without a shell" {
  mkdir dir 'a b'
  DIR='a b' workload-run -C dir --log log 'ls -d ../$DIR "*"' >json || true
  grep -qx "../a b" log
  grep -q "cannot access '\*'" log
}

@test "a message cannot carry an escape to the terminal" {
  run --separate-stderr -1 workload-run $'false \033[31m'
  same "$stderr" 'workload-run: run '"'false ?[31m'"': exit status 1'
}
