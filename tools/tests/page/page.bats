#!/usr/bin/env bats
# shellcheck disable=SC2016 # single quotes are for jq and HTML
# bench-compare --html: a page that needs nothing else, is the evidence, and does nothing but what it is meant to.

load ../helper
load ../compare/receipts

hostile='</title><script>alert(1)</script><img src=x onerror=y> "q" '"'s'"' &amp; <!-- ]]> \u001b[31m\u0085\u202e\u2066\n::error::x'

# Writes r.html from r.json; the exit status is no matter.
page() {
  bench-compare --html r.html r.json >table || true
}

# Every element of a page in order, its attributes left out; what is between them goes to `between`.
elements() { # <page>
  tr '\n' ' ' <"$1" | sed -E 's/<(style|script)( [^>]*)?>[^<]*</<\1></g; s/(<[^<>]*>)/\n\1\n/g' >pieces
  grep -v '^<' pieces >between
  grep -o '^<[/!]*[a-z0-9]*' pieces
}

@test "the page begins with the verdict, and shows every benchmark with its runs and rounds" {
  receipt '.benches |= [.[0] | (.name = "a_full_check_flow"), (.name = "b_full_check_flow" | .samples.cand.wall_s[] *= 1.12)]'
  page
  same "$(grep -o '<h1>.*</h1>' r.html)" '<h1><span class="mark bad">failed</span> a gated benchmark has become slower</h1>'
  same "$(grep -o '<h3 id="t[0-9]*">[a-z_]*' r.html)" $'<h3 id="t0">b_full_check_flow\n<h3 id="t1">a_full_check_flow'
  # Of each benchmark a dot for each of 40 rounds of 5 arms, and for each difference.
  same "$(grep -o ' d="M[^"]*' r.html | grep -o h0 | wc -l)" $((2 * 40 * 6))
  same "$(grep -c 'role="img"' r.html)" 4
  like "$(grep -o 'aria-label="Runs of each side[^"]*"' r.html | head -n 1)" \
    'aria-label="Runs of each side in ms: base, median 16, from 15.8* to 16.1*; cand, median 17.9*; control, *; canary, *"'
}

@test "the page is the evidence: verify reads it, to the same end" {
  receipt '.benches[0].samples.cand.wall_s[] *= 1.12'
  bench-compare -o e.json --html r.html r.json >table || true
  run --separate-stderr -1 bench-compare verify r.html
  same "$output" "$(cat table)"
  same "$(bench-compare verify --json r.html)" "$(bench-compare verify --json e.json)"
  # Again from what was read, byte for byte.
  bench-compare verify --html again.html r.html >/dev/null || true
  cmp r.html again.html
  grep -o 'type="application/gzip">[^<]*' r.html | sed 's/.*>//' | base64 -d | gunzip | cmp - e.json
}

@test "of many benchmarks the first ten have plots, the others text that becomes plots" {
  receipt '.benches |= [.[0] | .name = ("\(range(12))_full_check_flow")]'
  page
  same "$(grep -c 'role="img"' r.html)" 24
  same "$(grep -c '<script type="text/html">' r.html)" 2
  same "$(sed '/<script type="text\/html">/,/<\/script>/d' r.html | grep -c 'role="img"')" 20
  same "$(grep -c '<noscript>' r.html)" 1
}

@test "two files have a page, too, without pairs" {
  jq -n '{results: [{command: "full_check_flow", times: [range(20) | 0.5 + . / 1000]}]}' >a.json
  jq -n '{results: [{command: "full_check_flow", times: [range(20) | 0.7 + . / 1000]}]}' >b.json
  bench-compare --html r.html a.json b.json >table || true
  same "$(grep -c 'role="img"' r.html)" 1
  run --separate-stderr -1 bench-compare verify r.html
  same "$output" "$(cat table)"
}

@test "what was not measured, or is infinite, is no place on an axis" {
  receipt '.benches |= [.[0] | (.name = "none_full_check_flow" | .order = [] | .samples[] |= map_values([])),
    (.name = "odd_full_check_flow" | .samples.cand.wall_s[3] = 1e300), (.name = "same_full_check_flow" | .samples[].wall_s[] = 0.016)]'
  page
  run ! grep -Eni '"[^"]*\b(nan|inf)\b|>[^<]*\b-?(nan|inf)\b' r.html
  elements r.html >/dev/null
}

@test "a name does nothing in the page but stand there" {
  receipt '.benches[0].name = "full_check_flow/'"${hostile//\"/\\\"}"'" | .machine.cpu = "'"${hostile//\"/\\\"}"'" | .machine += {"<b>": ["<i>"]}'
  page
  same "$(elements r.html | grep -Ev '^</?(html|head|meta|title|style|body|header|h[123]|span|p|b|main|section|div|table|thead|tbody|tr|th|td|a|small|br|svg|line|rect|circle|text|tspan|path|article|figure|figcaption|dl|dt|dd|code|footer|noscript|script)$')" '<!doctype'
  same "$(elements r.html | grep -c '^<script$')" 2
  # Its < and quotes are references wherever it stands; nothing else of it is left to do anything.
  run -1 grep -nF 'onerror=y>' r.html
  run -1 grep -nE '<[^<>]*(onerror|alert)' r.html
  LC_ALL=C run -1 grep -nP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]' r.html
  grep -qF '&#60;/title&#62;&#60;script&#62;alert(1)&#60;/script&#62;' r.html
}

@test "nothing is loaded, and nothing runs or styles but what its policy names by hash" {
  receipt .
  page
  policy=$(grep -o 'Content-Security-Policy" content="[^"]*"' r.html)
  starts "$policy" "Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-"
  for name in style script; do
    sum=$(tr '\n' '\1' <r.html | grep -o "<$name>[^<]*</$name>" | sed "s/^<$name>//; s/<.*//" | head -c -1 | tr '\1' '\n' | openssl dgst -sha256 -binary | base64)
    has "$policy" "$name-src 'sha256-$sum'"
  done
  run -1 grep -nE '<[^<>]* (style|on[a-z]+|src|srcset|data)=' r.html
  run -1 grep -nE 'href="[^#]|url\(|@import|https?:' r.html
}

@test "a page that somebody made up is refused" {
  receipt .
  page
  refuse() { # <message>
    run --separate-stderr -2 bench-compare verify h.html
    same "$output" ''
    like "$stderr" "$1"
  }
  echo '<!doctype html><p>pass' >h.html
  refuse "bench-compare: read 'h.html': a page without evidence in it"
  sed 's/<footer>/<script id="evidence" type="application\/gzip">AAAA<\/script>&/' r.html >h.html
  refuse "bench-compare: read 'h.html': it has evidence in it twice"
  sed 's/\(application\/gzip">.\{40\}\)./\1!/' r.html >h.html
  refuse "bench-compare: read 'h.html': the evidence in it is damaged or cut off"
  head -c $(($(grep -bo 'application/gzip' r.html | cut -d: -f1) + 400)) r.html >h.html
  refuse "bench-compare: read 'h.html': the evidence in it is damaged or cut off"
  sed 's/application\/gzip">[^<]*/application\/gzip">AAAA/' r.html >h.html
  refuse "bench-compare: unpack 'h.html': damaged or cut off"
  # A kilobyte for each megabyte of zeros, in members one behind the other.
  head -c 1048576 /dev/zero | gzip >zeros
  { printf '<!doctype html><script id="evidence" type="application/gzip">' && for _ in {1..260}; do cat zeros; done | base64 -w 0 && printf '</script>'; } >h.html
  refuse "bench-compare: unpack 'h.html': more than 268435456 bytes"
}

@test "a page whose samples say something else than its verdict is refused" {
  receipt '.benches[0].samples.cand.wall_s[] *= 1.12'
  page
  sed 's/.*application\/gzip">\([^<]*\).*/\1/; t; d' r.html | base64 -d | gunzip | jq '.verdict.outcome = "pass" | .verdict.exit = 0' | gzip | base64 -w 0 >forged
  { printf '<!doctype html><script id="evidence" type="application/gzip">' && cat forged && printf '</script>'; } >h.html
  run --separate-stderr -2 bench-compare verify h.html
  same "$stderr" "bench-compare: verify 'h.html': its samples do not give the verdict that it records"
}
