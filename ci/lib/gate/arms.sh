# shellcheck shell=bash
#
# The programs that are measured against each other: each side is built in .pgokit/tree by its own
# pgokit.json, with the same toolchain, flags and profile, and copied to .pgokit/gate/arm/. All paths
# there are of one length: that of argv[0] and of the environment moves the stack, which alone can
# change the speed of a program.

# Before anything is built: with what, from which profile, and what the program is called.
arms_begin() { # sets program, plain
  need tar git bench-run workload-run
  if toolchain_is none; then
    outputs_begin
    return
  fi
  toolchain_base
  toolchain_find
  flags_check
  ! variant_trains "$variant" ||
    usage "--variant '$variant': a contest of two programs that were trained apart is none of their sources; baseline, lto, pgo or pgo-nolto"
  program=$(config .binary)
  program=${program##*/}
  plain=
  if [ "$(variant_field "$variant" 3)" = use ]; then
    profile=$(realpath -m -- "${profile:-$work/profile/merged.profdata}")
    proof_profile "$variant" "$profile"
    plain_path "$profile"
  elif [ "$(variant_field "$variant" 3)" = sample ]; then
    [ -z "$profile" ] || usage "--profile '$profile': --variant '$variant' takes that of config: profile.sample"
    sample_take "$variant"
    profile=$(sample_path)
    plain_path "$profile"
  elif [ -n "$profile" ]; then
    usage "--profile '$profile': --variant '$variant' is built without a profile; pgo takes one"
  fi
}

arm_path() { # <base|head|ctrl|slow|last>[.layout]
  printf '%s/gate/arm/%s/%s' "$work" "$1" "$program"
}

arm_keep() { # <arm> <program>
  local to
  to=$(arm_path "$1")
  folder_empty "${to%/*}"
  cp -- "$2" "$to"
}

# Builds one side in every layout: first the tree that is there, then one made afresh for each.
arm_build() { # <arm> <what to call it> <command that makes its tree...>
  local i
  for i in "${layouts[@]}"; do
    [ "$i" = "${layouts[0]}" ] || "${@:3}"
    arm_build_one "$1" "$2" "$i"
  done
}

arm_build_one() { # <arm> <what to call it> <layout>
  local arm=$1$3
  arm_config "$2"
  if outputs_compared; then
    outputs_build "$arm" "$2"
    return
  fi
  toolchain_env "$variant" "$plain"
  [ -z "$3" ] || layout_flags "${3#.}"
  tree_build "$arm"
  elf_read "$tree/$binary"
  proof_compiler "$arm" "$tree/$binary" "$work/log/build-$arm.log"
  [ -z "$plain" ] || proof_applied "$arm" "$tree/$binary" "$work/log/build-$arm.log" "$profile" warn
  arm_keep "$arm" "$tree/$binary"
}

# The tree's own pgokit.json says how it is built; a tree from before there was any is built as the
# present one is.
arm_config() { # <what to call the side>; sets own
  own=
  if [ -f "$tree/pgokit.json" ]; then
    config_read "$tree" "$1:pgokit.json"
    own=$CONFIG
  else
    config_read "$root" pgokit.json
  fi
}

# Byte for byte the same programs. Those that differ in no more than a date are measured like others.
arms_identical() {
  local i
  for i in "${layouts[@]}"; do
    cmp -s -- "$(arm_path "base$i")" "$(arm_path "head$i")" || return 1
  done
}

# The two sides, in every layout.
arms_sides() { # <name of the base> <name of the head>; sets arms (JSON)
  local i
  arms='[]'
  for i in "${layouts[@]}"; do
    arm_add "$1$i" "base$i" base '' "${i#.}"
    arm_add "$2$i" "head$i" cand '' "${i#.}"
  done
}

# What shows whether the measurement can be believed: a copy of the base, in which nothing may be
# found, and one whose launcher burns a known share of its time, which must be found.
arms_proof() { # changes arms
  arms_proof_keep
  arms_proof_add
}

arms_proof_keep() {
  local first=${layouts[0]}
  arm_keep "ctrl$first" "$(arm_path "base$first")"
  arm_keep "slow$first" "$(arm_path "base$first")"
}

arms_proof_add() { # changes arms
  arm_add control "ctrl${layouts[0]}" control
  arm_add canary "slow${layouts[0]}" canary "$(config canary_pct)"
}

arm_add() { # <name> <arm> <role> [percent of the time that its launcher burns] [layout]; changes arms
  local arm
  arm="{\"name\":$(json_text "$1"),\"role\":\"$3\","
  if outputs_compared; then
    arm+="$(outputs_arm "$2")"
  else
    arm+="\"binary\":$(json_text "$(arm_path "$2")")"
  fi
  arm+="${4:+,\"slow_pct\":$4}${5:+,\"layout\":$5}}"
  if [ "$arms" = '[]' ]; then arms="[$arm]"; else arms="${arms%]},$arm]"; fi
}

# Whether the program of an arm gets through a benchmark of the plan at all.
arm_runs() { # <arm> <benchmark>
  local arms='[]' status=0
  arm_add alone "$1" ''
  jq --argjson arms "$arms" --arg name "$2" \
    '{arms: ($arms | map(del(.role))), benches: map(select(.name == $name))}' <<<"$benches" >"$work/gate/alone.json"
  turns_begin
  as_user bench-run -C "$tree" --plan "$work/gate/alone.json" --rounds 1 --warmup 1 >/dev/null 2>>"$work/log/gate.log" || status=$?
  turns_end
  return "$status"
}
