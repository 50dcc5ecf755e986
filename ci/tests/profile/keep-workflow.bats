#!/usr/bin/env bats
#
# The profile for the repository, from the collection to the pull request and to a build in a clone elsewhere: the
# workflows collect and keep, run whole on the small project.

# The variables in single quotes are those of the workloads.
# shellcheck disable=SC2016

load ../helper
load ../runner

# Where the workflows have their project.
kept=fixtures/relcheck

# A repository with this commit's files, whose profile is kept in it.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  kit_repository repo
  (tiny "repo/$kept" '.profile.keep = "repository"')
  commit_all repo
}

collect() { # [more keys of the event]
  run_workflow 0 "$(jq -n "{event: \"workflow_dispatch\", inputs: {tier: \"fast\"}} * ${1-{\}}")" collect
  rm -r state/work
}

keep() { # <status> [more keys of the event]
  run_workflow "$1" "$(jq -n "{event: \"workflow_run\"} * ${2-{\}}")" keep
}

@test "one pull request a new profile; merged, a clone elsewhere builds with it; nothing new, nothing more" {
  local head
  collect
  keep 0
  head=$(jq -r .head.sha state/pulls/*/pull.json)
  same "$(jq -r '"\(.head.ref) \(.base.ref) \(.state)"' state/pulls/*/pull.json)" 'pgokit/profile-tiny main open'
  same "$(git -C state/repo.git diff-tree -r --name-only main "$head")" "$kept/pgo/profile.json
$kept/pgo/profile.proftext"
  # Only the job that runs nothing of the project may write, and it could not sign.
  same "$(of '.jobs[] | "\(.id) \(.permissions | tojson)"')" \
    'keep {"contents":"write","pull-requests":"write","actions":"read","attestations":"read"}'
  git -C repo fetch -q ../state/repo.git "$head"
  git -C repo merge -q --ff-only FETCH_HEAD
  git clone -q repo elsewhere
  run -0 --separate-stderr "$pgokit" -C "elsewhere/$kept" optimize
  has "$stderr" "the profile of the repository, 'pgo/profile.proftext': made"
  has "$stderr" "of commit $(git -C repo rev-parse --short=12 main^), 2 functions"
  has "$stderr" 'profile applied: '
  # The next week brings the same counts.
  collect
  keep 0
  has "$(log_of keep 02)" 'nothing to propose: the collection made no profile that is worth it'
  same "$(jq -r .head.sha state/pulls/*/pull.json)" "$head"
}

@test "without an attestation, or with one of other bytes, nothing is proposed" {
  collect '{private: true}'
  keep 1
  has "$stderr" "no attestation vouches for 'manifest.json'"
  keep 0 '{event: "workflow_dispatch", vars: {PGOKIT_ATTEST: "false"}}'
  has "$(of '[.jobs[].annotations[].message] | join(" ")')" 'nothing is, since PGOKIT_ATTEST is false'
}
