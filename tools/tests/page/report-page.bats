#!/usr/bin/env bats
# report-page: a profile as a page, which is the report that it shows.

load ../helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
  jq -n '{format: "pgokit-profile-1", name: "relcheck", status: "fresh", made: "2026-11-29T00:00:00Z", tier: "fast",
    sources: [{commit: "5d26ce9e5eba4c2e41f547055bc0b81a953f12d0", dirty: true}], why: [], lacking: [], files: 14,
    raw_bytes: 5242880, bytes: 2048, functions: 3444, functions_hit: 812, sum: 4000000,
    hottest: [{name: "walk(Node const&)", count: 3000000, pct: 75}, {name: "next", count: 812, pct: 0.02}],
    workloads: [{name: "mono", weight: 2, wall_s: 2.31, ran: 14, lost: 0}, {name: "serve", weight: 1, wall_s: null, ran: null,
      lost: 0, reason: "it cannot be traced"}],
    health: null, machine: {cpu: "A CPU", cores: 2}, toolchain: {compiler: "clang 22"}, manifest: {name: "relcheck"}}' >report.json
}

page() { # [jq filter on the report]
  jq "${1:-.}" report.json >r.json
  report-page -o r.html r.json
}

# What a reader sees, a line for each element that has words.
words() {
  sed -n '/^<header>/,/^<footer>/p' r.html | sed 's/<script.*//; s/<[^>]*>/\n/g' | sed 's/ *$//; /^$/d'
}

@test "the first line is the profile's standing: fresh, partial, adopted all the same, carried" {
  first() { # <jq filter> <class> <words> <and then>
    page "$1"
    same "$(grep -o '<h1>.*</h1>' r.html)" "<h1><span class=\"mark $2\">$3</span> $4</h1>"
    has "$(<r.html)" "<title>$3: relcheck</title>"
  }
  first . good 'Fresh profile' 'of relcheck'
  first '.lacking = ["workload db was skipped"]' doubt 'Partial profile' 'of relcheck'
  has "$(<r.html)" '<li>workload db was skipped</li>'
  first '.why = ["workload mono has left no counts"]' doubt 'Adopted all the same' \
    'a new profile of relcheck, which is not as good as the last'
  first '.status = "carried" | .why = ["workload mono has left no counts"]' bad 'Carried forward' \
    'the last profile of relcheck: this run made none that is of use'
  has "$(<r.html)" '<li>workload mono has left no counts</li>'
}

@test "counts, the largest loop, lost processes, workloads and the hottest functions are shown" {
  page '.workloads[0].lost = 3'
  local shown
  shown=$(words | paste -sd '|')
  has "$shown" '|functions that ran|812|of 3,444|'
  has "$shown" '|counts of one loop|75.0 %|'
  has "$shown" '|processes without a profile|3|of 14|'
  has "$shown" '|sum of all counts|4 million|raw profiles|14|5.0 MiB|merged|2.0 KiB|'
  has "$shown" '|mono|2|2.31 s|14|3|serve|1|-|not known|it cannot be traced|'
  has "$shown" '|walk(Node const&#38;)|3 million|75.0 %|next|812|below 0.1 %|'
  has "$shown" '|A CPU|'
  has "$shown" '|clang 22|'
}

@test "beside the last profile: shares, or why they cannot be had" {
  page '.health = {last_made: "2026-11-22T00:00:00Z", why: [], notes: ["workload x is new"], workloads: [
    {name: "mono", new_count: 1234, total_pct: 99.3, overlap_pct: null, match_pct: 97}, {name: "serve", incomparable: "two kinds"}]}'
  has "$(words | paste -sd '|')" '|of 2026-11-22T00:00:00Z|workload|counts|of the last|overlap|fits the source|mono|1,234|99.3 %|-|97 %|serve|two kinds|workload x is new|'
}

@test "what is not known leaves a gap and no number" {
  page '{format, name, status, made, workloads: [], hottest: []}'
  run -1 grep -Ei '\b(nan|inf)\b|null' r.html
  has "$(<r.html)" 'no workload is known'
}

@test "the page is its report: printed again, drawn again byte for byte" {
  page
  report-page --json r.html >out.json
  same "$(jq -S . out.json)" "$(jq -S . report.json)"
  report-page -o again.html r.html
  cmp r.html again.html
}

@test "a name does nothing but stand there" {
  page '(.name, .made, .tier, .hottest[0].name, .workloads[0].name, .workloads[1].reason, .machine.cpu, .sources[0].commit)
    = "</title><script>alert(1)</script><b onload=x>\u001b[31m\u202e"'
  same "$(grep -c '<script' r.html)" 2
  run -1 grep -E '<b onload|alert\(1\)</script>' r.html
  LC_ALL=C run -1 grep -P '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80[\xaa-\xae]' r.html
}

@test "what is no such report is refused, whole pages of others included" {
  refuse() { # <message>
    run --separate-stderr -2 report-page -o r.html x
    same "$stderr" "report-page: $1"
    holds ! -e r.html
  }
  echo '{"format": "pgokit-report-1"}' >x
  refuse "read 'x': not a report of a profile, as pgokit merge writes it"
  echo '[' >x
  run --separate-stderr -2 report-page -o r.html x
  starts "$stderr" "report-page: read 'x': line "
  echo '<!doctype html>' >x
  refuse "read 'x': a page without evidence in it"
  rm x
  refuse "read 'x': No such file or directory"
  run --separate-stderr -2 report-page r.json
  starts "$stderr" 'usage: report-page'
}
