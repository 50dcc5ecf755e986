#!/usr/bin/env bats
#
# optimize: variants that are what their names say, all of one source and profile, or none.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

optimize() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" optimize "${@:2}"
}

manifest() { # <jq expression on the optimize phase>
  jq -cr ".phases.optimize | $1" .pgokit/manifest.json
}

# A folder with LLVM's programs but those named; it has to look like LLVM's own bin.
llvm_without() { # <program...>
  local dir=$BATS_TEST_TMPDIR/llvm/bin p from
  from=$(llvm_bin)
  mkdir -p -- "$dir"
  ln -s -- "$from"/* "$dir/"
  ln -s -- "$from/../lib" "$dir/../lib"
  for p; do rm -- "$dir/$p"; done
  printf '%s' "$dir"
}

@test "builds the variants in the order of the ladder, each another program that prints the same, its flags recorded" {
  tiny_after merge
  optimize 0 --variants pgo-bolt,lto,pgo,pgo-nolto
  same "$output" 'baseline
lto
pgo-nolto
pgo
pgo-bolt'
  same "$(messages)" ''
  local v
  for v in $output; do
    same "$(.pgokit/bin/"$v"/prog 100)" 3117
  done
  same "$(sha256sum .pgokit/bin/*/prog | cut -d ' ' -f 1 | sort -u | wc -l)" 6
  same "$(manifest '[.variants[].name]')" '["baseline","lto","pgo-nolto","pgo","pgo-bolt"]'
  same "$(manifest '.variants[] | .sha256 + "  " + .file')" \
    "$(for v in $output; do sha256sum "$PWD/.pgokit/bin/$v/prog"; done)"
  same "$(manifest .skipped)" '[]'
  same "$(manifest '.variants[0] | [.cflags, .ldflags]')" '["",""]'
  same "$(manifest '.variants[1] | [.cflags, .ldflags]')" '["-flto=thin","-flto=thin -fuse-ld=lld -Wl,--fat-lto-objects -Wl,-z,nostart-stop-gc -Wl,--undefined-version"]'
  has "$(manifest '.variants[3].cflags')" "-flto=thin -fprofile-use=$PWD/.pgokit/profile/merged.profdata"
  has "$(manifest '.variants[3].ldflags')" '-fuse-ld=lld'
  run -0 "$(llvm_bin)/llvm-readelf" -S .pgokit/bin/pgo-bolt/prog
  has "$output" .bolt.org.text
}

# Where the hashes would differ, every profile would look stale, or every stale one fresh.
@test "the functions that ask for the profile are asked for at -O1, and have the names and hashes that they have at -O2" {
  local piped
  cd "$BATS_TEST_TMPDIR"
  pipeline_once
  jq -r 'select(.args | index("-O2")) | "cd \(.dir | @sh) && \([.compiler, .args[]] | @sh) -w -c -flto=thin -mllvm -pgo-trace-func-hash= -o /dev/null"' \
    "$piped/.pgokit/log/compiles-pgo.jsonl" >at-O2
  holds "$(wc -l <at-O2)" -gt 10
  sh at-O2 2>&1 | sed -nE 's/^Funcname=(.*), Hash=([0-9]+) in building (.*)$/\3\t\1\t\2/p' | LC_ALL=C sort -u >said-O2
  holds "$(wc -l <said-O2)" -gt 50
  same "$(cat "$piped/.pgokit/log/asked-pgo.tsv")" "$(cat said-O2)"
}

@test "a profile of another program of the build is refused, though both share code" {
  tiny_after merge
  config_edit '.build += " && cp prog other" | .binary = "other"'
  optimize 1 --variants pgo
  same "$(messages)" "pgokit optimize: build 'pgo': the profile is of 'prog', which was the program when it was collected, and that is 'other' now (config: binary); run pgokit collect and pgokit merge"
  holds ! -e .pgokit/bin/baseline
}

@test "a project that links by lld itself is linked as it is" {
  tiny_after merge
  LDFLAGS=-fuse-ld=lld optimize 0 --variants pgo-nolto
  lacks "$(manifest .variants[1].ldflags)" start-stop-gc
  has "$(manifest .variants[1].ldflags)" -Wl,-z,keep-text-section-prefix
}

@test "without a profile: what to run first; lto needs none" {
  tiny
  optimize 1
  same "$output" ''
  same "$(messages)" "pgokit optimize: build 'pgo-nolto': there is no profile; run pgokit collect and pgokit merge first"
  optimize 0 --variants lto
  same "$output" 'baseline
lto'
}

@test "an unknown variant is named, nothing is built, no file name slips in" {
  tiny_after merge
  touch pgo
  optimize 2 --variants 'pgo-nolto,*'
  same "$output" ''
  has "$(messages)" "pgokit optimize: unknown variant '*': baseline lto lto-full sample pgo-nolto"
  holds ! -e .pgokit/bin/baseline
}

@test "an unknown tier is refused" {
  tiny_after merge
  optimize 2 --tier slow
  has "$(messages)" "pgokit optimize: unknown tier 'slow': fast, comprehensive or exhaustive"
}

@test "variants of an earlier list do not stay to be measured with the new ones" {
  tiny_after optimize
  optimize 0 --variants lto
  same "$(ls .pgokit/bin)" 'baseline
instrumented
lto'
}

@test "a build that fails leaves all variants as they were" {
  tiny_after optimize
  local before
  before=$(cd .pgokit && sha256sum bin/*/* && phase_records)
  echo 'int changed;' >>main.c
  config_edit '.build = "case $CFLAGS in *profile-use*) echo no luck; exit 1 ;; esac; \(.build)"'
  optimize 2
  same "$output" ''
  has "$(messages)" "no luck
pgokit optimize: build 'pgo-nolto': the build command failed; all it said is in '$PWD/.pgokit/log/build-pgo-nolto.log'"
  same "$(cd .pgokit && sha256sum bin/*/* && phase_records)" "$before"
}

@test "each variant is built at the same path from a fresh copy" {
  tiny_after merge
  config_edit '.build = "test ! -e stamp && touch stamp && pwd && \(.build)"'
  optimize 0 --variants lto
  local v
  for v in baseline lto; do
    same "$(tail -n 1 ".pgokit/log/build-$v.log")" "$PWD/.pgokit/tree"
  done
  holds ! -e stamp
}

@test "the profile of another program: not applied" {
  tiny_after merge
  cat >main.c <<'C'
#include <stdio.h>
int work(const char *s) { int n = 0; while (*s) n = n * 31 + *s++; return n; }
int main(int argc, char **argv) { return argc > 1 && printf("%d\n", work(argv[1])) < 0; }
C
  optimize 1 --variants pgo
  has "$(messages)" "check 'pgo': the profile was not applied"
}

@test "a profile that was made in another folder: the static functions that it lost are counted" {
  tiny "$BATS_TEST_TMPDIR/there" '.build = "$CC $CFLAGS $LDFLAGS -o prog \"$PWD/main.c\""'
  "$pgokit" collect
  "$pgokit" merge
  cp -R "$BATS_TEST_TMPDIR/there" "$BATS_TEST_TMPDIR/here"
  optimize 0
  same "$(manifest '.variants[1].applied.profile_match_pct')" 100
  cd "$BATS_TEST_TMPDIR/here" || return
  optimize 1
  has "$(messages)" "check 'pgo-nolto': the profile is stale: only "
  has "$(messages)" '1 static functions were counted under another path, which is part of their names, as when a profile was made in another folder'
}

@test "a build of many programs: the main of the others is no change of the one that was trained" {
  tiny
  # The counts of main are nearly all there are.
  sed -i 's/^__attribute__((noinline)) static/static inline __attribute__((always_inline))/' main.c
  local i
  for i in 1 2 3; do
    printf 'int main(int argc, char **argv) { while (argc > %d) argv[--argc] = 0; return 0; }\n' "$i" >"other$i.c"
  done
  config_edit '.build += "; for i in 1 2 3; do $CC $CFLAGS $LDFLAGS -o other$i other$i.c || exit; done"'
  "$pgokit" collect
  "$pgokit" merge
  optimize 0
  same "$(manifest '.variants[1].applied | [.functions_changed, .profile_match_pct]')" '[0,100]'
}

@test "a profile without any function: not applied" {
  tiny_after merge
  printf ':ir\n' >empty.proftext
  "$(llvm_bin)/llvm-profdata" merge -o .pgokit/profile/merged.profdata empty.proftext
  optimize 1
  has "$(messages)" "check 'pgo-nolto': the profile was not applied"
}

@test "a stack that is executable in the baseline alone is nothing lost" {
  tiny_after merge
  printf '.globl nothing\nnothing: ret\n' >nothing.s
  config_edit '.build += " nothing.s"'
  optimize 0
  has "$("$(llvm_bin)/llvm-readelf" -lW .pgokit/bin/baseline/prog)" 'RWE 0x10'
}

@test "without llvm-bolt its variant is skipped with the package to install, and the rest is built" {
  tiny_after merge
  local dir
  dir=$(llvm_without llvm-bolt)
  PGOKIT_LLVM=$dir optimize 0 --variants pgo-nolto,pgo-bolt
  same "$output" 'baseline
pgo-nolto'
  has "$(messages)" "pgokit optimize: warning: skip 'pgo-bolt': llvm-bolt and merge-fdata are not in $dir; install bolt-"
  same "$(manifest .skipped)" '["pgo-bolt"]'
  holds ! -e .pgokit/bin/pgo-bolt
}

@test "without BOLT's runtime its variant is skipped too" {
  tiny_after merge
  local dir
  dir=$(llvm_without)
  rm "$dir/../lib"
  mkdir "$dir/../lib"
  PGOKIT_LLVM=$dir optimize 0 --variants pgo-bolt
  same "$output" baseline
  has "$(messages)" "libbolt_rt_instr.a is not in $dir/../lib; install libbolt-"
}

@test "BOLT trains on the workloads of the tier, but not on those whose probe fails" {
  tiny_after merge
  config_edit '.workloads.comprehensive = [
    {name: "more", run: "$PGOKIT_BINARY 7"}, {name: "db", run: "false", needs: "false", optional: true}]'
  optimize 0 --variants pgo-bolt --tier comprehensive
  has "$(logged)" 'BOLT workload train
BOLT workload more'
  same "$(messages)" "pgokit optimize: warning: skip BOLT workload 'db': its probe failed: false"
}

@test "a workload that fails under BOLT's instrumentation" {
  tiny_after optimize
  local before
  before=$(sha256sum .pgokit/bin/*/*)
  config_edit '.workloads.fast[0] |= (.shell = true | .run = "echo lost; exit 3")'
  optimize 1 --variants pgo-bolt
  has "${stderr_lines[-1]}" "pgokit optimize: train 'pgo-bolt': workload train failed under BOLT's instrumentation; see '$PWD/.pgokit/log/train-pgo-bolt.log'"
  has "$(<.pgokit/log/train-pgo-bolt.log)" lost
  same "$(sha256sum .pgokit/bin/*/*)" "$before"
}

@test "a program that BOLT's instrumentation breaks is built without BOLT" {
  tiny_after merge
  local dir
  dir=$(llvm_without llvm-bolt)
  printf '#!/bin/sh\necho "kill -ILL \\$\\$" >"$3"\nchmod +x "$3"\n' >"$dir/llvm-bolt"
  chmod +x "$dir/llvm-bolt"
  PGOKIT_LLVM=$dir optimize 0 --variants pgo-nolto,pgo-nolto-bolt
  same "$output" 'baseline
pgo-nolto'
  has "$(messages)" "pgokit optimize: warning: skip 'pgo-nolto-bolt': workload train fails with the program that BOLT instrumented, and not without; see '$PWD/.pgokit/log/train-pgo-nolto-bolt.log'"
}

@test "an llvm-bolt that fails: the end of what it said, and the rest is built" {
  tiny_after merge
  local dir
  dir=$(llvm_without llvm-bolt)
  printf '#!/bin/sh\necho BOLT-INFO: hm\necho BOLT-ERROR: no\necho Stack dump:\nexit 1\n' >"$dir/llvm-bolt"
  chmod +x "$dir/llvm-bolt"
  PGOKIT_LLVM=$dir optimize 0 --variants pgo-nolto,pgo-nolto-bolt
  same "$output" 'baseline
pgo-nolto'
  has "$(messages)" "BOLT-ERROR: no
  | Stack dump:
pgokit optimize: warning: skip 'pgo-nolto-bolt': llvm-bolt failed: BOLT-ERROR: no; all it said is in '$PWD/.pgokit/log/bolt-pgo-nolto-bolt-instrument.log'"
  same "$(manifest .skipped)" '["pgo-nolto-bolt"]'
  same "$(ls .pgokit/bin)" 'baseline
instrumented
pgo-nolto'
}

# An interpreter whose operations jump to each other, which the llvm-bolt of today cannot take apart where its
# table of them has packed relocations.
interpreter() { # [more options of the link]
  tiny "$BATS_TEST_TMPDIR/tiny" '.build += "'"${1-}"'" | .variants = ["pgo-nolto-bolt"]'
  cat >main.c <<'C'
#include <stdio.h>
#include <stdlib.h>
static unsigned long steps(unsigned long n)
{
	static const void *const op[] = {&&add, &&mul, &&xor, &&halt};
	unsigned long a = n, i = 0;
	goto *op[a & 3];
add: a += i; if (++i < n) goto *op[a & 3];
mul: a *= 5; if (++i < n) goto *op[a >> 4 & 3];
xor: a ^= a >> 3; if (++i < n) goto *op[a >> 2 & 3];
halt: return a + i;
}
int main(int argc, char **argv)
{
	unsigned long sum = 0;
	for (int i = 1; i < atoi(argv[argc - 1]); i++)
		sum += steps(i);
	return printf("%lu\n", sum) < 0;
}
C
  "$pgokit" collect
  "$pgokit" merge
}

@test "BOLT and packed relative relocations: linked without them where it fails" {
  interpreter ' -Wl,-z,pack-relative-relocs'
  optimize 0
  same "$output" 'baseline
pgo-nolto-bolt'
  has "$(logged)" 'link once more without -z pack-relative-relocs'
  lacks "$(messages)" 'warning: '
  same "$(.pgokit/bin/pgo-nolto-bolt/prog 99)" "$(.pgokit/bin/baseline/prog 99)"
  local readelf
  readelf=$(llvm_bin)/llvm-readelf
  has "$("$readelf" -S .pgokit/bin/baseline/prog)" .relr.dyn
  lacks "$("$readelf" -S .pgokit/bin/pgo-nolto-bolt/prog)" .relr.dyn
}

# Stands in for what BOLT cannot do in a function: fails until it is told to leave it alone.
@test "a function that BOLT names as its reason to fail is left alone, and said" {
  tiny_after merge
  local dir
  dir=$(llvm_without llvm-bolt)
  printf '#!/bin/sh\ncase "$*" in *-skip-funcs=steps/1,main*) ;; *-skip-funcs=steps/1) f=main ;; *) f="steps/1(*2)" ;; esac
[ -z "$f" ] || { echo "BOLT-ERROR: unable to get new address corresponding to input address 0x1 in function $f. Consider adding this function to --skip-funcs=..."; exit 1; }
exec %s/llvm-bolt "$@"\n' "$(llvm_bin)" >"$dir/llvm-bolt"
  chmod +x "$dir/llvm-bolt"
  PGOKIT_LLVM=$dir optimize 0 --variants pgo-nolto-bolt
  same "$output" 'baseline
pgo-nolto-bolt'
  same "$(messages)" "pgokit optimize: warning: rewrite 'pgo-nolto-bolt': BOLT cannot take these functions apart and leaves them as the compiler made them: steps/1 main"
}

@test "BOLT keeps debug information; what was split off is kept beside the program that it is of" {
  tiny_after merge
  config_edit '.build += " -g"'
  optimize 0 --variants pgo-nolto-bolt
  same "$(messages)" ''
  local bin
  bin=$(llvm_bin)
  has "$("$bin/llvm-symbolizer" -e .pgokit/bin/pgo-nolto-bolt/prog "0x$("$bin/llvm-nm" .pgokit/bin/pgo-nolto-bolt/prog | sed -n 's/ T main$//p')")" main.c:1
  config_edit '.build += " && objcopy --only-keep-debug prog prog.debug && strip -g prog && objcopy --add-gnu-debuglink=prog.debug prog"'
  optimize 0 --variants pgo-nolto,pgo-nolto-bolt
  same "$(messages)" "pgokit optimize: warning: rewrite 'pgo-nolto-bolt': the debug information that the build split off is of the program before BOLT, whose addresses are others"
  same "$(find .pgokit/bin -name '*.debug' | sort)" '.pgokit/bin/baseline/prog.debug
.pgokit/bin/pgo-nolto/prog.debug'
  has "$("$bin/llvm-symbolizer" -e .pgokit/bin/pgo-nolto/prog "0x$("$bin/llvm-nm" .pgokit/bin/pgo-nolto/prog | sed -n 's/ T main$//p')")" main.c:1
}

@test "marks for what the CPU checks stay, as GNU ld spells them; a lost one is said" {
  tiny_after merge
  config_edit '.build += " -fcf-protection=full -Wl,-z,ibt -Wl,-z,shstk"'
  optimize 0 --variants pgo-nolto
  same "$(messages)" ''
  has "$("$(llvm_bin)/llvm-readelf" -n .pgokit/bin/pgo-nolto/prog)" 'x86 feature: IBT, SHSTK'
  config_edit '.build |= "case $CFLAGS in *profile-use*) mark= ;; *) mark=-Wl,-z,shstk ;; esac; " + sub("-Wl,-z,shstk"; "$mark")'
  optimize 0 --variants pgo-nolto
  same "$(messages)" "pgokit optimize: warning: check 'pgo-nolto': it is not marked for what the CPU checks in the baseline (llvm-readelf --notes): shstk"
}

@test "a program with the time of its build in it has that of the commit, or the one that the user sets" {
  tiny_after merge
  sed -i '/"%lu/s/.*/printf("%lu " __DATE__ "\\n", sum);/' main.c
  git init -q
  git add -A
  GIT_COMMITTER_DATE='2001-02-03 12:00:00 +0000' git commit -q -m all
  optimize 0
  same "$(.pgokit/bin/pgo-nolto/prog 30) $(.pgokit/bin/baseline/prog 30)" '423 Feb  3 2001 423 Feb  3 2001'
  rm -rf .git
  optimize 0 --variants baseline
  has "$(.pgokit/bin/baseline/prog 30)" 'Jan  1 1980'
  SOURCE_DATE_EPOCH=86400 optimize 0 --variants baseline
  has "$(.pgokit/bin/baseline/prog 30)" 'Jan  2 1970'
}

@test "building again gives the same programs, and says how much of the profile was applied" {
  tiny_after optimize
  local before
  before=$(sha256sum .pgokit/bin/*/prog)
  optimize 0
  same "$(sha256sum .pgokit/bin/*/prog)" "$before"
  matches "$(logged)" 'profile applied: ([0-9]+ functions with counts, )?[1-9][0-9]* bytes of hot code'
}

@test "a build by make with its own objects lying about" {
  tiny_after collect
  printf 'prog: main.o\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.o\n' >Makefile
  printf '*.o\nprog\n' >.gitignore
  git init -q
  config_edit '.build = "make"'
  make -s CC=cc CFLAGS=-O0
  "$pgokit" merge
  optimize 0
  has "$(logged)" 'profile applied: '
}

@test "BOLT's counts of a workload count as often as its weight says" {
  tiny_after merge
  config_edit '.workloads.fast[0].weight = 5 | .workloads.fast += [{name: "less", run: "$PGOKIT_BINARY 2000", weight: 2}]'
  optimize 0 --variants pgo-nolto-bolt
  # The calls from one function to the other.
  same "$(awk '$2 == "main" && $5 ~ /^steps/ { print $NF }' .pgokit/build/pgo-nolto-bolt/merged.fdata)" $((5 * 2999 + 2 * 1999))
}

@test "--best builds, measures and climbs, and prints nothing but the program that was chosen" {
  tiny_after merge
  # Three times the work, but for a build with a profile.
  sed -i 's/sum += steps((unsigned)i);/sum += steps((unsigned)i) + EXTRA;/; 1i #include "extra.h"' main.c
  config_edit '.benches[0] |= (.metric = "cpu" | .run = "$PGOKIT_BINARY 20000") | .gate.max_undetected_pct = 50
    | .build = "case $CFLAGS in *profile-use*) x=0 ;; *) x=\"(steps((unsigned)i+1)>>20)+(steps((unsigned)i+2)>>20)\" ;; esac; echo \"#define EXTRA $x\" >extra.h; $CC $CFLAGS $LDFLAGS -o prog main.c"'
  run --separate-stderr -0 "$pgokit" optimize --best --variants pgo-nolto --budget 2 --layouts 2
  same "$output" "$PWD/.pgokit/bin/pgo-nolto/prog"
  same "$(jq -c '.steps | map([.base, .cand, .confirmed.layouts])' .pgokit/gate/verdict.json)" '[["baseline","pgo-nolto",2]]'
  # What is built later has the flags of its own variant alone.
  run ! grep -e -fprofile-use .pgokit/log/build-base.1.log
  # Where nothing is gained, the plain one.
  config_edit '.build = "echo \"#define EXTRA 0\" >extra.h; $CC $CFLAGS $LDFLAGS -o prog main.c" | .release.min_win_pct = 70'
  run --separate-stderr -0 "$pgokit" optimize --best --variants pgo-nolto --budget 2
  same "$output" "$PWD/.pgokit/bin/baseline/prog"
  # A phase that fails ends it.
  config_edit '.benches[0].run = "false"'
  run --separate-stderr -1 "$pgokit" optimize --best --variants pgo-nolto
  same "$output" ''
}

@test "the options of --best go with it, and are checked before anything is built" {
  tiny
  run --separate-stderr -2 "$pgokit" optimize --layouts 2
  same "$(messages)" 'pgokit optimize: --budget and --layouts go with --best; see pgokit optimize -h'
  run --separate-stderr -2 "$pgokit" optimize --best --layouts 10
  run --separate-stderr -2 "$pgokit" optimize --best --budget 1h
  run --separate-stderr -2 "$pgokit" optimize --best --variants fast
  holds ! -e .pgokit/bin
}
