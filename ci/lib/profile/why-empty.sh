# shellcheck shell=bash
#
# Why a workload left no raw profile, from facts: what the program is, what LLVM's runtime in it said,
# what was written elsewhere, and, in a second run, which programs it starts and how they end. Each
# why_* looks at one of them; it prints a sentence without a full stop and succeeds where that is the reason.

why_empty() { # <program> <build> <workload, a line of config_workloads> <its log> <bytes in it before the run> <folder for its raw profiles> [what is known of its processes]
  why_program "$1" "$2" || why_said "$4" "$5" || why_elsewhere "$6" || why_known "${7-}" || why_traced "$1" "$3" "$4" "$6"
}

# --- the program -----------------------------------------------------------------------------------
why_program() { # <program> <build>
  local name log=$work/log/build-$2.log
  name="'$(toolchain_binary)'"
  if ! elf_program "$1"; then
    printf "%s is no ELF program; it begins with '%s'" "$name" "$(head -c 40 -- "$1" | tr -d '\0' | head -n 1)"
    return
  fi
  if why_instrumented "$1"; then
    why_runtime "$1"
    return
  fi
  printf '%s is not instrumented (it has no section __llvm_prf_cnts): %s%s' \
    "$name" "$(why_own_profile "$log" "$2" || why_compiler "$1" "$2")" "$(build_hint)"
}

why_instrumented() { # <program>
  local elf
  elf_read "$1"
  elf_says 'sections __llvm_prf_cnts'
}

# Objects that count, linked by something that was not asked for the runtime which writes the counts.
why_runtime() { # <program>
  ! LC_ALL=C grep -aq LLVM_PROFILE_FILE "$1" || return 1
  if toolchain_is cargo; then
    printf "only C or C++ in '%s' is instrumented: " "$(toolchain_binary)"
    why_compiler "$1" instrumented
  else
    printf "'%s' has counters (a section __llvm_prf_cnts), but not LLVM's runtime that writes them: -fprofile-generate did not reach the link, which must use LDFLAGS" "$(toolchain_binary)"
  fi
}

# The release build does PGO by itself, and its last step is what was kept.
why_own_profile() { # <log of the build> <build>
  local line
  [ "$2" = instrumented ] || return 1 # a second round uses the profile of the first
  line=$(LC_ALL=C grep -a -nom 1 -E -e '-f(profile-(instr-)?use|profile-sample-use|auto-profile)(=[^[:space:]]*)?' -- "$1" | sed -n 1p) || return 1
  printf "the build uses a profile of its own, '%s' in line %s of '%s'. Let it make the plain release program" \
    "${line#*:}" "${line%%:*}" "$1"
}

# In .comment stands each compiler that any object of the program is from; GCC's always, for those of
# the C library.
why_compiler() { # <program> <build>
  local comment call elf values log=$work/log/build-$2.log
  if toolchain_is cargo; then
    printf -- '-Cprofile-generate did not reach rustc; the build must keep RUSTFLAGS (no --config of rustflags, no RUSTFLAGS of its own)'
    return
  fi
  elf_read "$1"
  elf_values comments
  printf -v comment '%s\n' "${values[@]}"
  case $comment in
    *'clang version'*)
      why_flags "$2" || printf 'clang compiled it without -fprofile-generate'
      ;;
    *GCC:*) printf '%s compiled it, and %s has to' "$(sed -n 's/^GCC: ([^)]*)/GCC/p' <<<"$comment" | sed -n 1p)" "$CC" ;;
    *) printf '%s did not compile it, or without -fprofile-generate; its section .comment does not say what did' "$CC" ;;
  esac
  # The account of clang has it already.
  [[ $comment != *'clang version'* ]] || [ ! -s "$(compiles_of "$2")" ] || return 0
  if call=$(why_call "$log"); then
    printf ": '%s', line %s of '%s'" "${call#*:}" "${call%%:*}" "$log"
  else
    printf "; '%s' shows no compiler at work" "$log"
  fi
}

# What clang itself says of the build, where it does: the first source without the flag.
why_flags() { # <build>
  local call
  call=$(jq -sr 'def asked: first(.args[] | select(test("^-f(cs-)?profile-generate"))) // null;
    if . == [] then "" else ([.[] | select(asked == null)][0]) as $bare
      | if $bare then "clang compiled \($bare.source) without -fprofile-generate: \($bare.args | map(select(startswith("-"))) | join(" ") | .[:200])"
        else "clang compiled all of it with \(.[0] | asked), which does not reach the link: it must use LDFLAGS" end end' "$(compiles_of "$1")" 2>/dev/null) || return
  [ -n "$call" ] || return 1
  printf %s "$call"
}

# Number and text of the first line of a build's log that looks like a call of a compiler.
why_call() { # <log>
  local line
  line=$(LC_ALL=C grep -a -nE -e '(^|[[:space:]/;&|(])([a-z0-9_]+-)*(gcc|g[+][+]|cc|c[+][+]|clang|clang[+][+])(-[0-9.]+)?[[:space:]](.*[[:space:]])?-[co]([[:space:]]|$)' -- "$1" |
    sed -nE '/^[0-9]+:[A-Z_]+=/d; p; q') || true # the log begins with the environment
  [ -n "$line" ] || return 1
  printf '%s' "${line:0:200}"
}

# --- the run ---------------------------------------------------------------------------------------
# LLVM's runtime complains on standard error, which is in the log unless the program closed it.
why_said() { # <log of the workload> <bytes in it before the run>
  local line
  line=$(tail -c "+$(($2 + 1))" -- "$1" 2>/dev/null | LC_ALL=C grep -a -m 1 -E -o -e 'LLVM Profile (Error|Warning): .{1,400}') || true
  [ -n "$line" ] || return 1
  printf '%s' "$line"
  case $line in
    *': Permission denied'*) why_denied ;;
  esac
}

# Another user needs a way into the folder, and the right to write there.
why_denied() {
  local folder=$work closed=''
  while :; do
    folder=${folder%/*}
    [ -n "$folder" ] || break
    [[ $(stat -c %A -- "$folder") == ??????[xs]??[xt] ]] || closed=$folder
  done
  if [ -n "$closed" ]; then
    printf ". Only its owner may enter '%s': a program that becomes another user needs the project elsewhere" "$closed"
  else
    # The variable is the workload's.
    # shellcheck disable=SC2016
    printf '. Only user %s may write there. For a program that becomes another one, with "shell": true, begin the run with: chmod a+w "${LLVM_PROFILE_FILE%%/*}" &&' "$(id -u)"
  fi
}

# See raw_stray.
why_elsewhere() { # <folder for its raw profiles>
  local file
  [ -s "$1/elsewhere" ] || return 1
  IFS= read -r -d '' file <"$1/elsewhere"
  printf "it wrote '%s' into the tree: there LLVM_PROFILE_FILE is not what the kit has set, and has to be" "$file"
}

why_known() { # <what lost_told prints>
  [ -n "$1" ] && printf %s "$1"
}

# Traced, since a trace changes what a run may do (become another user, look for leaks), the first run is not.
why_traced() { # <program> <workload, a line of config_workloads> <log> <folder for its raw profiles>
  local trace=$work/log/trace.jsonl again=$4.again ran lost
  log 'once more, traced, since it left no raw profile'
  mkdir -p -- "$again"
  : >"$again/begin"
  LLVM_PROFILE_FILE=$again/%m_%p.profraw workload_run "$2" "$1" "$3" --trace "$trace" >/dev/null 2>&1 || true
  ran=$(find "$again" -name '*.profraw' -print -quit)
  lost=$(why_lost "$trace" "$again/begin")
  rm -rf -- "${again:?}"
  if ! tail -n 1 -- "$trace" 2>/dev/null | jq -e .traced >/dev/null 2>&1; then
    printf "'%s' is instrumented, nothing in its log is of LLVM's, and no profile of it is in the tree; more is not known, since it could not be traced: %s" \
      "$(toolchain_binary)" "$(tail -n 1 -- "$trace" 2>/dev/null | jq -r '.reason // "?"' 2>/dev/null)"
  elif [ -n "$lost" ]; then
    printf "in a second run, traced, it wrote '%s': the process had lost LLVM_PROFILE_FILE, so let what starts it keep the variable" "$lost"
  elif [ -n "$ran" ]; then
    printf 'a second run, traced, left one: whether it does depends on time, or on what the first left behind'
  else
    why_started "$1" "$2" "$trace"
  fi
}

# What LLVM writes without LLVM_PROFILE_FILE, in a folder in which a program started.
why_lost() { # <trace> <file that is older>
  local folder
  { jq -r '.cwd // empty' "$1" 2>/dev/null || true; } | awk '!seen[$0]++' | sed -n 1,1000p | while IFS= read -r folder; do
    find "$folder" -maxdepth 1 -type f -name 'default*.profraw' -newer "$2" -print 2>/dev/null || true
  done | sed -n 1p
}

why_started() { # <program> <workload, a line of config_workloads> <trace>
  local exe programs=() ours=() count kind what ends=() advice='' needed='run '\$PGOKIT_BINARY lead='in a second run, traced'
  local -A w
  config_fields w "$2"
  [ "${w[suite]}" = false ] || needed='run programs that are built with the flags of the build'
  mapfile -t programs < <(jq -r '.exe // empty | select(test("[[:cntrl:]]") | not)' "$3" | awk '!seen[$0]++' | sed -n 1,1000p)
  for exe in "${programs[@]}"; do
    # By BOLT, it has nothing of LLVM's.
    if [ "$exe" -ef "$1" ] || why_instrumented "$exe"; then ours+=("$exe"); fi
  done
  if why_library "$1"; then
    ours=("${programs[@]}") lead="$lead, which does not show whether one loaded the library"
  elif [ ${#ours[@]} -eq 0 ]; then
    printf '%s, no program that it started was instrumented. It started %s. It has to %s' "$lead" "$(why_names "${programs[@]}")" "$needed"
    return
  fi
  while IFS=$'\t' read -r count kind what; do
    case $kind in
      fork-signal) ends+=("$count without an exec, of whichever program, ended by signal $what ($(kill -l "$what" 2>/dev/null || printf '?'))") ;;
      fork-left) ends+=("$count without an exec, of whichever program, still ran when the workload had ended") ;;
      signal) ends+=("$count ended by signal $what ($(kill -l "$what" 2>/dev/null || printf '?'))") ;;
      exit) ends+=("$count with exit status $what") ;;
      exec) ends+=("$count became '$what'") ;;
      left) ends+=("$count still ran when the workload had ended") ;;
    esac
    [ -z "$advice" ] || continue
    case $kind in
      signal | fork-signal) advice='A process that a signal kills writes none: let the workload stop it as its users do' ;;
      exit) advice='exit and the end of main write one; _exit and quick_exit do not, nor what may not open files' ;;
      exec) advice='A profile is written at exit, and exec is none' ;;
      left | fork-left) advice='A profile is written at exit: let the workload end it, and wait for that' ;;
    esac
  done < <(jq -nr -f "$PGOKIT_HOME/ci/lib/profile/why-trace.jq" "$3" --args "${ours[@]}")
  ! why_library "$1" || advice="One has to load \$PGOKIT_BINARY. $advice"
  printf '%s, of the processes of %s, %s. %s' "$lead" "$(why_names "${ours[@]}")" "$(printf '%s, ' "${ends[@]}" | sed 's/, $//')" "$advice"
}

# What is loaded asks for no loader.
why_library() { # <program>
  local elf
  elf_read "$1"
  [[ $elf != *$'\ninterpreter '* && $(toolchain_binary) == *.so* ]]
}

why_names() { # <file...>: as seen from the tree
  if [ $# -gt 0 ]; then some_names "${@#"$tree/"}"; else printf none; fi
}
