#!/usr/bin/env bats
# shellcheck disable=SC2016 # variables in single quotes are variant-tune's
# variant-tune: commands as targets, what is learned of them, kept, told and merged.

load ../helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
  printf '#!/bin/sh\nsleep "$1"\necho done\n' >work
  chmod +x work
}

tune() { # <status> [argument...]
  run --separate-stderr "-$1" variant-tune "${@:2}"
}

# Two commands, one of which takes twice as long.
learn() { # <status> [argument...]
  tune "$1" run --file profiles.json --target slow='./work 0.04' --target fast='./work 0.01' "${@:2}"
}

counted() { # the runs that the file knows
  variant-tune export --file profiles.json | jq '[.targets[].runs] | add + 0'
}

@test "-h and --version answer on standard output" {
  tune 0 -h
  same "$stderr" ''
  starts "${lines[0]}" 'usage: variant-tune run '
  same "$(variant-tune --version)" "variant-tune (pgokit) $(cat "$ROOT/ci/VERSION")"
}

@test "a wrong call says what is wrong and exits with 2" {
  local args
  for args in '' walk 'show extra' 'run' 'run --target a=true' 'merge -o out' 'run --nonsense'; do
    # shellcheck disable=SC2086 # words are meant
    tune 2 $args
    same "$output" ''
    has "$stderr" 'usage: variant-tune run'
  done
  tune 2 run --target slow
  same "$stderr" "variant-tune: read --target 'slow': expected NAME=COMMAND"
  tune 2 run --target a=true --target a=false
  has "$stderr" 'there is one of that name'
  tune 2 run --op sort
  has "$stderr" "read --op 'sort': expected NAME:64x64x64"
  tune 2 run --op sort:8x-1
  has "$stderr" "read --op (a dimension) '-1'"
  local size
  for size in '' x8 8x 8xx8; do
    tune 2 run --op "sort:$size"
    same "$stderr" "variant-tune: read --op (a dimension) '': expected a whole number from 0 to 9223372036854775807"
  done
  tune 2 run --policy best
  same "$stderr" "variant-tune: read --policy 'best': no such one; see variant-tune -h"
  tune 2 run --target a=true --op "$(printf '%064d' 0):1"
  has "$stderr" 'the name is longer than 63 bytes'
}

@test "the faster command is found for each operation, kept, and told" {
  learn 0 --op sort:100 --op sort:7x8*3 --model both
  same "$(cut -f 1-3,6 <<<"$output")" $'sort\t100\tfast\tyes\nsort\t7x8\tfast\tyes'
  tune 0 recommend --file profiles.json
  same "$(cut -f 1-3,6 <<<"$output")" $'sort\t100\tfast\tyes\nsort\t7x8\tfast\tyes'
  tune 0 recommend --json --file profiles.json
  jq -e 'length == 2 and .[1].dims == [7, 8] and .[0].target == "fast" and .[0].baseline == "slow"
    and .[0].speedup > 1.5 and .[0].speedup < 5 and .[0].settled and .[0].confidence >= 0.8' <<<"$output"
  tune 0 show --file profiles.json
  matches "$output" 'sort 7x8 +fast'
  has "$output" both
  tune 0 export --csv --file profiles.json
  same "${#lines[@]}" 5
  tune 0 export --file profiles.json
  jq -e . <<<"$output" >/dev/null
}

@test "the next run goes on from what is known" {
  learn 1 --limit 2 --op sort:100
  same "$(counted)" 2
  learn 0 --op sort:100
  same "$(cut -f 3 <<<"$output")" fast
  holds "$(counted)" -gt 2
}

@test "the operation is in the environment of the command, and nothing of another one" {
  learn 0 --target env='sh -c "echo $TUNE_OPERATION $TUNE_DIMS $TUNE_1 ${TUNE_2:-none} >>seen; ./work 0.02"' \
    --op 'two words:7x8' --op sort:9
  same "$(sort -u seen)" $'sort 9 9 none\ntwo words 7x8 7 8'
}

@test "what the first target prints is asked once for each operation" {
  tune 1 run --file profiles.json --limit 1 --target a='sh -c "echo . >>ran; echo same"' --target b='echo same' \
    --target c='echo same' --target d='echo other' --op sort:1
  has "$stderr" "run 'd' for sort:1: it does not print what 'a' prints"
  same "$(wc -l <ran)" 2 # and once when it is measured first
}

@test "a list of operations from a file" {
  echo '[{"operation": "sort", "dims": [5], "repeat": 2}, {"operation": "merge", "dims": [0, 3]}]' >ops.json
  learn 0 --ops ops.json
  same "$(cut -f 1-3 <<<"$output")" $'merge\t0x3\tfast\nsort\t5\tfast'
  local bad
  for bad in '{}' '[]' '[{"operation": "a"}]' '[{"operation": "a", "dims": []}]' '[{"operation": "a", "dims": [-1]}]' \
    '[{"operation": "a", "dims": [1], "repeat": 0}]' '[{"operation": 1, "dims": [1]}]' '[{"operation": "a", "dims": [1,2,3,4,5,6,7,8,9]}]'; do
    printf %s "$bad" >ops.json
    learn 2 --ops ops.json
    has "$stderr" "read 'ops.json'"
  done
}

@test "a target that fails, crashes, hangs or prints something else is dropped, and told" {
  learn 0 --timeout 0.5 --target wrong='echo other' --target crash='sh -c "kill -9 \$\$"' --target fails=false \
    --target hangs='sleep 9' --target gone=./gone --op sort:1
  same "$(cut -f 3 <<<"$output")" fast
  has "$stderr" "run 'wrong' for sort:1: it does not print what 'slow' prints (--other-output)"
  has "$stderr" "run 'crash' for sort:1: killed by signal 9"
  has "$stderr" "run 'fails' for sort:1: exit status 1"
  has "$stderr" "run 'hangs' for sort:1: "
  has "$stderr" "run 'gone' for sort:1: "
  local target
  for target in wrong crash fails hangs gone; do has "$stderr" "drop '$target' of 'sort 1'"; done
  learn 0 --other-output --target wrong='echo other' --op sort:2
  same "$(cut -f 3 <<<"$output")" wrong
}

@test "a target that fails later is dropped, kept out of the file, and the rest goes on" {
  printf '#!/bin/sh\necho done\n[ -f failing ] && exit 3\ntouch failing\n' >once
  chmod +x once
  tune 0 run --file profiles.json --target slow='./work 0.03' --target once=./once --op sort:1 --op merge:1 \
    --other-output
  same "$(cut -f 1,3 <<<"$output")" $'merge\tslow\nsort\tslow'
  has "$stderr" "drop 'once' of 'sort 1': it failed with 3"
  tune 0 recommend --file profiles.json
  same "$(cut -f 1,3 <<<"$output")" $'merge\tslow\nsort\tslow'
}

@test "an operation that no target can do keeps none of the others from being tuned" {
  printf '#!/bin/sh\necho done\n[ "$TUNE_OPERATION" = sort ] && [ -e ran ] && exit 3\ntouch ran\nsleep "$1"\n' >some
  chmod +x some
  tune 1 run --file profiles.json --target slow='./some 0.03' --target fast='./some 0.01' --other-output \
    --op merge:1 --op sort:1
  same "$(cut -f 1,3,6 <<<"$output")" $'merge\tfast\tyes'
}

@test "what cannot be kept is told before anything is measured" {
  tune 2 run --file . --target a='touch ran' --op sort:1
  same "$output" ''
  has "$stderr" "read '.': no regular file"
  unset XDG_CACHE_HOME HOME
  tune 2 run --target a='touch ran' --op sort:1
  same "$stderr" 'variant-tune: find the profile file: neither XDG_CACHE_HOME nor HOME is set; set path'
  holds ! -e ran
}

@test "a baseline that fails ends it, and nothing is written" {
  tune 2 run --file profiles.json --target first=false --target second=true --op sort:1
  has "$stderr" "tune 'sort': the baseline, 'first', fails"
  holds ! -e profiles.json
}

@test "what is as fast as the other is not called settled within a small limit" {
  tune 1 run --file profiles.json --limit 2 --target a='./work 0.01' --target b='./work 0.01' --op sort:1
  same "$(cut -f 6 <<<"$output")" no
}

@test "a damaged file is set aside and told; the run starts afresh" {
  echo '{"half' >profiles.json
  learn 0 --op sort:1
  has "$stderr" profiles.json.corrupt
  same "$(cat profiles.json.corrupt)" '{"half'
  variant-tune recommend --file profiles.json
}

@test "without --file profiles are in the cache; nothing known is status 1" {
  tune 1 recommend
  same "$output$stderr" ''
  tune 0 run --target slow='./work 0.04' --target fast='./work 0.01' --op sort:1
  holds -f cache/pgokit-tune.json
  tune 0 recommend
}

@test "merge adds up, and reset forgets one operation or all" {
  learn 0 --op sort:1 --op merge:1
  cp profiles.json other.json
  rm profiles.json
  learn 0 --op sort:1
  tune 0 merge -o both.json profiles.json other.json
  tune 0 recommend --file both.json
  same "$(cut -f 1-2 <<<"$output")" $'merge\t1\nsort\t1'
  tune 2 merge -o both.json gone.json
  has "$stderr" gone.json
  tune 0 reset --op sort --file both.json
  tune 0 recommend --file both.json
  same "$(cut -f 1 <<<"$output")" merge
  tune 2 reset --op sort2 --file both.json
  has "$stderr" "reset 'sort2'"
  tune 0 reset --file both.json
  tune 1 recommend --file both.json
}

@test "power from the kernel's counters decides where it is asked for" {
  mkdir -p powercap/intel-rapl:0
  echo package-0 >powercap/intel-rapl:0/name
  echo 1000000000 >powercap/intel-rapl:0/max_energy_range_uj
  echo 0 >powercap/intel-rapl:0/energy_uj
  printf '#!/bin/sh\nsleep "$1"\nf=powercap/intel-rapl:0/energy_uj; echo $(($(cat $f) + $2)) >$f\n' >burn
  chmod +x burn
  tune 0 run --file profiles.json --powercap powercap --objective battery --target fast='./burn 0.01 900000' \
    --target frugal='./burn 0.03 100000' --op sort:1
  same "$(cut -f 3 <<<"$output")" frugal
  tune 0 run --file other.json --powercap none --objective battery --target fast='./burn 0.01 900000' \
    --target frugal='./burn 0.04 100000' --op sort:1
  same "$(cut -f 3 <<<"$output")" fast
  has "$stderr" power
}
