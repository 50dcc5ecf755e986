# shellcheck shell=bash
#
# Competitors before they are measured: installed, of the version that is pinned, and of one answer with
# the project. Their states, by their place in `competitors`, are what the table shows.

declare -gA STATE=() WHY=() SAID=() # ready, differs, incomparable, version, failed; the reason; the version in its own words
declare -gA SETUP=()                # of each that ran, how it failed; nothing where it did not
services=()

# The faults that the schema cannot tell: what they name is there, and once.
competitors_check() { # reads competitors
  local line name seen=()
  local -A c
  for line in "${competitors[@]}"; do
    config_fields c "$line"
    config_items bench | grep -qF $'\t'"$(printf 'name\t%s\t' "${c[bench]}")" ||
      die "read 'pgokit.json': the competitor '${c[name]}' is for the benchmark '${c[bench]}', and there is none of that name"
    name=${c[bench]}/${c[name]}
    ! among "$name" "${seen[@]}" || die "read 'pgokit.json': the competitor '${c[name]}' of '${c[bench]}' is there twice"
    seen+=("$name")
  done
}

# Makes all of them ready that can be; one that cannot does not end the others.
competitors_ready() { # reads competitors, dir
  local i served=()
  export PGOKIT_COMPETE=$work/competitors
  folder "$PGOKIT_COMPETE" "$dir/home" "$dir/actual" "$dir/receipts" "$dir/pairs"
  phase_at_exit competitors_end
  for i in "${!competitors[@]}"; do
    STATE[$i]=ready
    competitor_ready "$i"
  done
}

competitor_ready() { # <place>; changes served
  local -A c
  config_fields c "${competitors[$1]}"
  log "make ${c[name]} ${c[version]} ready for ${c[bench]}"
  if [ -n "${c[setup]-}" ] && [ -z "${SETUP[${c[setup]}]+x}" ]; then
    failed=
    competitor_run '' 3600 "${c[setup]}" --shell || true
    SETUP[${c[setup]}]=$failed
  fi
  if [ -n "${c[setup]-}" ] && [ -n "${SETUP[${c[setup]}]}" ]; then
    competitor_fails "$1" setup "${SETUP[${c[setup]}]}"
    return
  fi
  competitor_version "$1" || return 0
  if [ -z "${c[service]-}" ] || among "${c[service]}" "${served[@]}"; then return 0; fi
  service_begin "$1" "${c[service]}" || {
    competitor_fails "$1" service
    return 0
  }
  served+=("${c[service]}")
}

# A command in the tree; on failure, failed has how it ended and the last that it said.
competitor_run() { # <file for its output, or nothing: the log> <seconds> <command> [option of workload-run...]; sets failed
  local log=$work/log/compete.log begin said
  begin=$(stat -c %s -- "$log" 2>/dev/null) || begin=0
  # shellcheck disable=SC2094 # both only append
  failed=$(HOME=${competitor_home:-$HOME} as_user workload-run -C "$tree" --log "$log" ${1:+--stdout "$1"} --timeout "$2" "${@:4}" -- "$3" 2>>"$log") && {
    failed=
    return
  }
  said=$(tail -c "+$((begin + 1))" -- "$log")
  if [ -n "$failed" ]; then
    failed=$(jq -r .ended <<<"$failed")
    said=$(grep -v '^workload-run: ' <<<"$said") || true
  fi
  said=$(tail -n 1 <<<"$said")
  failed+=${failed:+${said:+: }}${said:0:200}
  return 1
}

competitor_fails() { # <place> <in what> [instead of what failed has]
  STATE[$1]=failed
  WHY[$1]="$2: ${3-$failed}"
}

# The pinned version is a word of what the program says.
competitor_version() { # <place>; reads c
  local said=$dir/actual/version
  competitor_run "$said" 60 "${c[version_run]}" --shell || {
    competitor_fails "$1" version_run
    return 1
  }
  SAID[$1]=$(head -n 1 -- "$said" | cut -c 1-100)
  tr -cs '0-9A-Za-z.+_-' '\n' <"$said" | sed 's/^v\(.*\)/&\n\1/' | grep -qxF -e "${c[version]}" && return
  STATE[$1]=version
  WHY[$1]="pinned is ${c[version]}, and it says '${SAID[$1]}'"
  return 1
}

# Its own group of processes, which ends with this phase.
service_begin() { # <place> <command>; sets failed
  local out=$dir/actual/service-$1 i
  : >"$out"
  set -m
  # shellcheck disable=SC2016 # sh's variables
  without_lock as_user setpriv --pdeathsig TERM -- sh -c 'cd -- "$1" && eval "$2"' sh "$tree" "$2" >"$out" 2>>"$work/log/compete.log" </dev/null &
  set +m
  services+=("$!")
  for ((i = 0; i < 600; i++)); do
    [ ! -s "$out" ] || return 0
    kill -0 "${services[-1]}" 2>/dev/null || {
      failed='it ended before it printed a line'
      return 1
    }
    sleep 0.1
  done
  failed='it printed no line for a minute'
  return 1
}

competitors_end() {
  local pid
  for pid in "${services[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
  services=()
}

# The answer of one run, as sorted lines without blanks at their ends.
answer_of() { # <command> <true: through a shell> <seconds> <command of the answer, or nothing> <file>; sets failed
  local shell=()
  local competitor_home=$dir/home
  [ "$2" = false ] || shell=(--shell)
  folder_empty "$dir/home"
  competitor_run "$dir/actual/output" "$3" "$1" "${shell[@]}" || {
    failed="run: $failed"
    return 1
  }
  if [ -n "$4" ]; then
    PGOKIT_ACTUAL=$dir/actual/output competitor_run "$dir/actual/answer" 600 "$4" --shell || {
      failed="answer: $failed"
      return 1
    }
  else
    cp -- "$dir/actual/output" "$dir/actual/answer"
  fi
  sed 's/[[:space:]]*$//; /^$/d' "$dir/actual/answer" | LC_ALL=C sort >"$5"
  [ -s "$5" ] || failed='answer: it is empty'
  [ -s "$5" ]
}

# What differs, for people.
answers_differ() { # <file of the project's> <file>
  local missing more
  missing=$(LC_ALL=C comm -23 -- "$1" "$2" | wc -l)
  more=$(LC_ALL=C comm -13 -- "$1" "$2" | wc -l)
  printf "%d of the project's %d lines are not in it" "$missing" "$(wc -l <"$1")"
  [ "$more" -eq 0 ] || printf ', and it has %d others, the first: %s' "$more" "$(LC_ALL=C comm -13 -- "$1" "$2" | head -n 1 | cut -c 1-100)"
}

competitor_answers() { # <place> <file of the project's answer>
  local file=$dir/actual/answer-$1
  local -A c
  config_fields c "${competitors[$1]}"
  answer_of "${c[run]}" "${c[shell]}" "${c[timeout_s]}" "${c[answer]-}" "$file" || {
    competitor_fails "$1" "${failed%%:*}" "${failed#*: }"
    return
  }
  cmp -s -- "$2" "$file" && return
  STATE[$1]=differs
  WHY[$1]=$(answers_differ "$2" "$file")
  [ -z "${c[incomparable]-}" ] || STATE[$1]=incomparable
}
