# shellcheck shell=bash
#
# --layouts K: each side linked in K orders of its functions. Where code comes to lie can be worth
# more than a change to it; a difference that does not exceed that between two orders of one
# program is an accident of its layout.

# After toolchain_env. Only functions are shuffled: .init and .fini are pieces of one function each,
# which the linker has to keep in order. With a profile, lld would sort them by who calls whom.
layout_flags() { # <layout, from 1>
  local unsorted=--call-graph-profile-sort=none
  [ "$LLVM_MAJOR" -ge 19 ] || unsorted=--no-call-graph-profile-sort
  if toolchain_is cargo; then
    cargo_link "$unsorted" "--shuffle-sections=.text.*=$1"
    cargo_export
    return
  fi
  export CFLAGS+=' -ffunction-sections' CXXFLAGS+=' -ffunction-sections' # where they were not set, too
  export LDFLAGS+=" -fuse-ld=lld -Wl,$unsorted -Wl,--shuffle-sections=.text.*=$1"
}

# Whether the orders of a side are not all the same: where they are, the flags did not reach the link, or there
# are too few functions to put into orders.
layouts_differ() { # <arm>
  local i first='' order
  for i in "${layouts[@]}"; do
    order=$(layout_order "$(arm_path "$1$i")")
    [ "$order" = "${first:=$order}" ] || return 0
  done
  return 1
}

layouts_required() { # <arm>
  layouts_differ "$1" ||
    refuse 2 "link '$1': all ${#layouts[@]} layouts have their functions in one order. Does the build use CFLAGS and LDFLAGS, and lld? See '$work/log/build-$1${layouts[0]}.log'"
}

# Functions in the order of their addresses; of a program without symbols, its hash.
layout_order() { # <program>
  local names
  names=$("$LLVM_BIN/llvm-nm" --defined-only --numeric-sort "$1" 2>/dev/null | awk '$2 ~ /^[TtWw]$/ { print $3 }')
  [ -n "$names" ] || names=$(sha256sum <"$1")
  sha256sum <<<"$names"
}
