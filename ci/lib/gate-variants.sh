# shellcheck shell=bash
#
# gate --variants: two variants that pgokit optimize built, as before a release.

# shellcheck source=gated.sh
. "$PGOKIT_HOME/ci/lib/gated.sh"
# shellcheck source=arms.sh
. "$PGOKIT_HOME/ci/lib/arms.sh"
# shellcheck source=equal.sh
. "$PGOKIT_HOME/ci/lib/equal.sh"
# shellcheck source=recorded.sh
. "$PGOKIT_HOME/ci/lib/recorded.sh"

gate_variants() {
  local base=${pair%%,*} cand=${pair#*,} v dir
  [[ $pair == *,* ]] || usage "--variants '$pair': expected BASE,CAND"
  for v in "$base" "$cand"; do
    variant_field "$v" 1 >/dev/null
    [ -x "$(bin_of "$v")" ] || die "measure '$(bin_of "$v")': it is not there; run pgokit optimize first"
  done
  tree=$work/tree dir=$work/gate/$base..$cand
  [ -d "$tree" ] || die "measure '$pair': there is no '$tree' to run in; run pgokit optimize first"
  arms_begin
  gated_some "$CONFIG" "compare '$cand' with '$base'"
  phase_begin gate "$(config .name): $cand against $base"
  check_recorded "$base" "$cand"
  check_profile_used
  equal_check "$base" "$cand"
  rm -rf -- "${work:?}/gate/arm"
  arm_keep base "$(bin_of "$base")"
  arm_keep head "$(bin_of "$cand")"
  arms_sides "$base" "$cand"
  arms_proof
  benches=$(config_benches)
  rules_options
  contest_measure "$dir" --decide "${rules[@]}" --budget "${budget:-$(config .gate.budget_s)}"
  contest_judge "$dir"
  contest_publish "$dir"
  phase_done "$judged"
  exit "$judged"
}
