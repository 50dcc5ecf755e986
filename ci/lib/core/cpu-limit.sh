# shellcheck shell=bash
#
# How many CPUs a control group leaves a process, as in a container: it has as many threads at work as the machine has
# CPUs, and stands still when their share of a tenth of a second is used up, which is a measurement's noise.

# The least of the limits of its group and of those above, as far as they are to be seen; nothing where there is none.
cpu_limit() { # <where control groups are mounted: /sys/fs/cgroup> <which group: /proc/self/cgroup>
  local group
  {
    group=$(sed -n 's/^0:://p' "$2" 2>/dev/null) || group=
    while :; do
      # "max 100000" or "150000 100000": microseconds of CPU time in so many
      sed -n '/^[0-9]/p' "$1$group/cpu.max" 2>/dev/null || true
      [[ $group == */* ]] || break
      group=${group%/*}
    done
    # The older layout has them in two files.
    paste -d ' ' "$1"/cpu/cpu.cfs_{quota,period}_us 2>/dev/null || true
  } | awk '$1 > 0 && $2 > 0 { n = $1 / $2; if (least == "" || n < least) least = n } END { if (least != "") printf "%.3g\n", least }'
}

# Before something is measured.
cpu_limit_said() { # <limit, or nothing> <number of cores>
  awk -v limit="${1:-$2}" -v cores="$2" 'BEGIN { exit limit >= cores }' || return 0
  warn "measure: a container limits this to $1 of $2 cores: where a benchmark, a server beside it or a neighbour in the container uses more, all of them stand still in between, and the times have that in them. Lift the limit, or judge \"metric\": \"cpu\""
}
