#!/usr/bin/env bats
#
# propose: one branch and one pull request with the profile for the repository, as a step of a run that may write.

# The variables in single quotes are those of workflows.
# shellcheck disable=SC2016

load ../helper
load ../runner

# A repository whose profile is kept in it, and what a collection of its first commit made.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  (tiny repo/p '.profile.keep = "repository"')
  git init -q -b main repo
  may '{contents: write, pull-requests: write}'
  collected 2026-11-01T00:00:00Z 1
}

# A job with these permissions that proposes.
may() { # <permissions>
  workflow <<YAML
on: {workflow_dispatch: {inputs: {before: {type: string, default: "true"}}}}
jobs:
  job:
    runs-on: ubuntu-24.04
    permissions: $1
    steps:
      - {uses: "@CHECKOUT@", with: {persist-credentials: false}}
      - env: {GH_TOKEN: "\${{ github.token }}", BEFORE: "\${{ inputs.before }}"}
        run: eval "\$BEFORE" && '$pgokit' -C p propose '$PWD/keep'
YAML
}

# What pgokit keep makes of a collection.
collected() { # <date> <count>
  mkdir -p keep
  printf ':ir\nmain\n1\n1\n%s\n' "$2" >keep/profile.proftext
  jq -n --arg made "$1" --arg commit "$(git -C repo rev-parse main)" --arg sha256 "$(sha256sum <keep/profile.proftext | cut -c 1-64)" '{
    format: "pgokit-kept-1", name: "tiny", binary: "prog", toolchain: "clang", compiler: "clang version 22",
    target: "x86_64-linux", tier: "fast", partial: false, skipped: [], $made, sources: [{$commit, dirty: false, tree: null}],
    functions: 1, raw: {files: 1}, $sha256, health: {overlap_pct: 97.5, count_before: 10, count: 20,
      notes: ["a <b> is new"], workloads: [{name: "t|x", total_pct: 99, overlap_pct: 98.5}]}}' >keep/profile.json
}

propose() { # <status> [what the step does before]
  run_workflow "$1" "$(jq -n --arg before "${2-true}" '{event: "workflow_dispatch", inputs: {$before}}')"
}

there() { # <argument of git...>: in GitHub's repository
  git -C state/repo.git "$@"
}

pulls() { # <jq filter>
  jq -r "$1" state/pulls/*/pull.json
}

@test "a commit of two files on top of the default branch, and a pull request that says what is new" {
  propose 0
  same "$(there rev-parse pgokit/profile-tiny^)" "$(git -C repo rev-parse main)"
  same "$(there diff-tree -r --name-status main pgokit/profile-tiny)" $'A\tp/pgo/profile.json\nA\tp/pgo/profile.proftext'
  same "$(there cat-file blob pgokit/profile-tiny:p/pgo/profile.proftext)" "$(<keep/profile.proftext)"
  same "$(there log -1 --format='%an <%ae> %s' pgokit/profile-tiny)" \
    'github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com> Profile of tiny, collected 2026-11-01'
  same "$(pulls '"\(.title), \(.head.ref) to \(.base.ref)"')" 'Profile of tiny, collected 2026-11-01, pgokit/profile-tiny to main'
  has "$(pulls .body)" "of \`$(git -C repo rev-parse --short=12 main)\`. It was made of 1 raw profiles, tier fast."
  has "$(pulls .body | tr -s ' ')" '| overlap of the counts | | 97.5 % |'
  has "$(pulls .body | tr -s ' ')" '| `t\|x` | 99 | 98.5 |'
  has "$(pulls .body)" '- a \<b\> is new'
  # The checkout is as it was, and no token is left in it.
  same "$(there for-each-ref --format='%(refname)' refs/heads)" $'refs/heads/main\nrefs/heads/pgokit/profile-tiny'
}

@test "again: nothing is pushed; a new profile, and a default branch that has gone on, renew both; an older one does not" {
  local first
  propose 0
  first=$(there rev-parse pgokit/profile-tiny)
  propose 0
  same "$(there rev-parse pgokit/profile-tiny)" "$first"
  commit_all repo
  collected 2026-11-08T00:00:00Z 2
  propose 0
  same "$(there rev-parse pgokit/profile-tiny^)" "$(git -C repo rev-parse main)"
  same "$(pulls '.title, .head.sha')" "Profile of tiny, collected 2026-11-08
$(there rev-parse pgokit/profile-tiny)"
  collected 2026-11-01T00:00:00Z 1
  propose 0
  has "$(log_of job 02)" "the branch 'pgokit/profile-tiny' has this profile, or one that is as new"
  same "$(pulls .title)" 'Profile of tiny, collected 2026-11-08'
}

@test "once it is merged, nothing is proposed until there is a newer one" {
  propose 0
  git -C repo fetch -q ../state/repo.git pgokit/profile-tiny
  git -C repo merge -q --ff-only FETCH_HEAD
  rm -r state/pulls
  propose 0
  has "$(log_of job 02)" "nothing to propose: 'main' has this profile, or one that is as new"
  holds ! -e state/pulls
  # The same counts: while their date is young, then under a new one.
  collected 2026-11-08T00:00:00Z 1
  propose 0
  holds ! -e state/pulls
  collected 2026-11-22T00:00:00Z 1
  propose 0
  same "$(there diff-tree -r --name-only main pgokit/profile-tiny)" p/pgo/profile.json
  collected 2026-11-23T00:00:00Z 2
  propose 0
  same "$(there diff-tree -r --name-only main pgokit/profile-tiny)" $'p/pgo/profile.json\np/pgo/profile.proftext'
  has "$(pulls .body | tr -s ' ')" '| made | 2026-11-01T00:00:00Z | 2026-11-23T00:00:00Z |'
}

@test "commits of others on the branch stay: the new profile comes on top" {
  local theirs
  propose 0
  git clone -q -b pgokit/profile-tiny state/repo.git theirs
  printf 'x\n' >theirs/note
  commit_all theirs
  theirs=$(git -C theirs rev-parse HEAD)
  git -C state/repo.git fetch -q --force ../../theirs "HEAD:refs/heads/pgokit/profile-tiny"
  collected 2026-11-08T00:00:00Z 2
  propose 0
  same "$(there rev-parse pgokit/profile-tiny^)" "$theirs"
  same "$(there cat-file blob pgokit/profile-tiny:note)" x
}

# Whoever pushes between look and push, does it once by this git.
@test "a run that pushes meanwhile loses nothing: of two profiles the newer one stands" {
  local race
  collected 2026-11-08T00:00:00Z 2
  propose 0
  rm -rf state/pulls
  git -C state/repo.git update-ref refs/heads/other refs/heads/pgokit/profile-tiny
  git -C state/repo.git update-ref -d refs/heads/pgokit/profile-tiny
  : >state/repo.git/pushed
  printf 'refs/heads/other\n' >state/repo.git/pushed
  mkdir racing
  cat >racing/git <<END
#!/bin/sh
case " \$* " in *" push "*) [ -e '$PWD/raced' ] || { : >'$PWD/raced'; '$(type -P git)' -C '$PWD/state/repo.git' update-ref refs/heads/pgokit/profile-tiny refs/heads/other; } ;; esac
exec '$(type -P git)' "\$@"
END
  chmod +x racing/git
  race="PATH='$PWD/racing':\$PATH; export PATH"
  collected 2026-11-01T00:00:00Z 1
  propose 0 "$race"
  has "$(log_of job 02)" "somebody else has pushed 'pgokit/profile-tiny' meanwhile"
  same "$(there rev-parse pgokit/profile-tiny)" "$(there rev-parse other)"
  same "$(pulls .title)" 'Profile of tiny, collected 2026-11-08'
  # The other way round, the newer one replaces what was pushed meanwhile.
  rm raced
  there update-ref -d refs/heads/pgokit/profile-tiny
  collected 2026-11-15T00:00:00Z 3
  propose 0 "$race"
  same "$(there cat-file blob pgokit/profile-tiny:p/pgo/profile.proftext | tail -n 1)" 3
}

@test "what is not as pgokit keep made it is refused, and nothing is pushed" {
  local wrong
  printf '\n' >>keep/profile.proftext
  propose 1
  has "$stderr" 'profile.proftext is not the profile that profile.json tells of: its SHA-256 is another'
  for wrong in '.sources = []' '.health.overlap_pct = "<b>"' '.tier = "x"'; do
    collected 2026-11-01T00:00:00Z 1
    jq "$wrong" keep/profile.json >edited
    mv edited keep/profile.json
    propose 1
    has "$stderr" 'profile.json is not the record of a profile that pgokit keep wrote'
  done
  collected 2026-11-01T00:00:00Z 1
  jq '.name = "other"' keep/profile.json >edited
  mv edited keep/profile.json
  propose 1
  has "$stderr" "it is of the project 'other', and this one is 'tiny'"
  ln -sf /etc/passwd keep/profile.proftext
  propose 1
  has "$stderr" "there is no file 'profile.proftext' in it"
  same "$(there for-each-ref --format='%(refname)' refs/heads)" refs/heads/main
  holds ! -e state/pulls
}

@test "without the permission to write, what is missing is said" {
  may '{contents: read, pull-requests: write}'
  propose 1
  has "$stderr" "pgokit propose: push 'pgokit/profile-tiny': "
  has "$stderr" 'has the job the permission contents: write?'
  may '{contents: write, pull-requests: read}'
  propose 1
  has "$stderr" "open a pull request for 'pgokit/profile-tiny': gh failed; has the job the permission pull-requests: write"
}

@test "nothing is proposed where the collection kept nothing, or the profile is an artifact" {
  rm -r keep
  propose 0
  has "$(log_of job 02)" 'nothing to propose: the collection made no profile that is worth it'
  (cd repo/p && config_edit 'del(.profile)')
  commit_all repo
  propose 0
  has "$(log_of job 02)" 'nothing to propose: profile.keep is "artifact"'
}
