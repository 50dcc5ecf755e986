# shellcheck shell=bash
#
# Toolchain none: what is compared is no program but the declared outputs of a build that is run as it is. An arm
# is a tar of them, outputs.tar, which is the same where they are. All arms run in copies of this tree that
# differ in nothing else, and bench-run has them take turns at the path of the tree.

outputs_begin() { # sets program, plain
  if [ "$variant" != baseline ] || [ -n "$profile" ] || [ ${#layouts[@]} -gt 1 ]; then
    usage "--variant, --profile and --layouts are for the toolchains clang and cargo; this project's is none"
  fi
  program=outputs.tar plain=
  config_list .outputs outputs
}

# Whether the contest is one of outputs: by this tree's configuration, whatever the other side's says.
outputs_compared() {
  [ "${program-}" = outputs.tar ]
}

outputs_tree() { # <arm>: where its tree is
  printf '%s/gate/trees/%s' "$work" "$1"
}

# The rest of an arm of the plan: its tree, and what it is known by. The machine that judges has none of them.
outputs_arm() { # <arm>
  local of=$1
  case $1 in ctrl* | slow*) of=base${1:4} ;; esac
  printf '"tree":%s' "$(json_text "$(outputs_tree "$1")")"
  [ ! -f "$(arm_path "$of")" ] || printf ',"sha256":"%s"' "$(hash_of "$(arm_path "$of")")"
}

# Builds the tree that is there, and keeps what this tree's configuration calls outputs. The base may lack some of them.
outputs_build() { # <arm> <what to call it>
  local path
  toolchain_is none ||
    refuse 4 "compare with $2: its toolchain is '$(config .toolchain)', and that of this tree is none, so the two are not built alike. Once this change is merged, the next can be compared"
  tree_build_plain "$1"
  for path in "${outputs[@]}"; do
    outputs_has "$tree" "$path" && continue
    [[ $1 != head* ]] ||
      refuse 1 "build '$1': the build made no '$path' (config: outputs), or nothing is in it; see '$work/log/build-$1.log'"
    note "There is no '$path' in $2"
  done
  outputs_pack "$tree" "$work/$program" ||
    refuse 4 "compare with $2: it has none of the outputs that pgokit.json names: $(some_names "${outputs[@]}")"
  arm_keep "$1" "$work/$program"
  remove "${work:?}/$program"
}

# Whether there is a file.
outputs_has() { # <tree> <path>
  outputs_inside "$1" "$2"
  [ -n "$(find "$1/$2" ! -type d ! -path '*/__pycache__/*' -print -quit 2>/dev/null)" ]
}

# The same bytes for the same outputs; what Python keeps of its sources is none. Status 1 where there are no outputs.
outputs_pack() { # <tree> <tar>
  local path there=()
  for path in "${outputs[@]}"; do
    ! outputs_has "$1" "$path" || there+=("./$path")
  done
  [ ${#there[@]} -gt 0 ] || return 1
  tar -C "$1" --sort=name --mtime=@315532800 --owner=0 --group=0 --numeric-owner --exclude=__pycache__ -cf "$2" -- "${there[@]}" ||
    die "pack the outputs in '$1': tar could not; its message stands above"
}

# They are replaced in a tree: no link on the way may lead to something else.
outputs_inside() { # <tree> <path>
  local folder=$1
  [[ $2 != */* ]] || folder=$1/${2%/*}
  folder=$(realpath -m -- "$folder")
  [[ $folder/ == "$(realpath -m -- "$1")"/* ]] ||
    refuse 2 "take '$2' (config: outputs): a link on its way leads out of the project, to '$folder'"
}

# The trees of $arms are made, and the one of which they are copies makes room for their turns.
turns_begin() { # reads arms
  local name path copy
  outputs_compared || return 0
  folder_empty "$work/gate/trees"
  while IFS= read -r name; do
    copy=$(outputs_tree "$name")
    cp -a --reflink=auto -- "$tree" "$copy" || die "copy '$tree' for '$name': it failed; is there room for a tree of each side?"
    for path in "${outputs[@]}"; do
      outputs_inside "$copy" "$path"
      rm -rf -- "${copy:?}/${path:?}"
    done
    tar -C "$copy" --no-same-owner -xf "$(arm_path "$name")" ||
      die "unpack '$(arm_path "$name")': tar could not; its message stands above"
  done < <(turns_arms)
  phase_at_exit turns_back
  mv -- "$tree" "$work/gate/trees/.copied"
  mkdir -- "$tree"
}

turns_arms() {
  jq -r '.[].tree | split("/")[-1]' <<<"$arms"
}

turns_back() {
  [ -d "$work/gate/trees/.copied" ] || return 0
  rm -rf -- "${tree:?}"
  mv -- "$work/gate/trees/.copied" "$tree"
}

# No benchmark may have made anew what it was to measure.
turns_end() {
  local name changed=() now=$work/gate/now.tar
  outputs_compared || return 0
  turns_back
  while IFS= read -r name; do
    # Behind the end of an archive there may be more (self-test.sh).
    if ! outputs_pack "$(outputs_tree "$name")" "$now" || ! cmp -s -n "$(stat -c %s -- "$now")" -- "$now" "$(arm_path "$name")"; then
      changed+=("$name")
    fi
  done < <(turns_arms)
  remove "${work:?}/gate/trees" "$now"
  [ ${#changed[@]} -eq 0 ] ||
    refuse 4 "measure: the benchmarks changed the outputs of the build (config: outputs) in the trees of $(some_names "${changed[@]}"), so what was measured is not what was built. Let build make all of them, and benchmarks write elsewhere"
}
