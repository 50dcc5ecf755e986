# shellcheck shell=bash
#
# gate --variants: two variants that pgokit optimize built, as before a release; with --layouts each
# is built once more in several orders of its functions.

gate_variants() {
  local base=${pair%%,*} cand=${pair#*,} v
  [[ $pair == *,* ]] || usage "--variants '$pair': expected BASE,CAND"
  for v in "$base" "$cand"; do
    variant_field "$v" 1 >/dev/null
    [ -x "$(bin_of "$v")" ] || die "measure '$(bin_of "$v")': it is not there; run pgokit optimize first"
  done
  tree=$work/tree
  [ -d "$tree" ] || die "measure '$pair': there is no '$tree' to run in; run pgokit optimize first"
  arms_begin
  gated_some "$CONFIG" "compare '$cand' with '$base'"
  phase_begin gate "$(config .name): $cand against $base"
  tree_again
  check_sources 4 "compare '$cand' with '$base'" "those in '$tree'"
  check_recorded "$base" "$cand"
  check_profile_used
  rules_options
  remove "${work:?}/gate/layouts"
  variants_contest "$base" "$cand" "$work/gate/$base..$cand"
  contest_publish "$work/gate/$base..$cand"
  phase_done "$judged"
  exit "$judged"
}

# Measures and judges two variants, after rules_options; sets judged.
variants_contest() { # <base> <candidate> <folder>
  equal_check "$1" "$2"
  remove "${work:?}/gate/arm"
  variant_arms base "$1"
  variant_arms head "$2"
  benches=$(config benches)
  arms_sides "$1" "$2"
  arms_proof
  contest_measure "$3" --decide "${rules[@]}" --budget "${budget:-$(config .gate.budget_s)}"
  contest_judge "$3"
}

variant_tree() { # <variant>
  tree_make
  check_sources 4 "build '$1' in other layouts" "those in '$root'"
}

# The program of a variant as an arm, in every layout. BOLT orders functions itself, so all layouts
# of its variants are one. They are kept for the next step of the ladder.
variant_arms() { # <arm> <variant>
  local variant=$2 profile plain='' i made=$work/gate/layouts/$2
  profile=$(profile_first "$2")
  if [ ${#layouts[@]} -eq 1 ] || [ "$(variant_field "$2" 4)" = yes ]; then
    for i in "${layouts[@]}"; do arm_keep "$1$i" "$(bin_of "$2")"; done
    return
  fi
  if [ -d "$made" ]; then
    for i in "${layouts[@]}"; do arm_keep "$1$i" "$made/$i"; done
    return
  fi
  case $(variant_field "$2" 3) in
    use) proof_profile "$2" "$(profile_of "$2")" ;;
    sample) sample_take "$2" ;;
  esac
  if [[ $(variant_field "$2" 3) =~ ^(use|sample)$ ]]; then plain_path "$(profile_of "$2")"; fi
  variant_tree "$2"
  elf_read "$(bin_of baseline)"
  proof_linked "$(bin_of baseline)"
  arm_build "$1" "$2" variant_tree "$2"
  # A variant was proven to have its flags.
  layouts_differ "$1" ||
    warn "link '$2': all ${#layouts[@]} layouts have their functions in one order, so they say nothing; has it so few functions?"
  folder "$made"
  for i in "${layouts[@]}"; do cp -p -- "$(arm_path "$1$i")" "$made/$i"; done
}
