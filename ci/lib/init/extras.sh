# shellcheck shell=bash
#
# What `pgokit init` adds to files that a project may have: at their end, and only where that is sure to
# mean what it should. Otherwise the text is shown, to be put in by hand.

by_hand() { # <path> <why> <text>
  decide "$1: $2. Put this in:
$3"
}

plan_gitignore() {
  local path=${prefix}.gitignore
  [ ! -f "$top/$path" ] || ! grep -qxE '/?\.pgokit/?[[:space:]]*' -- "$top/$path" || return 0
  appended "$path" '/.pgokit/' "$scratch/gitignore"
  plan "$path" "$scratch/gitignore" append
}

plan_dependabot() {
  local path=.github/dependabot.yml template=$PGOKIT_HOME/ci/templates/dependabot.yml entry indent
  [ ! -e "$top/.github/dependabot.yaml" ] || path=.github/dependabot.yaml
  if [ ! -s "$top/$path" ]; then
    cp -- "$template" "$scratch/dependabot.yml"
    plan "$path" "$scratch/dependabot.yml"
    return
  fi
  ! grep -qE "package-ecosystem[\"']?[[:space:]]*:[[:space:]]*[\"']?github-actions" -- "$top/$path" || return 0
  entry=$(sed '1,/^updates:/d' -- "$template")
  indent=$(dependabot_indent "$top/$path") || {
    by_hand "$path" 'its updates are not a list at the end, of a form that is known here' "$entry"
    return
  }
  appended "$path" "$(sed "s/^  //; s/^/$indent/" <<<"$entry")" "$scratch/dependabot.yml"
  plan "$path" "$scratch/dependabot.yml" append
}

# The blanks before the items of `updates`, where that is a list in block style, at the end of one document.
dependabot_indent() { # <file>
  awk '
    /\t/ || /^(---|\.\.\.|%)/ && NR > 1 { odd = 1 }
    /\r$/ { odd = 1 }
    /^updates:[ ]*(#.*)?$/ { lists++; next }
    /^[ ]*(#.*)?$/ { next }
    !lists { next }
    /^ *- / { match($0, /^ */); if (!items++) indent = RLENGTH; if (RLENGTH < indent) odd = 1; next }
    { match($0, /^ */); if (!items || RLENGTH <= indent) odd = 1 }
    END {
      if (odd || lists != 1 || !items) exit 1
      printf "%*s", indent, ""
    }' "$1"
}

plan_mise() {
  local path inside
  for path in "$prefix"{mise.toml,.mise.toml,.config/mise.toml} {mise.toml,.mise.toml,.config/mise.toml}; do
    [ -e "$top/$path" ] || [ -L "$top/$path" ] || continue
    [ -f "$top/$path" ] || die "read '$path': what is there is no file"
    ! grep -q 'pgo:' -- "$top/$path" || return 0
    inside=$(<"$PGOKIT_HOME/ci/templates/mise.toml")
    [[ $path == "$prefix"* ]] || inside=${inside//$'\nrun = '/$'\n'"dir = \"{{config_root}}/$folder\""$'\nrun = '}
    decide "mise: pgo:full and the other tasks call pgokit, which has to be on PATH (make install in the kit's folder)"
    if grep -qE "^[[:space:]]*(tasks|\"tasks\"|'tasks')[[:space:]]*[=.]" -- "$top/$path"; then
      by_hand "$path" 'its tasks are written in a way that nothing can be added to at the end' "$inside"
    else
      appended "$path" $'\n'"$inside" "$scratch/mise.toml"
      plan "$path" "$scratch/mise.toml" append
    fi
    return
  done
}
