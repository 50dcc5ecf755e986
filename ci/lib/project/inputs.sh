# shellcheck shell=bash
#
# Which files workloads and benchmarks read, as far as their commands and "inputs" name them. What a
# program finds by itself is not seen.

inputs_name() { # <line of config_items>: its name on one line
  local -A w
  config_fields w "$1"
  printf '%s\n' "${w[name]//$'\n'/?}"
}

# The simple commands of a command, as inputs.awk takes them: without a shell, as workload-run splits
# it; else whatever looks like one.
inputs_commands() { # <command> <whether it is for a shell>
  if [ "$2" = true ]; then
    # shellcheck disable=SC2016 # the command's
    sed -E 's/"?\$(PGOKIT_BINARY|[{]PGOKIT_BINARY[^}]*[}])"?/\//g' <<<"$1" |
      sed -E $'s/[;|&()`]/\\\n/g; s/[] <>{}["\']+/\t/g' | sed 's/^\t//'
  else
    PGOKIT_BINARY=/ workload-run -C "$tree" --stdout "$work/training.new/words" "printf '%s\n' $1" >/dev/null 2>&1 || true
    paste -sd '\t' "$work/training.new/words"
  fi
}

# SHA-256 and path of each file, one per line; of folders all files in them. Empty files tell nothing.
# What drives the program may be the same in training and measurement, but not for the same command: it
# has the hash of that.
inputs_of() { # <line of config_items>
  local kind word same
  local -A w
  config_fields w "$1"
  same=$(printf %s "${w[run]}" | sha256sum)
  {
    inputs_commands "${w[run]}" "${w[shell]}" | awk -f "$PGOKIT_HOME/ci/lib/project/inputs.awk"
    printf 'input\t%s\n' "${w[inputs]//$'\n'/$'\ninput\t'}"
  } | (cd -- "$tree" && while IFS=$'\t' read -r kind word; do
    word=${word#"$tree/"}
    while [[ $word == ./* ]]; do word=${word#./}; done
    case $word in '' | /* | -* | .. | ../* | */../* | */.. | "$(config .binary)") continue ;; esac
    if [ "$kind" = input ]; then
      [ ! -e "./$word" ] || find "./$word" -type f -size +0c -print0 | sort -zu | xargs -0r sha256sum -- | sed -E 's|^\\*([0-9a-f]*)  (\./)+|\1\t|'
    elif [ -f "./$word" ]; then
      printf '%s\t%s\n' "${same%% *}" "$word"
    fi
  done) | LC_ALL=C sort -t $'\t' -k 2 | uniq
}

# Workload, benchmark and file, a line for each file that both read.
inputs_shared() {
  local i
  for i in "${!lines[@]}"; do
    inputs_of "${lines[i]}" | sed "s/^/$i\t/"
  done >"$dir/trained.tsv"
  for i in "${!benches[@]}"; do
    inputs_of "${benches[i]}" | sed "s/^/$i\t/"
  done >"$dir/measured.tsv"
  awk -F '\t' 'NR == FNR { of[$2] = of[$2] " " $1; next }
    { n = split(of[$2], by, " "); for (i = 1; i <= n; i++) print by[i] "\t" $1 "\t" $3 }' "$dir/trained.tsv" "$dir/measured.tsv"
}
