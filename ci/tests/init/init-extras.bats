#!/usr/bin/env bats
#
# What pgokit init adds to files that are there: read back by parsers of their formats.

load ../helper
load init

setup() {
  make_project
}

yaml() { # <file>: as JSON
  (cd "$top/ci/tests/runner" && node -e '
    import("yaml").then(({ parse }) => console.log(JSON.stringify(parse(require("fs").readFileSync(process.argv[1], "utf8")))))' "$1")
}

toml() { # <file>: as JSON
  python3 -c 'import json, sys, tomllib; print(json.dumps(tomllib.load(open(sys.argv[1], "rb"))))' "$1"
}

entry='{"package-ecosystem":"github-actions","directory":"/","schedule":{"interval":"weekly"},"cooldown":{"default-days":7}}'

@test "Dependabot: a new file; an entry at the end of a list; none where there is one" {
  init 0 --only dependabot
  same "$(yaml "$PWD/.github/dependabot.yml" | jq -c .)" "{\"version\":2,\"updates\":[$entry]}"
  local list
  for list in 'updates:\n- a: 1\n  b:\n    - c\n\n# end\n' 'updates: # all\n    -   a: 1\n        b: [c]\n' 'updates:\n  - a: >-\n      x\n      y\n    b: [c]\n'; do
    printf '%b' "version: 2\n$list" >.github/dependabot.yml
    init 0 --only dependabot
    has "$output" '+'
    lacks "$output" $'\n-'
    same "$(yaml "$PWD/.github/dependabot.yml" | jq -c '[(.updates | length), .updates[0].b[0] // .updates[0].b, .updates[1]]')" "[2,\"c\",$entry]"
    init 0 --only dependabot
    same "$output" ''
  done
  rm .github/dependabot.yml
  printf 'version: 2\nupdates:\n  - "package-ecosystem": "github-actions"\n' >.github/dependabot.yaml
  init 0 --only dependabot
  same "$output$(messages)" ''
}

@test "Dependabot: where the end of the list is not sure, nothing is changed and the entry is shown" {
  local text
  mkdir .github
  for text in 'updates: [{a: 1}]\n' 'updates:\n- a: 1\nversion: 2\n' 'updates:\n  - a: 1\n---\nupdates:\n  - b: 1\n' \
    'updates:\n' 'updates:\n\t- a: 1\n' 'updates:\r\n  - a: 1\r\n' 'x: |\n updates:\n' 'updates:\n  - a: 1\n - b: 2\n' '{updates: []}'; do
    printf '%b' "$text" | tee .github/dependabot.yml >before
    init 0 --only dependabot
    cmp before .github/dependabot.yml
    has "$(decisions)" '1. .github/dependabot.yml: its updates are not a list at the end, of a form that is known here. Put this in:'
    has "$(decisions)" '  - package-ecosystem: github-actions'
  done
}

@test ".gitignore: one line more, after a last line without an end, and only once" {
  printf 'a\n*.o' >.gitignore
  init 0 --only gitignore
  same "$(<.gitignore)" $'a\n*.o\n/.pgokit/'
  init 0 --only gitignore
  same "$output" ''
  echo .pgokit >.gitignore
  init 0 --only gitignore
  same "$(<.gitignore)" .pgokit
}

@test "mise: tasks in whichever file the project has, as TOML; shown where they cannot be added" {
  local path
  init 0 --only mise
  same "$(git status --porcelain)" ''
  for path in mise.toml .mise.toml .config/mise.toml; do
    mkdir -p .config
    # shellcheck disable=SC2016 # TOML
    printf '[tasks.build]\nrun = """\nmake\n"""\n[env]\nX = "1"' >"$path"
    init 0 --only mise
    has "$(decisions)" 'pgokit, which has to be on PATH'
    same "$(toml "$path" | jq -c '[.env.X, (.tasks | map_values(.run))]')" \
      '["1",{"build":"make\n","pgo:collect":"pgokit collect","pgo:merge":"pgokit merge","pgo:optimize":"pgokit optimize","pgo:full":"pgokit full","pgo:clean":"pgokit clean"}]'
    init 0 --only mise
    same "$output" ''
    rm "$path"
  done
  printf 'tasks = {build = "make"}\n' | tee before >mise.toml
  init 0 --only mise
  cmp before mise.toml
  has "$(decisions)" '[tasks."pgo:collect"]'
}
