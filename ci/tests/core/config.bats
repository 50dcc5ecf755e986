#!/usr/bin/env bats
#
# pgokit.json: every fault is named with the key's path and what was expected. Asked through
# `clean`, which reads the file and does nothing else with it.

load ../helper

setup() {
  tiny
}

# Runs with the configuration so edited; the message about it must be this one.
refused() { # <jq filter> <message>
  config_edit "$1"
  run --separate-stderr -2 "$pgokit" clean
  same "$output" ''
  same "$stderr" "pgokit clean: read 'pgokit.json': $2
pgokit clean: read 'pgokit.json': it does not fit ci/pgokit.schema.json, which describes every key"
}

accepted() { # <jq filter>
  config_edit "$1"
  run --separate-stderr -0 "$pgokit" clean
  same "$output$stderr" ''
}

# That many faults are as many messages, and one more that counts the rest.
many() { # <faults> <messages>
  config_edit '. + ([range('"$1"') | {key: "k\(.)", value: 1}] | from_entries)'
  run --separate-stderr -2 "$pgokit" clean
  same "${#stderr_lines[@]}" $(($2 + 1))
  has "${stderr_lines[9]}" "'k"
}

# Runs with this text in the file.
unreadable() { # <text> <message>
  printf '%s' "$1" >pgokit.json
  run --separate-stderr -2 "$pgokit" clean
  same "$output" ''
  same "$stderr" "pgokit clean: read 'pgokit.json': not valid JSON: $2"
}

@test "the smallest file is accepted, with the defaults of the schema" {
  accepted '{name, build, binary, workloads, benches}'
}

@test "the demo project's file is accepted" {
  cp "$top/fixtures/relcheck/pgokit.json" .
  accepted .
}

@test "what is not JSON: the parser's words with line and column" {
  unreadable '{"name": "x",' 'Unfinished JSON term at EOF at line 1, column 13'
}

@test "an empty file, and more than one object in it" {
  unreadable '' 'one JSON object expected, got 0 values'
  unreadable '{} {}' 'one JSON object expected, got 2 values'
}

# Runs with this text in the file, which has the key twice.
twice() { # <text> <key as the message has it>
  printf '%s' "$1" >pgokit.json
  run --separate-stderr -2 "$pgokit" clean
  same "$stderr" "pgokit clean: read 'pgokit.json': '$2': the key is there twice"
}

@test "a key that is there twice, wherever, is named by its path" {
  twice '{"name": "a", "name": "a"}' name
  twice '{"workloads": {"fast": [{"run": "a"}, {"run": "b", "run": "c"}]}}' 'workloads.fast[1].run'
  twice '{"a\nb": {}, "a\nb": []}' 'a?b'
}

@test "a value that is only a part of one that is known" {
  refused '.toolchain = "car"' "'toolchain': expected one of clang, cargo, none, got 'car'"
}

@test "a missing key is named, each of them" {
  refused 'del(.name)' "'name': it is missing"
  tiny
  refused 'del(.build)' "'build': it is missing"
  tiny
  refused 'del(.benches[0].run)' "'benches[0].run': it is missing"
  tiny
  refused 'del(.workloads.fast)' "'workloads.fast': it is missing"
}

@test "what a toolchain needs, and what says nothing with it" {
  refused 'del(.binary)' "'binary': it is missing"
  tiny
  refused 'del(.workloads)' "'workloads': it is missing"
  tiny
  refused '.outputs = ["prog"]' "'outputs': they are for toolchain none; here binary is what is compared"
  tiny
  refused '{name, toolchain: "none", build, benches}' "'outputs': it is missing: with toolchain none they are what is compared"
  tiny
  refused '{name, toolchain: "none", build, benches, outputs: []}' "'outputs': expected at least 1 of them"
  tiny
  refused '{name, toolchain: "none", build, benches, outputs: ["a"], binary}' "'binary': it has no meaning with toolchain none, where nothing is trained, chosen or packed"
  local path
  for path in . .. /x a/../b ./a .git .pgokit/x; do
    tiny
    config_edit '{name, toolchain: "none", build, benches, outputs: ["'"$path"'"]}'
    run --separate-stderr -2 "$pgokit" clean
    has "$stderr" "'outputs[0]': '$path' is not of the form"
  done
  tiny
  accepted '{name, toolchain: "none", build, benches, outputs: ["a", "b/c", ".x"]}'
}

@test "all faults are said, not only the first" {
  config_edit 'del(.name) | .build = 1 | .workloads.fast[0].wait = 2'
  run --separate-stderr -2 "$pgokit" clean
  same "${#stderr_lines[@]}" 4
  has "$stderr" "'name': it is missing"
  has "$stderr" "'build': expected string, got number"
  has "$stderr" "'workloads.fast[0].wait': unknown key"
}

@test "an unknown key is named with the one that was meant" {
  refused '.workload = {}' "'workload': unknown key; did you mean 'workloads'?"
  tiny
  refused '.benches[0].prepar = "x"' "'benches[0].prepar': unknown key; did you mean 'prepare'?"
  tiny
  refused '.gate.alhpa = 0.1' "'gate.alhpa': unknown key; did you mean 'alpha'?"
}

@test "an unknown key that is like no other gets no suggestion" {
  refused '.zzz = 1' "'zzz': unknown key"
}

@test "a wrong type is named with both types" {
  refused '.binary = ["a"]' "'binary': expected string, got array"
  tiny
  refused '.workloads.fast[0].shell = "yes"' "'workloads.fast[0].shell': expected boolean, got string"
  tiny
  refused '.workloads.fast[0].weight = 1.5' "'workloads.fast[0].weight': expected integer, got number"
  tiny
  refused '.benches = {}' "'benches': expected array, got object"
  tiny
  refused '[.]' 'the file: expected object, got array'
}

@test "a value outside its range or list is named with the limit" {
  refused '.workloads.fast[0].weight = 0' "'workloads.fast[0].weight': expected at least 1, got 0"
  tiny
  refused '.gate.alpha = 0.6' "'gate.alpha': expected at most 0.5, got 0.6"
  tiny
  refused '.benches[0].metric = "heat"' "'benches[0].metric': expected one of wall, cpu, instructions, peak_rss, got 'heat'"
  tiny
  refused '.variants = ["pgo", "o3"]' "'variants[1]': 'o3' is not of the form $(jq -r .properties.variants.items.pattern "$top/ci/pgokit.schema.json")"
  tiny
  refused '.toolchain = "gcc"' "'toolchain': expected one of clang, cargo, none, got 'gcc'"
}

@test "what must not be empty is named" {
  refused '.name = ""' "'name': it is empty"
  tiny
  refused '.benches = []' "'benches': expected at least 1 of them"
  tiny
  refused '.workloads.fast = []' "'workloads.fast': expected at least 1 of them"
}

@test "a command that is longer than an argument can be" {
  accepted '.workloads.fast[0].run = "é" * 65000'
  refused '.workloads.fast[0].run = "é" * 65001' \
    "'workloads.fast[0].run': it has 130002 bytes, and Linux takes no argument of 131072: put what is long into a script"
}

@test "two workloads of one name, over all tiers, and two benchmarks" {
  refused '.workloads.comprehensive = .workloads.fast' "'workloads': the name 'train' is there 2 times"
  tiny
  refused '.benches += .benches + .benches' "'benches': the name 'full_check_flow' is there 3 times"
}

@test "a workload and a benchmark may share a name" {
  accepted '.benches[0].name = "train"'
}

@test "hostile names in a message stay on one line" {
  refused '.["\u001b[31m\n::error::x"] = 1' "'?[31m?::error::x': unknown key"
}

@test "without jq, it is jq that is missing" {
  PATH=$(path_without jq) run --separate-stderr -2 "$pgokit" clean
  same "$stderr" "pgokit clean: find jq: not installed; run $top/ci/setup"
}

# Runs code of the kit that has read the configuration of the current folder.
with_config() { # <bash code>
  PGOKIT_HOME=$top bash -c 'set -euo pipefail
    . "$PGOKIT_HOME/ci/lib/lib.sh"
    config_load
    '"$1"
}

@test "values arrive as they are, whatever a shell would make of them" {
  local value=$'a\tb\nc\r\\n \\t\\\\ \\c \\0101 \\x41 \'$(touch PWNED)\' `touch PWNED` "]=x $HOME \u00a0\U1f600\x1f end\n'
  jq --arg v "$value" '.name = $v | .workloads.fast[0] += {name: $v, run: $v, needs: $v, inputs: ["x", "$(y)"]}' pgokit.json >edited
  mv -- edited pgokit.json
  run -0 with_config 'config .name; printf .'
  same "$output" "$value"$'\n.'
  # shellcheck disable=SC2016 # the other shell's
  run -0 with_config 'declare -A w
    config_fields w "$(config_workloads fast)"
    test "${w[run]}" = "${w[name]}"
    test "${w[needs]}" = "${w[name]}"
    printf "%s." "${w[inputs]}" "${w[outputs]}" "${w[optional]}" "${w[weight]}" "${w[name]}"'
  same "$output" $'x\n$(y)..false.1.'"$value."
  holds ! -e PWNED
}

@test "the workloads of a tier, and those of them that are suites or none; benchmarks apart" {
  config_edit '.workloads = {fast: [{name: "a", run: "suite\ttrue"}, {name: "b", run: "b", suite: true}],
    comprehensive: [{name: "c", run: "c"}]} | .benches[0].name = "fast"'
  # shellcheck disable=SC2016 # the other shell's
  run -0 with_config 'names() {
      declare -A w
      while IFS= read -r line; do config_fields w "$line" && printf "%s" "${w[name]}"; done
      echo
    }
    config_workloads fast | names
    config_workloads exhaustive | names
    config_workloads exhaustive true | names
    config_workloads exhaustive false | names
    config_items bench | names'
  same "$output" $'ab\nabc\nb\nac\nfast'
}

@test "of many faults ten are named and the others counted" {
  many 10 10
  many 11 11
  same "${stderr_lines[10]}" "pgokit clean: read 'pgokit.json': and 1 more"
  many 1000 11
  same "${stderr_lines[10]}" "pgokit clean: read 'pgokit.json': and 990 more"
}

@test "a file that is read again counts as it is then; what the environment says was read does not" {
  # shellcheck disable=SC2016 # the other shell's
  run -0 with_config 'config_read . again
    config .name
    sed -i "s/\"tiny\"/\"other\"/" pgokit.json
    config_read . again
    config .name'
  same "$output" $'tiny\nother'
  printf '{}' >pgokit.json
  CONFIG_TEXT='{}' run --separate-stderr -2 "$pgokit" clean
  has "$stderr" "'name': it is missing"
}

@test "a metric is a name, or a number with where it stands" {
  accepted '.benches[0].metric = "peak_rss"'
  accepted '.benches[0].metric = {name: "p99", unit: "ms", from: {regex: "p99 ([0-9]+)"}}'
  tiny
  refused '.benches[0].metric = 7' "'benches[0].metric': expected string or object, got number"
  tiny
  refused '.benches[0].metric = "speed"' "'benches[0].metric': expected one of wall, cpu, instructions, peak_rss, got 'speed'"
  tiny
  refused '.benches[0].metric = {unit: "ms"}' "'benches[0].metric.from': it is missing"
  tiny
  refused '.benches[0].metric = {unit: "ms", from: {regex: "a", jq: "."}}' "'benches[0].metric.from': expected regex or jq"
}
