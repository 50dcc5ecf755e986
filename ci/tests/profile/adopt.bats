#!/usr/bin/env bats
#
# adopt: which profile from elsewhere is good enough for a release, and why the others are not.

load ../helper

# A project in git, and beside it the artifact of its collection.
collected() {
  tiny tiny
  weekly_artifact ../artifact
}

setup() {
  made_once collected
  cd tiny || return
}

adopt() { # <status>
  run --separate-stderr "-$1" "$pgokit" adopt ../artifact
}

# Refused for this reason, and nothing was taken.
refused() { # <part of the reason>
  adopt 1
  has "$(messages | tail -n 1)" "pgokit adopt: adopt the profile: $1"
  holds ! -e .pgokit/profile
  holds ! -e .pgokit/raw
  same "$(jq -r '.last | [.phase, .status, .exit] | join(" ")' .pgokit/manifest.json)" 'adopt failed 1'
}

record() { # <jq filter on the artifact's manifest>
  jq "$1" ../artifact/manifest.json >../edited
  mv ../edited ../artifact/manifest.json
}

# Collected on another day.
made() { # <date>
  record "(.phases.merge.made, .phases.collect.made) = \"$1\""
}

ago() { # <days>: a date as manifests have it
  date -u -d "$1 days ago" +%FT%TZ
}

@test "a good one stands there as if it had been made here" {
  adopt 0
  same "$output" "$PWD/.pgokit/profile/merged.profdata"
  cmp "$output" ../artifact/profile/merged.profdata
  diff -r .pgokit/raw ../artifact/raw
  same "$(jq -cS '.phases | .collect, .merge' .pgokit/manifest.json)" "$(jq -cS '.phases | .collect, .merge' ../artifact/manifest.json)"
  run -0 "$pgokit" optimize --variants pgo-nolto
}

@test "each raw profile is hashed once" {
  hashing_noted
  adopt 0
  same "$(grep -c -F 001/pool.profraw "$BATS_TEST_TMPDIR/hashed")" 1
}

@test "one of a commit before this one counts while its functions are the same" {
  printf '/* nothing */\n' >>main.c
  git commit -q -a -m second
  made "$(ago 29)"
  adopt 0
  sed -i 's/n++/n += x > 2 ? 1 : 2/' main.c
  rm -r .pgokit
  refused 'it does not fit the source any more: '
  printf 'int main(void)\n' >main.c
  refused "whether it fits the source could not be found out: build 'drift': the build command failed"
}

@test "one that is too old, or of a time yet to come, is refused" {
  made "$(ago 31)"
  refused "it was made on $(jq -r .phases.merge.made ../artifact/manifest.json): 31 days ago, and release.max_profile_age_days is 30"
  made "$(ago -2)"
  refused "it says that it was made on $(jq -r .phases.merge.made ../artifact/manifest.json), which is yet to come"
  made today
  refused 'its manifest.json is not the record of a collection'
}

@test "one that was carried forward keeps its first date" {
  made "$(ago 40)"
  record ".phases.merge |= (.profile_status = \"carried\" | .finished = \"$(ago 1)\")"
  refused "it was made on $(jq -r .phases.merge.made ../artifact/manifest.json) and carried forward since: 40 days ago"
  made "$(ago 20)"
  adopt 0
}

@test "one whose files are not those of its record is refused" {
  printf x >>../artifact/profile/merged.profdata
  refused 'profile/merged.profdata is not the one that its manifest records'
  truncate -s -1 ../artifact/profile/merged.profdata
  printf x >>../artifact/raw/001/pool.profraw
  refused 'its raw profiles are not those that its manifest records: 001/pool.profraw'
  truncate -s -1 ../artifact/raw/001/pool.profraw
  cp -R ../artifact/raw/001 ../artifact/raw/002
  refused 'its raw profiles are not those that its manifest records: 002/pool.profraw'
  rm -r ../artifact/raw/002
  ln -s /etc/passwd ../artifact/raw/001/link
  refused 'its raw profiles are not those that its manifest records: there is something in it that is neither file nor folder'
  rm -r ../artifact/raw
  refused 'its raw profiles are not those that its manifest records: 001/pool.profraw'
}

@test "one of another project, kind of machine or commit is refused" {
  cp ../artifact/manifest.json ../whole
  record '.name = "other"'
  refused "it is of the project 'other', and this one is 'tiny'"
  cp ../whole ../artifact/manifest.json
  record '.phases.merge.binary = "other"'
  refused "it is of the program 'other', and 'binary' in pgokit.json is 'prog'"
  cp ../whole ../artifact/manifest.json
  record '.phases.collect.target = "arm64-darwin"'
  refused "it was collected on arm64-darwin, and this is $(uname -m)-linux"
  record 'del(.phases.collect.target)'
  refused 'it was collected on a machine that it does not name'
  cp ../whole ../artifact/manifest.json
  git checkout -q --orphan elsewhere
  git commit -q -m other
  refused "it is of the commit $(git rev-parse --short=12 main), which HEAD neither is nor comes from"
  record '(.phases.merge, .phases.collect) |= (.sources += [.sources[0] | .commit = "0123456789012345678901234567890123456789"])'
  git checkout -q main
  refused 'it is of the commit 012345678901, which HEAD neither is nor comes from'
  record '(.phases.merge, .phases.collect).sources[0].commit = null'
  refused 'nothing tells of which commit it is'
  record '(.phases.merge, .phases.collect).sources[0].commit = "--help"'
  refused 'its manifest.json is not the record of a collection'
}

@test "one that was merged of other raw profiles, of another day or of other sources is refused" {
  cp ../artifact/manifest.json ../whole
  record '.phases.merge.raw_sha256 |= gsub("[0-7]"; "8")'
  refused 'profile/merged.profdata was not merged of its raw profiles, but of others'
  cp ../whole ../artifact/manifest.json
  record ".phases.merge.made = \"$(ago 1)\""
  refused 'profile/merged.profdata was not merged of its raw profiles, but of others'
  cp ../whole ../artifact/manifest.json
  record '.phases.merge.sources[0].tree |= gsub("[0-7]"; "8")'
  refused 'profile/merged.profdata was not merged of its raw profiles, but of others'
}

@test "one that was collected with changes counts while it fits, and they are said" {
  record '(.phases.merge, .phases.collect).sources[0].dirty = true'
  adopt 0
  has "$(messages)" "pgokit adopt: warning: adopt the profile: it was collected with files that are not those of its commit, $(git rev-parse --short=12 HEAD)"
}

@test "a partial one counts, and what it lacks is said" {
  record '.phases.collect |= (.partial = true | .skipped = ["with-db"] | .missing_shards = ["2/2"])'
  adopt 0
  has "$(messages)" 'pgokit adopt: warning: adopt the profile: it is partial: without with-db, 2/2'
  same "$(jq .phases.adopt.partial .pgokit/manifest.json)" true
}

@test "one from which processes are missing counts, and how many is said" {
  record '.phases.collect |= (.partial = true | .workloads[0].processes = {watched: true, forks: true, ran: 4, lost: [{program: "prog", how: "signal", signal: 15, count: 1}]})'
  adopt 0
  has "$(messages)" 'pgokit adopt: warning: adopt the profile: it is partial: without the counts of 1 of 4 processes of train'
}

@test "a manifest that is none, or has something else in it than it should, is refused" {
  local wrong
  cp ../artifact/manifest.json ../whole
  for wrong in '.format = "x"' 'del(.phases.merge)' 'del(.phases.collect)' '.phases.collect.tier = "x"' \
    '.phases.collect.workloads[0].raw = "../../x"' '.phases.collect.workloads[0].weight = "--new"' \
    '.phases.collect.workloads[0].processes = {watched: true, lost: [{count: "1"}]}' '.phases.collect.hashes = {}' '.phases.collect.raw.files = "<b>"' '.phases.collect.skipped = [1]'; do
    cp ../whole ../artifact/manifest.json
    record "$wrong"
    refused 'its manifest.json is not the record of a collection and a merge of it'
  done
  printf '{' >../artifact/manifest.json
  refused 'its manifest.json is not the record of a collection and a merge of it'
  rm ../artifact/manifest.json
  refused "there is no manifest.json in '${PWD%/*}/artifact'"
}

@test "what is refused leaves the profile that is there" {
  adopt 0
  local before
  before=$(jq -cS .phases .pgokit/manifest.json && sha256sum .pgokit/profile/* .pgokit/raw/*/*)
  printf x >>../artifact/profile/merged.profdata
  adopt 1
  same "$(jq -cS .phases .pgokit/manifest.json && sha256sum .pgokit/profile/* .pgokit/raw/*/*)" "$before"
}
