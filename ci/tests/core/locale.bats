#!/usr/bin/env bats
#
# The kit works in one locale; what is the user's runs in the user's.

load ../helper

# Puts a program in front of PATH that notes the locale it is started in.
spy() { # <program>
  mkdir -p -- "$BATS_TEST_TMPDIR/spies"
  cat >"$BATS_TEST_TMPDIR/spies/$1" <<SPY
#!/bin/sh
printf '%s,%s\n' "\${LC_ALL-unset}" "\${LANGUAGE-unset}" >>'$BATS_TEST_TMPDIR/$1.locale'
exec '$(type -P "$1")' "\$@"
SPY
  chmod +x "$BATS_TEST_TMPDIR/spies/$1"
}

seen() { # <program>
  sort -u "$BATS_TEST_TMPDIR/$1.locale"
}

# Puts a command before others that notes what locale these find.
# shellcheck disable=SC2016 # jq's variables, and those of the project's commands
noting() { # <jq filter with note(WHAT), a command and " && ">
  jq 'def note($what): "printf \"%s,%s,%s\n\" \"\($what) ${LC_ALL-unset}\" \"${LANGUAGE-unset}\" \"${PGOKIT_LC_ALL-unset}\" >>\"$TMPDIR/theirs\" && ";
    '"$1" pgokit.json >edited
  mv -- edited pgokit.json
}

@test "build, probe, workload and benchmark have the user's locale, the kit's tools one of their own" {
  for program in jq awk sort sed; do spy "$program"; done
  tiny
  noting '.build = note("build") + .build | .variants = ["lto"]
    | .workloads.fast[0] += {shell: true, needs: (note("probe") + "true"), run: (note("workload") + .workloads.fast[0].run)}
    | .benches[0] += {shell: true, prepare: (note("before") + "true"), run: (note("benchmark") + .benches[0].run), cleanup: (note("after") + "true")}'
  PATH=$BATS_TEST_TMPDIR/spies:$PATH
  LC_ALL=POSIX LANGUAGE=de "$pgokit" collect
  LC_ALL=POSIX LANGUAGE=de "$pgokit" optimize
  LC_ALL=POSIX LANGUAGE=de "$pgokit" bench --rounds 2
  same "$(sort -u "$TMPDIR/theirs")" "after POSIX,de,unset
before POSIX,de,unset
benchmark POSIX,de,unset
build POSIX,de,unset
probe POSIX,de,unset
workload POSIX,de,unset"
  for program in jq awk sort sed; do
    same "$(seen "$program" | grep -vx C,unset)" C.UTF-8,unset
  done
}

@test "a locale that the user has not set stays so" {
  tiny
  noting '.build = note("build") + "exit 3"'
  env -u LC_ALL -u LANGUAGE "$pgokit" collect || [ $? -eq 2 ]
  same "$(<"$TMPDIR/theirs")" 'build unset,unset,unset'
}
