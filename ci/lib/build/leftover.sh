# shellcheck shell=bash
#
# Objects left over from another build. Where they lie in the project and git does not ignore them
# they are in the fresh copy too, `make` takes them for up to date, and the variant's flags never
# reach them: the program is whole, runs, and is not what its name says.

# Every file that a build might reuse, with what changes when it is written again.
leftover_list() { # <file for the list>
  binary=$(toolchain_binary)
  {
    find "$tree" -type f \( -name '*.o' -o -name '*.obj' -o -name '*.a' \) -printf '%i %s %T@ %C@ %P\0'
    [ ! -f "$tree/$binary" ] || find "$tree/$binary" -prune -printf "%i %s %T@ %C@ /\\0"
  } | LC_ALL=C sort -z >"$1"
}

# Refuses when the program was made of a file that the build did not write. Compiled code without
# its source (a library that came as such) may stay, and so may what is not in the program (data of a
# test, say).
leftover_check() { # <variant> <list from before the build>
  local file stems='' untouched=() found=()
  [ -s "$2" ] || { # as in most projects
    rm -f -- "$2"
    return 0
  }
  leftover_list "$2.after"
  mapfile -d '' -t untouched < <(LC_ALL=C comm -z -12 "$2" "$2.after")
  rm -f -- "$2" "$2.after"
  for file in "${untouched[@]}"; do
    file=${file#* * * * }
    [ "$file" != / ] ||
      refuse 1 "build '$1': the build left '$binary' as it lies in the project, so this variant's flags did not reach it. Delete it there, have git ignore it, or let the build begin with 'make clean'"
    [ -n "$stems" ] || stems=$(source_stems)
    ! leftover_has_source "$file" "$stems" || ! leftover_linked "$file" || found+=("$file")
  done
  [ ${#found[@]} -eq 0 ] ||
    refuse 1 "build '$1': the build used what lies compiled in the project, so this variant's flags did not reach it: $(some_names "${found[@]}"). Delete it there, have git ignore it, or let the build begin with 'make clean'"
}

# The names of the sources without their last extension, one per line. Assembly is left out: flags
# for the optimizer do nothing to it.
source_stems() {
  find "$tree" -type f \( -name '*.c' -o -name '*.cc' -o -name '*.cpp' -o -name '*.cxx' -o -name '*.c++' -o -name '*.C' \
    -o -name '*.m' -o -name '*.mm' "$@" \) -printf '%f\n' | sed 's/\.[^.]*$//' | sort -u
}

# main.o is of main.c; so are CMake's main.c.o and automake's prog-main.o.
leftover_has_source() { # <file relative to the tree, or FILE.a(MEMBER)> <stems>
  local member
  while IFS= read -r member; do
    member=${member##*/}
    member=${member%.*}
    case $member in *.c | *.cc | *.cpp | *.cxx | *.c++ | *.C | *.m | *.mm) member=${member%.*} ;; esac
    ! grep -Fxq -e "$member" -e "${member##*-}" <<<"$2" || return 0
  done < <(case $1 in
    *.a) "$LLVM_BIN/llvm-ar" t "$tree/$1" 2>/dev/null ;;
    *.a\(*\)) printf '%s\n' "${1##*'('}" ;;
    *) printf '%s\n' "$1" ;;
  esac)
  return 1
}

# Of the build for training: objects of the program that are not instrumented, since a makefile below
# chooses its own compiler or flags, or since they are not C. The rest has a profile, so that no later
# check sees it.
leftover_uncounted() {
  local file path stems found=()
  stems=$(source_stems -o -iname '*.f' -o -iname '*.for' -o -iname '*.f[0-9][0-9]' -o -name '*.d' -o -name '*.go' -o -name '*.pas' -o -name '*.adb' -o -name '*.zig')
  while IFS= read -r file; do
    path=$file
    [[ $file != *.a\(*\) ]] || path=${file%'('*}
    ! leftover_has_source "$file" "$stems" || ! leftover_linked "$path" || found+=("$file")
  done < <(cd -- "$tree" && find . -type f \( -name '*.o' -o -name '*.obj' -o -name '*.a' \) ! -path '*[[:cntrl:]]*' -printf '%P\0' |
    { xargs -0r "$LLVM_BIN/llvm-readelf" --sections --wide "$binary" 2>/dev/null || true; } |
    program=$binary awk 'function done() { if (code && !counts && file != ENVIRON["program"]) print file }
      sub(/^File: /, "") { done(); file = $0; code = counts = 0 }
      sub(/^ *\[ *[0-9]+\] /, "") && $1 ~ /^\.text/ && $5 ~ /[1-9a-f]/ { code = 1 }
      $1 == "__llvm_prf_cnts" { counts = 1 }
      END { done() }')
  [ ${#found[@]} -eq 0 ] ||
    warn "build 'instrumented': no -fprofile-generate reached $(some_names "${found[@]}"), $(leftover_share "${found[@]}") % of the program's code, so the profile knows nothing of what is in there. $(leftover_by "${found[@]}")"
}

# Percent of the bytes of the program's functions that are in these files. LLVM's runtime, which only the
# program for training has, is left out.
leftover_share() { # <object or archive...>
  local file
  cd -- "$tree" || return
  for file; do
    case $file in
      # Only this member: the others may have their counts.
      *.a\(*\)) "$LLVM_BIN/llvm-ar" p "${file%'('*}" "$(expr "$file" : '.*(\(.*\))$')" >"$work/member.o" && functions_of "$work/member.o" ;;
      *) functions_of "$file" ;;
    esac
  done | LC_ALL=C sort -u >"$work/uncounted.list"
  file=$("$LLVM_BIN/clang" -print-libgcc-file-name --rtlib=compiler-rt)
  functions_of "${file/builtins/profile}" >"$work/runtime.list"
  functions_of "$binary" | awk 'function hex(s,   i, n) { for (i = 1; i <= length(s); i++) n = n * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1; return n }
    FILENAME != "-" { list[FILENAME, $0]; next }
    (runtime, $0) in list { next }
    { all += hex($2) }
    (uncounted, $0) in list { some += hex($2) }
    END { printf "%.0f", all ? 100 * some / all : 0 }' uncounted="$work/uncounted.list" runtime="$work/runtime.list" "$work/uncounted.list" "$work/runtime.list" -
  rm -f -- "$work/uncounted.list" "$work/runtime.list" "$work/member.o"
}

# Whose work they are, by their section .comment, and what to do.
leftover_by() { # <object or archive...>
  local by
  by=$(cd -- "$tree" && "$LLVM_BIN/llvm-readelf" --string-dump=.comment "${@%'('*}" 2>/dev/null |
    sed -nE 's/^\[ *[0-9a-f]*\] *//; s/^GCC: \([^)]*\)/GCC/p; s/.*(clang version [^ ]*).*/\1/p; s/.*(flang version [^ ]*).*/\1/p' | sort -u | paste -sd , - | sed 's/,/, /g')
  case $by in
    '') printf 'It does not say what compiled it' ;;
    *GCC*) printf "It was made by %s, which does not count for LLVM: where it is C or C++, let it be compiled by \$CC with \$CFLAGS; what is Fortran, say, stays without a profile" "$by" ;;
    *) printf "It was made by %s: a makefile there sets its own flags, and should keep \$CFLAGS" "$by" ;;
  esac
}

# Whether the program has a function of the object: one of the same name and size. A
# stripped program has no names; there, every object counts as linked.
leftover_linked() { # <file relative to the tree>
  local theirs ours
  theirs=$(functions_of "$tree/$1")
  ours=$(functions_of "$tree/$binary")
  [ -n "$theirs" ] && [ -n "$ours" ] || return 0
  [ -n "$(LC_ALL=C comm -12 <(printf '%s\n' "$theirs") <(printf '%s\n' "$ours"))" ]
}

functions_of() { # <program, object or archive>: "name size" per line, sorted
  "$LLVM_BIN/llvm-nm" --defined-only --format=posix "$1" 2>/dev/null |
    awk 'NF == 4 && $2 ~ /^[TtWw]$/ && $4 !~ /^0+$/ { print $1, $4 }' | LC_ALL=C sort -u || true
}
