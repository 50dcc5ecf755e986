# shellcheck shell=bash
#
# The page of a profile, for people: what is in it, what it was made of, and the manifest as its evidence.

# Where the profile was merged.
page_machine() { # JSON
  local cpu system
  cpu=$(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo 2>/dev/null) || cpu=
  system=$(sed -n 's/^PRETTY_NAME="\(.*\)"$/\1/p' /etc/os-release 2>/dev/null) || system=
  jq -cn --arg cpu "$cpu" --arg cores "$(getconf _NPROCESSORS_ONLN)" --arg kernel "$(uname -sr)" --arg system "$system" \
    '{cpu: $cpu, cores: ($cores | tonumber), kernel: $kernel, system: $system} | map_values(select(. != ""))'
}

page_shown() { # <llvm-profdata> <profile>
  "$1" show --topn=10 --detailed-summary "$2"
}

# A profile is no worse without it.
page_write() { # [what page_shown says of it]; reads out, profdata; writes profile/report.html, or warns
  local dir=$work/profile shown=${1-} names why
  : >"$work/log/page.log"
  [ -n "$shown" ] || shown=$(page_shown "${profdata:-$LLVM_BIN/llvm-profdata}" "$out" 2>>"$work/log/page.log") || shown=
  names=$(sed -n 's/^  \(.*\), max count = [0-9]*$/\1/p' <<<"$shown" | demangled)
  rm -f -- "$dir/report.html"
  # shellcheck disable=SC2016 # jq's variables
  if jq -c --arg shown "$shown" --arg names "$names" --argjson machine "$(page_machine)" \
    '($names | split("\n")) as $names | '"$(cat -- "$PGOKIT_HOME"/ci/lib/{core/manifest,report/profile}.jq)" \
    "$work/manifest.json" >"$work/log/page.json" 2>>"$work/log/page.log" && report-page -o "$dir/report.html" "$work/log/page.json" 2>>"$work/log/page.log"; then
    rm -f -- "$work/log/page.json" "$work/log/page.log"
  else
    why=$(tail -n 1 -- "$work/log/page.log")
    warn "draw '$dir/report.html': ${why:-it failed}; the profile is whole without it"
  fi
}
