#!/usr/bin/env bats
#
# gate: which variant is worth shipping, and why the others are not. The receipts are real ones with
# other times put in, so that what must be found is known.

# The variables in single quotes are those of the benchmark.
# shellcheck disable=SC2016

load ../helper

setup() {
  tiny_after bench
}

# Puts other times into the receipt: round i of an arm takes 10 ms and a little, times its factor.
times() { # <arm=factor...>
  local arm
  for arm; do
    jq --arg arm "${arm%%=*}" --argjson factor "${arm#*=}" '
      .benches[].samples[$arm] |= (.wall_s |= [to_entries[] | .key as $i
        | (0.010 + ($i * 7919 % 13) / 1e6 + (if $arm == "baseline" then 0 else ($i * 104729 % 11) / 1e6 end)) * $factor])
    ' .pgokit/bench/receipt.json >changed
    mv changed .pgokit/bench/receipt.json
  done
}

receipt_edit() { # <jq filter>
  jq "$1" .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
}

gate() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" gate "${@:2}"
}

verdict() { # <jq expression>
  jq -cr "($1) | $plain" .pgokit/gate/verdict.json
}

@test "a variant that is faster beyond doubt is chosen, printed and recorded" {
  times baseline=1 pgo-nolto=0.9
  gate 0
  same "$output" pgo-nolto
  same "$(messages)" ''
  same "$(logged)" '== gate: tiny
pgo-nolto: better than baseline'
  same "$(verdict '[.format, .ship, (.steps | map([.base, .cand, .chosen, .why]))]')" \
    '["pgokit-gate-1","pgo-nolto",[["baseline","pgo-nolto",true,"yes"]]]'
  same "$(jq -c '.phases.gate | [.ship, .steps]' .pgokit/manifest.json)" "$(verdict '[.ship, [.steps[] | {base, cand, chosen, why}]]')"
}

@test "a variant that is slower is not, and the benchmark is named" {
  times baseline=1 pgo-nolto=1.1
  gate 0
  same "$output" baseline
  same "$(verdict '.steps[0].why')" 'slower in full_check_flow'
}

@test "a gain below release.min_win_pct is not enough" {
  times baseline=1 pgo-nolto=0.985
  gate 0
  same "$output" baseline
  matches "$(verdict '.steps[0].why')" '^a gain of 1\.[0-9]+ % is less than release.min_win_pct \(2 %\)$'
  config_edit '.release.min_win_pct = 1'
  gate 0
  same "$output" pgo-nolto
}

@test "a gain that the noise could have made is not proven" {
  times baseline=1 pgo-nolto=1
  # Every other round a third faster, the rest a little slower.
  receipt_edit '.benches[].samples["pgo-nolto"].wall_s |= [to_entries[] | .value * (if .key % 2 == 0 then 0.7 else 1.05 end)]'
  gate 0
  same "$output" baseline
  matches "$(verdict '.steps[0].why')" '^a gain of [0-9.]+ % is not proven$'
}

@test "the same program is not chosen over a simpler one" {
  times baseline=1 pgo-nolto=0.5
  cp .pgokit/bin/baseline/prog .pgokit/bin/pgo-nolto/prog
  receipt_edit '.benches[].sha256[1] = .benches[0].sha256[0] | .arms[1].sha256 = .arms[0].sha256'
  gate 0
  same "$output" baseline
  same "$(verdict '.steps[0].why')" 'it is the same program'
}

@test "the ladder: each variant has to beat the best below it, from the floor on" {
  "$pgokit" optimize --variants lto,pgo-nolto,pgo
  "$pgokit" bench --rounds 20
  times baseline=1 lto=0.9 pgo-nolto=0.899 pgo=0.8
  gate 0
  same "$output" pgo
  same "$(verdict '.steps | map([.base, .cand, .chosen])')" \
    '[["baseline","lto",true],["lto","pgo-nolto",false],["lto","pgo",true]]'
  same "$(verdict '.against_baseline | map([.base, .cand])')" \
    '[["baseline","lto"],["baseline","pgo-nolto"],["baseline","pgo"]]'
  same "$(cd .pgokit/gate && printf '%s\n' *..*)" 'baseline..lto.json
baseline..pgo-nolto.json
baseline..pgo.json
lto..pgo-nolto.json
lto..pgo.json'
  # From a floor on, it has to be beaten, whatever the baseline is like.
  times lto=1.3 pgo-nolto=1.5 pgo=1.2
  gate 0 --floor lto
  same "$output" pgo
  same "$(verdict '.floor, (.steps | map([.base, .cand, .chosen]))')" 'lto
[["lto","pgo-nolto",false],["lto","pgo",true]]'
  times pgo=1.301
  gate 0 --floor lto
  same "$output" lto
  gate 4 --floor pgo-bolt
  has "$(messages)" 'the floor, pgo-bolt, was not measured'
  gate 2 --floor fast
}

@test "a regression of one gated benchmark outweighs a gain in the mean" {
  config_edit '.benches += [{name: "other_full_check_flow", run: .benches[0].run}]'
  "$pgokit" bench --rounds 20
  times baseline=1 pgo-nolto=0.5
  receipt_edit '.benches[1].samples["pgo-nolto"].wall_s |= map(. * 2.2)'
  gate 0
  same "$output" baseline
  same "$(verdict '.steps[0].why')" 'slower in other_full_check_flow'
  receipt_edit '.benches[1].name = "not_gated"'
  gate 0
  same "$output" pgo-nolto
}

@test "the rules of pgokit.json are those of the verdict" {
  config_edit '.gate += {alpha: 0.02, min_effect_pct: 0.7, margin_pct: 3, max_undetected_pct: 8}'
  gate 0
  same "$(verdict '.against_baseline[0].rules | [.alpha, .min_effect_pct, .margin_pct, .max_undetected_pct]')" '[0.02,0.7,3,8]'
}

@test "evidence of each comparison gives the recorded exit code again" {
  times baseline=1 pgo-nolto=1.1
  gate 0
  run --separate-stderr -1 "$top/build/bin/bench-compare" verify '.pgokit/gate/baseline..pgo-nolto.json'
  same "$stderr" ''
  times pgo-nolto=0.9
  gate 0
  run --separate-stderr -0 "$top/build/bin/bench-compare" verify '.pgokit/gate/baseline..pgo-nolto.json'
}

@test "evidence whose samples were changed afterwards is refused" {
  times baseline=1 pgo-nolto=1.1
  gate 0
  jq '.inputs[0].benches[0].samples["pgo-nolto"].wall_s[3] = 0.001' '.pgokit/gate/baseline..pgo-nolto.json' >changed
  run --separate-stderr -2 "$top/build/bin/bench-compare" verify changed
  has "$stderr" 'its samples do not give the verdict that it records'
}

@test "a receipt whose order is not the seed's is invalid" {
  receipt_edit '.benches[0].order[0] |= reverse'
  gate 4
  same "$output" ''
  has "$(messages)" 'the order of round 1 is not the seed'
  same "${stderr_lines[-1]}" "pgokit gate: judge 'pgo-nolto' against 'baseline': the comparison is invalid; all samples are in '$PWD/.pgokit/bench/receipt.json'"
}

@test "samples that are missing or were not measured are invalid, never a pass" {
  receipt_edit '.benches[0].samples.baseline.wall_s[2] = 0'
  gate 4
  has "$(messages)" 'sample 3 of baseline is 0 s'
  receipt_edit '.benches[0].samples["pgo-nolto"].wall_s |= .[1:]'
  gate 4
  has "$(messages)" "judge benchmark 'full_check_flow': "
}

@test "sides that print different output are invalid" {
  receipt_edit '.benches[0].samples["pgo-nolto"].output = "0"'
  gate 4
  has "$(messages)" 'the two sides print different output'
}

@test "a comparison that is invalid leaves no verdict of an earlier one" {
  times baseline=1 pgo-nolto=0.9
  gate 0
  receipt_edit '.complete = false'
  gate 4
  holds ! -e .pgokit/gate/verdict.json
  run --separate-stderr -1 "$pgokit" report
}

@test "no benchmark that matches the gate: invalid" {
  config_edit '.gate.match = ["nothing_like_it"]'
  gate 4
  same "$output" ''
  has "$(messages)" 'none of 1 benchmarks is gated; the patterns are those of --match'
}

@test "gate.match chooses what decides, as patterns" {
  times baseline=1 pgo-nolto=0.9
  config_edit '.gate.match = ["nothing", "full_[a-d]*w"]'
  gate 0
  same "$output" pgo-nolto
}

@test "nothing was measured: 4, and what to run first" {
  rm -r .pgokit/bench
  gate 4
  same "$(messages)" "pgokit gate: judge '$PWD/.pgokit/bench/receipt.json': nothing was measured; run pgokit bench first"
}

@test "a receipt that is not JSON, or of something else, is trouble and not a decision" {
  echo '{' >.pgokit/bench/receipt.json
  gate 2
  same "$output" ''
  has "$(messages)" "pgokit gate: read '$PWD/.pgokit/bench/receipt.json': parse error"
  echo '{}' >.pgokit/bench/receipt.json
  gate 2
  holds ! -e .pgokit/gate/verdict.json
}

@test "a receipt of the baseline alone decides nothing" {
  receipt_edit '.arms |= .[:1]'
  gate 4
  same "$(messages)" "pgokit gate: judge '$PWD/.pgokit/bench/receipt.json': there is nothing but the baseline in it"
}

# Puts a program in a variant's place, as if optimize had made it; without a loader, which takes Callgrind most of
# its time.
variant_is() { # <variant> <source>
  "$(llvm_bin)/clang" -O2 -static -fuse-ld=lld -o ".pgokit/bin/$1/prog" "$2"
  jq --arg v "$1" --arg sha "$(sha256sum <".pgokit/bin/$1/prog" | cut -c 1-64)" \
    '(.phases.optimize.variants[] | select(.name == $v)).sha256 = $sha' .pgokit/manifest.json >changed
  mv changed .pgokit/manifest.json
}

slow_variant() { # <variant>: three times the work
  sed 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + (steps((unsigned)i + 1) >> 20) + (steps((unsigned)i + 2) >> 20);/' main.c >slow.c
  variant_is "$1" slow.c
}

# Large limits, so that little measuring is enough, whatever else the machine does.
pair() { # <status> <base,cand>
  config_edit '.benches[0].metric = "cpu" | .gate += {max_undetected_pct: 50, min_effect_pct: 5, margin_pct: 10} | .benches[0].run = "$PGOKIT_BINARY 20000"'
  gate "$1" --variants "$2" --budget 5
}

@test "--variants measures two with control and canary: 1 where a gated benchmark regressed" {
  slow_variant pgo-nolto
  pair 1 baseline,pgo-nolto
  has "$output" 'regressed: baseline -> pgo-nolto'
  same "$(jq -c '.arms | map([.name, .role])' .pgokit/gate/baseline..pgo-nolto/receipt.json)" \
    '[["baseline","base"],["pgo-nolto","cand"],["control","control"],["canary","canary"]]'
  run -1 "$top/build/bin/bench-compare" verify .pgokit/gate/baseline..pgo-nolto/evidence.json
  same "$(jq -c '.last | [.status, .exit]' .pgokit/manifest.json)" '["done",1]'
}

@test "--variants: 0 where nothing regressed, and the choice of a variant stays" {
  gate 0
  slow_variant pgo-nolto
  pair 0 pgo-nolto,baseline
  has "$output" 'pass: pgo-nolto -> baseline'
  verdict .ship
  # All paths are of one length: that of argv[0] moves the stack.
  same "$(jq -r '.arms[].binary' .pgokit/gate/*..*/plan.json | sed "s|^$PWD/.pgokit/gate/arm/||" | paste -sd ' ' -)" \
    'base/prog head/prog ctrl/prog slow/prog'
}

@test "--variants: a variant that prints something else is trouble, not a regression" {
  printf '#include <stdio.h>\nint main(void) { puts("other"); return 0; }\n' >other.c
  variant_is pgo-nolto other.c
  pair 2 baseline,pgo-nolto
  has "$(messages)" "compare 'pgo-nolto' with the baseline: 'train' differs in its standard output"
}

@test "--variants: a program that is not the recorded one is refused" {
  cp .pgokit/bin/baseline/prog .pgokit/bin/pgo-nolto/prog
  pair 2 baseline,pgo-nolto
  same "$(messages)" "pgokit gate: measure '$PWD/.pgokit/bin/pgo-nolto/prog': it is not the program that optimize recorded; run pgokit optimize again"
}

@test "--variants: 2 for a variant that was not built, and for no pair" {
  gate 2 --variants baseline,pgo
  same "$(messages)" "pgokit gate: measure '$PWD/.pgokit/bin/pgo/prog': it is not there; run pgokit optimize first"
  gate 2 --variants baseline
  same "$(messages)" "pgokit gate: --variants 'baseline': expected BASE,CAND"
  gate 2 --variants '../../x,baseline'
  holds ! -e ../x..baseline
}

# --- the ladder in several layouts ------------------------------------------------------------------

# What the bench measured says that pgo-nolto is a tenth faster.
promising() {
  config_edit '.benches[0].metric = "cpu" | .gate += {max_undetected_pct: 50, min_effect_pct: 5, margin_pct: 10} | .benches[0].run = "$PGOKIT_BINARY 20000"'
  times baseline=1 pgo-nolto=0.9
}

@test "--layouts: a gain that several layouts of both do not have is not chosen" {
  promising
  gate 0 --layouts 2 --budget 5
  same "$output" baseline
  same "$(jq -c '.arms | map([.name, .role, .layout])' .pgokit/gate/baseline..pgo-nolto/receipt.json)" \
    '[["baseline.1","base",1],["pgo-nolto.1","cand",1],["baseline.2","base",2],["pgo-nolto.2","cand",2],["control","control",null],["canary","canary",null]]'
  lacks "$(verdict '.steps[0].why')" yes
  same "$(verdict '.steps[0].chosen')" false
  run "$top/build/bin/bench-compare" verify .pgokit/gate/baseline..pgo-nolto/evidence.json
  holds "$status" -ne 2
  holds "$status" -ne 4
}

@test "--layouts: a gain that all layouts have is chosen" {
  # Three times the work, but for a build with a profile.
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + EXTRA;/; 1i #include "extra.h"' main.c
  config_edit '.build = "case $CFLAGS in *profile-use*) x=0 ;; *) x=\"(steps((unsigned)i+1)>>20)+(steps((unsigned)i+2)>>20)\" ;; esac; echo \"#define EXTRA $x\" >extra.h; $CC $CFLAGS $LDFLAGS -o prog main.c"'
  "$pgokit" optimize --variants pgo-nolto
  "$pgokit" bench --rounds 20
  promising
  gate 0 --layouts 2 --budget 5
  same "$output" pgo-nolto
  same "$(verdict '.steps[0] | [.chosen, .why, .confirmed.layouts, (.confirmed.spread_pct | type)]')" '[true,"yes",2,"number"]'
  grep -q 'shuffle-sections' .pgokit/log/build-base.2.log
  grep -q 'call-graph-profile-sort=none' .pgokit/log/build-head.2.log
}

@test "--layouts: a gain beyond doubt, but smaller than the layouts of the simpler one differ by, is not chosen" {
  # The second layout takes half as long again, with and without a profile.
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + (i % 100 < EXTRA ? steps((unsigned)i + 1) >> 20 : 0);/; 1i #include "extra.h"' main.c
  config_edit '.build = "case $LDFLAGS in *=2) x=80 ;; *) x=20 ;; esac; case $CFLAGS in *profile-use*) x=$((x - 20)) ;; esac; echo \"#define EXTRA $x\" >extra.h; $CC $CFLAGS $LDFLAGS -static -o prog main.c"'
  # Instructions, so that nothing else on the machine has a say.
  config_edit '.benches[0].metric = "instructions"'
  "$pgokit" optimize --variants pgo-nolto,pgo
  "$pgokit" bench
  gate 0 --layouts 2
  same "$output" baseline
  matches "$(verdict '.steps[0].why')" '^a gain of [0-9.]+ % is no more than an order of its functions is worth \([0-9.]+ %\)$'
  verdict '.steps[0] | .suite.verdict, .suite.high_pct < 0, .confirmed.spread_pct > -.suite.change_pct, .chosen' >said
  same "$(<said)" 'improved
true
true
false'
  # The simpler one's layouts are built once, for both steps.
  same "$(verdict '.steps | map(.base)')" '["baseline","baseline"]'
  same "$(logged | grep -c '^build base.[12]:')" 2
}

@test "--layouts 1: once more, beside a control and a canary, in the layout that there is" {
  promising
  gate 0 --layouts 1 --budget 5
  same "$output" baseline
  same "$(verdict '.steps[0] | [.chosen, .confirmed]')" '[false,{"layouts":1,"spread_pct":null}]'
  same "$(jq -c '.arms | map(.name)' .pgokit/gate/baseline..pgo-nolto/receipt.json)" '["baseline","pgo-nolto","control","canary"]'
}

@test "--layouts: where the second time cannot tell, the simpler one stays" {
  # The same code under another name, and a question that no measurement can answer.
  cp main.c same.c
  variant_is baseline main.c
  variant_is pgo-nolto same.c
  "$pgokit" bench --rounds 20
  promising
  config_edit '.gate += {max_undetected_pct: 0, margin_pct: 0}'
  gate 0 --layouts 1 --budget 2
  same "$output" baseline
  same "$(verdict '.steps[0].why')" 'measured once more, more than gate.max_undetected_pct could have been overlooked in full_check_flow'
}

@test "where all that is gated is counted in instructions, their mean decides" {
  slow_variant baseline
  variant_is pgo-nolto main.c
  config_edit '.benches[0].metric = "instructions"
    | .benches += [.benches[0] + {name: "full_check_flow/short", run: "$PGOKIT_BINARY 300"}]'
  "$pgokit" bench
  gate 0 --layouts 1
  same "$output" pgo-nolto
  same "$(verdict '.steps[0] | [.why, .suite.unit, .suite.p_faster, .suite.change_pct < -20]')" '["yes","instructions",null,true]'
  run -0 "$pgokit" report
  has "$output" '**Ship `pgo-nolto`**: '
  lacks "$output" null
}

@test "options that do not go together are refused" {
  gate 2 --budget 1
  same "$(messages)" "pgokit gate: option '--budget' does not go with the choice of a variant; see pgokit gate -h"
  gate 2 --base main --variants baseline,pgo
  gate 2 --self-test --layouts 2
  same "$(messages)" "pgokit gate: option '--layouts' does not go with --self-test; see pgokit gate -h"
  gate 2 --base main --budget 1s
  same "$(messages)" "pgokit gate: --budget '1s': expected a number of seconds"
  gate 2 --base main --layouts 0
  same "$(messages)" "pgokit gate: --layouts '0': expected a number from 1 to 9"
  gate 2 --base main --variant pgo-bolt
  has "$(messages)" "pgokit gate: --variant 'pgo-bolt': "
  gate 2 --base main --profile x
  has "$(messages)" "pgokit gate: --profile 'x': --variant 'baseline' is built without a profile"
}

@test "hostile names of benchmarks reach the terminal as one clean line" {
  times baseline=1 pgo-nolto=1.1
  receipt_edit '.benches[0].name = "a\n::error::\u001b[31m|full_check_flow/x_full_check_flow"'
  gate 0
  same "$(logged)" '== gate: tiny
pgo-nolto: stays behind baseline: slower in a?::error::?[31m|full_check_flow/x_full_check_flow'
}
