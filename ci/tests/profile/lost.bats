#!/usr/bin/env bats
#
# Complete training: processes that leave no profile are counted, named, and make the profile partial.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

# A server of four processes: a parent and three workers, of which the first does a count of its own that no
# other does, and ends as the second argument says.
server() {
  tiny "$BATS_TEST_TMPDIR/tiny" '.workloads.fast[0].run = "$PGOKIT_BINARY 3000 exit"'
  {
    printf '#define _GNU_SOURCE\n#include <%s>\n' signal.h string.h unistd.h sys/stat.h sys/wait.h | awk '!seen[$0]++'
    sed '/^int main/,$d' main.c
    cat <<'SOURCE'
__attribute__((noinline)) static unsigned long mine(int n)
{
	unsigned long sum = 0;

	for (int i = 1; i < n; i++)
		sum += steps((unsigned)i);
	return sum;
}

static void end(const char *how, char **argv)
{
	char *none[] = {NULL}, *again[] = {argv[0], argv[1], NULL};

	if (!strcmp(how, "_exit"))
		_exit(0);
	if (!strcmp(how, "quick_exit"))
		quick_exit(0);
	if (!strcmp(how, "term"))
		raise(SIGTERM);
	if (!strcmp(how, "kill"))
		raise(SIGKILL);
	if (!strcmp(how, "sys"))
		raise(SIGSYS);
	if (!strcmp(how, "cleared"))
		execve("/proc/self/exe", again, none);
	if (!strcmp(how, "outside") && !chdir(argv[3]))
		execve("/proc/self/exe", again, none);
	exit(0);
}

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 1;

	if (argc < 3) {
		printf("%lu\n", mine(n));
		return 0;
	}
	for (int i = 0; i < 3; i++)
		if (!fork()) {
			if (i == 0 && mine(n))
				end(argv[2], argv);
			exit(0);
		}
	while (wait(NULL) > 0)
		;
	return 0;
}
SOURCE
  } >server.c
  mv server.c main.c
}

collect() { # <status> [jq filter on pgokit.json]
  [ -z "${2-}" ] || config_edit "$2"
  run --separate-stderr "-$1" "$pgokit" collect
}

ends_by() { # <how> [word...]
  config_edit ".workloads.fast[0].run = \"\$PGOKIT_BINARY 3000 $*\""
  collect 0
}

manifest() { # <jq expression on the collect phase>
  jq -cr ".phases.collect | $1" .pgokit/manifest.json
}

# How often mine() ran, in the profile. Most of the counts are its own where they are not lost, so the next is another.
counted() {
  "$pgokit" merge --adopt >/dev/null 2>&1
  "$(llvm_bin)/llvm-profdata" show --function=mine --counts .pgokit/profile/merged.profdata | sed -n 's/^ *Block counts: //p'
}

exit_only='. A profile is written at exit and at the end of main: let processes end so, or set "continuous": true under "collect", by which they count into their profile as they run'

@test "four processes that end well: no word, and nothing partial" {
  server
  collect 0
  same "$(messages)" ''
  same "$(manifest '[.partial, .workloads[0].processes]')" '[false,{"watched":true,"forks":true,"ran":4,"lost":[]}]'
}

@test "one lost child of four is named, by the reason, and the profile is partial" {
  local how what lost
  server
  while IFS='|' read -r how what lost; do
    ends_by "$how"
    same "$(messages)" "pgokit collect: warning: run workload 'train': 4 processes ran it, 1 left no profile: 1 $what ('prog')$exit_only"
    same "$(manifest '[.partial, .workloads[0].processes.ran, .workloads[0].processes.lost]')" "[true,4,[{\"program\":\"prog\",$lost,\"count\":1}]]"
  done <<'LIST'
term|killed by SIGTERM|"how":"signal","signal":15
kill|killed by SIGKILL|"how":"signal","signal":9
sys|killed by SIGSYS, as seccomp does|"how":"signal","signal":31
_exit|ended by _exit, quick_exit or the like|"how":"exit"
quick_exit|ended by _exit, quick_exit or the like|"how":"exit"
LIST
}

@test "a child without LLVM_PROFILE_FILE: lost outside of the tree, and taken from inside of it" {
  server
  mkdir "$BATS_TEST_TMPDIR/else where"
  ends_by outside '../../../else*'
  same "$(messages)" "pgokit collect: warning: run workload 'train': 4 processes ran it, 1 left no profile: 1 without LLVM_PROFILE_FILE ('prog' begun in '$BATS_TEST_TMPDIR/else where'). Let what starts a process keep LLVM_PROFILE_FILE"
  same "$(manifest .partial)" true
  ends_by cleared
  starts "$(messages)" "pgokit collect: warning: take 'default"
  same "$(manifest '[.partial, .workloads[0].processes.ran, .workloads[0].processes.lost]')" '[false,4,[]]'
}

@test "several workloads, several reasons, one line each" {
  server
  collect 0 '.workloads.fast = [
    {name: "good", run: "$PGOKIT_BINARY 30 exit"},
    {name: "bad", shell: true, run: "for i in 1 2 3; do $PGOKIT_BINARY 30 term; done; $PGOKIT_BINARY 30 _exit; env -i $PGOKIT_BINARY 30 kill; exec >/dev/null"}]'
  has "$(messages)" "run workload 'bad': 20 processes ran it, 5 left no profile: 3 killed by SIGTERM ('prog'), 1 ended by _exit, quick_exit or the like ('prog'), 1 killed by SIGKILL ('prog')"
  lacks "$(messages)" "'good'"
  run -0 "$pgokit" merge
  has "$(cat .pgokit/profile/summary.md)" "**Partial:** \`bad\`: 20 processes ran it, 5 left no profile: 3 killed by SIGTERM ('prog'), "
}

@test "pgokit training finds a truncated training" {
  server
  ends_by term
  config_edit '.benches[0].run = "$PGOKIT_BINARY 100 exit"'
  run --separate-stderr -1 "$pgokit" training --min-reached 0
  has "$(messages)" "look at the training: it lacks the counts of 1 of 4 processes of train; "
  same "$(jq -c '[.lost, .good]' .pgokit/training/training.json)" '[["the counts of 1 of 4 processes of train"],false]'
  collect 0 '.collect.continuous = true'
  run --separate-stderr -0 "$pgokit" training --min-reached 0
  same "$(jq -c '[.lost, .good]' .pgokit/training/training.json)" '[[],true]'
}

@test "collect.on_lost fail: no profile where one is lost, and the old ones stay" {
  server
  collect 0
  cp -R .pgokit/raw before
  collect 1 '.collect.on_lost = "fail" | .workloads.fast[0].run = "$PGOKIT_BINARY 3000 kill"'
  ends "$(messages)" "collect: processes of 'train' left no profile, and collect.on_lost is \"fail\"; see above"
  diff -r before .pgokit/raw
  collect 0 '.workloads.fast[0].run = "$PGOKIT_BINARY 3000 exit"'
  # What cannot be known is no good news, unless the project says that it is meant.
  collect 1 '.workloads.fast[0] |= (.shell = true | .run = "! grep -q \"^TracerPid:.*[1-9]\" /proc/$$/status && $PGOKIT_BINARY 3000 kill")'
  ends "$(messages)" "collect: whether each process of 'train' left a profile is not known, and collect.on_lost is \"fail\"; see above"
  collect 0 '.workloads.fast[0].watch = false'
}

# As sudo, and whatever traces itself.
@test "a workload that fails because it is watched is run again, unwatched, and that is said" {
  server
  collect 0 '.workloads.fast[0] |= (.shell = true | .run = "echo once; $PGOKIT_BINARY 10 exit; ! grep -q \"^TracerPid:.*[1-9]\" /proc/$$/status || exit 7; $PGOKIT_BINARY 3000 exit")'
  has "$(logged)" 'once more, unwatched, since it failed (exit status 7)'
  same "$(messages)" "pgokit collect: warning: run workload 'train': which of its processes left no profile is not known: watched, it failed (exit status 7). \"watch\": false in the workload says that this is meant"
  same "$(manifest '[.partial, .workloads[0].processes]')" '[false,{"watched":false,"reason":"watched, it failed (exit status 7)"}]'
  same "$(wc -l <.pgokit/raw/001/sources.tsv)" 2 # of the second run alone
  same "$(grep -c once .pgokit/log/workloads.log)/$(grep -c once .pgokit/log/watched.log)" 1/1
  run -0 "$pgokit" merge
  has "$(cat .pgokit/profile/summary.md)" 'Which processes of `train` left no profile is not known: watched, it failed'
  # Either of the two keys is enough, and then there is nothing to say.
  collect 0 '.workloads.fast[0].watch = false'
  same "$(messages)" ''
  same "$(manifest '.workloads[0].processes')" '{"watched":false,"reason":"\"watch\": false in pgokit.json"}'
  collect 0 'del(.workloads.fast[0].watch) | .collect.watch = false'
  same "$(messages)" ''
  lacks "$(logged)" 'once more'
}

@test "a workload that fails either way has failed, after a second run" {
  server
  collect 1 '.workloads.fast[0] |= (.shell = true | .run = "echo run >>../runs; exit 3")'
  has "$(messages)" "run workload 'train': it failed; what it said is in '"
  same "$(cat .pgokit/runs)" $'run\nrun'
}

@test "continuous mode: a killed service keeps its counts, and its profile is merged and used" {
  server
  ends_by term
  same "$(counted)" '[0, 0]'
  config_edit '.collect.continuous = true'
  # What is new is no collapse: said, and taken.
  ends_by term
  run --separate-stderr -0 "$pgokit" merge
  matches "$stderr" "workload 'train': collect.continuous is on now and was off, so the counts of processes that are killed are new: it has [0-9.]+ % of the counts; where they lie \\(overlap [0-9.]+ %\\) is held against the next collection"
  same "$(jq -c '.phases.merge | [.profile_status, .health.why]' .pgokit/manifest.json)" '["fresh",[]]'
  local how
  for how in exit _exit kill term; do
    ends_by "$how"
    same "$(messages)" ''
    same "$(manifest '[.partial, .workloads[0].processes.ran, .workloads[0].processes.lost]')" '[false,4,[]]'
    has "$(manifest .cflags)" '-runtime-counter-relocation'
    same "$(counted)" '[2999, 1]'
  done
  # Off again is a loss, and says where from.
  config_edit '.collect.continuous = false'
  ends_by term
  run --separate-stderr -1 "$pgokit" merge
  has "$(messages)" '; collect.continuous was on and is off now, so the counts of processes that are killed are lost again'
  config_edit '.collect.continuous = true'
  ends_by exit
  "$pgokit" merge
  run -0 --separate-stderr "$pgokit" optimize --variants pgo-nolto
  holds "$(jq '.phases.optimize.variants[] | select(.name == "pgo-nolto").applied.profile_match_pct' .pgokit/manifest.json)" = 100
}

@test "continuous mode: calls through pointers, whose values LLVM does not keep then" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.collect.continuous = true'
  sed -i 's/^int main/static unsigned one(unsigned x) { return x; }\n&/; s/sum += steps/unsigned (*volatile f)(unsigned) = i % 2 ? steps : one; sum += f/' main.c
  sed -i 's/\tfor (int i = 1/\tfor (int i = 1/; s/^\t\tunsigned (\*volatile.*$/\t\t{ & }/' main.c
  collect 0
  "$pgokit" merge
  run -0 "$(llvm_bin)/llvm-profdata" show --function=steps --counts .pgokit/profile/merged.profdata
  has "$output" 'Functions shown: 1'
  run -0 "$pgokit" optimize --variants pgo-nolto
}

# Each has a runtime of its own: one file for both would lose one's counts, and nobody would see it.
@test "continuous mode: a plugin and its program each have a file; where they cannot, it is refused" {
  tiny "$BATS_TEST_TMPDIR/tiny" '.collect.continuous = true | .workloads.fast[0].run = "$PGOKIT_BINARY 3000 ./plugin.so"
    | .build = "$CC $CFLAGS $LDFLAGS -o prog main.c && $CC $CFLAGS $LDFLAGS -shared -fPIC -o plugin.so plugin.c"'
  echo 'int twice(int x) { return x > 7 ? 2 * x : 3; }' >plugin.c
  sed -i '1i #include <dlfcn.h>' main.c
  sed -i 's/^\tunsigned long sum = 0;/&\n\tint (*twice)(int) = argc > 2 ? (int (*)(int))dlsym(dlopen(argv[2], RTLD_NOW), "twice") : NULL;/; s/sum += steps((unsigned)i)/& + (twice ? (unsigned)twice(i) : 0)/' main.c
  collect 0
  has "$(messages)" "the profile has counts of 'plugin.so' as well"
  "$pgokit" merge >/dev/null
  run -0 "$(llvm_bin)/llvm-profdata" show --all-functions .pgokit/profile/merged.profdata
  has "$output" steps
  has "$output" twice
  collect 1 '.build |= gsub("-o "; "-Wl,--build-id=none -o ")'
  has "$(messages)" "collect in continuous mode: 'plugin.so' has counters, too, and would write the file of 'prog': that needs LLVM 22, "
  collect 0 '.workloads.fast[0].run = "$PGOKIT_BINARY 3000" | .build |= sub(" && .*"; "")'
  same "$(messages)" ''
}

# What is known of the trainings of a variant.
training() { # <variant>
  jq -c --arg v "$1" '[.phases.optimize.variants[] | select(.name == $v).training[] | [.of, .name, .processes.ran, .processes.lost]]' .pgokit/manifest.json
}

@test "the second round of PGO and BOLT's training are watched, too" {
  local killed='4 processes ran it, 1 left no profile: 1 killed by SIGTERM'
  server
  ends_by term
  "$pgokit" merge >/dev/null 2>&1
  run --separate-stderr -0 "$pgokit" optimize --variants cspgo,pgo-nolto-bolt
  same "$(messages)" "pgokit optimize: warning: train 'cspgo': workload 'train': $killed ('prog')${exit_only%, or set*}
pgokit optimize: warning: train 'pgo-nolto-bolt': workload 'train': $killed ('prog')${exit_only%, or set*}"
  same "$(training cspgo)" '[["second-round","train",4,[{"program":"prog","how":"signal","signal":15,"count":1}]]]'
  same "$(training pgo-nolto-bolt)" '[["BOLT","train",4,[{"program":"prog","how":"signal","signal":15,"count":1}]]]'
  "$pgokit" bench --rounds 2 >/dev/null 2>&1
  "$pgokit" gate >/dev/null 2>&1
  run -0 "$pgokit" report
  has "$output" '`cspgo` was trained without the counts of 1 of 4 processes of train (second-round).'
  has "$output" '`pgo-nolto-bolt` was trained without the counts of 1 of 4 processes of train (BOLT).'
  # With on_lost no variant is built of half a training.
  config_edit '.collect.on_lost = "fail"'
  run --separate-stderr -1 "$pgokit" optimize --variants pgo-nolto-bolt
  ends "$(messages)" "pgokit optimize: train 'pgo-nolto-bolt': processes of 'train' left no profile, and collect.on_lost is \"fail\"; see above"
}
