#!/usr/bin/env bats
#
# Why there is no raw profile, or only some: one fact, one message.

# The variables in single quotes are those of the build and the workloads.
# shellcheck disable=SC2016

load ../helper

collect() { # <status> [jq filter on pgokit.json]
  [ -e pgokit.json ] || tiny
  [ -z "${2-}" ] || config_edit "$2"
  run --separate-stderr "-$1" "$pgokit" collect
}

# The only message of a collection that ended without a raw profile.
reason() { # <reason>
  same "$(messages)" "pgokit collect: collect: the workloads wrote no raw profile: $1"
}

log() { # the log of the build
  printf %s "$PWD/.pgokit/log/build-instrumented.log"
}

no_section="'prog' is not instrumented (it has no section __llvm_prf_cnts): "

# The program, whose main does something else first.
main_begins() { # <statements>
  tiny
  {
    printf '#define _GNU_SOURCE\n#include <%s>\n' unistd.h sys/stat.h sys/wait.h | awk '!seen[$0]++'
    BEGINS=$1 awk '{ print } /^int main/ { getline; print; print ENVIRON["BEGINS"] }' main.c
  } >begins.c
  mv begins.c main.c
}

# --- the program ------------------------------------------------------------------------------------

@test "built by GCC: which line did" {
  tiny
  printf '%s\n' 'prog: main.c' '	gcc -O2 -o $@ main.c' >Makefile
  collect 1 '.build = "make"'
  reason "${no_section}GCC $(gcc -dumpfullversion) compiled it, and $(llvm_bin)/clang has to: 'gcc -O2 -o prog main.c', line $(grep -n '^gcc' "$(log)" | cut -d : -f 1) of '$(log)'"
}

@test "built by clang without the kit's flags, by a silent build" {
  collect 1 '.build = "$CC -O2 -o prog main.c"'
  has "$(messages)" "raw profile: ${no_section}clang compiled main.c without -fprofile-generate: -"
  has "$(messages)" ' -O2'
}

@test "built with a profile of the project's own" {
  tiny
  "$(llvm_bin)/clang" -O2 -fprofile-generate -o counting main.c
  LLVM_PROFILE_FILE=a.profraw ./counting 50 >out
  "$(llvm_bin)/llvm-profdata" merge -o a.profdata a.profraw
  rm counting a.profraw
  printf '%s\n' 'prog: main.c' '	$(CC) -O2 -fprofile-use=a.profdata -o $@ main.c' >Makefile
  collect 1 '.build = "make"'
  has "$(messages)" "${no_section}the build uses a profile of its own, '-fprofile-use=a.profdata' in line "
  has "$(messages)" 'Let it make the plain release program'
}

@test "a program that is none" {
  collect 1 '.build = "echo hello >prog && chmod +x prog" | .workloads.fast[0].run = "true"'
  reason "'prog' is no ELF program; it begins with 'hello'"
}

@test "a configure script of its own kind: the options that it has; init passes them" {
  tiny
  cat >configure <<'S'
#!/bin/sh
for a; do case $a in --cc=*) cc=${a#*=} ;; --extra-cflags=*) flags=${a#*=} ;; esac; done
printf 'prog: main.c\n\t%s -O2 %s -o prog main.c\n' "${cc:-gcc}" "$flags" >config.mak
S
  chmod +x configure
  echo 'include config.mak' >Makefile
  collect 1 '.build = "./configure && make"'
  has "$(messages)" ". 'configure' is not autoconf's, and has options of its own for compiler and flags: pass --cc=\"\$CC\" --extra-cflags=\"\$CFLAGS\""
  collect 0 '.build = "./configure --cc=\"$CC\" --extra-cflags=\"$CFLAGS\" && make"'
  run --separate-stderr -0 "$pgokit" init --only config --force --binary prog
  same "$(jq -r .build pgokit.json)" './configure --cc="$CC" --extra-cflags="$CFLAGS" && make -j"$(nproc)"'
}

# Stands for SCons, of which only one thing matters here: its builds do not get the environment's.
@test "SCons: what its file has to take from the environment" {
  tiny
  mkdir "$BATS_TEST_TMPDIR/bin"
  printf '%s\n' '#!/bin/sh' 'env -i PATH="$PATH" sh -c "echo gcc -o prog -O2 main.c; gcc -o prog -O2 main.c"' >"$BATS_TEST_TMPDIR/bin/scons"
  chmod +x "$BATS_TEST_TMPDIR/bin/scons"
  echo "Environment().Program('prog', ['main.c'])" >SConstruct
  PATH=$BATS_TEST_TMPDIR/bin:$PATH collect 1 '.build = "scons -Q"'
  has "$(messages)" "compiled it, and $(llvm_bin)/clang has to: 'gcc -o prog -O2 main.c', line "
  has "$(messages)" ". SCons passes nothing of the environment on, so 'SConstruct' has to: Environment(ENV=os.environ, CC=os.environ['CC'], "
}

@test "variables of a make that called pgokit do not reach the build" {
  tiny
  printf '%s\n' 'CFLAGS ?= -O2' 'prog: main.c' '	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c' 'pgo:' '	"$(PGOKIT)" collect' >Makefile
  config_edit '.build = "make prog"'
  PGOKIT=$pgokit run --separate-stderr -0 make pgo CFLAGS=-O3 LDFLAGS=
  has "$(logged)" '1 raw profiles'
}

# --- the run ----------------------------------------------------------------------------------------

@test "a process that may not write there: what LLVM said, and what opens the folder" {
  main_begins 'if (argc > 2) chmod(argv[2], 0500); if (getuid() == 0 && setuid(65534)) return 3;'
  chmod a+x "$BATS_RUN_TMPDIR" "$BATS_TEST_TMPDIR"/.. "$BATS_TEST_TMPDIR"
  collect 1 '.workloads.fast[0] |= (.shell = true | .run = "$PGOKIT_BINARY 3000 \"${LLVM_PROFILE_FILE%/*}\"")'
  has "$(messages)" 'the workloads wrote no raw profile: LLVM Profile Error: Failed to write file "'
  has "$(messages)" '": Permission denied. Only user '
  collect 0 '.workloads.fast[0].run = "chmod a+w \"${LLVM_PROFILE_FILE%/*}\" && $PGOKIT_BINARY 3000"'
  same "$(messages)" ''
  # Beside others, one that is lost is not passed over.
  collect 0 '.workloads.fast[0].run += " && chmod 500 \"${LLVM_PROFILE_FILE%/*}\" && $PGOKIT_BINARY 300"'
  has "$(messages)" "warning: run workload 'train': 2 processes ran it, 1 left no profile: 1 could not write it ('prog'). One said: LLVM Profile Error: "
}

@test "a process that has lost LLVM_PROFILE_FILE: its counts are taken from the tree" {
  main_begins 'char *none[] = {0}, *again[] = {argv[0], argv[1], "x", 0}; if (argc == 2 && !fork()) { execve("/proc/self/exe", again, none); _exit(1); } if (argc == 2) { wait(0); return 0; }'
  collect 0
  same "$(messages | sed 's/default_[0-9_]*/default/')" "pgokit collect: warning: take 'default.profraw' from the tree: the process that wrote it had lost LLVM_PROFILE_FILE. Its counts are in the profile; those of one with another current folder are lost, so let what starts it keep the variable"
  "$pgokit" merge
  run -0 "$(llvm_bin)/llvm-profdata" show --function=steps .pgokit/profile/merged.profdata
  has "$output" 'Functions shown: 1'
  holds "$(sed -n 's/^Maximum function count: //p' <<<"$output")" -gt 1000
  same "$(find .pgokit/tree .pgokit/raw -name 'default*')" ''
}

@test "a profile that the workload writes elsewhere" {
  collect 1 '.workloads.fast[0].run = "env LLVM_PROFILE_FILE=mine/a.profraw $PGOKIT_BINARY 3000"'
  reason "it wrote 'mine/a.profraw' into the tree: there LLVM_PROFILE_FILE is not what the kit has set, and has to be"
}

@test "a process in a chroot inside of the tree: its counts are taken from there" {
  [ "$(id -u)" = 0 ] || skip 'chroot needs root'
  main_begins 'if (chroot("jail") || chdir("/")) return 3;'
  collect 0 '.build += " && mkdir jail"'
  has "$(messages)" "warning: take 'jail/"
  has "$(messages)" "from the tree: the process that wrote it was in a chroot. Its counts are in the profile"
  has "$(logged)" '1 raw profiles'
}

# --- a second run, traced, where the first was not watched ---------------------------------------------------------------------------

@test "a workload that runs another program: which" {
  tiny
  "$(llvm_bin)/clang" -O2 -o installed main.c
  collect 1 '.workloads.fast[0] |= (.run = "./installed 30; true" | .shell = true)'
  reason "in a second run, traced, no program that it started was instrumented. It started '$(realpath /bin/sh)', 'installed'. It has to run \$PGOKIT_BINARY"
}

@test "a process that a signal kills" {
  main_begins 'if (argc > 2) raise(15);'
  sed -i '1i #include <signal.h>' main.c
  collect 1 '.workloads.fast[0] |= (.run = "$PGOKIT_BINARY 1 x || true; $PGOKIT_BINARY 1 x || true" | .shell = true | .watch = false)'
  reason "in a second run, traced, of the processes of '$PWD/.pgokit/bin/instrumented/prog', 2 ended by signal 15 (TERM). A process that a signal kills writes none: let the workload stop it as its users do"
}

@test "a process that ends by _exit, and one that becomes another program" {
  main_begins 'if (argc > 2) execlp("true", "true", (char *)0); _exit(0);'
  collect 1 '.collect.watch = false'
  reason "in a second run, traced, of the processes of '$PWD/.pgokit/bin/instrumented/prog', 1 with exit status 0. exit and the end of main write one; _exit and quick_exit do not, nor what may not open files"
  collect 1 '.workloads.fast[0].run += " x"'
  reason "in a second run, traced, of the processes of '$PWD/.pgokit/bin/instrumented/prog', 1 became '$(realpath "$(type -P true)")'. A profile is written at exit, and exec is none"
}

@test "a process that has lost LLVM_PROFILE_FILE, in a folder outside of the tree" {
  tiny
  mkdir "$BATS_TEST_TMPDIR/else where"
  collect 1 '.workloads.fast[0] |= (.watch = false | .shell = true | .run = "cd ../../../else* && env -u LLVM_PROFILE_FILE $PGOKIT_BINARY 30")'
  same "$(messages | sed 's/default_[0-9_]*/default/')" "pgokit collect: collect: the workloads wrote no raw profile: in a second run, traced, it wrote '$BATS_TEST_TMPDIR/else where/default.profraw': the process had lost LLVM_PROFILE_FILE, so let what starts it keep the variable"
}

@test "a library that nothing may have loaded: what did run" {
  tiny
  sed -i 's/^int main/int run/' main.c
  collect 1 '.binary = "lib.so" | .build = "$CC $CFLAGS $LDFLAGS -shared -fPIC -o lib.so main.c" | .workloads.fast[0].run = "true"'
  has "$(messages)" "in a second run, traced, which does not show whether one loaded the library, of the processes of '$(realpath "$(type -P true)")', 1 with exit status 0. One has to load \$PGOKIT_BINARY. "
}

@test "a process that outlives the workload" {
  main_begins 'if (argc > 2) sleep(2);'
  collect 1 '.workloads.fast[0] |= (.run = "$PGOKIT_BINARY 1 x & sleep 0.2" | .shell = true | .watch = false)'
  has "$(messages)" "1 still ran when the workload had ended. A profile is written at exit: let the workload end it, and wait for that"
}

@test "objects of another language than C, without counts: their share of the code" {
  tiny
  sed '/^__attribute__/,/^}/d; s/^int main/unsigned steps(unsigned x);\n&/' main.c >caller.c
  sed -n 's/^__attribute__((noinline)) static //; /^unsigned steps/,/^}/p' main.c >kern.f90 # gcc takes it for C, as told
  rm main.c
  printf '%s\n' 'prog: caller.o kern.o' '	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ caller.o kern.o' 'kern.o: kern.f90' '	gcc -O2 -x c -c kern.f90' >Makefile
  collect 0 '.build = "make CC=\"$CC\""'
  has "$(messages)" "pgokit collect: warning: build 'instrumented': no -fprofile-generate reached 'kern.o', "
  has "$(messages)" " % of the program's code, so the profile knows nothing of what is in there. It was made by GCC $(gcc -dumpfullversion), which does not count for LLVM"
}
