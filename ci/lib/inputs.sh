# shellcheck shell=bash
#
# Which files workloads and benchmarks read, as far as their commands and "inputs" name them. What a
# program finds by itself is not seen.

inputs_name() { # <line of config_items>: its name on one line
  local -A w
  config_fields w "$1"
  printf '%s\n' "${w[name]//$'\n'/?}"
}

# The words of a command: without a shell, as workload-run makes them; else whatever looks like one.
inputs_words() { # <command> <whether it is for a shell>
  if [ "$2" = true ]; then
    grep -oE "[^][:space:]'\"\`;|&<>(){}\$=[]+" <<<"$1" || true
  else
    PGOKIT_BINARY=/ workload-run -C "$tree" --stdout "$work/training.new/words" "printf '%s\n' $1" >/dev/null 2>&1 || true
    cat -- "$work/training.new/words"
  fi
}

# SHA-256 and path of each file, one per line; of folders all files in them. Empty files tell nothing.
inputs_of() { # <line of config_items>
  local word
  local -A w
  config_fields w "$1"
  {
    inputs_words "${w[run]}" "${w[shell]}"
    printf '%s\n' "${w[inputs]}"
  } | (cd -- "$tree" && while IFS= read -r word; do
    word=${word#"$tree/"}
    case $word in '' | /* | -* | .. | ../* | */../* | */.. | "$(config .binary)") continue ;; esac
    [ ! -e "./$word" ] || find "./$word" -type f -size +0c -print0
  done | sort -zu | xargs -0r sha256sum -- | sed 's|^\\*\([0-9a-f]*\)  \./|\1\t|')
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
