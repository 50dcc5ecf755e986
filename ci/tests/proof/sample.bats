#!/usr/bin/env bats
#
# The variant of a sample profile (AutoFDO): taken and verified, proven to be applied, measured as others are.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

optimize() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" optimize "${@:2}"
}

recorded() { # <jq expression on the optimize phase>
  jq -c ".phases.optimize | $1" .pgokit/manifest.json
}

# A profile of the tiny program: written by hand, as it says.
samples() {
  cat <<'PROFILE'
# written by hand for a test, no recording
main:302:1
 4: 100
 5: 100 steps:100
 6: 2
steps:16100:100
 2: 100
 4: 8000
 5: 8000
PROFILE
}

# The tiny project with that profile.
sampled() {
  tiny "$BATS_TEST_TMPDIR/tiny" '.variants = ["sample"] | .profile.sample = "prof/hot.txt"'
  mkdir prof
  samples >prof/hot.txt
}

@test "a sample profile is applied, which is proven, recorded, measured and said; nothing is collected" {
  sampled
  run --separate-stderr "$pgokit" full --budget 1
  like "$status" '[03]'
  has "$(logged)" "sample profile 'prof/hot.txt': 16302 samples in 2 functions"
  has "$(logged)" 'nothing is collected'
  holds ! -e .pgokit/raw
  same "$(recorded '.sample | [.file, .functions, .samples, .note, .kind]')" \
    '["prof/hot.txt",2,16302,"written by hand for a test, no recording",[]]'
  same "$(recorded .profile)" null
  same "$(recorded '.variants[1] | [.name, .applied.functions_changed, .applied.profile_match_pct, .applied.functions_with_counts > 0]')" \
    '["sample",0,100,true]'
  has "$(recorded '.variants[1].ldflags')" "-fprofile-sample-use=$PWD/.pgokit/profile/sample.profdata"
  same "$(jq -c '[.arms[].name]' .pgokit/bench/receipt.json)" '["baseline","sample"]'
  has "$(<.pgokit/report/summary.md)" 'Samples: 16302 in 2 functions, from `prof/hot.txt`, of which it says: written by hand for a test, no recording.'
  lacks "$(<.pgokit/report/summary.md)" 'Profile: tier'
  # In other layouts as well, from the same profile; and not from one that came later.
  run --separate-stderr "$pgokit" gate --variants baseline,sample --layouts 2 --budget 1
  like "$status" '[0134]' # a second of measuring decides nothing
  has "$(<.pgokit/log/build-head.1.log)" '-fprofile-sample-use='
  printf ' 9: 1\n' >>prof/hot.txt
  run -1 --separate-stderr "$pgokit" bench --rounds 2
  same "$(messages)" "pgokit bench: measure '$PWD/.pgokit/bin': the variants were built from another 'prof/hot.txt' than the one that is there (config: profile.sample); run pgokit optimize again"
}

@test "a binary profile makes the same program as its text; unique names and probes get their options" {
  sampled
  optimize 0
  cp .pgokit/bin/sample/prog text
  "$(llvm_bin)/llvm-profdata" merge --sample --extbinary -o prof/hot.bin prof/hot.txt
  config_edit '.profile.sample = "prof/hot.bin"'
  optimize 0
  cmp text .pgokit/bin/sample/prog
  same "$(recorded .sample.note)" null
  # What clang itself calls the static function: its own name would get nothing.
  config_edit '.profile.sample = "prof/hot.txt"'
  local name
  "$(llvm_bin)/clang" -O1 -funique-internal-linkage-names -c -o unique.o main.c
  name=$("$(llvm_bin)/llvm-nm" unique.o | sed -n 's/.* \(.*steps.*\)/\1/p')
  has "$name" .__uniq.
  sed -i "s/^steps/$name/" prof/hot.txt
  optimize 0
  has "$(recorded '.variants[1].cflags')" -funique-internal-linkage-names
  same "$(recorded '.variants[1].applied.profile_match_pct')" 100
  # Lines as numbers of probes, beside the shape that the function had.
  "$(llvm_bin)/clang" -O1 -fpseudo-probe-for-profiling -S -emit-llvm -o probes.ll main.c
  sed -nE 's/^!.* = !\{i64 -?[0-9]+, i64 ([0-9]+), !"(.*steps.*)"\}/\2:16100:100\n 1: 100\n 2: 8000\n 3: 8000\n !CFGChecksum: \1/p' \
    probes.ll >prof/hot.txt
  optimize 0
  has "$(recorded '.variants[1].cflags')" -fpseudo-probe-for-profiling
  same "$(recorded '[.sample.kind, .variants[1].applied.profile_match_pct]')" '[["probes"],100]'
}

@test "what is no sample profile is refused by its name, before anything is built" {
  tiny_after merge
  config_edit '.variants = ["sample"]'
  optimize 2
  same "$(messages)" "pgokit optimize: variant 'sample': it is built from a sample profile, and config: profile.sample names none"
  config_edit '.profile.sample = "hot"'
  optimize 1
  same "$(messages)" "pgokit optimize: build 'sample': there is no sample profile 'hot' (config: profile.sample)"
  : >hot
  optimize 1
  has "$(messages)" "'hot' (config: profile.sample) is empty"
  cp .pgokit/profile/merged.profdata hot
  optimize 1
  has "$(messages)" "'hot' (config: profile.sample) is an instrumented profile (-fprofile-generate), no sample profile: leave the key out"
  "$(llvm_bin)/llvm-profdata" merge -text -o hot .pgokit/profile/merged.profdata
  optimize 1
  has "$(messages)" 'is an instrumented profile'
  printf 'PERFILE2\0\0' >hot
  optimize 1
  has "$(messages)" "is perf's own record: llvm-profgen makes a sample profile of it"
  printf 'steps\n' >hot
  optimize 1
  has "$(messages)" "'hot' (config: profile.sample) is no sample profile that LLVM"
  printf 'steps:100:1\n 2: 0\n' >hot
  optimize 1
  has "$(messages)" "there is no sample in 'hot'"
  samples >text
  "$(llvm_bin)/llvm-profdata" merge --sample --extbinary -o whole text
  head -c 300 whole >hot
  optimize 1
  has "$(messages)" "'hot' (config: profile.sample) is no sample profile that LLVM"
  truncate -s 300M hot
  optimize 1
  has "$(messages)" "'hot' (config: profile.sample) has more than 256"
  holds ! -e .pgokit/bin/baseline
  # And the other way round.
  cp whole .pgokit/profile/merged.profdata
  optimize 1 --variants pgo
  has "$(messages)" "is a sample profile, and 'pgo' wants an instrumented one"
}

@test "a profile of another program is not applied; one that fits in part is stale, and what is lost is listed" {
  sampled
  sed -i 's/^main/elsewhere/; s/^steps/nowhere/' prof/hot.txt
  optimize 1
  has "$(messages)" "check 'sample': the profile was not applied: no function of 'prog' has a count from it"
  samples | sed 's/^steps/nowhere/' >prof/hot.txt
  optimize 1
  has "$(messages)" "check 'sample': the profile is stale: only 1.23 % of its counts are of functions that have not changed, 1 have (release.min_profile_match_pct is 90). Sample the program as it is now (config: profile.sample)"
  same "$(<.pgokit/log/stale-sample.tsv)" "$(printf '16100\tnot found\tnowhere')"
  holds ! -e .pgokit/bin/sample
}

@test "both sides of a gate, what a release chooses among, and what BOLT rewrites" {
  sampled
  git init -q -b main
  git add -A
  git -c user.name=n -c user.email=e@example.org commit -q -m "a program"
  run --separate-stderr -0 "$pgokit" gate --base HEAD --variant sample
  has "$(logged)" 'Byte for byte the same program'
  # The base that is kept is of this very profile.
  sed -i 's/ 5: 8000/ 5: 7900/' prof/hot.txt
  run --separate-stderr -0 "$pgokit" gate --base HEAD --variant sample
  has "$(logged)" 'it is built again'
  has "$(logged)" 'Byte for byte the same program: each benchmark'
  run --separate-stderr -0 "$pgokit" gate --base HEAD --variant sample
  has "$(logged)" 'the base was built before'
  run --separate-stderr -0 "$pgokit" choose --variant sample --budget 1
  same "$(recorded '[.variants[].name]')" '["baseline","lto","sample"]'
  has "$(logged)" 'ship lto: sample: '
  run --separate-stderr -0 "$pgokit" optimize --variants sample-bolt
  same "$(recorded '[.variants[1] | .applied.profile_match_pct, .bolt.stale_pct, .training[0].processes.lost]')" '[100,0,[]]'
}
