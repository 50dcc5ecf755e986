# shellcheck shell=bash
#
# Raw profiles on their way into .pgokit/raw. One per process is the precise way, but thousands of
# them would fill a disk: each is verified, hashed and added to the pool of its workload soon after
# its process has ended. For each workload there is a folder with
#   run/             where its processes write
#   ended/           files of processes that have ended; both are gone when all of them were pooled
#   pool.profraw     their sum
#   sources.tsv      hash, bytes and name of each file in it
#   hold             there while the workload has to stand still
#   elsewhere        paths in the tree of raw profiles that the workload had written there, each with a
#                    zero byte behind it; taken: of those that were moved into run/
# A kill loses or doubles nothing, since collect makes the whole folder anew.

# From here on the files of a workload are pooled while it runs. It stands still meanwhile: on a busy
# machine it would write faster than they can be read and removed.
RAW_MANY=200            # files
RAW_LARGE=$((16 << 20)) # bytes

# What the files are called, as LLVM_PROFILE_FILE has it, but for .profraw: by program and process.
RAW_NAME=%m_%p

# In continuous mode a file is shared with the processes that its own has made, and what loses its file
# before it ends counts for nothing: so they are pooled at the end. %m would let processes share more.
# Program and libraries, each with a runtime of its own, need a file each: by build id, which the runtime
# knows from LLVM 22 on.
raw_name() {
  local major=$LLVM_MAJOR program file
  RAW_NAME=%m_%p
  [ "$(config .collect.continuous)" = true ] || return 0
  RAW_NAME=%c%b_%p RAW_MANY=$((1 << 30)) RAW_LARGE=$((1 << 50))
  program=$(bin_of instrumented)
  ! toolchain_is cargo || major=$RUST_LLVM
  if [ "$major" -ge 22 ] && [ -n "$(build_id "$program")" ]; then return; fi
  RAW_NAME=%c%p
  while IFS= read -r -d '' file; do
    [ "${file##*/}" = "${program##*/}" ] || ! why_instrumented "$file" ||
      refuse 1 "collect in continuous mode: '${file#"$tree/"}' has counters, too, and would write the file of '${program##*/}': that needs LLVM 22, here it is $major, and build ids (-Wl,--build-id)"
  done < <(find "$tree" -type f -name '*.so*' -print0)
}

# The exit status of raw_collect when it is not that of the command.
RAW_TROUBLE=3

# Moves the files of processes that have ended out of the way of those that run, and prints their
# names, one per line. The name ends in the pid. (A file that a process keeps mapped is whole long
# before it is complete.) A child that outlives its parent writes to the parent's file: it finds none,
# and makes a new one. What LLVM has not named stays for the verification at the end.
raw_ended() { # <workload's folder>
  local name pid names=()
  while IFS= read -r name; do
    pid=${name##*_}
    pid=${pid%.profraw}
    [ -d "/proc/$pid" ] || names+=("$name")
  done < <(cd -- "$1/run" && find . -maxdepth 1 -type f -name '*.profraw' ! -name '*[!A-Za-z0-9._-]*' -printf '%P\n')
  [ ${#names[@]} -gt 0 ] || return 0
  folder "$1/ended"
  (cd -- "$1/run" && printf '%s\0' "${names[@]}" | xargs -0 mv -n -t ../ended --)
  printf '%s\n' "${names[@]}"
}

# Adds the files of processes that have ended to the pool of the workload, then removes them. What
# is broken, or cannot be pooled (temporal profiles, say), stays for llvm-profdata or for the
# verification at the end.
raw_pool() { # <workload's folder>
  local names=()
  mapfile -t names < <(raw_ended "$1")
  raw_add "$1" "${names[@]}" && return
  # Once more with those that did not make it fail.
  mapfile -t names < <(cut -f 3- -- "$1/sources.new" 2>/dev/null)
  raw_add "$1" "${names[@]}" || rm -f -- "$1/sources.new"
}

# All of the files or, with status 1, none; sources.new then has those that were not refused.
raw_add() { # <workload's folder> <name...>
  local dir=$1 onto=()
  shift
  [ ! -e "$dir/unfinished" ] || refuse "$RAW_TROUBLE" "pool '$dir': an earlier sum was not finished; see '$work/log/pool.log'"
  [ $# -gt 0 ] || return 0
  (
    cd -- "$dir/ended" || exit
    # Each step by hand: bash does not end a list before || at its first failure, and the files must
    # not go before their sum is in place.
    remove ../sources.new || exit
    if [ -f ../pool.profraw ]; then
      ln -f -- ../pool.profraw ../pool.new || exit
      onto=(../pool.new)
    fi
    printf '%s\0' "$@" | profraw-pool -o ../pool.new --sources ../sources.new "${onto[@]}" - >/dev/null || exit
    # From here on a file that stays would be counted twice: raw_add refuses to go on.
    : >../unfinished || exit
    mv -- ../pool.new ../pool.profraw || exit
    cat -- ../sources.new >>../sources.tsv || exit
    printf '%s\0' "$@" | xargs -0 rm -f -- || exit
    rm -f -- ../sources.new ../unfinished
  ) 2>>"$work/log/pool.log" || {
    [ ! -e "$dir/unfinished" ] ||
      refuse "$RAW_TROUBLE" "pool '$dir': the sum of the raw profiles could not be put in their place; see '$work/log/pool.log'"
    rm -f -- "$dir/pool.new"
    return 1
  }
}

# In the background while a workload runs, until standard input ends: with the workload, or with this
# phase if that was killed. Looks five times a second, and starts nothing as long as there is nothing
# new: a process writes its file when it ends.
raw_watch() { # <workload's folder>
  local status files seen=0 bytes
  watched=$1 # not local: the trap is run when the function has been left
  trap 'rm -f -- "$watched/hold"' EXIT
  while :; do
    status=0
    read -r -t 0.2 || status=$?
    [ "$status" -gt 128 ] || break # over 128: the time is up, and there is no end yet
    files=("$1"/run/*.profraw)
    [ -e "${files[0]}" ] || continue
    [ ${#files[@]} -ne "$seen" ] || continue
    seen=${#files[@]}
    bytes=$(bytes_of "$1/run")
    if [ "$seen" -ge "$RAW_MANY" ] || [ "$bytes" -ge "$RAW_LARGE" ]; then
      : >"$1/hold"
      raw_pool "$1"
      remove "$1/hold"
      seen=0
    fi
  done
}

# Raw profiles in the tree, with what changes when one is written again. What a process that is still
# there removes meanwhile, or made unreadable, is not among them.
raw_in_tree() {
  { find "$tree" -type f -name '*.profraw' -printf '%i %s %T@ %P\0' 2>/dev/null || true; } | LC_ALL=C sort -z
}

# Profiles that processes of the workload wrote into the tree instead. Without LLVM_PROFILE_FILE LLVM
# calls them default..., and inside of a chroot the path of the folder begins anew: these are moved to
# where they belong. What LLVM_PROFILE_FILE was set to in the workload is listed in elsewhere.
raw_stray() { # <workload's folder> <list of raw_in_tree from before>
  local file lost='' caged='' number=0
  while IFS= read -r -d '' file; do
    file=${file#* * * }
    case $file in
      */"${1#/}"/run/*) caged=$file ;;
      default*.profraw | */default*.profraw) lost=$file ;;
      *)
        printf '%s\0' "$file" >>"$1/elsewhere"
        continue
        ;;
    esac
    number=$((number + 1))
    printf '%s\0' "$tree/$file" >>"$1/taken"
    mv -- "$tree/$file" "$1/run/stray$number.profraw" ||
      refuse "$RAW_TROUBLE" "move '$tree/$file': it is a raw profile of the workload, and could not be put among the others"
  done < <(LC_ALL=C comm -z -13 "$2" <(raw_in_tree))
  [ -z "$lost" ] ||
    warn "take '$lost' from the tree: the process that wrote it had lost LLVM_PROFILE_FILE. Its counts are in the profile; those of one with another current folder are lost, so let what starts it keep the variable"
  [ -z "$caged" ] ||
    warn "take '$caged' from the tree: the process that wrote it was in a chroot. Its counts are in the profile"
}

# Runs a command that writes raw profiles, and leaves their pool in the folder. Prints what the
# command prints; its exit status is the command's, or RAW_TROUBLE.
raw_collect() { # <workload's folder> <command...>; in a subshell
  local dir=$1 watch watcher status=0
  shift
  # A bash with a background job that dies of SIGHUP sends it to the group once more, which would cut
  # short what the phase has to do at its end.
  trap 'exit 129' HUP
  folder "$dir/run"
  raw_in_tree >"$dir/before.list"
  exec {watch}> >(raw_watch "$dir" >/dev/null)
  watcher=$!
  LLVM_PROFILE_FILE="$dir/run/$RAW_NAME.profraw" "$@" {watch}>&- || status=$?
  exec {watch}>&-
  wait "$watcher" || true
  raw_stray "$dir" "$dir/before.list"
  rm -f -- "$dir/before.list"
  raw_pool "$dir"
  rmdir -- "$dir/run" "$dir/ended" 2>/dev/null || true
  return "$status"
}

# Whether there is any raw profile in a folder.
raw_any() { # <folder>
  [ -n "$(find "$1" -type f -name '*.profraw' -print -quit)" ]
}

# How many files, and of how many bytes, the processes wrote: those in the pools and the others.
raw_sources() { # <raw folder>; JSON
  {
    find "$1" -name sources.tsv -exec cut -f 2 -- {} +
    find "$1" -name '*.profraw' ! -name pool.profraw -printf '%s\n'
  } | awk '{ n++; b += $1 } END { printf "{\"files\": %d, \"bytes\": %.0f}", n, b }'
}

# SHA-256 of what there is now, as sha256sum prints it, so that later damage shows: a flipped bit in a
# counter is a valid profile of other counts.
raw_hashes() { # <raw folder>
  (cd -- "$1" && find . -name '*.profraw' -printf '%P\0' | LC_ALL=C sort -z | xargs -0r sha256sum --)
}

# One hash for all of that: which raw profiles a merged one is of.
raw_hash() { # <what raw_hashes printed>
  hash_of /dev/stdin <<<"$1"
}

# Says what is in a raw folder from elsewhere beside exactly the profiles of its record, each whole; nothing
# when that is all. An artifact has no empty folder, so a record of none may have none.
raw_differs() { # <raw folder> <record of collect, JSON>; sets differs, raw_now
  raw_now=''
  if [ -d "$1" ]; then
    differs='there is something in it that is neither file nor folder'
    [ -z "$(find "$1" ! -type f ! -type d -print -quit)" ] || return 0
    raw_now=$(raw_hashes "$1")
  fi
  # shellcheck disable=SC2016 # jq's variables; read by who called
  differs=$(jq -r --rawfile now <(printf '%s' "$raw_now") "$(<"$PGOKIT_HOME/ci/lib/core/manifest.jq")"'
    .hashes as $was | ($now | hashes) as $now | [$was + $now | keys[] | select($was[.] != $now[.])] | first_of' <<<"$2")
}

# Refuses when a file is not what collect left, or is gone.
raw_check() { # <raw folder>; sets raw_now
  local wrong
  raw_now=$(raw_hashes "$1")
  [ -f "$work/manifest.json" ] || return 0
  # shellcheck disable=SC2016 # jq's variables
  wrong=$(jq -r --rawfile now <(printf '%s' "$raw_now") "$(<"$PGOKIT_HOME/ci/lib/core/manifest.jq")"'
    ($now | hashes) as $now | [.phases.collect.hashes // {} | to_entries[] | select($now[.key] != .value)
      | if $now[.key] then "\(.key) has changed" else "\(.key) is gone" end] | first_of' "$work/manifest.json")
  [ -z "$wrong" ] ||
    refuse 1 "merge '$1': not what collect left there: $wrong; run pgokit collect again"
}

# The llvm-profdata that reads what is in a raw folder.
raw_profdata() { # <raw folder>
  local sample
  sample=$(find "$1" -type f -name '*.profraw' -size +0c -print -quit)
  LLVM_PROFDATA="${LLVM_PROFDATA-$LLVM_BIN/llvm-profdata}" profdata-find --for "$sample" || {
    [ $? -eq 1 ] || die "merge '$1': profdata-find could not do its work; its message stands above"
    die "merge '$1': no llvm-profdata on this machine reads these profiles; see above"
  }
}
