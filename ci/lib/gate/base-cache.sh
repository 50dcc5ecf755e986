# shellcheck shell=bash
#
# .pgokit/base/: the base of gate --base, kept for the next gate that has the same one. In it are
#   base.json   what the programs were built of and with, and their hashes
#   base[.K]    the program, one for each layout
# The record tells damage and mistakes. Whoever may write both files may put in any program, and a checkout may bring them
# along: on GitHub only a folder that is named counts (--kept), which has what a run of the default branch left.

# Everything that the programs depend on, as far as can be known, as JSON. All packages of the machine
# are: another linker or C library makes another program. So is the present tree's build command, by which a
# commit without a pgokit.json is built.
base_facts() { # <commit>
  local packages='' name env=()
  packages=$(dpkg-query -W 2>/dev/null | sha256sum) || true
  for name in CFLAGS CXXFLAGS CPPFLAGS LDFLAGS RUSTFLAGS MAKEFLAGS CPATH LIBRARY_PATH SOURCE_DATE_EPOCH; do env+=("$name=${!name-}"); done
  [ "$(config .toolchain)" != cargo ] || env+=("$(rustc -vV)" "$(cargo -V)")
  # What says "native" is for this machine's CPU.
  [[ "$(config .build) ${env[*]}" != *native* ]] || env+=("$(grep -m 2 -E '^(model name|flags)' /proc/cpuinfo)")
  # shellcheck disable=SC2016 # jq's variables
  jq -n -c '$ARGS.named + {env: $ARGS.positional}' --arg format pgokit-base-1 --arg commit "$1" --arg path "$root" \
    --arg kit "$(kit_hash)" --arg compiler "$(base_compiler)" --arg machine "$(uname -sm)" \
    --arg build "$(config .build)" --arg packages "${packages%% *}" --arg variant "$variant" --arg layouts "${layouts[*]}" --arg program "$program" \
    --arg profile "$([ -z "$plain" ] || hash_of "$plain")" --args -- "${env[@]}"
}

# What compiles or interprets. Where that is the project's own business, it is what PATH has of what is usual.
base_compiler() {
  local tool
  if ! outputs_compared; then
    "$LLVM_BIN/clang" --version
    return
  fi
  config '.outputs | tojson'
  for tool in cc gcc g++ clang rustc python3 java node; do
    ! type -P "$tool" >/dev/null || printf '%s %s\n' "$tool" "$("$tool" --version 2>&1 </dev/null)"
  done
  ! type -P go >/dev/null || go version
}

# Of whatever of the kit has a part in a build.
kit_hash() {
  local said
  said=$(cd -- "$PGOKIT_HOME/ci" && find VERSION pgokit commands lib data -type f -print0 | sort -z | xargs -0 sha256sum -- | sha256sum)
  printf '%s' "${said%% *}"
}

# Asks GitHub for the run that built this base when it was pushed to the default branch. A step's outputs are run-id and
# artifact-id; nothing where there is none, or nobody may ask: then the base is built.
base_find() { # <commit>
  local found
  found=$(GITHUB_ACTIONS='' base_artifact "$1") || {
    warn "find the base that was kept: GitHub did not tell of it; the base is built here"
    return 0
  }
  [ -n "$found" ] || {
    log "no run of $workflow has kept ${1:0:12}; the base is built here"
    return 0
  }
  step_output run-id "$(jq .run <<<"$found")"
  step_output artifact-id "$(jq .artifact <<<"$found")"
  printf '%s\n' "$found"
}

base_artifact() { # <commit>; in a subshell
  local branch
  branch=$(github_api '' --jq .default_branch) || exit
  # shellcheck disable=SC2016 # jq's variable
  artifact_find "$workflow" pgokit-gate-base "$branch" "event=push&head_sha=$1" '.event == "push" and .head_sha == $commit' --arg commit "$1"
}

# Whether what is kept is this base, whole; then its programs are taken.
base_take() { # <facts>
  local dir=${kept:-$work/base} record i file wrong=''
  record=$dir/base.json
  if [ -z "$kept" ] && on_github; then return 1; fi
  [ -e "$record" ] || return
  if ! jq -e --argjson facts "$1" '.facts == $facts and (.sha256 | type == "object")' "$record" >/dev/null 2>&1; then
    log 'the base that is kept is of another commit, kit, compiler or flags: it is built again'
    return 1
  fi
  for i in "${layouts[@]}"; do
    file=$dir/base$i
    if [ ! -f "$file" ] || [ -L "$file" ] ||
      [ "$(hash_of "$file")" != "$(jq -r --arg name "base$i" '.sha256[$name] | strings' "$record")" ]; then
      wrong=$file
    fi
  done
  [ -z "$wrong" ] || {
    warn "use the base that is kept: '$wrong' is not what '$record' says; the base is built again"
    return 1
  }
  for i in "${layouts[@]}"; do
    arm_keep "base$i" "$dir/base$i"
    chmod u+x -- "$(arm_path "base$i")" # artifacts lose the modes of files
  done
  log 'the base was built before: its programs are taken as they are kept'
}

# Keeps the programs that were just built.
base_keep() { # <facts>
  local dir=$work/base i hashes='{}'
  folder_empty "$dir.new"
  for i in "${layouts[@]}"; do
    cp -- "$(arm_path "base$i")" "$dir.new/base$i"
    hashes=$(jq -c --arg name "base$i" --arg hash "$(hash_of "$dir.new/base$i")" '.[$name] = $hash' <<<"$hashes")
  done
  jq -n --argjson facts "$1" --argjson hashes "$hashes" '{facts: $facts, sha256: $hashes}' >"$dir.new/base.json"
  rm -rf -- "$dir"
  mv -- "$dir.new" "$dir"
}
