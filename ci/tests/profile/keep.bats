#!/usr/bin/env bats
#
# keep: the profile for the repository, and what optimize, full and choose make of the one that is there.

# The variables in single quotes are those of the build.
# shellcheck disable=SC2016

load ../helper

# A project that names its sources by absolute paths, as CMake does, with a profile that was collected and merged.
merged() {
  tiny 'tiny' '.profile.keep = "repository" | .build = "$CC $CFLAGS -c \"$PWD/main.c\" && $CC $LDFLAGS -o prog main.o" | .variants = ["pgo"]'
  printf '.pgokit/\n*.o\n' >.gitignore
  git init -q -b main
  git add -A
  git commit -q -m first
  "$pgokit" collect
  "$pgokit" merge
}

# The same with the profile in the repository.
setup() {
  made_once merged
  cd tiny || return
}

keep() { # <status>
  run --separate-stderr "-$1" "$pgokit" keep
}

# Puts what keep made in place.
put() {
  mkdir -p pgo
  cp .pgokit/keep/profile.* pgo/
  git add pgo
  git commit -q -m profile
}

kept() {
  keep 0
  put
}

state() { # <jq filter on profile.json>
  jq "$1" pgo/profile.json >edited
  mv edited pgo/profile.json
}

# optimize refuses the profile of the repository for this reason, and leaves what is there.
refused() { # <reason>
  run --separate-stderr -1 "$pgokit" optimize --variants pgo-nolto
  starts "$(messages | tail -n 1)" "pgokit optimize: take the profile of the repository: $1"
  has "$stderr" 'by hand: pgokit collect, pgokit merge, pgokit keep'
}

@test "text that knows no folder of this machine, and what it is; nothing else is changed" {
  project_state . >../before
  keep 0
  same "$output" "$PWD/.pgokit/keep"
  same "$(ls .pgokit/keep)" 'profile.json
profile.proftext'
  diff ../before <(project_state .)
  has "$(<.pgokit/keep/profile.proftext)" '<tree>/main.c;steps'
  lacks "$(<.pgokit/keep/profile.proftext)" "$PWD"
  same "$(jq -c '[.format, .name, .binary, .toolchain, .tier, .partial, .target, .sources[0].commit, .sha256, .health]' .pgokit/keep/profile.json)" \
    "$(jq -nc --arg target "$(uname -m)-linux" --arg commit "$(git rev-parse HEAD)" --arg sha256 "$(sha256sum <.pgokit/keep/profile.proftext | cut -c 1-64)" \
      '["pgokit-kept-1", "tiny", "prog", "clang", "fast", false, $target, $commit, $sha256, {}]')"
}

@test "optimize and full build with the one of the repository, in a clone at another path: the same bytes" {
  local side
  kept
  git clone -q . ../elsewhere/deeper/clone
  "$pgokit" optimize --variants pgo,pgo-nolto
  cd ../elsewhere/deeper/clone || return
  run -0 --separate-stderr "$pgokit" optimize --variants pgo,pgo-nolto
  has "$stderr" "the profile of the repository, 'pgo/profile.proftext': made"
  same "$(jq -c '.phases.optimize.variants[] | select(.name == "pgo-nolto") | .applied | .functions_changed, .profile_match_pct | . + 0' .pgokit/manifest.json)" '0
100'
  # With ThinLTO, static functions that another object needs are renamed by a hash of the path: not of what ships, but for
  # the build id, which is a hash of all that the linker wrote.
  for side in . "$BATS_TEST_TMPDIR/tiny"; do
    "$(llvm_bin)/llvm-objcopy" --strip-all --remove-section .note.gnu.build-id "$side/.pgokit/bin/pgo/prog" "$side/.pgokit/shipped"
  done
  cmp .pgokit/shipped "$BATS_TEST_TMPDIR/tiny/.pgokit/shipped"
  cmp .pgokit/bin/pgo-nolto/prog "$BATS_TEST_TMPDIR/tiny/.pgokit/bin/pgo-nolto/prog"
  cmp .pgokit/profile/merged.profdata "$BATS_TEST_TMPDIR/tiny/.pgokit/profile/merged.profdata" &&
    fail 'the clone was to have the names of its own folder'
  same "$(jq -r .phases.merge.profile_status .pgokit/manifest.json)" kept
  # No workload was trained on.
  holds ! -e .pgokit/raw
}

@test "a profile that was changed, or is another's, is refused by name" {
  kept
  printf '\n' >>pgo/profile.proftext
  refused "'pgo/profile.proftext' is not the profile that 'pgo/profile.json' tells of: its SHA-256 is another"
  git checkout -q pgo
  state '.name = "other"'
  refused "it is of the project 'other', and this one is 'tiny'"
  git checkout -q pgo
  state '.binary = "other"'
  refused "it is of the program 'other', and binary in pgokit.json is 'prog'"
  git checkout -q pgo
  state '.toolchain = "cargo"'
  refused 'it is of the toolchain cargo, and this project has clang'
  git checkout -q pgo
  state '.target = "arm64-darwin"'
  refused "it was collected on arm64-darwin, and this is $(uname -m)-linux"
  git checkout -q pgo
  state ".made = \"$(date -u -d '756 hours ago' +%FT%TZ)\""
  refused "it was made on $(jq -r .made pgo/profile.json), 31 days before the commit that is built, and release.max_profile_age_days is 30"
  git checkout -q pgo
  state '.sources[0].commit = "0123456789012345678901234567890123456789"'
  refused 'it is of the commit 012345678901, which HEAD neither is nor comes from'
  git checkout -q pgo
  rm pgo/profile.json
  refused "there is no file 'pgo/profile.json'"
  ln -s /etc/passwd pgo/profile.json
  refused "there is no file 'pgo/profile.json'"
}

@test "a state that is of another shape, and text that this LLVM cannot read, are refused" {
  local wrong
  kept
  for wrong in '.format = "x"' 'del(.target)' '.sha256 = "x"' '.tier = "<b>"' '.made = "today"' '.sources = []' \
    '.sources[0].commit = "--help"' '.skipped = [1]' '.raw.files = "x"' '.health = {a: "b"}' '[.]'; do
    git checkout -q pgo
    state "$wrong"
    refused "'pgo/profile.json' is not the record of a profile that pgokit keep wrote"
  done
  git checkout -q pgo
  printf ':future\nx\n' >pgo/profile.proftext
  state ".sha256 = \"$(sha256sum <pgo/profile.proftext | cut -c 1-64)\" | .compiler = \"clang 99\""
  refused "LLVM $("$(llvm_bin)/clang" -dumpversion | cut -d . -f 1) cannot read 'pgo/profile.proftext', which was made with clang 99: "
}

@test "one that does not fit the source any more is stale, and where another comes from is said" {
  kept
  sed -i 's/n++/n += x > 2 ? 1 : 2/' main.c
  run --separate-stderr -1 "$pgokit" optimize --variants pgo-nolto
  has "$stderr" "check 'pgo-nolto': the profile is stale: only "
  has "$stderr" 'It is the one in the repository: the pull request of the weekly run brings another, or pgokit keep by hand'
}

@test "what pgokit merge left is taken where it is asked for, and under a warning where there is no other" {
  "$pgokit" collect
  "$pgokit" merge
  "$pgokit" optimize --variants pgo-nolto 2>../said
  has "$(<../said)" "there is no 'pgo/profile.proftext' yet; pgokit keep makes it"
  kept
  rm pgo/profile.json
  run -0 "$pgokit" optimize --variants pgo-nolto --profile merged
}

@test "nothing new: the same profile, one that differs by little, one that is carried or the repository's own" {
  local out
  kept
  keep 0
  has "$stderr" "keep nothing: the profile is the one of 'pgo/profile.proftext'"
  holds ! -e .pgokit/keep
  # Where it is old its date is renewed: the training is deterministic.
  state ".made = \"$(date -u -d '16 days ago' +%FT%TZ)\""
  keep 0
  has "$stderr" "its counts are those of 'pgo/profile.proftext', byte for byte; its date and commit are renewed"
  cmp .pgokit/keep/profile.proftext pgo/profile.proftext
  same "$(jq .made .pgokit/keep/profile.json)" "$(jq .phases.merge.made .pgokit/manifest.json)"
  git checkout -q pgo
  config_edit '.workloads.fast[0].run = "$PGOKIT_BINARY 3001"'
  "$pgokit" collect
  "$pgokit" merge
  keep 0
  same "$output" ''
  matches "$stderr" "keep nothing: the profile overlaps with 'pgo/profile.proftext' by (100|99)\.[0-9]+ %, and profile.min_change_pct is 1"
  # One that is old is replaced all the same.
  state ".made = \"$(date -u -d '16 days ago' +%FT%TZ)\""
  keep 0
  matches "$(jq -c ".health | del(.notes, .workloads)" .pgokit/keep/profile.json)" '^\{"overlap_pct":(100|99\.[0-9]+|100\.0*),"count_before":[0-9]+,"count":[0-9]+\}$'
  git checkout -q pgo
  config_edit '.profile.min_change_pct = 0'
  keep 0
  same "$output" "$PWD/.pgokit/keep"
  "$pgokit" optimize --variants pgo-nolto
  keep 0
  has "$stderr" 'keep nothing: the merged profile is the one of the repository'
  config_edit '.profile.keep = "artifact"'
  keep 0
  has "$stderr" 'keep nothing: profile.keep is "artifact"'
}

@test "what merge found beside the last collection is in the record; one that it would not have adopted is not kept" {
  local edit='.phases.merge.health = {why: [], notes: ["workload \u0027x\u0027 is new"], workloads: [{name: "train", total_pct: 99.5, overlap_pct: null, cooled: []}]}'
  jq "$edit" .pgokit/manifest.json >edited
  mv edited .pgokit/manifest.json
  keep 0
  same "$(jq -cS .health .pgokit/keep/profile.json)" \
    '{"notes":["workload '"'x'"' is new"],"workloads":[{"name":"train","overlap_pct":null,"total_pct":99.5}]}'
  jq '.phases.merge.health.why = ["workload \u0027train\u0027 has 12 counts where there were 1333349"]' .pgokit/manifest.json >edited
  mv edited .pgokit/manifest.json
  keep 1
  has "$stderr" "it was adopted by hand, and is not as good as the last one: workload 'train' has 12 counts where there were 1333349. Collect again"
  holds ! -e .pgokit/keep
}

@test "a lower tier does not replace a higher one; a profile of nowhere is not kept" {
  kept
  state '.tier = "comprehensive"'
  config_edit '.workloads.fast[0].run = "$PGOKIT_BINARY 9"'
  "$pgokit" collect
  "$pgokit" merge
  keep 1
  has "$stderr" "it is of the tier fast, and 'pgo/profile.proftext' of comprehensive; collect with --tier comprehensive"
  holds ! -e .pgokit/keep
  printf x >>.pgokit/profile/merged.profdata
  keep 1
  has "$stderr" 'it is not the one that pgokit merge made; run pgokit merge again'
  "$pgokit" clean
  keep 1
  has "$stderr" 'there is no profile; run pgokit collect and pgokit merge first'
}

@test "choose takes it, and does as configured where it is refused" {
  kept
  config_edit '.release.on_stale = "fail"'
  printf '\n' >>pgo/profile.proftext
  run --separate-stderr -1 "$pgokit" choose --profile latest --variant pgo
  has "$stderr" "no profile of the weekly collection is good enough: take the profile of the repository: 'pgo/profile.proftext' is not the profile that 'pgo/profile.json' tells of: its SHA-256 is another (config: release.on_stale"
  rm -r pgo
  run --separate-stderr -1 "$pgokit" choose --profile latest --variant pgo
  has "$stderr" "no profile of the weekly collection is good enough: there is no 'pgo/profile.proftext' in the repository (config"
}

@test "full takes it and collects nothing; --fresh collects" {
  kept
  rm -rf .pgokit
  config_edit '.variants = ["pgo-nolto"]'
  run --separate-stderr -0 "$pgokit" full
  holds ! -e .pgokit/raw
  same "$(jq -r .phases.merge.profile_status .pgokit/manifest.json)" kept
  run --separate-stderr -0 "$pgokit" full --fresh
  same "$(jq -r .phases.merge.profile_status .pgokit/manifest.json)" fresh
}
