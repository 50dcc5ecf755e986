#!/usr/bin/env bats
#
# merge: one profile from all raw ones, each with its weight; a good one is never lost to a bad one.

# Backticks in single quotes are those of Markdown.
# shellcheck disable=SC2016

load ../helper

setup() {
  tiny_after collect
}

merge() { # <status>
  run --separate-stderr "-$1" "$pgokit" merge
}

manifest() { # <jq expression on the merge phase>
  jq -cr ".phases.merge | $1" .pgokit/manifest.json
}

# The largest count of the merged profile, according to the real tool.
largest() {
  "$(llvm_bin)/llvm-profdata" show .pgokit/profile/merged.profdata | sed -n 's/^Maximum function count: //p'
}

@test "writes a profile that llvm-profdata reads, prints it, records it" {
  merge 0
  same "$output" "$PWD/.pgokit/profile/merged.profdata"
  same "$(messages)" ''
  same "$(manifest '[.inputs, .functions, .maximum_function_count]')" "[1,2,$(largest)]"
  same "$(manifest .sha256)" "$(sha256sum <.pgokit/profile/merged.profdata | cut -d ' ' -f 1)"
  same "$(manifest .bytes)" "$(stat -c %s .pgokit/profile/merged.profdata)"
  holds -x "$(manifest .profdata)"
}

@test "each raw profile is hashed once" {
  hashing_noted
  merge 0
  same "$(grep -c -F 001/pool.profraw "$BATS_TEST_TMPDIR/hashed")" 1
  same "$(manifest .raw_sha256)" "$(cd .pgokit/raw && sha256sum 001/pool.profraw | sha256sum | cut -c 1-64)"
}

@test "merging twice gives the same profile" {
  merge 0
  local first
  first=$(manifest .sha256)
  merge 0
  same "$(manifest .sha256)" "$first"
  same "$(ls .pgokit/profile)" 'health.json
inputs.list
merged.profdata
report.html
summary.md'
}

@test "draws a page of it, with the manifest and what llvm-profdata says" {
  merge 0
  run -0 "$top/build/bin/report-page" --json .pgokit/profile/report.html
  same "$(jq -c '[.status, .functions, .hottest[0].name, .hottest[0].count, .sum == .manifest.phases.collect.raw.sum]' <<<"$output")" \
    "[\"fresh\",2,\"main.c;steps\",$(largest),true]"
  same "$(jq -cS .manifest.phases.merge <<<"$output")" "$(jq -cS .phases.merge .pgokit/manifest.json)"
  same "$(jq -r '.hottest[0].pct * 1000 | floor' <<<"$output")" "$(jq -r '.phases | 100000 * .merge.maximum_function_count / .collect.raw.sum | floor' .pgokit/manifest.json)"
  has "$(<.pgokit/profile/summary.md)" 'Page: `profile/report.html`'
}

@test "a page that cannot be drawn takes nothing from the profile" {
  mkdir .pgokit/log/page.json
  merge 0
  has "$(messages)" "page.json: Is a directory
pgokit merge: warning: draw '$PWD/.pgokit/profile/report.html': it failed; the profile is whole without it"
  holds -s .pgokit/profile/merged.profdata
  holds ! -e .pgokit/profile/report.html
  lacks "$(<.pgokit/profile/summary.md)" report.html
}

@test "a workload's weight multiplies its counts" {
  merge 0
  local once
  once=$(largest)
  config_edit '.workloads.fast += [.workloads.fast[0] | .name = "heavy" | .weight = 3]'
  "$pgokit" collect
  merge 0
  same "$(largest)" $((4 * once))
}

@test "raw profiles from elsewhere, without folder of a workload, manifest or logs, count once" {
  merge 0
  local once
  once=$(largest)
  mv .pgokit/raw/001/* .pgokit/raw/
  rm -r .pgokit/manifest.json .pgokit/log .pgokit/bin
  merge 0
  same "$(largest)" "$once"
}

@test "without raw profiles: what to run first" {
  rm -r .pgokit/raw
  merge 1
  same "$output" ''
  same "$(messages)" "pgokit merge: merge '$PWD/.pgokit/raw': there are no raw profiles; run pgokit collect first"
}

@test "a folder without raw profiles" {
  rm -r .pgokit/raw/*
  merge 1
  has "$(messages)" "read '$PWD/.pgokit/raw': no .profraw file in it"
  same "${stderr_lines[-1]}" "pgokit merge: merge '$PWD/.pgokit/raw': no usable raw profile, or a broken one; see the messages above"
  holds ! -e .pgokit/profile/merged.profdata
}

@test "one file that is cut short: it is named, the last good profile is untouched" {
  merge 0
  local before f
  before=$(cd .pgokit && sha256sum profile/merged.profdata && phase_records)
  for f in .pgokit/raw/001/*.profraw; do head -c 200 "$f" >.pgokit/raw/001/cut.profraw; done
  merge 1
  same "$output" ''
  has "$(messages)" "$PWD/.pgokit/raw/001/cut.profraw"
  has "$(messages)" truncated
  same "$(jq -r '.last | "\(.phase) \(.status) \(.exit)"' .pgokit/manifest.json)" 'merge failed 1'
  same "$(cd .pgokit && sha256sum profile/merged.profdata && phase_records)" "$before"
}

@test "an empty file is named and nothing is merged" {
  : >.pgokit/raw/001/empty.profraw
  merge 1
  has "$(messages)" "$PWD/.pgokit/raw/001/empty.profraw"
  holds ! -e .pgokit/profile/merged.profdata
}

@test "the llvm-profdata of LLVM_PROFDATA is used when it reads the profiles" {
  mkdir bin
  printf '#!/bin/sh\necho "$@" >>"%s/calls"\nexec "%s/llvm-profdata" "$@"\n' "$PWD" "$(llvm_bin)" >bin/llvm-profdata
  chmod +x bin/llvm-profdata
  LLVM_PROFDATA=$PWD/bin/llvm-profdata merge 0
  same "$(manifest .profdata)" "$PWD/bin/llvm-profdata"
  has "$(<calls)" 'merge -o'
}

@test "an llvm-profdata that fails: what it said, and the last good profile is untouched" {
  merge 0
  local before
  before=$(sha256sum .pgokit/profile/merged.profdata)
  mkdir bin
  cat >bin/llvm-profdata <<SH
#!/bin/sh
case "\$*" in *inputs.list*) echo no room >&2; exit 1 ;; esac
exec "$(llvm_bin)/llvm-profdata" "\$@"
SH
  chmod +x bin/llvm-profdata
  LLVM_PROFDATA=$PWD/bin/llvm-profdata merge 1
  same "$(messages)" "no room
pgokit merge: merge '$PWD/.pgokit/raw': llvm-profdata failed; the profile that was there is untouched"
  same "$(sha256sum .pgokit/profile/merged.profdata)" "$before"
}

@test "a merge that only warned says so, and gives the log" {
  mkdir bin
  cat >bin/llvm-profdata <<SH
#!/bin/sh
case "\$*" in *inputs.list*) echo "warning: odd" >&2 ;; esac
exec "$(llvm_bin)/llvm-profdata" "\$@"
SH
  chmod +x bin/llvm-profdata
  LLVM_PROFDATA=$PWD/bin/llvm-profdata merge 0
  same "$(messages)" "pgokit merge: warning: merge: warning: odd; all of it in '$PWD/.pgokit/log/merge.log'"
}

@test "profiles of two programs: both are in the result" {
  sed -i 's/steps/other/' main.c # another name, another function
  "$pgokit" collect --keep-profiles
  merge 0
  same "$(manifest '[.inputs, .functions]')" '[2,3]'
}

@test "--carry goes on with the last good profile, and says so everywhere" {
  local made
  GITHUB_OUTPUT=$BATS_TEST_TMPDIR/outputs merge 0
  made=$(manifest .made)
  rm -r .pgokit/raw/*
  merge 1
  run --separate-stderr -0 env "GITHUB_OUTPUT=$BATS_TEST_TMPDIR/outputs" "$pgokit" merge --carry
  same "$output" "$PWD/.pgokit/profile/merged.profdata"
  has "$(messages)" "THE PROFILE OF $made IS CARRIED FORWARD"
  same "$(manifest '"\(.profile_status) \(.made)"')" "carried $made"
  same "$(cat "$BATS_TEST_TMPDIR/outputs")" 'profile-status=fresh
artifact=pgokit-profile-fast
profile-status=carried
artifact=pgokit-profile-carried'
}

@test "--carry with no good profile to carry, or with collect.on_empty fail, is red" {
  rm -r .pgokit/raw/*
  run --separate-stderr -1 "$pgokit" merge --carry
  holds ! -e .pgokit/profile/merged.profdata
  "$pgokit" collect
  merge 0
  rm -r .pgokit/raw/*
  jq '.collect.on_empty = "fail"' pgokit.json >new && mv new pgokit.json
  run --separate-stderr -1 "$pgokit" merge --carry
  has "${stderr_lines[-1]}" 'collect.on_empty is "fail"'
  holds -s .pgokit/profile/merged.profdata
}

@test "a raw profile that changed since it was collected is refused, though it is a valid profile" {
  merge 0
  local before
  before=$(manifest .sha256)
  "$top/build/bin/profraw-pool" --weight 2 -o twice .pgokit/raw/001/pool.profraw >/dev/null
  mv -- twice .pgokit/raw/001/pool.profraw
  merge 1
  has "${stderr_lines[-1]}" '001/pool.profraw has changed; run pgokit collect again'
  same "$(sha256sum <.pgokit/profile/merged.profdata | cut -c 1-64)" "$before"
}

@test "tells of the profile in words, also in the job summary" {
  config_edit '.name = "a|b <i>"'
  GITHUB_STEP_SUMMARY=$BATS_TEST_TMPDIR/summary merge 0
  cmp .pgokit/profile/summary.md "$BATS_TEST_TMPDIR/summary"
  has "$(<.pgokit/profile/summary.md)" '## Profile of a\|b \<i\>'
  has "$(<.pgokit/profile/summary.md)" '| `train`  | 1      | '
  has "$(<.pgokit/profile/summary.md)" '1 raw profiles of '
  has "$(<.pgokit/profile/summary.md)" 'with 2 functions, of which 2 ran.'
}

# A run on a fresh machine whose workloads wrote nothing, and last week's artifact.
fresh_machine() {
  merge 0
  mkdir -p ../last
  cp -R -- .pgokit/manifest.json .pgokit/profile ../last
  rm -rf .pgokit
}

@test "--last: a profile from elsewhere is carried, with its date, if it is what its manifest says" {
  fresh_machine
  run --separate-stderr -0 "$pgokit" merge --carry --last ../last
  has "$(messages)" "THE PROFILE OF $(jq -r .phases.merge.made ../last/manifest.json) IS CARRIED FORWARD"
  cmp .pgokit/profile/merged.profdata ../last/profile/merged.profdata
  same "$(manifest '[.profile_status, .made, .sha256]')" "$(jq -c '.phases.merge | ["carried", .made, .sha256]' ../last/manifest.json)"
  has "$(<.pgokit/profile/summary.md)" 'CARRIED FORWARD: this run made no usable profile'
}

@test "--last: a profile is carried with what it was made of, and without it when that is not whole" {
  cp -R .pgokit/raw ../raw
  fresh_machine
  cp -R ../raw ../last
  mkdir -p .pgokit/raw/001
  printf 'broken' >.pgokit/raw/001/pool.profraw
  run -0 "$pgokit" merge --carry --last ../last
  diff -r .pgokit/raw ../raw
  same "$(<.pgokit/raw.unusable/001/pool.profraw)" broken
  same "$(jq -c .phases.collect.hashes .pgokit/manifest.json)" "$(jq -c .phases.collect.hashes ../last/manifest.json)"
  rm -r .pgokit
  printf x >>../last/raw/001/pool.profraw
  run --separate-stderr -0 "$pgokit" merge --carry --last ../last
  has "$(messages)" "the raw profiles are not those of its manifest, so the profile is carried without them; a release will refuse it"
  holds ! -e .pgokit/raw
  same "$(jq .phases.collect .pgokit/manifest.json)" null
}

@test "--last: a profile that was tampered with, or has no record, is not carried" {
  fresh_machine
  printf x >>../last/profile/merged.profdata
  run --separate-stderr -1 "$pgokit" merge --carry --last ../last
  has "$(messages)" 'it is not the profile that its manifest tells of; it is of no use'
  holds ! -e .pgokit/profile/merged.profdata
  printf '[]' >../last/manifest.json
  run --separate-stderr -1 "$pgokit" merge --carry --last ../last
  has "$(messages)" 'there is no last profile in it'
}

# What the last merge made was of 3000 numbers.
train_with() { # <how many there really are>
  sed -i "s/i < (argc > 1 ? atoi(argv\[1\]) : 1)/i < (argc > 1 ? $1 : 1)/" main.c
  "$pgokit" collect
}

@test "a collapse is not adopted: what was lost, the last profile stays, --carry goes on with it, --adopt takes it" {
  merge 0
  local was before
  was=$(manifest .sha256)
  before=$(jq .phases.collect.raw.sum .pgokit/manifest.json)
  train_with 2
  merge 1
  same "$output" ''
  same "$(messages)" "pgokit merge: merge '$PWD/.pgokit/raw': the new profile is not as good as the last one and not adopted: workload 'train' has $(jq .phases.collect.raw.sum .pgokit/manifest.json) counts where there were $before: 0 % (profile.min_total_pct is 50). If that is meant, pgokit merge --adopt takes it"
  same "$(sha256sum <.pgokit/profile/merged.profdata | cut -c 1-64)" "$was"
  run --separate-stderr -0 "$pgokit" merge --adopt
  has "$(messages)" 'ADOPTED ALL THE SAME (--adopt)'
  same "$(manifest '.profile_status, (.health.why | length)')" $'fresh\n1'
  has "$(<.pgokit/profile/summary.md)" "**Adopted all the same:** workload 'train' has "
  # From here on that is what is held against.
  "$pgokit" collect
  merge 0
  same "$(manifest '.health.workloads[0] | [.name, .total_pct, .overlap_pct]')" '["train",100,100]'
}

@test "a collapse with --carry: the last profile and what it was made of serve once more" {
  merge 0
  local was
  was=$(manifest .sha256)
  cp -R .pgokit/raw ../raw
  train_with 2
  run --separate-stderr -0 "$pgokit" merge --carry
  has "$(messages)" 'IS CARRIED FORWARD'
  same "$(sha256sum <.pgokit/profile/merged.profdata | cut -c 1-64)" "$was"
  diff -r .pgokit/raw ../raw
  same "$(manifest '[.profile_status, .health.workloads[0].name]')" '["carried","train"]'
  has "$(<.pgokit/profile/summary.md)" 'CARRIED FORWARD: this run made no profile that is as good as the last one'
  has "$(<.pgokit/profile/summary.md)" "- workload 'train' has "
  "$pgokit" collect
  config_edit '.collect.on_empty = "fail"'
  run --separate-stderr -1 "$pgokit" merge --carry
  has "$(messages)" 'collect.on_empty is "fail"'
}

@test "training that was cut short in one of two workloads is found, whatever the sum says" {
  config_edit '.workloads.fast += [.workloads.fast[0] | .name = "large" | .run = "$PGOKIT_BINARY 60000"]'
  "$pgokit" collect
  merge 0
  train_with 900
  merge 1
  has "$(messages)" "workload 'train' has "
  has "$(messages)" "workload 'large' has "
  sed -i 's/? 900 : 1/? (atoi(argv[1]) == 3000 ? 900 : atoi(argv[1])) : 1/' main.c
  "$pgokit" collect
  merge 1
  has "$(messages)" "workload 'train' has "
  lacks "$(messages)" "workload 'large'"
  # By a limit of one's own that is none.
  config_edit '.profile.min_total_pct = 10'
  merge 0
}

@test "a workload whose profiles are lost is found" {
  config_edit '.workloads.fast += [.workloads.fast[0] | .name = "second"]'
  "$pgokit" collect
  merge 0
  "$pgokit" collect
  rm .pgokit/raw/002/*
  jq '.phases.collect.hashes |= del(.["002/pool.profraw"])' .pgokit/manifest.json >m && mv m .pgokit/manifest.json
  merge 1
  matches "$(messages)" "not adopted: workload 'second' has left no counts"
}

@test "another source, another command and other workloads are no collapse" {
  merge 0
  # The hot function under another name.
  sed -i 's/steps/paces/' main.c
  "$pgokit" collect
  merge 0
  same "$(manifest '.health | [.workloads[0].total_pct, .why]')" '[100,[]]'
  holds "$(manifest '.health.workloads[0].gone_pct | floor')" -gt 50
  config_edit '.workloads.fast[0].run = "$PGOKIT_BINARY 30" | .workloads.fast += [.workloads.fast[0] | .name = "more"]'
  "$pgokit" collect
  merge 0
  same "$(manifest '.health.notes')" "[\"workload 'more' is new\",\"workload 'train' runs another command now, so its counts cannot be held against the old ones\"]"
  has "$(<.pgokit/profile/summary.md)" "no workload is in both."
}

@test "--last: a profile that is played back, of an older commit or of a lower tier does not replace the last one" {
  git init -q && git add main.c pgokit.json && git commit -q -m one
  "$pgokit" collect
  merge 0
  cp -R .pgokit ../old
  git commit -q --allow-empty -m two
  config_edit '.workloads.comprehensive = [.workloads.fast[0] | .name = "long"]'
  "$pgokit" collect --tier comprehensive
  run --separate-stderr -0 "$pgokit" merge --carry --last ../old
  same "$(manifest .profile_status)" fresh
  mkdir ../last
  cp -R .pgokit/{manifest.json,profile,raw} ../last
  # The very same collection once more.
  run --separate-stderr -1 "$pgokit" merge --last ../last
  has "$(messages)" 'an old profile that is played back'
  # The one of before, as a cache may bring it.
  rm -r .pgokit && cp -R ../old .pgokit
  run --separate-stderr -1 "$pgokit" merge --last ../last
  has "$(messages)" 'which is not after the last one, '
  has "$(messages)" 'it is of the tier fast, and the last one of comprehensive'
  # The old commit, collected today.
  git checkout -q HEAD~1
  "$pgokit" collect --tier comprehensive
  run --separate-stderr -0 "$pgokit" merge --carry --last ../last
  has "$(messages)" "it is of the commit $(git rev-parse HEAD | cut -c 1-12), which comes before that of the last one"
  same "$(manifest '[.profile_status, .sha256]')" "$(jq -c '["carried", .phases.merge.sha256]' ../last/manifest.json)"
  # A faster tier, today.
  git checkout -q -
  "$pgokit" collect
  run --separate-stderr -0 "$pgokit" merge --carry --last ../last
  has "$(messages)" 'it is of the tier fast, and the last one of comprehensive. If that is meant'
  same "$(manifest .profile_status)" carried
  # Unless that is older than a release takes.
  jq '.phases.collect.made = "2026-01-01T00:00:00Z"' ../last/manifest.json >m && mv m ../last/manifest.json
  "$pgokit" collect
  GITHUB_OUTPUT=$PWD/step run --separate-stderr -0 "$pgokit" merge --carry --last ../last
  same "$(manifest .profile_status)" fresh
  # By hand, without --last, every tier and commit may follow another.
  "$pgokit" collect
  merge 0
}

# The same counts, with another date, and what else the filter changes.
redated() { # <jq filter on the record of collect>
  jq ".phases.collect |= (.made = \"$(date -u -d 'now + 1 minute' +%FT%TZ)\" | $1)" ../last/manifest.json >.pgokit/manifest.json
}

@test "the counts of the last collection, byte for byte: deterministic, or played back with a new date, as far as it shows" {
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -Wl,--build-id=none -o prog main.c"'
  git init -q && git add main.c pgokit.json && git commit -q -m one
  "$pgokit" collect
  merge 0
  mkdir ../last
  cp -R .pgokit/{manifest.json,profile,raw} ../last
  git commit -q --allow-empty -m two
  "$pgokit" collect
  jq '.phases.collect.made = "2026-01-01T00:00:00Z"' ../last/manifest.json >m && mv m ../last/manifest.json
  run --separate-stderr -0 "$pgokit" merge --last ../last
  same "$(messages)" ''
  same "$(manifest '.health.repeated | [.workloads, .copied, .same_commit, .program]')" '[["train"],[],false,"same"]'
  has "$(<.pgokit/profile/summary.md)" 'byte for byte, those of the collection of 2026-01-01T00:00:00Z: the program is the same, byte for byte, and its training deterministic'
  # Not even the times are other ones.
  redated '.sources[0].commit = "'"$(git rev-parse HEAD)"'"'
  run --separate-stderr -1 "$pgokit" merge --last ../last
  has "$(messages)" "not adopted: the counts of 'train' are, byte for byte, those of the collection of 2026-01-01T00:00:00Z, and so are the times that it took ('train'): an old profile that is played back with a new date. If"
  # Another program: nothing tells, so it is said.
  redated '.sources[0].commit = "'"$(git rev-parse HEAD)"'" | .program = "another" | .workloads[0].wall_s += 1'
  run --separate-stderr -0 "$pgokit" merge --last ../last
  has "$(messages)" "the training is deterministic, or an old profile has come with a new date. pgokit training, which trains once more, tells which"
  git add -A && run --separate-stderr "$pgokit" adopt .pgokit
  has "$stderr" "when it was merged, this was said of it: the counts of 'train' are, byte for byte, those of the collection of"
}

@test "the same counts with the build id of another program: played back" {
  config_edit '.build = "$CC $CFLAGS $LDFLAGS -Wl,--build-id -o prog main.c"'
  "$pgokit" collect
  merge 0
  mkdir ../last
  cp -R .pgokit/{manifest.json,profile,raw} ../last
  redated '.program = "another" | .workloads[0].wall_s += 1'
  merge 1
  has "$(messages)" "with the build id of a program that is not this collection's: an old profile that is played back with a new date"
}

@test "a last profile that is not whole is not held against, and that is said" {
  merge 0
  printf x >>.pgokit/last/raw/001/pool.profraw
  "$pgokit" collect
  merge 0
  has "$(messages)" "compare with the last profile in '$PWD/.pgokit/last': its raw profiles are not those of its manifest: 001/pool.profraw; whether the new one is as good is not known"
  same "$(manifest .health)" null
}
