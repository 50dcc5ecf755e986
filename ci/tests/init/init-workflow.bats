#!/usr/bin/env bats
#
# The workflows that pgokit init makes of this repository's own: the same but for where the actions are, and
# run whole in somebody else's repository.

# The variables in single quotes are those of workflows and workloads.
# shellcheck disable=SC2016

load ../helper
load init
load ../runner

# A copy of what makes workflows, so that it can be changed. Prints nothing.
kit_copy() { # <folder>
  mkdir -p "$1"
  git -C "$top" ls-files -z --cached --others --exclude-standard ci .github |
    tar -C "$top" --null -cf - -T - | tar -C "$1" -xf -
}

# A clone of it, as of a repository on GitHub.
kit_clone() { # <folder> <url>
  git -C "$1" init -q -b main
  commit_all "$1"
  git -C "$1" remote add origin "$2"
  git -C "$1" update-ref refs/remotes/origin/main HEAD
}

@test "every workflow is the kit's own, line by line, but for a first line, the actions and the project's folder" {
  local file commit
  make_project
  init 0
  commit=$(git -C "$top" rev-parse HEAD)
  for file in .github/workflows/*.yml; do
    has "$(sed -n 1p "$file")" '# Made by pgokit init (acme/pgokit v'
    sed -e 1d -e "s|acme/pgokit/\(.*\)@$commit # v[0-9.]*|./\1|" -e 's|^  PROJECT: \. #|  PROJECT: fixtures/relcheck #|' \
      -e 's|branches: \["main"\]|branches: [main]|' "$file" >back
    diff <(sed -e 's/\(actions\/[a-z]*\) #.*/\1/' -e '/- name: .* # only here/,/persist-credentials/d' -e '/ # only here/d' "$top/$file") <(sed 's/\(actions\/[a-z]*\) #.*/\1/' back)
    lacks "$(<"$file")" relcheck
  done
}

@test "they are clean: GitHub's language service, actionlint, zizmor as an auditor" {
  make_project
  init 0
  # Nobody here can ask GitHub for the actions.
  run "$top/ci/tests/runner/check" .github/workflows/*.yml
  same "$(grep -v 'Unable to resolve action `acme/pgokit/.* repository or version not found' <<<"$output")" ''
  cp "$top/.github/zizmor.yml" .github/
  run -0 "$top/build/zizmor/bin/zizmor" --offline --no-progress --quiet --persona=auditor .github
}

@test "a line that names what only the kit's repository has is refused, with its number" {
  local line number
  make_project
  kit_copy ../kit
  number=$(($(grep -c '' ../kit/.github/workflows/collect.yml) + 1))
  while IFS= read -r line; do
    cp "$top/.github/workflows/collect.yml" ../kit/.github/workflows/
    printf '%s\n' "$line" >>../kit/.github/workflows/collect.yml
    run --separate-stderr -2 ../kit/ci/pgokit init --kit "acme/pgokit@0123456789012345678901234567890123456789" --only collect
    has "$stderr" "make the workflow 'collect.yml': line $number is not understood, as it names what is in the kit's repository only: '$line'"
  done <<'LINES'
      - run: ci/pgokit report
      - run: echo x
      - uses: ./.github/actions/none
      - uses: './.github/actions/setup'
          path: fixtures/relcheck/.pgokit
          key: ${{ hashFiles('ci/data/packages.tsv') }}
    branches: [main, dev]
# for relcheck
    if: github.ref == 'refs/heads/main'
LINES
  sed '/PROJECT:/d' "$top/.github/workflows/collect.yml" >../kit/.github/workflows/collect.yml
  run --separate-stderr -2 ../kit/ci/pgokit init --kit acme/pgokit@0123456789012345678901234567890123456789 --only collect
  has "$stderr" 'says where the project is (PROJECT)'
}

@test "the workflow that writes comes where it is asked for: by --only keep, or where pgokit.json keeps the profile in the repository" {
  make_project
  init 0
  holds ! -e .github/workflows/keep.yml
  init 0 --only keep
  same "$(sed -n 's/^  PROJECT: //p' .github/workflows/keep.yml)" '. # where pgokit.json is'
  has "$stderr" 'keep.yml: allow GitHub Actions to create pull requests'
  rm .github/workflows/keep.yml
  jq '.profile.keep = "repository"' pgokit.json >edited
  mv edited pgokit.json
  init 0 --only workflows
  holds -f .github/workflows/keep.yml
  holds ! -e .github/workflows/compete.yml
  jq '.competitors = [{bench: .benches[0].name, name: "rival", version: "1.0", version_run: "true", run: "true"}]' pgokit.json >edited
  mv edited pgokit.json
  init 0 --only workflows
  same "$(sed -n 's/^  PROJECT: //p' .github/workflows/compete.yml)" '. # where pgokit.json is'
}

@test "what is marked as only here goes, with what is below it; the default branch stands for main" {
  make_project
  git branch -m trunk
  kit_copy ../kit
  cat >>../kit/.github/workflows/collect.yml <<'LINES'
x:
  - a: ./fixtures # only here: the demo
    b: 1
  - c: 2
    branches: [main] # both
    d: # only here
      ci/x
y: 3
LINES
  run --separate-stderr -0 ../kit/ci/pgokit init --kit acme/pgokit@0123456789012345678901234567890123456789 --only collect
  has "$(<.github/workflows/collect.yml)" $'\nx:\n  - c: 2\n    branches: ["trunk"] # both\ny: 3'
}

@test "the kit's own clone says which repository and commit; without one, --kit has to" {
  local url
  make_project
  kit_copy ../kit
  run --separate-stderr -2 ../kit/ci/pgokit init
  has "$stderr" "'$BATS_TEST_TMPDIR/kit' is no clone of a repository there; say which one the workflows use: --kit OWNER/NAME@COMMIT"
  same "$(git status --porcelain)" ''
  kit_clone ../kit https://gitlab.com/acme/pgokit.git
  run --separate-stderr -2 ../kit/ci/pgokit init
  for url in https://github.com/acme/pgokit.git git@github.com:acme/pgokit ssh://git@github.com/acme/pgokit.git; do
    git -C ../kit remote set-url origin "$url"
    run --separate-stderr -0 ../kit/ci/pgokit init --only collect
    lacks "$stderr" warning
    has "$(<.github/workflows/collect.yml)" "acme/pgokit/.github/actions/setup@$(git -C ../kit rev-parse HEAD) # v"
  done
  git -C ../kit tag v9.9.9
  git -C ../kit update-ref -d refs/remotes/origin/main
  run --separate-stderr -0 ../kit/ci/pgokit init --only collect --force
  has "$stderr" "of the kit is on no branch of 'acme/pgokit' that is known here"
  has "$(<.github/workflows/collect.yml)" ' # v9.9.9'
  run --separate-stderr -0 ../kit/ci/pgokit init --only collect --force --kit b/c@0123456789012345678901234567890123456789
  has "$stderr" 'and the actions of 012345678901; check that out there'
  for url in acme/pgokit acme/pgokit@main acme@0123456789012345678901234567890123456789 'a/b@0123456789012345678901234567890123456789 # x'; do
    run --separate-stderr -2 ../kit/ci/pgokit init --kit "$url"
    has "$stderr" "--kit '$url': expected OWNER/NAME@COMMIT"
  done
}

@test "in the repository of a project in a folder, the weekly workflow runs from init to the profile" {
  cd "$BATS_TEST_TMPDIR"
  kit_repository kit
  kit_clone kit https://github.com/acme/pgokit.git
  make_project repo
  mkdir 'a b'
  git mv main.c Makefile 'a b'
  cd 'a b'
  run --separate-stderr -0 ../../kit/ci/pgokit init --binary prog
  decided
  config_edit '.workloads.fast += [.workloads.fast[0] | .name = "more"]'
  cd ../..
  commit_all repo
  run_workflow 0 '{"event": "schedule"}' collect --remote acme/pgokit=kit
  same "$(of '[.artifacts[] | [.name, .retention_days]] | sort | tojson')" '[["pgokit-profile-comprehensive",30],["pgokit-shard-0",3],["pgokit-shard-1",3]]'
  same "$(of '.jobs | map(.conclusion) | unique | tojson')" '["success"]'
}
