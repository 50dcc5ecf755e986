#!/usr/bin/env bats
# shellcheck disable=SC1003,SC2016 # single quotes are for jq and Markdown
# bench-compare --markdown and --junit: what GitHub and test reporters show, whatever the names are.

load ../helper
load receipts

# Everything that means something to Markdown, HTML, GitHub, a terminal, a CI log or XML.
hostile='a|b `c` **d** _e_ [f](http://x.y) <img src=x onerror=y> @user #12 :smile: www.x.y &amp; ~s~ \\'
hostile+='\u001b[31m\u0007\u007f\u0085\u202e\n::error::g\r\n##[group]h\t]]>\u0001\ufffe\uffff\u2028'

# r.json: three benchmarks; the last is named by $hostile and has regressed.
mixed() {
  receipt '.benches |= [.[0] | (.name = "x_full_check_flow"), (.name = "startup" | .samples.cand.wall_s[] *= 1.12),
    (.name = "full_check_flow/'"$hostile"'" | .samples.cand.wall_s[] *= 1.12)]'
}

# How often a string is in the output.
count() { # <string>
  grep -cF -- "$1" <<<"$output" || true
}

@test "--markdown - is the table for GitHub, what matters most first" {
  mixed
  run --separate-stderr -1 bench-compare --markdown - r.json
  same "${lines[0]}" "### pgokit gate failed: a gated benchmark has become slower (the check fails)"
  same "${lines[1]}" "Decided by"
  like "${lines[2]}" '- <code>full&#95;check&#95;flow/*</code>: +1[01].* % \[+*, +*\], regressed'
  starts "${lines[3]}" "If that is meant, commit a waiver"
  lines=("${lines[0]}" "${lines[@]:4}")
  same "${lines[1]}" "<code>base</code> -> <code>cand</code>, paired; 2 gated, which share a chance of 1 % of a false alarm"
  same "${lines[2]}" "| benchmark | base | candidate | change | interval | rounds | verdict |"
  same "${lines[3]}" "| --- | ---: | ---: | ---: | --- | ---: | --- |"
  starts "${lines[4]}" "| geometric mean, gated | - | - | +5."
  like "${lines[5]}" '| <code>full&#95;check&#95;flow/*| +1[01].* % | \[+*\] | 40 | \*\*regressed\*\*; since the release +1*'
  like "${lines[6]}" '| <code>x&#95;full&#95;check&#95;flow</code> | 16.00 ms | 15.99 ms | -0.02 % | \[-0.*, +0.*\] | 40 | unchanged (by ranks and the mean of these rounds; at most 11 % of runs over 1.8 % slower); *'
  like "${lines[7]}" '| <code>startup</code> |*| \*\*regressed\*\* (not gated); since*'
  like "${lines[8]}" 'self-check: control, a copy of the base: no difference in 2 of 2; canary, meant to be 5 % slower by its launcher (it is a command without a program), was +* %: found in 2 of 2; whether programs ran was not recorded'
  same "${#lines[@]}" 9
}

@test "--project says whose, and does nothing in Markdown; what came out of a pass needs no next step" {
  bench-compare --project 'a|<b>' --markdown p.md whole.json >/dev/null
  same "$(head -n 3 p.md)" '### pgokit gate passed: nothing that is gated has become slower (<code>a&#124;&#60;b&#62;</code>; the check passes)

<code>base</code> -> <code>cand</code>, paired; 1 gated, which share a chance of 1 % of a false alarm'
  run --separate-stderr -2 bench-compare --project x whole.json
  same "$stderr" "bench-compare: read --project 'x': only Markdown (--markdown) shows it"
}

@test "a name does nothing in Markdown but stand there" {
  local rows name
  mixed
  bench-compare --markdown r.md r.json || true
  # One row, seven cells, no control characters, and of all its punctuation nothing as it was.
  mapfile -t rows < <(grep '^|' r.md)
  same "${#rows[@]}" 6
  same "$(grep '^|' r.md | tr -cd '|\n' | sort -u)" '||||||||'
  LC_ALL=C run -1 grep -nP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' r.md
  name=${rows[3]#"| <code>"}
  name=${name%%"</code>"*}
  starts "$name" 'full&#95;check&#95;flow/a&#124;b &#96;c&#96; &#42;&#42;d&#42;&#42; &#95;e&#95; &#91;f&#93;&#40;http&#58;//x&#46;y&#41; &#60;img src&#61;x '
  # shellcheck disable=SC2001
  same "$(sed 's/&#[0-9]*;//g' <<<"$name" | LC_ALL=C tr -d 'A-Za-z0-9 /\200-\377-')" ''
}

@test "reasons and file names are escaped in Markdown, too" {
  jq -n '[{benchmark: "a|`b`@c", max_pct: 3, reason: "<d>|", expires: "2020-01-01"}]' >w.json
  run --separate-stderr -0 bench-compare --waivers w.json --markdown - whole.json
  same "${lines[-1]}" "- the waiver of <code>a&#124;&#96;b&#96;&#64;c</code> expired on <code>2020-01-01</code>"
  cp whole.json 'x|<y>.json'
  jq '.benches[0].name = "full_check_flow"' whole.json >z.json
  run --separate-stderr -4 bench-compare --markdown - 'x|<y>.json' z.json
  same "$(count 'it is missing in <code>')" 0
  holds "$(count 'x&#124;&#60;y&#62;&#46;json')" -ge 1
  same "$(count '<y>')" 0
}

@test "Markdown has at most 1 MiB and says what is left out" {
  jq '.benches |= [.[0] | del(.order) | (.samples[] |= map_values([]))
    | .name = (range(12000) | "startup/" + ("x@" * 60) + tostring)] + .' whole.json >many.json
  bench-compare --markdown many.md many.json >/dev/null
  holds "$(wc -c <many.md)" -le 1048576
  holds "$(wc -c <many.md)" -gt 900000
  # The one that is gated, last in the file, is first here.
  grep '^|' many.md | sed -n 4p | grep -F '<code>x&#95;full&#95;check&#95;flow</code>'
  left=$(sed -n 's/^\([0-9]*\) more benchmarks are left out here\.$/\1/p' many.md)
  same "$left" $((12001 - $(grep -c '^| <code>' many.md)))
  grep -q '^self-check: ' many.md
  # A very long name is cut, not inside a character.
  jq '.benches[0].name = "full_check_flow/" + ("\u00e9" * 5000)' whole.json >long.json
  bench-compare --markdown long.md long.json >/dev/null
  grep -q '\(é\)\{92\}\.\.\.</code>' long.md
}

@test "--junit - has a test case for all and one for each" {
  mixed
  run --separate-stderr -1 bench-compare --junit - r.json
  same "${lines[0]}" '<?xml version="1.0" encoding="UTF-8"?>'
  same "${lines[1]}" '<testsuites name="bench-compare" tests="4" failures="2" errors="0" skipped="1">'
  same "${lines[2]}" '  <testsuite name="base -&gt; cand" tests="4" failures="2" errors="0" skipped="1">'
  same "${lines[3]}" '    <testcase classname="comparison" name="all gated benchmarks together"><failure message="regressed"/></testcase>'
  like "${lines[4]}" '    <testcase classname="gated" name="x_full_check_flow" time="0.0*"/>'
  like "${lines[5]}" '    <testcase classname="not gated" name="startup" time="0.0*"><skipped message="regressed: +1*"/></testcase>'
  like "${lines[6]}" '    <testcase classname="gated" name="full_check_flow/a|b `c` \*\*d\*\* *"><failure message="regressed: +1*"/></testcase>'
  same "${lines[8]}" '</testsuites>'
}

@test "JUnit tells what fails the comparison from what does not" {
  cases() { # <exit> <counts> <jq filter> [argument...]
    receipt "$3"
    run --separate-stderr "-$1" bench-compare --junit - "${@:4}" r.json
    ends "${lines[1]}" " tests=\"2\" $2>"
  }
  cases 0 'failures="0" errors="0" skipped="0"' .
  cases 4 'failures="0" errors="2" skipped="0"' '.benches[0].samples.cand.wall_s[0] = 0'
  cases 4 'failures="0" errors="2" skipped="0"' '.benches[0].samples.control.wall_s[] *= 1.1'
  cases 4 'failures="0" errors="1" skipped="1"' '.benches[0].name = "startup" | .benches[0].samples.cand.wall_s[] *= 1.1'
  few='del(.benches[0].samples[].wall_s[12:]) | del(.benches[0].order[12:]) | .settings.rounds = 12'
  cases 3 'failures="0" errors="2" skipped="0"' "$few" --margin .01 --max-undetected .01
  cases 0 'failures="0" errors="0" skipped="1"' "$few" --margin .01
  jq -n '[{benchmark: "x_full_check_flow", max_pct: 20, reason: "a", expires: "9999-01-01"}]' >w.json
  cases 0 'failures="0" errors="0" skipped="1"' '.benches[0].samples.cand.wall_s[] *= 1.1' --waivers w.json
  like "${lines[4]}" '*<skipped message="regressed: *, waived: a;*'
}

@test "JUnit is XML whatever the names are" {
  mixed
  bench-compare --junit r.xml r.json || true
  # Nothing that XML 1.0 cannot have; references for all that has a meaning; attributes closed.
  LC_ALL=C run -1 grep -nP '[\x00-\x09\x0b-\x1f]|\xef\xbf[\xbe\xbf]' r.xml
  run -1 grep -nP '&(?!(#\d+|gt);)' r.xml
  run -1 grep -nvP '^ *(<\?xml [^<>]*\?>|</?testsuites?( [a-z]+="[^"<>]*")*>|<testcase( [a-z]+="[^"<>]*")+(/>|><(failure|error|skipped) message="[^"<>]*"/></testcase>))$' r.xml
  same "$(wc -l <r.xml)" 9
  grep -qF '&#10;::error::g&#13;&#10;##[group]h&#9;]]&#62;' r.xml
}

@test "verify writes all of them, too, and only one goes to standard output" {
  mixed
  bench-compare -o e.json --markdown 1.md --junit 1.xml r.json >table || true
  run --separate-stderr -1 bench-compare verify --markdown 2.md --junit 2.xml e.json
  same "$output" "$(cat table)"
  cmp 1.md 2.md
  cmp 1.xml 2.xml
  run --separate-stderr -1 bench-compare verify --json e.json
  same "$(jq -r .outcome <<<"$output")" regressed
  for two in '--json --markdown -' '--markdown - --junit -' '--junit - -o -'; do
    # shellcheck disable=SC2086 # words are meant
    run --separate-stderr -2 bench-compare $two r.json
    same "$stderr" "bench-compare: write '<stdout>': it can take one of JSON, evidence, Markdown, JUnit and HTML"
  done
  run --separate-stderr -2 bench-compare --markdown none/x.md r.json
  like "$stderr" "bench-compare: *'none/x.md*: No such file or directory"
}
