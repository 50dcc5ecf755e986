#!/usr/bin/env bats
#
# The one command that people type: what it finds, and what it says when it does not.

load ../helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "-h explains itself and lists every command once, by what it is for, with its summary" {
  run --separate-stderr -0 "$pgokit" -h
  same "$stderr" ''
  same "${lines[0]}" 'Summary: profile-guided optimization and BOLT for a native project, with proof'
  same "$(grep -c '^  [a-z]' <<<"$output")" "$(printf '%s\n' "$top"/ci/commands/* | wc -l)"
  local file
  for file in "$top"/ci/commands/*; do
    has "$output" "$(printf '  %-14s  %s' "${file##*/}" "$(sed -n 's/^# Summary: *//p' "$file")")"
  done
  same "$(grep -A 1 ':$' <<<"$output" | sed -nE 's/^  ([a-z-]+) .*/\1/p')" $'init\ncollect\nhistory\ntraining\npackage\nshards'
  lacks "$output" '#'
}

@test "each help has an example above its options, of that command, with options that the help explains" {
  local file example option
  for file in "$top"/ci/commands/*; do
    run -0 "$pgokit" "${file##*/}" -h
    example=$(sed -n '/^Usage:/,/^$/s/^Example: //p' <<<"$output")
    has "$example" "pgokit ${file##*/}"
    for option in $(grep -oE '(^| )pgokit [a-z-]+( [^&|]*)?$' <<<"$example" | grep -oE ' --[a-z-]+' || true); do
      has "$(sed '/^Example: /d' <<<"$output")" "  $option "
    done
  done
}

@test "--help is -h" {
  run -0 "$pgokit" -h
  local short=$output
  run -0 "$pgokit" --help
  same "$output" "$short"
}

@test "--version prints the version of ci/VERSION" {
  run --separate-stderr -0 "$pgokit" --version
  same "$output" "pgokit $(<"$top/ci/VERSION")"
}

@test "without a command: usage" {
  run --separate-stderr -2 "$pgokit"
  same "$output" ''
  same "$stderr" 'pgokit: a command is needed; see pgokit -h'
}

@test "an unknown command is named" {
  run --separate-stderr -2 "$pgokit" colect
  same "$output" ''
  same "$stderr" "pgokit: unknown command 'colect'; see pgokit -h"
}

@test "a command is a name: no path, no hidden file, not nothing" {
  local name
  for name in ../setup commands/clean . .. .git /bin/true ''; do
    run --separate-stderr -2 "$pgokit" "$name"
    same "$stderr" "pgokit: unknown command '$name'; see pgokit -h"
  done
}

@test "an unknown option is named" {
  run --separate-stderr -2 "$pgokit" --verbose full
  same "$stderr" "pgokit: unknown option '--verbose'"
}

@test "-C without a folder: usage" {
  run --separate-stderr -2 "$pgokit" -C
  same "$stderr" 'pgokit: -C needs a folder'
}

@test "-C into a folder that is not there" {
  run --separate-stderr -2 "$pgokit" -C nowhere collect
  same "$output" ''
  same "${stderr_lines[-1]}" "pgokit: enter 'nowhere': no such folder"
}

@test "-C works in that folder, and CDPATH has no say in it" {
  mkdir -p p/.pgokit here/p/.pgokit
  tiny "$BATS_TEST_TMPDIR/here/p"
  cd ..
  CDPATH=$BATS_TEST_TMPDIR run --separate-stderr -0 "$pgokit" -C p clean
  same "$output$stderr" ''
  holds ! -e p/.pgokit
  holds -d "$BATS_TEST_TMPDIR/p/.pgokit"
}

@test "hostile names of commands and folders stay on one line without control characters" {
  run --separate-stderr -2 "$pgokit" $'x\n::error::\e[31m\xc2\x9b1m\r'
  same "$stderr" "pgokit: unknown command 'x?::error::?[31m?1m?'; see pgokit -h"
}

@test "is found through a link" {
  ln -s "$pgokit" kit
  run --separate-stderr -0 ./kit --version
  same "$output" "pgokit $(<"$top/ci/VERSION")"
}

@test "every command prints its comment block with -h and --help, outside a project too" {
  local file option
  for file in "$top"/ci/commands/*; do
    for option in -h --help; do
      run --separate-stderr -0 "$pgokit" "${file##*/}" "$option"
      same "$stderr" ''
      has "${lines[0]}" 'Summary: '
      has "${lines[1]}" "Usage:   pgokit ${file##*/}"
      same "$output" "$(sed -n '3,/^[^#]*$/s/^# \{0,1\}//p' "$file")"
    done
  done
}

@test "every command refuses an unknown option and an operand" {
  local file name
  for file in "$top"/ci/commands/*; do
    name=${file##*/}
    run --separate-stderr -2 "$pgokit" "$name" --nonsense
    same "$output" ''
    same "$stderr" "pgokit $name: unknown option '--nonsense'; see pgokit $name -h"
    case $name in adopt | attested | drift | gate | gather | history | ingest | propose | publish | tag | tune | verify-release) continue ;; esac # which take some
    run --separate-stderr -2 "$pgokit" "$name" operand
    same "$stderr" "pgokit $name: unknown option 'operand'; see pgokit $name -h"
  done
}

@test "an option without its value is named" {
  local call
  for call in 'collect --tier' 'optimize --variants' 'optimize --tier' 'bench --budget' \
    'bench --rounds' 'bench --seed' 'gate --variants' 'drift --min' 'drift --run' 'init --kit' 'init --only' 'full --tier' 'full --variants' 'full --budget'; do
    # Word splitting is wanted.
    # shellcheck disable=SC2086
    run --separate-stderr -2 "$pgokit" $call
    same "$stderr" "pgokit ${call% *}: option '${call#* }' needs a value"
  done
}

@test "every command that works on a project says where pgokit.json is missing" {
  local file operands
  for file in "$top"/ci/commands/*; do
    operands=()
    case ${file##*/} in
      attested | comment | doctor | init | publish | tag | tune | verify-release) continue ;;
      adopt | propose) operands=(x) ;;
    esac
    run --separate-stderr -2 "$pgokit" "${file##*/}" "${operands[@]}"
    same "$output" ''
    same "$stderr" "pgokit ${file##*/}: read 'pgokit.json': it is not in '$PWD'; run pgokit in the project's root"
  done
}

@test "clean, demo and test of the entry points explain themselves" {
  local script
  for script in demo test setup; do
    run --separate-stderr -0 "$top/ci/$script" -h
    same "$stderr" ''
    has "${lines[0]}" 'Summary: '
    has "${lines[1]}" "ci/$script"
    lacks "$output" '#'
  done
}

@test "standard files that are closed: no message and no input goes to what is opened in their place" {
  # shellcheck disable=SC2016 # the other shell's
  run -2 --separate-stderr bash -c '"$0" --version >&-' "$pgokit"
  same "$stderr" 'pgokit: write the result: standard output is closed'
  # shellcheck disable=SC2016
  run -2 bash -c '"$0" nothing 2>&-' "$pgokit"
  # shellcheck disable=SC2016
  run -0 bash -c '"$0" --version <&-' "$pgokit"
  same "$output" "pgokit $(cat "$top/ci/VERSION")"
}
