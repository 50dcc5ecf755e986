#!/usr/bin/env bats
#
# bench: all variants in one set of rounds; a variant that prints something else stops it.

# The variables in single quotes are those of the build and the commands.
# shellcheck disable=SC2016

load ../helper

bench() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" bench "${@:2}"
}

receipt() { # <jq expression>
  jq -cr "($1) | $plain" .pgokit/bench/receipt.json
}

@test "measures every variant in rounds whose order comes from the seed" {
  tiny_after optimize
  bench 0 --rounds 5 --seed c0ffee
  same "$output" "$PWD/.pgokit/bench/receipt.json"
  same "$(messages)" ''
  same "$(receipt '[.complete, .seed, [.arms[].name]]')" '[true,"0000000000c0ffee",["baseline","pgo-nolto"]]'
  same "$(receipt '[.benches[] | [.name, (.order | length)]]')" '[["full_check_flow",5]]'
  same "$(receipt '.benches[0].samples | map_values(.wall_s | length)')" '{"baseline":5,"pgo-nolto":5}'
  same "$(receipt '.benches[0].samples | [.[].output] | unique | length')" 1
  same "$(receipt '.arms[].binary')" "$PWD/.pgokit/bin/baseline/prog
$PWD/.pgokit/bin/pgo-nolto/prog"
}

@test "a benchmark's own settings reach the measurement: cleanup, timeout, rules" {
  tiny_after optimize
  config_edit '.benches[0] += {prepare: "touch made", cleanup: "mv made gone", timeout_s: 7, min_effect_pct: 3, margin_pct: 4, max_undetected_pct: 9}'
  bench 0 --rounds 2
  same "$(receipt '.benches[0] | [.prepare, .cleanup, .timeout_s, .min_effect_pct, .margin_pct, .max_undetected_pct]')" \
    '["touch made","mv made gone",7,3,4,9]'
  holds -e .pgokit/tree/gone
  holds ! -e .pgokit/tree/made
  config_edit '.benches[0] = {name: "full_check_flow", run: "sleep 9", timeout_s: 0.2}'
  bench 1 --rounds 2
  has "$(messages)" "bench-run: run 'sleep 9' of benchmark 'full_check_flow', arm '"
  has "$(messages)" 'timeout'
}

@test "what was measured is what optimize built, by hash" {
  tiny_after bench
  same "$(receipt '.benches[0].sha256')" "$(jq -c '[.phases.optimize.variants[].sha256]' .pgokit/manifest.json)"
}

@test "a program of which there is no record is not measured" {
  tiny_after optimize
  jq 'del(.phases.optimize.variants[1].sha256)' .pgokit/manifest.json >edited
  mv -- edited .pgokit/manifest.json
  bench 1
  same "$(messages)" "pgokit bench: measure '$PWD/.pgokit/bin/pgo-nolto/prog': it is not the program that optimize recorded; run pgokit optimize again"
}

@test "the same for other tools: hyperfine's JSON and a table of medians" {
  tiny_after bench
  same "$(jq -c '[.results[] | [.command, (.times | length)]]' .pgokit/bench/hyperfine.json)" '[["baseline",20],["pgo-nolto",20]]'
  same "$(cut -f 1-3 .pgokit/bench/medians.tsv)" "$(printf 'full_check_flow\tbaseline\t20\nfull_check_flow\tpgo-nolto\t20')"
}

@test "the manifest records seed, machine, arms and rounds" {
  tiny_after bench
  same "$(jq -c '.phases.bench | [.seed, .arms, .benches[0].rounds]' .pgokit/manifest.json)" "$(receipt '[.seed, [.arms[].name], 20]')"
  same "$(jq '.phases.bench.machine' .pgokit/manifest.json)" "$(receipt .machine | jq .)"
}

@test "the default seed is that of the programs and commands" {
  tiny_after bench
  local seed
  seed=$(receipt .seed)
  bench 0 --rounds 1
  same "$(receipt .seed)" "$seed"
}

@test "--seed leaves the configured budget in force" {
  tiny_after optimize
  local begin=$SECONDS
  bench 0 --seed 1
  holds $((SECONDS - begin)) -lt 15
  holds "$(receipt '.benches[0].order | length')" -ge 20
}

@test "--budget bounds the measuring" {
  tiny_after optimize
  bench 0 --budget 0.2
  holds "$(receipt '.benches[0].order | length')" -ge 20
}

@test "numbers that are none are a usage error" {
  tiny_after optimize
  local option
  for option in '--rounds 0' '--seed xyz'; do
    # Word splitting is wanted.
    # shellcheck disable=SC2086
    bench 2 $option
    same "$output" ''
    has "$(messages)" "bench-run: "
    has "$(messages)" "${option% *}"
    same "${stderr_lines[-1]}" 'pgokit bench: measure: bench-run could not do its work; its message stands above'
  done
}

@test "without variants: what to run first" {
  tiny
  bench 1
  same "$output" ''
  same "$(messages)" "pgokit bench: measure '$PWD/.pgokit/bin': there is no baseline with a variant beside it; run pgokit optimize first"
  tiny_after optimize "$BATS_TEST_TMPDIR/other"
  rm -r .pgokit/bin/pgo-nolto
  bench 1
  has "$(messages)" 'there is no baseline with a variant beside it'
}

@test "a variant that prints something else is named with the benchmark" {
  tiny_after merge
  sed -i 's|return 0;|\n#ifdef WRONG\nputs("oops");\n#endif\nreturn 0;|' main.c
  "$pgokit" collect
  "$pgokit" merge
  config_edit '.build = "case $CFLAGS in *profile-use*) CFLAGS=\"$CFLAGS -DWRONG\" ;; esac; $CC $CFLAGS $LDFLAGS -o prog main.c"
    | .benches += [{name: "second", run: "$PGOKIT_BINARY 10"}]'
  # Whichever of the two compares them.
  run --separate-stderr -1 bash -c '"$0" optimize && "$0" bench --rounds 5' "$pgokit"
  has "${stderr_lines[-1]}" 'pgo-nolto'
}

@test "what a benchmark needs is prepared for the comparison, too, and cleaned up" {
  tiny_after optimize
  config_edit '.benches[0] = {name: "full_check_flow", shell: true, prepare: "mkdir data && echo 4000 >data/n", cleanup: "rm -r data",
    run: "if read n <data/n; then \"$PGOKIT_BINARY\" \"$n\"; else echo no data; fi"}'
  bench 0 --rounds 2
  same "$(messages)" ''
  holds ! -e .pgokit/tree/data
}

@test "a program whose output differs in every run is measured all the same" {
  tiny_after optimize
  config_edit '.benches[0] |= (.shell = true | .run = "\"$PGOKIT_BINARY\" 100; echo $$ $(date +%N)")'
  bench 0 --rounds 5
  same "$(receipt '[.benches[0].samples[].output]')" '[null,null]'
}

@test "a benchmark that fails: arm, command and its own words; the receipt says it is not whole" {
  tiny_after optimize
  config_edit '.benches[0] |= (.shell = true | .run = "echo broken pipe dream >&2; exit 4")'
  bench 1 --rounds 5
  same "$output" ''
  has "$(messages)" "of benchmark 'full_check_flow', arm '"
  has "$(messages)" "': exit status 4
bench-run:   it said: broken pipe dream
pgokit bench: measure: a benchmark failed; the rounds before it are in '$PWD/.pgokit/bench/receipt.failed.json'"
}

@test "a benchmark that fails in a later round leaves the last measurement as it was" {
  tiny_after bench
  cp -R .pgokit/bench before
  config_edit '.benches[0] |= (.shell = true | .run = "echo >>n; [ $(wc -l <n) -lt 60 ] && \"$PGOKIT_BINARY\" 100")'
  bench 1 --rounds 100
  same "$(jq -c '[.complete, (.benches[0].order | length > 5)]' .pgokit/bench/receipt.failed.json)" '[false,true]'
  same "$(jq -r .last.status .pgokit/manifest.json)" failed
  cp .pgokit/bench/receipt.failed.json before
  diff -r before .pgokit/bench
  holds ! -e .pgokit/bench.new
  # What went wrong once is forgotten with the next good measurement.
  config_edit '.benches[0] |= (.shell = false | .run = "$PGOKIT_BINARY 100")'
  bench 0 --rounds 3
  same "$(receipt '[.complete, (.benches[0].order | length)]')" '[true,3]'
  holds ! -e .pgokit/bench/receipt.failed.json
}

@test "without an earlier measurement, a failed one is not judged" {
  tiny_after optimize
  config_edit '.benches[0] |= (.shell = true | .run = "exit 1")'
  bench 1 --rounds 3
  same "$(ls .pgokit/bench)" receipt.failed.json
  run --separate-stderr -4 "$pgokit" gate
  has "$(messages)" 'nothing was measured; run pgokit bench first'
}

@test "prepare runs before every execution, untimed, and its failure ends the run" {
  tiny_after optimize
  config_edit '.benches[0] += {prepare: "echo x >>../../prepared"}'
  bench 0 --rounds 5
  holds "$(wc -l <prepared)" -ge 14
  config_edit '.benches[0] += {prepare: "echo no disk >&2; exit 1"}'
  bench 1 --rounds 5
  has "$(messages)" "bench-run: prepare benchmark 'full_check_flow': exit status 1
bench-run:   it said: no disk"
}

@test "the metric of the configuration is recorded" {
  tiny_after optimize
  config_edit '.benches[0].metric = "cpu"'
  bench 0 --rounds 1
  same "$(receipt '.benches[0].metric')" cpu
}

@test "hostile names of benchmarks stay names" {
  tiny_after optimize
  config_edit '.benches = [{name: "../../x\n::error::|`\u001b[31m_full_check_flow", run: "$PGOKIT_BINARY 100"},
    {name: (("n" * 10000) + "_full_check_flow"), run: "$PGOKIT_BINARY 10"}]'
  bench 0 --rounds 2
  same "$(messages)" ''
  same "$(receipt '.benches[0].name')" $'../../x\n::error::|`\e[31m_full_check_flow'
  same "$(ls .pgokit/bench)" 'hyperfine.json
medians.tsv
plan.json
receipt.json'
  holds ! -e ../x
  holds ! -e .pgokit/x
}

@test "a program made elsewhere is measured in the same rounds, compared with the choice, and never chosen" {
  tiny_after optimize
  "$(llvm_bin)/clang" -O0 -o elsewhere main.c
  bench 0 --rounds 20 --beside today=elsewhere
  same "$(receipt '[.arms[] | [.name, .binary]] | last')" "[\"today\",\"$PWD/elsewhere\"]"
  same "$(receipt '.benches[0].samples.today.wall_s | length')" 20
  # By far the fastest, and yet no step.
  jq '.benches[].samples.today.wall_s[] /= 10' .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
  run --separate-stderr -0 "$pgokit" gate
  holds "$output" != today
  same "$(jq -c '[([.against_baseline, .steps | .[].cand] | unique), (.beside | map([.base, .cand]))]' .pgokit/gate/verdict.json)" \
    "[[\"pgo-nolto\"],[[\"today\",\"$output\"]]]"
  "$pgokit" report | grep -E "^Beside \`today\`, made elsewhere: \`$output\` has 0\.[0-9]{3}x \[0\.[0-9]{3}, 0\.[0-9]{3}\] its speed\.$"
}

@test "what cannot stand beside the variants: no program, a name that is taken or odd, another output" {
  tiny_after optimize
  "$(llvm_bin)/clang" -O2 -DVERSION=2 -o other main.c
  bench 2 --beside today=nowhere
  same "$(messages)" "pgokit bench: measure '$PWD/nowhere': there is no program (--beside today)"
  bench 2 --beside pgo-nolto=other
  has "$(messages)" "--beside 'pgo-nolto': that is the name of another program here"
  bench 2 --beside 'a b=other'
  has "$(messages)" "--beside 'a b=other': expected NAME=PROGRAM"
  printf '#!/bin/sh\necho something else\n' >other
  bench 1 --rounds 2 --beside today=other
  has "$(messages)" 'not what the baseline prints: today in full_check_flow'
}
