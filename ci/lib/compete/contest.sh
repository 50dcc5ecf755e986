# shellcheck shell=bash
#
# The project's program and those competitors of a benchmark that are ready, in the same rounds: warm, and
# cold. One that fails is taken out, and the others are measured again.

HYPERFINE_RUNS=10

# All of a benchmark.
bench_compete() { # <benchmark, a line of config_items>; reads competitors
  local i at=() number
  local -A b c
  config_fields b "$1"
  for i in "${!competitors[@]}"; do
    config_fields c "${competitors[i]}"
    [ "${c[bench]}" != "${b[name]}" ] || at+=("$i")
  done
  [ ${#at[@]} -gt 0 ] || return 0
  # As compete.jq counts them: only those that have competitors.
  number=$((${bench_number:-0} + 1))
  bench_number=$number
  log "ask for the answers of ${b[name]}"
  [ -z "${b[prepare]-}" ] || competitor_run '' 600 "${b[prepare]}" --shell ||
    refuse 1 "prepare '${b[name]}': $failed; see '$work/log/compete.log'"
  PGOKIT_BINARY=$program answer_of "${b[run]}" "${b[shell]}" "${b[timeout_s]}" "${b[answer]-}" "$dir/actual/project" ||
    refuse 1 "run '${b[name]}': the project's own program: $failed; see '$work/log/compete.log'"
  cp -- "$dir/actual/project" "$dir/pairs/$number.answer"
  for i in "${at[@]}"; do
    [ "${STATE[$i]}" != ready ] || competitor_answers "$i" "$dir/actual/project"
  done
  bench_measure warm
  bench_measure cold
}

# What is run before each cold execution of any of them.
cold_prepare() { # reads at
  local i text=
  local -A c
  for i in "${at[@]}"; do
    config_fields c "${competitors[i]}"
    [ "${STATE[$i]}" != ready ] || [ -z "${c[cold]-}" ] || text+="( ${c[cold]}"$'\n) && '
  done
  # shellcheck disable=SC2016 # sh's variables
  printf '%sfind "${HOME:?}" "${TMPDIR:?}" -mindepth 1 -delete && page-evict %s' "$text" "$(cold_files | jq -Rsr 'split("\u0000")[:-1] | @sh')"
}

# What programs are made of and read; those of the system stay.
cold_files() { # NUL-separated
  printf '%s\0' "$PGOKIT_COMPETE" "$tree" "$dir/program"
}

# The plan of bench-run: one benchmark, in which each competitor has a command of its own.
contest_plan() { # <warm|cold> <prepare>; reads at, b
  local i lines=()
  for i in "${at[@]}"; do
    [ "${STATE[$i]}" != ready ] || lines+=("${competitors[i]}")
  done
  # shellcheck disable=SC2016 # jq's variables
  jq -n --arg bench "${b[name]}" --arg state "$1" --arg prepare "$2" --arg program "$program" --argjson config "$CONFIG" '
    ($config.benches[] | select(.name == $bench)) as $b
    | [$config.competitors[] | select(.bench == $bench and IN(.name; $ARGS.positional[]))] as $c
    | {arms: [{name: "project", binary: $program}, ($c[] | {name})],
       benches: [($b | {run, shell, cleanup} | with_entries(select(.value != null)))
         + {name: "\($bench) (\($state))", other_output: true, timeout_s: ([$b, $c[]] | map(.timeout_s) | max),
            runs: ([$c[] | {key: .name, value: (if .shell and ($b.shell | not) then "sh -c \(.run | @sh)" else .run end)}] | from_entries)}
         + if $prepare == "" then {} else {$prepare} end]}' --args -- "$@"
}

bench_measure() { # <warm|cold>; reads at, b, number, opts
  local i prepare=${b[prepare]-} status receipt=$dir/receipts/$number-$1.json ready=() culprit
  local -A c
  while :; do
    ready=()
    for i in "${at[@]}"; do
      config_fields c "${competitors[i]}"
      [ "${STATE[$i]}" != ready ] || ready+=("${c[name]}")
    done
    [ ${#ready[@]} -gt 0 ] || return 0
    [ "$1" = warm ] || prepare=${b[prepare]:+"( ${b[prepare]}"$'\n) && '}$(cold_prepare)
    contest_plan "$1" "$prepare" "${ready[@]}" >"$dir/plan.json"
    log "measure ${b[name]}, $1: ${ready[*]}"
    status=0
    remove "${work:?}/own"
    as_user bench-run -C "$tree" --plan "$dir/plan.json" --own "$work/own" "${opts[@]}" -o "$receipt" >/dev/null 2>"$dir/said" || status=$?
    remove "${work:?}/own"
    cat -- "$dir/said" >>"$work/log/compete.log"
    [ "$status" -ne 0 ] || break
    culprit=$(sed -nE "s/^bench-run: (run|find) .*, arm '([A-Za-z0-9_.-]+)':.*/\2/p" "$dir/said" | tail -n 1)
    if [ "$status" -gt 2 ] || [ "${culprit:-project}" = project ]; then
      cat -- "$dir/said" >&2
      refuse 1 "measure '${b[name]}': bench-run could not; its message stands above"
    fi
    contest_without "$1" "$culprit"
  done
  contest_judge "$1" "$receipt" "${ready[@]}"
  second_opinion "$1" "$prepare"
}

# Takes the one that failed out.
contest_without() { # <warm|cold> <name>; reads at, b
  local i
  local -A c
  for i in "${at[@]}"; do
    config_fields c "${competitors[i]}"
    [ "${c[name]}" != "$2" ] || competitor_fails "$i" "measured $1" "$(grep -F ", arm '$2':" "$dir/said" | tail -n 1 | sed 's/.*: //')"
  done
}

contest_judge() { # <warm|cold> <receipt> <name...>
  local name status
  for name in "${@:3}"; do
    status=0
    bench-compare --match '*' --alpha "$(config .gate.alpha)" --shares $((2 * ${#competitors[@]})) --other-output --even-identical \
      --base project --cand "$name" -o "$dir/pairs/$number-$1-$name.json" --json "$2" >/dev/null 2>"$dir/said" || status=$?
    [ "$status" -ne 2 ] || {
      cat -- "$dir/said" >&2
      die "judge '$name': bench-compare could not do its work; its message stands above"
    }
  done
}

# The same commands, in blocks; of fewer runs, since it decides nothing.
second_opinion() { # <warm|cold> <prepare>; reads b, number
  local file=$dir/receipts/$number-$1-hyperfine.json commands=() options=()
  type -P hyperfine >/dev/null || return 0
  mapfile -d '' -t commands < <(jq -j '.arms[].name as $name | .benches[0]
    | "--command-name\u0000\($name)\u0000\(.runs[$name] // .run)\u0000"' "$dir/plan.json")
  if [ -n "$2" ]; then options=(--prepare "$2"); fi
  [ "$1" = cold ] || options+=(--warmup 1)
  folder_empty "$dir/home"
  folder_empty "$dir/tmp"
  (cd -- "$tree" && PGOKIT_BINARY=../${dir##*/}/program/${program##*/} HOME=$dir/home TMPDIR=$dir/tmp as_user hyperfine --style none \
    --runs "$HYPERFINE_RUNS" "${options[@]}" --export-json "$file" "${commands[@]}") >>"$work/log/compete.log" 2>&1 || {
    remove "$file"
    warn "measure '${b[name]}' with hyperfine, $1: it failed; see '$work/log/compete.log'"
  }
}
