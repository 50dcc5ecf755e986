#!/usr/bin/env bats
#
# drift: the share of a profile that fits the source, or another profile.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

# Nearly all counts are those of steps(), which gets another control flow.
slower() {
  sed -i 's/\t\tx = x % 2/\t\tif (x == 3000000000u)\n\t\t\treturn 7;\n\t\telse\n\t\t\tx = x % 2/' main.c
}

drift() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" drift "${@:2}"
}

percent() { # <state>: from the table
  awk -F '\t' -v state="$1" '$1 == state && $6 == "-" { print $2 }' <<<"$output"
}

@test "the same source: all of the profile fits, and nothing that other phases made is touched" {
  tiny_after merge
  local before
  before=$(cd .pgokit && sha256sum raw/*/* bin/*/* profile/* && phase_records)
  drift 0
  same "$(messages)" ''
  same "${lines[0]}" 'state	percent	count	functions	functions_hit	name'
  same "$(percent unchanged) $(percent changed) $(percent gone)" '100.0000 0.0000 0.0000'
  has "$(logged)" 'run $PGOKIT_BINARY --version
100 % of its counts are of functions that have not changed'
  same "$(jq -c "[.pass, .min, .old.functions, .new.functions] | $plain" .pgokit/drift/drift.json)" '[true,90,2,2]'
  same "$(cd .pgokit && sha256sum raw/*/* bin/*/* profile/* && phase_records)" "$before"
  same "$(jq -c '.last | [.phase, .status]' .pgokit/manifest.json)" '["drift","done"]'
}

@test "the hot function changed: the share, its name, and no" {
  tiny_after collect
  slower
  drift 1
  same "$(percent unchanged | cut -d . -f 1)" 1
  has "$output" 'main.c;steps'
  has "$(messages)" "pgokit drift: compare '$PWD/.pgokit/raw': only 1."
  same "$(jq -c '.last | [.status, .exit]' .pgokit/manifest.json)" '["failed",1]'
  drift 0 --min 1
  config_edit '.release.min_profile_match_pct = 0.5'
  drift 0
}

@test "the hot function has another name: drift and optimize count it alike, in the same words" {
  tiny_after merge
  sed -i 's/\bsteps\b/strides/' main.c
  drift 1
  local said
  same "$(percent gone | cut -d . -f 1)" 98
  said=$(messages | sed -n 's/.*: only \([0-9.]* % of its counts are of functions that have not changed\).*/\1/p')
  matches "$said" '^1[.][0-9]+ %'
  run --separate-stderr -1 "$pgokit" optimize --variants pgo
  has "$(messages)" "check 'pgo': the profile is stale: only $said, 1 have"
  has "$(messages)" 'nothing that was compiled has the names of 1'
  matches "$(cat .pgokit/log/stale-pgo.tsv)" '^[0-9]+	gone	main.c;steps$'
}

@test "two profiles: files, folders, and folders with raw/ and manifest.json" {
  tiny_after collect
  cp -R .pgokit "$BATS_TEST_TMPDIR/week"
  slower
  "$pgokit" collect
  for old in "$BATS_TEST_TMPDIR/week" "$BATS_TEST_TMPDIR/week/raw" "$BATS_TEST_TMPDIR/week/raw/001/pool.profraw"; do
    drift 1 "$old" .pgokit
    same "$(percent unchanged | cut -d . -f 1)" 1
    drift 0 "$old" "$old"
    same "$(percent unchanged)" 100.0000
  done
  # The source as it is now, without building anything of the old one.
  drift 1 "$BATS_TEST_TMPDIR/week"
  drift 0 .pgokit
  holds ! -e .pgokit/bin/drift
}

@test "each workload has the weight that it is merged with" {
  # Calls of the two functions: 100 in the first workload, 100 in the second, which weighs 3.
  tiny "$BATS_TEST_TMPDIR/tiny" '.workloads.fast = [
    {name: "a", run: "$PGOKIT_BINARY a"}, {name: "off", run: "true", needs: "false", optional: true},
    {name: "b", run: "$PGOKIT_BINARY b", weight: 3}]'
  cat >main.c <<'END'
__attribute__((noinline)) static int a(int x) { return x * 3; }
__attribute__((noinline)) static int b(int x) { return x ^ 5; }
int main(int argc, char **argv)
{
	volatile int s = 0;

	for (int i = 0; i < 100 && argc > 1 && argv[1][0] != '-'; i++)
		s += argv[1][0] == 'a' ? a(i) : b(i);
	return 0;
}
END
  "$pgokit" collect
  "$pgokit" merge
  sed -i 's/return x ^ 5/return x > 50 ? x : b(x + 51)/' main.c
  drift 1 --json
  local total
  total=$("$(llvm_bin)/llvm-profdata" show .pgokit/profile/merged.profdata | sed -n 's/^Total count: //p')
  same "$(jq -c '[.old.count, .changed.count]' <<<"$output")" "[$total,300]"
  # Without the manifest both weigh the same.
  cp -R .pgokit/raw "$BATS_TEST_TMPDIR/raw"
  drift 1 --json "$BATS_TEST_TMPDIR/raw"
  same "$(jq -c .changed.count <<<"$output")" 100
}

@test "--run names what to run where --version leaves no profile" {
  tiny_after collect
  sed -i 's/unsigned long sum = 0;/unsigned long sum = 0;\n\tif (argc > 1 \&\& argv[1][0] == 45) abort();/' main.c
  drift 2
  has "$(messages)" "pgokit drift: run '\$PGOKIT_BINARY --version': it left no profile (killed by signal 6 (Aborted)); name a command with --run that ends by itself; see '$PWD/.pgokit/log/drift-run.log'"
  drift 2 --run 'no-such-program'
  has "$(messages)" "it left no profile (cannot be started: No such file or directory)"
  drift 2 --run '$PGOKIT_BINARY | cat'
  has "$(messages)" "it left no profile (it was not started)"
  drift 0 --run '$PGOKIT_BINARY 3' --min 1
}

@test "other flags than those of the profile are told" {
  tiny_after collect
  CFLAGS=-O1 drift 0 --min 0
  has "$(messages)" "pgokit drift: warning: compare '$PWD/.pgokit/raw': it was collected with "
  has "$(messages)" ", CFLAGS -fprofile-generate; now it is "
}

@test "a share below the minimum and the share itself reach a step of GitHub's" {
  tiny_after collect
  export GITHUB_ACTIONS=true GITHUB_OUTPUT=$BATS_TEST_TMPDIR/out
  drift 0
  same "$(<"$GITHUB_OUTPUT")" 'profile-match-pct=100'
  slower
  drift 1
  has "$stderr" "::error::compare '$PWD/.pgokit/raw': only 1."
}

@test "no profile, one that is damaged, one that is merged already: which, and nothing is compared" {
  tiny
  drift 2
  same "$(messages)" "pgokit drift: read '$PWD/.pgokit/raw': there is no profile; run pgokit collect first, or name one"
  drift 2 nothing
  same "$(messages)" "pgokit drift: read 'nothing': there is no profile; run pgokit collect first, or name one"
  rm -rf .pgokit
  tiny_after merge "$BATS_TEST_TMPDIR/again"
  drift 2 .pgokit nothing
  same "$(messages)" "pgokit drift: read 'nothing': no such file or folder"
  drift 2 .pgokit/profile/merged.profdata .pgokit
  same "$output" ''
  has "$(messages)" 'this is an indexed profile (.profdata), which is merged already'
  truncate -s 200 .pgokit/raw/001/pool.profraw
  drift 2 .pgokit .pgokit
  has "$(messages)" 'pool.profraw'\'': truncated: '
  same "$output" ''
}

@test "wrong calls are refused before anything is built" {
  tiny
  drift 2 a b c
  same "$(messages)" "pgokit drift: 'c' is one profile too many; see pgokit drift -h"
  drift 2 --min much
  same "$(messages)" "pgokit drift: --min 'much': expected a percentage"
  holds ! -e .pgokit
}

@test "a path with blanks, quotes and a line break" {
  tiny_after collect "$BATS_TEST_TMPDIR/odd '"$'\n'"\" path"
  drift 0 --min 0
  same "$(percent unchanged)" 100.0000
}
