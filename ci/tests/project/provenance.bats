#!/usr/bin/env bats
#
# Provenance: of which commit and files something is, is written when it is made, and carried from then on.

load ../helper

# What a phase would record of the project in the current folder.
sources() {
  (
    export PGOKIT_HOME=$top
    . "$top/ci/lib/lib.sh"
    use build
    config_load
    mkdir -p -- "$work"
    printf '*\n' >"$work/.gitignore"
    tree_make
    printf '%s\n' "$sources"
  )
}

committed() {
  git init -q -b main
  git add -A
  git commit -q -m first
}

manifest() { # <jq expression on the phases>
  jq -cr ".phases | $1" .pgokit/manifest.json
}

phase() { # <status> <command> [option...]
  run --separate-stderr "-$1" "$pgokit" "${@:2}"
}

@test "the same files have the same hash, with git and without" {
  local plain
  tiny
  touch $'new\nline' '  blanks' $'\xff'
  ln -s main.c link
  truncate -s 40M hole
  plain=$(sources)
  holds "$(du -k .pgokit/tree/hole | cut -f 1)" -lt 100
  same "$(jq -c '[.commit, .dirty]' <<<"$plain")" '[null,null]'
  git init -q -b main
  same "$(sources)" "$plain"
  git add -A
  git commit -q -m first
  same "$(sources)" "$(jq -c --arg commit "$(git rev-parse HEAD)" '.commit = $commit | .dirty = false' <<<"$plain")"
  cp -R . ../copy
  cd ../copy
  touch main.c
  same "$(sources | jq .tree)" "$(jq .tree <<<"$plain")"
}

@test "any change is another hash, and makes it dirty; what git ignores does not" {
  local change first
  tiny
  ln -s main.c link
  committed
  first=$(sources)
  while read -r change; do
    eval "$change"
    same "$(sources | jq .dirty)" true
    holds "$(sources | jq .tree)" != "$(jq .tree <<<"$first")"
    git update-index --no-assume-unchanged main.c 2>/dev/null || true # renamed
    git reset -q --hard
    git clean -q -f
    same "$(sources)" "$first"
  done <<'CHANGES'
printf ' ' >>main.c
chmod +x main.c
ln -sf nowhere link
rm link
mv main.c other.c; git add -A
touch new
git config status.showUntrackedFiles no; touch new
git update-index --assume-unchanged main.c; printf ' ' >>main.c
CHANGES
  printf 'ignored\n' >.git/info/exclude
  touch ignored
  same "$(sources)" "$first"
}

@test "a profile is of the day and the sources that it was collected of, however late it is merged" {
  tiny
  committed
  "$pgokit" collect
  jq '.phases.collect.made = "2026-01-02T03:04:05Z"' .pgokit/manifest.json >edited
  mv edited .pgokit/manifest.json
  git commit -q --allow-empty -m second
  phase 0 merge
  same "$(manifest '.merge | [.made, .sources]')" "$(manifest '.collect | [.made, .sources]')"
  same "$(manifest '.merge.sources[] | "\(.commit) \(.dirty)"')" "$(git rev-parse HEAD^) false"
  has "$(<.pgokit/profile/summary.md)" "Made 2026-01-02T03:04:05Z from commit \`$(git rev-parse HEAD^)\`, tier"
  printf '/* changed */\n' >>main.c
  phase 0 collect --keep-profiles
  same "$(manifest .collect.made)" 2026-01-02T03:04:05Z
  same "$(manifest '.collect.sources | map("\(.commit) \(.dirty)") | sort | join(", ")')" \
    "$(printf '%s\n' "$(git rev-parse HEAD^) false" "$(git rev-parse HEAD) true" | sort | paste -sd , - | sed 's/,/, /')"
}

@test "a profile that was not merged of what was collected is not built in" {
  tiny_after merge
  config_edit '.workloads.fast[0].run += "0"'
  "$pgokit" collect
  phase 1 optimize
  same "$(messages)" "pgokit optimize: build the variants: '$PWD/.pgokit/profile/merged.profdata' was not merged of what is in '$PWD/.pgokit/raw'; run pgokit merge"
}

@test "sources that change while the variants are built: refused by name, and those that are there stay" {
  local before
  tiny_after optimize
  before=$(sha256sum .pgokit/bin/*/*)
  # The build's own doing, where a person would be quicker or slower.
  config_edit ".build += \" && echo >>'$PWD/main.c'\""
  phase 1 optimize
  has "$(messages)" "pgokit optimize: build 'pgo-nolto': the sources have changed since the first variant was built: 'main.c'; run pgokit optimize again"
  same "$(sha256sum .pgokit/bin/*/*)" "$before"
}

@test "variants are not measured among files that they are not of" {
  tiny_after optimize
  printf '/* changed */\n' >>main.c
  "$pgokit" collect
  phase 1 bench --rounds 1
  same "$(messages)" "pgokit bench: measure the variants: the variants were built of other files than those in '$PWD/.pgokit/tree': 'main.c'; run pgokit optimize again"
  phase 4 gate --variants baseline,pgo-nolto --budget 1
  has "$(messages)" "compare 'pgo-nolto' with 'baseline': the variants were built of other files than those in '$PWD/.pgokit/tree': 'main.c'"
  jq 'del(.phases.optimize.sources)' .pgokit/manifest.json >edited
  mv edited .pgokit/manifest.json
  phase 1 bench --rounds 1
  has "$(messages)" 'nothing tells of which sources the variants are'
}

@test "the layouts of a variant are of its sources" {
  tiny_after optimize
  printf '/* changed */\n' >>main.c
  phase 4 gate --variants baseline,pgo-nolto --layouts 2 --budget 1
  same "$(messages)" "pgokit gate: build 'baseline' in other layouts: the variants were built of other files than those in '$PWD': 'main.c'; run pgokit optimize again"
}
