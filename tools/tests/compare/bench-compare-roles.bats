#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031 # single quotes are for jq; $status is that of each test
# bench-compare on receipts whose arms have roles: a run that does not prove itself never passes.

load ../helper
load receipts

# The candidate regressed, the control differs, the canary was missed: by these filters.
worse='.benches[0].samples.cand.wall_s[] *= 1.03'
apart='.benches[0].samples.control.wall_s[] *= 1.03'
deaf='.benches[0].samples.canary.wall_s[] /= 1.05'

judge() { # <expected exit> <argument>...
  run --separate-stderr "-$1" bench-compare "${@:2}"
}

@test "base and candidate are compared by their roles, wherever they stand" {
  receipt '.arms[0].role = "cand" | .arms[1].role = "base" | .benches[0].sha256 |= [.[1], .[0]] + .[2:]
    | .benches[0].sha256[2, 3] = "cand" | .benches[0].sha256[0] = "x" | .benches[0].sha256[1] = "cand"'
  judge 0 --json r.json
  same "$(jq -r '.base, .cand' <<<"$output" | xargs)" "cand base"
  judge 0 --json --base last --cand cand r.json
  same "$(jq -r '.base, .cand' <<<"$output" | xargs)" "last cand"
  # Without roles, the first two.
  receipt 'del(.arms[].role) | .arms[4].role = null'
  judge 0 --json r.json
  same "$(jq -c '[.base, .cand, .self_check, (.benches[0] | has("control", "canary", "release"))]' <<<"$output")" \
    '["base","cand",null,false,false,false]'
}

@test "a run whose control shows nothing and whose canary is found says so" {
  judge 0 whole.json
  same "$stderr" ''
  like "${lines[3]}" 'self-check: control, a copy of the base: no difference in 1 of 1; canary, meant to be 5 % slower by its launcher (it is a command without a program), was +[45].?? %: found in 1 of 1; whether programs ran was not recorded'
  judge 0 --json whole.json
  jq -e '.benches[0] | .exit == 0 and (.control | .ok and .verdict == "inconclusive" and .level == 0.0005)
    and (.canary | .ok and .verdict == "regressed" and .slow_pct == 5 and .level == 0.01
      and .change_pct > 4 and .change_pct < 6)' <<<"$output"
}

@test "a control that differs makes the comparison invalid, whatever else was found: exit 4" {
  for other in . "$worse" '.benches[0].samples.cand.wall_s[] *= 0.9'; do
    receipt "$apart | $other"
    judge 4 r.json
    like "${lines[1]}" '*; the control, a copy of the base, differs: +[23].* %*'
    starts "$stderr" "bench-compare: judge benchmark 'x_full_check_flow': the control, a copy of the base, differs: +"
    starts "${lines[3]}" "self-check: control, a copy of the base: no difference in 0 of 1; "
  done
  # In the other direction as well.
  receipt '.benches[0].samples.control.wall_s[] *= 0.97'
  judge 4 r.json
  # A difference that is smaller than any that is called does not matter.
  receipt '.benches[0].samples.control.wall_s = [.benches[0].samples.base.wall_s[] * 1.004]'
  judge 0 r.json
  # One benchmark that is not gated may do what it wants.
  receipt "$apart"
  jq '.benches += [.benches[0] | .name = "other"] | .benches[0].samples.control.wall_s
    = [.benches[0].samples.base.wall_s[] * 1.001]' r.json >two.json
  judge 0 two.json
}

@test "the control's error is shared by the gated benchmarks" {
  jq '.benches |= [.[0] | .name = ("full_check_flow/" + (range(10) | tostring))]' whole.json >many.json
  judge 0 --json many.json
  jq -e '.benches | all(.control.level == 0.00005 and .canary.level == 0.01)' <<<"$output"
}

@test "a canary that is missed makes the comparison invalid: exit 4" {
  for other in . "$worse"; do
    receipt "$deaf | $other"
    judge 4 r.json
    like "${lines[1]}" '*; the canary, meant to be 5 % slower than the base, was not found: [+-]0.* %*'
    starts "$stderr" "bench-compare: judge benchmark 'x_full_check_flow': the canary, meant to be 5 % slower than the base, was not found: "
    like "${lines[3]}" '*; canary, meant to be 5 % slower by its launcher (it is a command without a program), was [+-]0.?? %: found in 0 of 1; whether programs ran was not recorded'
  done
}

@test "a run that saw too little is inconclusive, not invalid, when it misses the canary: exit 3" {
  few='del(.benches[0].samples[].wall_s[4:]) | del(.benches[0].order[4:]) | .settings.rounds = 4'
  receipt "$few"
  judge 3 r.json
  # What is invalid stays invalid.
  receipt "$few | .benches[0].samples.cand.wall_s[0] = 0"
  judge 4 r.json
}

@test "control and canary must be the base's program, the canary slowed down: exit 4" {
  refuted() { # <reason> <jq filter>
    receipt "$2"
    judge 4 r.json
    like "$stderr" "bench-compare: judge benchmark 'x_full_check_flow': the *: $1"
  }
  refuted "it is not a copy of the base" '.benches[0].sha256[2] = "cand"'
  refuted "it is not a copy of the base" '.benches[0].sha256[3] = "cand"'
  refuted "it was not slowed down" '.arms[3].slow_pct = 0'
  refuted "it was not slowed down" 'del(.arms[3].slow_pct)'
  refuted "the two sides print different output" '.benches[0].samples.control.output = "other"'
  refuted "sample 1 of canary is 0 s" '.benches[0].samples.canary.wall_s[0] = 0'
  refuted "the samples of control are not arrays of numbers of one length" 'del(.benches[0].samples.control)'
}

@test "an arm that was slowed down is not the same program" {
  jq '.benches[0].sha256 |= map("x")' whole.json >r.json
  judge 0 --json --base base --cand control r.json
  same "$(jq -r '.benches[0].verdict' <<<"$output")" identical
  judge 1 --json --base base --cand canary r.json
  same "$(jq -r '.benches[0].verdict' <<<"$output")" regressed
}

@test "--even-identical judges the same program against itself" {
  receipt '.benches[0].sha256 |= map("x")'
  judge 0 --json r.json
  same "$(jq -r '.benches[0].verdict' <<<"$output")" identical
  judge 0 --json --even-identical -o e.json r.json
  jq -e '.benches[0].verdict == "unchanged" and .rules.even_identical' <<<"$output"
  judge 0 verify e.json
  jq '.rules.even_identical = false' e.json >f.json
  judge 2 verify f.json
  # Only rounds: counts of 0 on both sides have no logarithm.
  jq -n '{format: "pgokit-samples-1", benches: [{name: "full_check_flow", unit: "", better: "lower",
    samples: [0, 0]}]}' >zero.json
  judge 0 --even-identical zero.json zero.json
  receipt ".benches[0].sha256 |= map(\"x\") | $worse"
  judge 0 r.json
  judge 1 --even-identical r.json
}

@test "--other-output: two sources may print different things, a copy of the base may not" {
  receipt '.benches[0].samples.cand.output = "other" | .benches[0].samples.last.output = null'
  judge 4 r.json
  judge 0 --other-output -o e.json r.json
  has "${lines[1]}" " slower) (the two sides print different output)"
  like "${lines[1]}" '*; since the release *%*'
  judge 0 verify e.json
  judge 4 verify r.json
  judge 0 --json --other-output r.json
  jq -e '.benches[0].output == "the two sides print different output" and .rules.other_output' <<<"$output"
  judge 0 --json --other-output whole.json
  jq -e '.benches[0] | has("output") | not' <<<"$output"
  jq '.rules.other_output = 1' e.json >f.json
  judge 2 verify f.json
  receipt ".benches[0].samples.cand.output = \"other\" | $worse"
  judge 1 --other-output r.json
  receipt '.benches[0].samples.control.output = "other"'
  judge 4 --other-output r.json
  receipt '.benches[0].samples.canary.output = "other"'
  judge 4 --other-output r.json
}

@test "other_output of a benchmark: its arms were compared by whoever planned it, but a copy prints the same" {
  receipt '.benches[0] |= (.samples.cand.output = "other" | .other_output = true)'
  judge 0 -o e.json r.json
  judge 0 verify e.json
  receipt '.benches[0] |= (.samples.cand.output = "other" | .other_output = 1)'
  judge 4 r.json
  receipt '.benches[0] |= (.samples.control.output = "other" | .other_output = true)'
  judge 4 r.json
}

@test "planned rounds are those of control and canary, too" {
  receipt '.settings.decide = {match: ["*"], alpha: 0.01, min_effect_pct: 0.5, margin_pct: 1}
    | .benches[0].planned = 40 | .benches[0].samples.canary.wall_s |=
    [to_entries[] | .value * (if .key < 20 then 1 else 0.8 end)]'
  judge 0 --json r.json # found at a look, whatever came after it
  jq -e '.benches[0].canary | .ok and .rounds < 20' <<<"$output"
}

@test "the last release shows what small steps have come to, and decides nothing" {
  receipt '.benches[0].samples.last.wall_s[] *= 0.9'
  judge 0 r.json
  like "${lines[1]}" '* unchanged (by ranks and the mean of these rounds; *); since the release +1[01].* % \[+*, +*\], without this change +1[01].* %'
  judge 0 --json r.json
  jq -e '.benches[0].release | .cand.verdict == "regressed" and .base.verdict == "regressed"
    and .cand.change_pct > 10' <<<"$output"
  # A release that does something else can be compared with nothing; that decides nothing, either.
  receipt '.benches[0].samples.last.output = "other"'
  judge 0 r.json
  ends "${lines[1]}" "; since the release -: the two sides print different output"
}

@test "roles that make no sense are refused: exit 2" {
  refused() { # <message> <jq filter>
    receipt "$2"
    judge 2 r.json
    same "$stderr" "bench-compare: read 'r.json': $1"
  }
  refused "the role 'base' is there twice" '.arms[1].role = "base"'
  refused "arms[2].role: expected base, cand, control, canary, release or null" '.arms[2].role = "judge"'
  refused "arms[2].role: expected base, cand, control, canary, release or null" '.arms[2].role = 5'
  refused "arms[0].layout: expected a number of layouts" '.arms[0].layout = 0'
  refused "arms[0].layout: expected a number of layouts" '.arms[0].layout = 6'
  refused "arms[0].layout: expected a number of layouts" '.arms[0].layout = "1"'
  refused "arms[2]: only base and candidate have layouts" '.arms[2].layout = 1'
  refused "expected layouts from 1 on, the same of base and candidate" '.arms[0].layout = 1'
  refused "expected layouts from 1 on, the same of base and candidate" '.arms[0, 1].layout = 2'
  refused "the role 'base' is there twice" '.arms[0, 1].layout = 1 | .arms[4].role = "base"'
}

# Two layouts of each side: arms base and last, cand and canary; the second base `spread` slower.
layouts() { # <spread> <slowdown of the candidate>
  receipt "(.arms[0, 1] | .layout) = 1 | .arms[4] += {role: \"base\", layout: 2}
    | .arms[3] += {role: \"cand\", layout: 2} | .arms[2].role = null
    | .benches[0].samples.canary.wall_s[] /= 1.05
    | .benches[0].samples[\"canary\", \"cand\"].wall_s[] *= $2
    | .benches[0].samples[\"canary\", \"last\"].wall_s[] *= $1"
}

@test "a difference within the spread of layouts is suspect and passes" {
  layouts 1.05 1.03
  judge 0 r.json
  matches "${lines[1]}" ' layout-suspect \(two layouts of the base differ by [45]\.[0-9]+ %\)$'
  judge 0 --json r.json
  jq -e '.benches[0] | .verdict == "layout-suspect" and .change_pct > 2.5 and .change_pct < 3.5
    and .layouts.spread_pct > 4.5 and (.layouts.of | length == 2 and all(.verdict == "regressed"))' <<<"$output"
  layouts 1.05 0.97
  judge 0 r.json
  has "${lines[1]}" " layout-suspect "
}

@test "layouts of the mean: what one wins in one benchmark it may lose in another" {
  layouts 1.05 1
  jq '.benches += [.benches[0] | .name = "full_check_flow" | .samples["canary", "last"].wall_s[] /= 1.05 * 1.05]
    | .benches += [.benches[0] | .name = "not gated" | .samples.last.wall_s[] *= 2]' r.json >two.json
  run bench-compare --json two.json
  jq -e '(.benches | map(.layouts.spread_pct) | .[0] > 4.5 and .[1] > 4.5 and .[2] > 50)
    and (.suite.layouts | .spread_pct >= 0 and .spread_pct < 1)' <<<"$output"
  jq 'del(.benches[1, 2])' two.json >one.json
  run bench-compare --json one.json
  jq -e '.suite.layouts.spread_pct == .benches[0].layouts.spread_pct' <<<"$output"
}

@test "a difference beyond the spread of layouts is real" {
  layouts 1.01 1.03
  judge 1 r.json
  layouts 1.01 0.95
  judge 0 r.json
  ends "${lines[1]}" " improved"
  layouts 1.05 1
  judge 0 r.json
  like "${lines[1]}" "* unchanged (by ranks and the mean of these rounds; *)"
  # One arm of each can still be compared by name.
  layouts 1.05 1.03
  judge 1 --base last --cand canary r.json
}

@test "one bad layout makes the benchmark invalid: exit 4" {
  layouts 1.01 1
  jq '.benches[0].samples.canary.wall_s[3] = 0' r.json >bad.json
  judge 4 bad.json
  ends "${lines[1]}" " invalid: layout 2: sample 4 of canary is 0 s"
}

@test "rules of a benchmark's own go before those of all" {
  receipt "$worse"
  judge 1 r.json
  receipt "$worse | .benches[0].min_effect_pct = 5"
  judge 0 r.json
  receipt '.benches[0].margin_pct = 0.1'
  judge 0 --json r.json
  jq -e '.benches[0].verdict == "inconclusive"' <<<"$output"
  judge 3 --max-undetected .1 r.json
  receipt '.benches[0] += {margin_pct: 0.1, max_undetected_pct: 50}'
  judge 0 --max-undetected .1 r.json
  for wrong in -1 1001 '"1"' '[]'; do
    receipt ".benches[0].min_effect_pct = $wrong"
    judge 4 r.json
    ends "$stderr" ": its min_effect_pct is not a number from 0 to 1000"
  done
}

@test "more than twice as fast is suspect" {
  receipt '.benches[0].samples.cand.wall_s[] *= 0.4'
  judge 0 r.json
  has "${lines[1]}" " improved (suspect: more than twice as fast; does it still do its work?);"
}

@test "evidence of all of it can be verified" {
  for change in . "$worse" "$apart" "$deaf" '.benches[0].planned = 40'; do
    receipt "$change"
    want=0
    bench-compare -o e.json r.json >table 2>/dev/null || want=$?
    judge "$want" verify e.json
    same "$output" "$(cat table)"
  done
  layouts 1.05 1.03
  bench-compare -o e.json r.json
  judge 0 verify e.json
  jq '.inputs[0].benches[0].samples.last.wall_s[] *= 1.1' e.json >f.json
  judge 2 verify f.json
}

# i.json: instructions of two runs of each arm, the candidate's `factor` times the base's.
counted() { # <factor> [jq filter]
  jq ".benches[0] |= (.metric = \"instructions\" | .order |= .[:2] | .planned = null
    | .samples |= map_values({instructions: [1000000000, 1000000100], output: \"same\"})
    | .samples.cand.instructions = [1000000000 * $1, 1000000100 * $1]) | ${2:-.}" whole.json >i.json
}

@test "counted instructions are compared as the exact numbers that they are" {
  counted 1.01
  judge 1 i.json
  matches "${lines[1]}" '^x_full_check_flow +1 G instructions +1\.01 G instructions +\+1\.00 % +\[\+1\.00, \+1\.00\] +2  regressed'
  counted 0.99
  judge 0 i.json
  has "${lines[1]}" " improved; since the release -1.00 % "
  counted 1.002
  judge 0 --json i.json
  jq -e '.benches[0] | .verdict == "unchanged" and .unit == "instructions" and .base_value == 1000000050
    and .base_s == null and .p_slower == null and (has("control") or has("canary") | not)' <<<"$output"
  jq -e '.self_check == null' <<<"$output"
  # Whatever is asked for, there are no times.
  judge 0 --metric cpu i.json
}

@test "the mean of counted instructions is as exact as they are" {
  counted 1.01
  jq '.benches += [.benches[0] | .name = "full_check_flow"
    | .samples.cand.instructions = [900000000, 900000100]]' i.json >two.json
  judge 1 --json two.json
  # sqrt(1.01 * 0.9), and as far from it as the two runs of a side are from each other.
  jq -e '.suite | .verdict == "improved" and .unit == "instructions" and .rounds == 2 and .p_faster == null
    and (.change_pct - 100 * ((1.01 * 0.9 | sqrt) - 1) | fabs) < 1e-4 and .low_pct < .change_pct and .high_pct > .change_pct
    and .high_pct - .low_pct < 1e-4' <<<"$output"
  judge 1 two.json
  like "${lines[3]}" '(geometric mean, gated) * -4.66 %  \[-4.66, -4.66\]  * improved'
  # No mean of what is no number, and none of benchmarks that decide nothing.
  jq '.benches[1].samples.cand.instructions[1] = 0' two.json >bad.json
  judge 4 --json bad.json
  jq -e '.suite == null' <<<"$output"
  judge 1 --json --match x_full_check_flow two.json
  jq -e '.suite | .verdict == "regressed" and (.change_pct - 1 | fabs) < 1e-4' <<<"$output"
}

@test "instructions that differ from run to run are invalid: exit 4" {
  counted 1 '.benches[0].samples.base.instructions[1] = 1003000000'
  judge 4 i.json
  ends "$stderr" ": the instructions of one side differ from run to run by more than half the minimum effect, and 20 counts would be needed to judge them"
  counted 1 '.benches[0].samples.base.instructions[1] = 1002000000'
  judge 0 i.json
  judge 4 --min-effect .1 i.json
  counted 1 '.benches[0].samples.cand.instructions[1] = 0'
  judge 4 i.json
  ends "$stderr" ": sample 2 of cand is 0 instructions"
  counted 1 'del(.benches[0].samples.cand.instructions)'
  judge 4 i.json
}

# The same of 20 counts a side, which differ by 9.5 % among themselves.
varied() { # <factor> [jq filter]
  jq --argjson factor "$1" '.benches[0] |= (.metric = "instructions" | .order |= .[:20] | .planned = null
    | .samples |= map_values({instructions: [range(20) | 1000000000 + 5000000 * .], output: "same"})
    | .samples.cand.instructions[] *= $factor) | '"${2:-.}" whole.json >i.json
}

@test "counts that differ with where the program lies are judged by their ranks" {
  varied 1.02
  judge 0 i.json
  like "${lines[1]}" '* inconclusive (counts of one program differ by up to 9.5 %; could have seen +4.* %)*'
  varied 1.1
  judge 1 i.json
  like "${lines[1]}" '* +10.00 %  * 20  regressed*'
  varied .9
  judge 0 i.json
  like "${lines[1]}" '* improved*'
  varied 1.02
  judge 3 --max-undetected 2 i.json
  ends "$stderr" ": counts of one program differ by up to 9.5 %; give its hashes a fixed seed, or measure time"
  # One fewer, and no rank says anything.
  varied 1.1 '.benches[0] |= (.order |= .[1:] | .samples[].instructions |= .[1:])'
  judge 4 i.json
}

@test "a count of one layout alone is called that" {
  counted 1.01 '.benches[0].unmoved = [range(.arms | length) | null] | .benches[0].unmoved[1] = "its <address> is fixed"'
  judge 1 i.json
  has "${lines[1]}" " regressed (one layout's: its <address> is fixed)"
  judge 1 --json i.json
  jq -e '.benches[0].unmoved == "its <address> is fixed"' <<<"$output"
  counted 1.01 '.benches[0].unmoved = [range(.arms | length) | null]'
  judge 1 --json i.json
  jq -e '.benches[0] | has("unmoved") | not' <<<"$output"
}

@test "benchmarks that were timed stand beside those that were counted" {
  counted 1.001
  jq '.benches += [input.benches[0] | .name = "full_check_flow"]' i.json whole.json >both.json
  judge 0 both.json
  like "${lines[3]}" '(geometric mean, gated) * unchanged (by ranks and the mean of these rounds; *)'
  like "${lines[5]}" '*no difference in 1 of 1; canary, meant to be 5 % slower by its launcher (it is a command without a program), was +* %: found in 1 of 1; whether programs ran was not recorded'
  # The mean is that of times alone.
  same "$(bench-compare --json both.json | jq .suite.change_pct)" "$(bench-compare --json both.json | jq '.benches[1].change_pct')"
}

@test "a canary that is far slower than it was made, or has the times of the base, proves nothing: exit 4" {
  receipt '.benches[0].samples.canary.wall_s[] *= 1.08'
  judge 0 r.json
  receipt '.benches[0].samples.canary.wall_s[] *= 1.2'
  judge 4 r.json
  has "$stderr" 'the canary, meant to be 5 % slower than the base, proves nothing: it is 25.9 % slower where it was slowed down by 5 %: something else slows it'
  receipt '.benches[0].samples.canary.wall_s = .benches[0].samples.base.wall_s'
  judge 4 r.json
  has "$stderr" 'both sides have the same time in each of 40 rounds'
  receipt '.benches[0].samples.control.wall_s = .benches[0].samples.base.wall_s'
  judge 4 r.json
  has "$stderr" "the control, a copy of the base, differs: both sides have the same time in each of 40 rounds: one is a copy of the other's numbers"
}

@test "an arm that a proof needs is missed by name" {
  receipt '.arms[2].role = null'
  judge 0 r.json
  has "${lines[3]}" 'no control: whether equal programs are found equal is not known'
  receipt '.arms[3].role = null'
  judge 0 r.json
  has "${lines[3]}" 'no canary: whether a slowdown would be found is not known'
  receipt '(.arms[2, 3, 4] | .role) = null'
  judge 0 r.json
  has "${lines[3]}" 'no canary: '
  # Where both are one program nothing could have differed.
  receipt '(.arms[2, 3, 4] | .role) = null | .benches[0].sha256[1] = .benches[0].sha256[0]'
  judge 0 --json r.json
  same "$(jq -c '[.benches[0].verdict, .self_check]' <<<"$output")" '["identical",null]'
  for role in base cand; do
    receipt "(.arms[] | select(.role == \"$role\") | .role) = null"
    judge 2 r.json
    ends "$stderr" ", but none has the role '$role'"
  done
}
