# shellcheck shell=bash
#
# The pgokit.json of `pgokit init`. What cannot be found out is a placeholder that fails when it is run, in
# words: a profile of nothing in particular would be worse than none.

# Sets binary to the program, which may be asked for.
choose_binary() { # <given, or empty>
  binary=$1
  if [ -n "$binary" ]; then
    return
  elif [ ${#programs[@]} -gt 0 ]; then
    binary=${programs[0]}
    [ ${#programs[@]} -eq 1 ] ||
      decide "binary: '$binary' is the likeliest of $(list_some "${programs[@]}"); is it the one?"
    return
  fi
  if [ -t 0 ] && [ -t 2 ]; then
    read -r -p "Which program does the build make, as a path relative to '$(clean "$root")'? " binary || true
  fi
  [ -n "$binary" ] || {
    binary=edit-me
    decide "binary: put in the path of the program that the build makes; no build file here says it (or pgokit init --binary PATH)"
  }
}

list_some() { # <text...>: the first few
  local text
  printf -v text "'%s', " "${@:1:6}"
  printf '%s' "${text%, }"
  [ $# -le 6 ] || printf ' and %d more' $(($# - 6))
}

# As every command will read it.
config_readable() { # <new file>
  mkdir -- "$scratch/read"
  cp -- "$1" "$scratch/read/pgokit.json"
  (config_read "$scratch/read" pgokit.json) || die "init: '${binary:-$build}' or '$name' cannot stand in pgokit.json; see above"
}

config_made() { # <new file>
  local schema='' toolchain=clang
  [ "$system" != cargo ] || toolchain=cargo
  [ -z "${kit-}" ] || schema=https://raw.githubusercontent.com/$kit/HEAD/ci/pgokit.schema.json
  # The variables are jq's, and those of the workloads.
  # shellcheck disable=SC2016
  jq -n --arg schema "$schema" --arg name "$name" --arg toolchain "$toolchain" --arg build "$build" \
    --arg binary "$binary" --arg tests "$tests" --args '
    (if $schema == "" then {} else {"$schema": $schema} end) + {
      $name, $toolchain, $build
    } + (if $ARGS.positional == [] then {} else {packages: $ARGS.positional} end) + {
      $binary,
      workloads: {fast: [
        if $tests == "" then {
          name: "edit-me",
          needs: "false # a placeholder: say in run what the program is to be trained on, then remove this line",
          run: "edit-me $PGOKIT_BINARY"
        } else {
          name: "tests",
          suite: true,
          run: $tests,
          timeout_s: 3600
        } end
      ]},
      benches: [{name: "edit_me_full_check_flow", run: "edit-me $PGOKIT_BINARY"}]
    }' "${packages[@]}" >"$1"
  config_readable "$1"
  if [ -n "$tests" ]; then
    decide "workloads: the tests ('$tests') are what the program is trained on for now. Tests walk through rare paths, and BOLT learns nothing from them: put what your users do in their place"
  else
    decide "workloads: put in what your users do, on inputs of the size that they have; the placeholder fails"
  fi
  decide "benches: put in what is to be measured, 5 to 200 ms each, on other inputs than the workloads'; the placeholder fails. Those named *_full_check_flow decide (gate.match names others). Then pgokit full --fast tries it"
}
