#!/usr/bin/env bats
#
# compete: who gives the project's answer in the pinned version is measured beside it, and only who does.

# The variables in single quotes are those of the commands.
# shellcheck disable=SC2016

load ../helper

# A tiny project, decided, and a competitor that does its work in many times the time.
competed() {
  tiny_after gate tiny
  printf '%s\n' '#!/bin/sh' '[ "$1" != --version ] || { echo "twin v1.2.3 (of today)"; exit; }' 'echo x >>"$HOME/seen"' \
    'sleep 0.03' '[ ! -e "$PGOKIT_COMPETE/broken" ] || { echo "out of luck" >&2; exit 5; }' 'echo "sum: 299162 of $(wc -l <"$HOME/seen")"' >twin
  chmod +x twin
  competitors '[twin]'
  "$pgokit" compete --rounds 12 --seed 1 >../said 2>../log || {
    cat ../log >&2
    return 1
  }
}

# Both programs print another text, and the same answer.
competitors() { # <jq expression, with twin>
  config_edit '{bench: "full_check_flow", name: "twin", version: "1.2.3", setup: "cp ../../twin \"$PGOKIT_COMPETE\" && echo once >>\"$PGOKIT_COMPETE/setups\"",
      version_run: "\"$PGOKIT_COMPETE/twin\" --version", run: "$PGOKIT_COMPETE/twin", answer: "sed \"s/sum: //; s/ of.*//\" \"$PGOKIT_ACTUAL\""} as $twin
    | def twin: $twin; .benches[0].answer = "echo; sed \"s/$/ /\" \"$PGOKIT_ACTUAL\"" | .competitors = '"$1"
}

setup() {
  made_once competed
  cd tiny || return
}

compete() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" compete --rounds 2 --seed 1 "${@:2}"
}

result() { # <jq expression>
  jq -cr "($1) | $plain" .pgokit/compete/compete.json
}

state() { # <place>: state and reason
  result ".benches[0].competitors[$1] | .state, .why, .warm, .cold"
}

@test "warm and cold in the same rounds as the project, with the version in its own words" {
  same "$(result '[.format, .name, .variant, (.benches[0] | .name, .answer.lines), .lacking, .behind]')" \
    "[\"pgokit-compete-1\",\"tiny\",\"$(jq -r .ship .pgokit/gate/verdict.json)\",\"full_check_flow\",1,[],[]]"
  same "$(result '.benches[0].competitors[] | [.name, .version, .said, .state, .why]')" '["twin","1.2.3","twin v1.2.3 (of today)","agrees",null]'
  same "$(result '.benches[0].competitors[0] | [.warm, .cold] | map(.rounds, .standing, (.low > 1), (.low <= .ratio and .ratio <= .high))')" \
    '[12,"ahead",true,true,12,"ahead",true,true]'
  same "$(jq -c '[.arms[].name], (.benches[] | [.name, (.order | length)])' .pgokit/compete/receipts/1-{warm,cold}.json)" \
    '["project","twin"]
["full_check_flow (warm)",12]
["project","twin"]
["full_check_flow (cold)",12]'
  same "$(jq -c '[.results[] | [.command, (.times | length)]]' .pgokit/compete/receipts/1-{warm,cold}-hyperfine.json)" '[["project",10],["twin",10]]
[["project",10],["twin",10]]'
  same "$(result .sha256)" "$(jq -r '.arms[0].sha256' .pgokit/compete/receipts/1-warm.json)"
}

@test "the summary has version, answer, ratio and interval; the evidence of each pair can be verified" {
  same "$(cat ../said)" "$(cat .pgokit/compete/summary.md)"
  matches "$(grep '^| `twin`' ../said | sed -n 1p)" '^\| `twin` +\| `1.2.3` \| the same \| warm +\| [0-9.]+ ms +\| [0-9.]+ ms +\| [0-9.]+x +\| \[[0-9.]+x, [0-9.]+x\] +\| ([0-9.]+x|-) +\|$'
  like "$(grep '^| `twin`' ../said | sed -n 2p)" '| `twin` *| `1.2.3` | the same | cold *|*'
  run -1 --separate-stderr "$top/build/bin/bench-compare" verify --json .pgokit/compete/pairs/1-cold-twin.json
  same "$(jq -r '.benches[0].verdict' <<<"$output")" regressed
}

@test "a benchmark that has no competitors takes no figures from one that has" {
  config_edit '.benches = [{name: "alone", run: "$PGOKIT_BINARY 10"}] + .benches'
  compete 0
  same "$(result '[.benches[] | [.name, (.competitors[] | .warm.rounds, .cold.rounds)]]')" '[["full_check_flow",2,2]]'
}

@test "a ratio has as many digits as it tells" {
  same "$(jq -cn "$(cat "$top"/ci/lib/report/markdown.jq)"' [0, 0.4, 1.234, 12.34, 149.4, 1060] | map(fixed(0), fixed(1), fixed(3))')" \
    '["0","0.0","0.000","0","0.4","0.400","1","1.2","1.234","12","12.3","12.340","149","149.4","149.400","1060","1060.0","1060.000"]'
}

@test "cold begins without what a run leaves at home, and warm does not" {
  # What each printed is in its hash: it counts its runs.
  same "$(jq -r '.benches[0].samples.twin.output' .pgokit/compete/receipts/1-cold.json)" "$(echo 'sum: 299162 of 1' | sha256sum | cut -c 1-64)"
  same "$(jq -r '.benches[0].samples.twin.output' .pgokit/compete/receipts/1-warm.json)" null
}

@test "each that is not to be compared is named with the reason, has no figure, and costs the others nothing" {
  competitors '[twin,
    twin + {name: "wrong", run: "printf \"17\\n18\\n\""},
    twin + {name: "newer", version_run: "echo 1.2.30"},
    twin + {name: "broken", run: "echo no license >&2; exit 3", shell: true},
    twin + {name: "mute", answer: "true"},
    twin + {name: "absent", setup: "echo >>\"$PGOKIT_COMPETE/tries\"; echo no network >&2; exit 7"},
    twin + {name: "away", setup: "echo >>\"$PGOKIT_COMPETE/tries\"; echo no network >&2; exit 7"},
    twin + {name: "other", run: "echo 19", incomparable: "it counts from 1"},
    twin + {name: "unsaid", version_run: "exit 4"}]'
  compete 1
  same "$(state 0 | head -n 1)" agrees
  same "$(state 1)" "differs
1 of the project's 1 lines are not in it, and it has 2 others, the first: 17
null
null"
  same "$(state 2 | head -n 2)" "version
pinned is 1.2.3, and it says '1.2.30'"
  same "$(state 3)" 'failed
run: exit status 3: no license
null
null'
  same "$(state 4 | head -n 2)" 'failed
answer: it is empty'
  same "$(state 5 | head -n 2)" 'failed
setup: exit status 7: no network'
  same "$(state 6)" "$(state 5)"
  same "$(state 7 | head -n 1)" incomparable
  same "$(state 8 | head -n 2)" 'failed
version_run: exit status 4'
  same "$(result '.lacking | length')" 7
  same "$(jq -c '[.arms[].name]' .pgokit/compete/receipts/1-warm.json)" '["project","twin"]'
  has "$(cat .pgokit/compete/summary.md)" '- `other`: it counts from 1 (1 of'
  same "$(grep -c '^| `wrong` *| `1.2.3` | \*\*another\*\* *| - *| - *| - *| - *| - ' .pgokit/compete/summary.md)" 1
  # A setup that several have alike ran once in this run, as in the one before, and so did one that fails.
  same "$(wc -l <.pgokit/competitors/setups) $(wc -l <.pgokit/competitors/tries)" '2 1'
}

@test "one that cannot be what the project is counts as no failure" {
  competitors '[twin + {run: "echo 19", incomparable: "it counts from 1"}]'
  compete 0
  same "$(result .lacking)" '[]'
  has "$output" 'not comparable'
}

@test "one that fails while it is measured is taken out, and the others are measured again" {
  competitors '[twin, twin + {name: "tires", shell: true, run: "echo >>\"$PGOKIT_COMPETE/count\"; [ \"$(wc -l <\"$PGOKIT_COMPETE/count\")\" -lt 3 ] && echo 299162"}]'
  compete 1
  same "$(state 1)" 'failed
measured warm: exit status 1
null
null'
  same "$(result '.benches[0].competitors[0] | [.state, .warm.rounds, .cold.rounds]')" '["agrees",2,2]'
}

@test "a service runs while its competitor is measured, and no longer; one that does not begin is said" {
  competitors '[twin + {service: "echo $$ >\"$PGOKIT_COMPETE/service\"; echo ready; exec sleep 60",
    run: "kill -0 \"$(cat \"$PGOKIT_COMPETE/service\")\" && \"$PGOKIT_COMPETE/twin\"", shell: true},
    twin + {name: "second", service: "echo no port >&2; exit 1"}]'
  compete 1
  same "$(state 0 | head -n 1)" agrees
  holds ! -e "/proc/$(cat .pgokit/competitors/service)/exe"
  same "$(state 1 | head -n 2)" 'failed
service: it ended before it printed a line'
}

@test "--before: who was beaten and is not any more is named, and so is who is no longer there" {
  jq '.benches[0].competitors[0] |= (.version = "1.0.0" | .cold.standing = "even")
    | .benches[0].competitors += [.benches[0].competitors[0] | .name = "gone"]' .pgokit/compete/compete.json >before.json
  compete 1 --before before.json # two rounds prove nothing
  same "$(result '.behind | length')" 2
  like "$(result '.behind[0]')" 'no longer proven faster than twin 1.0.0 in full_check_flow (warm), which it beat before: *x, and now *x [[]-, -[]], with version 1.2.3'
  like "$(result '.behind[1]')" 'no longer compared with gone 1.0.0 in full_check_flow (warm), which it beat before: *x'
  like "$output" '*- \*\*tiny is no longer proven faster than twin 1.0.0 *'
  jq 'del(.benches[0].competitors[0].warm.ratio)' .pgokit/compete/compete.json >before.json
  compete 2 --before before.json
  same "$(messages)" "pgokit compete: --before '$PWD/before.json': it is no compete.json of pgokit compete"
}

@test "versions that are no pins are refused, and names that fit nothing" {
  local pin
  for pin in latest '^1.2.3' '~1.2' 1.x '*' '>=1' ''; do
    competitors '[twin + {version: "'"$pin"'"}]'
    run --separate-stderr -2 "$pgokit" compete
    has "$stderr" "'competitors[0].version': '$pin' is not of the form "
  done
  competitors '[twin | del(.version)]'
  run --separate-stderr -2 "$pgokit" compete
  has "$stderr" "'competitors[0].version': it is missing"
  competitors '[twin + {bench: "flow"}]'
  compete 2
  same "$(messages)" "pgokit compete: read 'pgokit.json': the competitor 'twin' is for the benchmark 'flow', and there is none of that name"
  competitors '[twin, twin]'
  compete 2
  same "$(messages)" "pgokit compete: read 'pgokit.json': the competitor 'twin' of 'full_check_flow' is there twice"
  competitors '[]'
  compete 1
  has "$(messages)" 'pgokit.json has no competitors'
  compete 0 --optional
}

@test "the project's own failure ends it, and leaves the last result" {
  cp .pgokit/compete/compete.json before.json
  competitors '[twin]'
  config_edit '.benches[0].answer = "false"'
  compete 1
  has "$(messages)" "pgokit compete: run 'full_check_flow': the project's own program: answer: exit status 1"
  cmp before.json .pgokit/compete/compete.json
}

@test "what ships is measured, or the variant that is named; nothing decided is said" {
  compete 1 --variant pgo-bolt
  has "$(messages)" "pgokit compete: measure '$PWD/.pgokit/bin/pgo-bolt/prog': it is not there; run pgokit optimize first"
  rm .pgokit/gate/verdict.json
  compete 1
  has "$(messages)" 'nothing was decided; run pgokit gate first, or name a --variant'
  compete 0 --variant pgo-nolto
  same "$(result .variant)" pgo-nolto
}
