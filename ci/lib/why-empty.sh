# shellcheck shell=bash
#
# Why a workload left no raw profile, from facts: what the program is, what LLVM's runtime in it said,
# what was written elsewhere. Each why_* looks at one of them; it prints a sentence without a full stop
# and succeeds where that is the reason.

why_empty() { # <log of the workload> <bytes in it before the run> <folder for its raw profiles>
  why_program || why_said "$1" "$2" || why_elsewhere "$3" || why_unknown
}

# --- the program -----------------------------------------------------------------------------------
why_program() {
  local program log=$work/log/build-instrumented.log name
  program=$(bin_of instrumented)
  name="'$(toolchain_binary)'"
  if ! "$LLVM_BIN/llvm-readelf" --file-header "$program" >/dev/null 2>&1; then
    printf "%s is no ELF program; it begins with '%s'" "$name" "$(head -c 40 -- "$program" | tr -d '\0' | head -n 1)"
    return
  fi
  ! why_instrumented "$program" || return 1
  printf '%s is not instrumented (it has no section __llvm_prf_cnts): %s%s' \
    "$name" "$(why_own_profile "$log" || why_compiler "$program" "$log")" "$(build_hint)"
}

why_instrumented() { # <program>
  "$LLVM_BIN/llvm-readelf" --sections --wide "$1" 2>/dev/null | grep ' __llvm_prf_cnts ' >/dev/null
}

# The release build does PGO by itself, and its last step is what was kept.
why_own_profile() { # <log of the build>
  local line
  line=$(LC_ALL=C grep -a -nom 1 -E -e '-f(profile-(instr-)?use|profile-sample-use|auto-profile)(=[^[:space:]]*)?' -- "$1" | sed -n 1p) || return 1
  printf "the build uses a profile of its own, '%s' in line %s of '%s'. Let it make the plain release program" \
    "${line#*:}" "${line%%:*}" "$1"
}

# In .comment stands each compiler that any object of the program is from; GCC's always, for those of
# the C library.
why_compiler() { # <program> <log of the build>
  local comment call
  if toolchain_is cargo; then
    printf -- '-Cprofile-generate did not reach rustc; the build must keep RUSTFLAGS (no --config of rustflags, no RUSTFLAGS of its own)'
    return
  fi
  comment=$("$LLVM_BIN/llvm-readelf" --string-dump=.comment "$1" 2>/dev/null | sed -n 's/^\[ *[0-9a-f]*\] *//p')
  case $comment in
    *'clang version'*) printf 'clang compiled it without -fprofile-generate' ;;
    *GCC:*) printf '%s compiled it, and %s has to' "$(sed -n 's/^GCC: ([^)]*)/GCC/p' <<<"$comment" | sed -n 1p)" "$CC" ;;
    *) printf '%s did not compile it, or without -fprofile-generate; its section .comment does not say what did' "$CC" ;;
  esac
  if call=$(why_call "$2"); then
    printf ": '%s', line %s of '%s'" "${call#*:}" "${call%%:*}" "$2"
  else
    printf "; '%s' shows no compiler at work" "$2"
  fi
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
  IFS= read -r -d '' file <"$1/elsewhere" 2>/dev/null || return 1
  printf "it wrote '%s' into the tree: there LLVM_PROFILE_FILE is not what the kit has set, and has to be" "$file"
}

why_unknown() {
  printf "'%s' is instrumented, LLVM's runtime said nothing in the log, and there is no raw profile elsewhere in the tree: no process of it seems to have come to its end by itself" "$(toolchain_binary)"
}
