#!/usr/bin/env bats
#
# package: the chosen variant in a tarball, the same bytes every time, or a reason.

load ../helper

# A project with files to pack, in git, that has been through all phases.
packable() {
  tiny tiny '.release = {files: ["README.md", "doc/more.txt"]}'
  printf 'read me\n' >README.md
  mkdir doc
  printf 'more\n' >doc/more.txt
  git init -q -b main
  git add -A
  git commit -q -m first
  git tag v1.0
  phases
}

setup() {
  made_once packable
  cd tiny || return
}

phases() {
  "$pgokit" collect
  "$pgokit" merge
  built
}

built() {
  "$pgokit" optimize
  "$pgokit" bench --rounds 20
  "$pgokit" gate
}

package() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" package "${@:2}"
}

@test "packs program, files and record, and says which variant it is" {
  GITHUB_OUTPUT=$BATS_TEST_TMPDIR/out package 0 --version v1.2
  local file=$PWD/.pgokit/dist/tiny-v1.2-x86_64-linux.tar.gz ship
  ship=$(jq -r .ship .pgokit/gate/verdict.json)
  same "$output" "$file"
  same "$(<"$BATS_TEST_TMPDIR/out")" "tarball=$file
variant=$ship
dist=$PWD/.pgokit/dist
digest=$(sha256sum <.pgokit/dist/SHA256SUMS | cut -c 1-64)"
  same "$(tar -tzf "$file")" 'tiny-v1.2-x86_64-linux/
tiny-v1.2-x86_64-linux/README.md
tiny-v1.2-x86_64-linux/doc/
tiny-v1.2-x86_64-linux/doc/more.txt
tiny-v1.2-x86_64-linux/pgokit-manifest.json
tiny-v1.2-x86_64-linux/prog'
  same "$(ls .pgokit/dist)" 'SHA256SUMS
tiny-v1.2-receipt.json
tiny-v1.2-x86_64-linux.tar.gz'
  (cd .pgokit/dist && sha256sum -c --quiet SHA256SUMS)
  cmp .pgokit/dist/tiny-v1.2-receipt.json .pgokit/bench/receipt.json
  tar -xzf "$file" -C "$BATS_TEST_TMPDIR"
  same "$(jq -r .variant "$BATS_TEST_TMPDIR/tiny-v1.2-x86_64-linux/pgokit-manifest.json")" "$ship"
  same "$("$BATS_TEST_TMPDIR/tiny-v1.2-x86_64-linux/prog" 50)" "$(".pgokit/bin/$ship/prog" 50)"
  same "$("$(llvm_bin)/llvm-nm" "$BATS_TEST_TMPDIR/tiny-v1.2-x86_64-linux/prog" 2>/dev/null)" ''
}

# As if that had been measured, and decided on.
receipt_edit() { # [option of jq...] <jq filter>
  jq "$@" .pgokit/bench/receipt.json >changed
  mv changed .pgokit/bench/receipt.json
  jq --arg hash "$(sha256sum <.pgokit/bench/receipt.json | cut -c 1-64)" '.receipt_sha256 = $hash' .pgokit/gate/verdict.json >changed
  mv changed .pgokit/gate/verdict.json
}

@test "what was measured beside competitors goes with the program that was measured, and with no other" {
  mkdir .pgokit/compete
  printf '{"format": "pgokit-compete-1", "name": "tiny", "variant": "lto", "sha256": "%064d", "lacking": [], "behind": [], "benches": []}' 0 >.pgokit/compete/compete.json
  package 0 --version v1
  has "$(messages)" "pack '$PWD/.pgokit/compete/compete.json': another program was measured beside the competitors than is packed"
  holds ! -e .pgokit/dist/tiny-v1-compete.json
  tar -xOzf .pgokit/dist/tiny-v1-x86_64-linux.tar.gz tiny-v1-x86_64-linux/prog | sha256sum >sum
  jq --arg hash "$(cut -c 1-64 sum)" '.sha256 = $hash' .pgokit/compete/compete.json >changed
  rm sum
  mv changed .pgokit/compete/compete.json
  package 0 --version v1
  cmp .pgokit/compete/compete.json .pgokit/dist/tiny-v1-compete.json
  has "$(<.pgokit/dist/SHA256SUMS)" tiny-v1-compete.json
}

@test "release.levels: a launcher, and the builds that it chooses among" {
  printf '#ifdef __POPCNT__\n__attribute__((used)) static const char newer[] = "CPU";\n#endif\n' >>main.c
  config_edit '.variants = ["lto", "lto+x86-64-v2"] | .release.levels = ["x86-64-v2"]'
  built
  jq '.ship = "lto+x86-64-v2"' .pgokit/gate/verdict.json >changed # what is packed is the variant, with and without
  mv changed .pgokit/gate/verdict.json
  package 0 --version v1
  same "$(tar -tzf "$output" | grep prog | LC_ALL=C sort)" 'tiny-v1-x86_64-linux/prog
tiny-v1-x86_64-linux/prog.levels/
tiny-v1-x86_64-linux/prog.levels/x86-64-v2/
tiny-v1-x86_64-linux/prog.levels/x86-64-v2/prog
tiny-v1-x86_64-linux/prog.levels/x86-64/
tiny-v1-x86_64-linux/prog.levels/x86-64/prog'
  tar -xzf "$output" -C "$BATS_TEST_TMPDIR"
  cd "$BATS_TEST_TMPDIR/tiny-v1-x86_64-linux" || return
  same "$(PGOKIT_LEVEL=list ./prog | head -n 2)" $'x86-64\tyes\tno\nx86-64-v2\tyes\tyes'
  same "$(./prog 50)" "$("$OLDPWD/.pgokit/bin/lto/prog" 50)"
  cd - || return

  config_edit '.release.levels = ["x86-64-v2", "x86-64-v3"]'
  package 1
  has "$stderr" "pack 'x86-64-v3': add \"lto+x86-64-v3\" to variants"
  # A level that is slower is left out, and one that is the same program, and it is said.
  config_edit '.release.levels = ["x86-64-v2"]'
  receipt_edit '(.benches[].samples["lto+x86-64-v2"] | .wall_s, .user_s) |= map(. * 20)'
  package 0 --version v1
  has "$stderr" "'x86-64-v2' is not packed: it is slower than 'lto'"
  lacks "$(tar -tzf "$output")" x86-64-v2
  cp .pgokit/bin/lto/prog .pgokit/bin/lto+x86-64-v2/prog
  # shellcheck disable=SC2016 # of jq
  receipt_edit --arg hash "$(sha256sum <.pgokit/bin/lto/prog | cut -c 1-64)" \
    '(.arms[] | select(.name == "lto+x86-64-v2") | .sha256) = $hash'
  package 0 --version v1
  has "$stderr" "'x86-64-v2' is not packed: it is the same program as 'lto'"
}

@test "the proof of every step upward is packed, and of none that was not climbed" {
  local step
  for step in baseline..lto lto..pgo lto..pgo-nolto; do
    mkdir ".pgokit/gate/$step"
    echo "$step" >".pgokit/gate/$step/evidence.json"
  done
  jq '.ship = "pgo-nolto" | .steps = [["baseline", "lto", true], ["lto", "pgo", false], ["lto", "pgo-nolto", true]
    | {base: .[0], cand: .[1], chosen: .[2], confirmed: {layouts: 1, spread_pct: null}}]' .pgokit/gate/verdict.json >changed
  mv changed .pgokit/gate/verdict.json
  package 0 --version v1
  same "$(cd .pgokit/dist && head tiny-v1-proof*)" '==> tiny-v1-proof-lto.json <==
baseline..lto

==> tiny-v1-proof.json <==
lto..pgo-nolto'
  has "$(<.pgokit/dist/SHA256SUMS)" tiny-v1-proof-lto.json
}

@test "the same twice is the same bytes, whatever umask and times are" {
  package 0
  cp "$output" ../first.tar.gz
  touch README.md
  umask 077
  package 0
  cmp "$output" ../first.tar.gz
}

@test "nothing decided, another measurement, another program: refused, and what was packed stays" {
  package 0
  local before
  before=$(sha256sum .pgokit/dist/*)
  printf '\n' >>.pgokit/bench/receipt.json
  package 1
  has "$(messages)" 'it was chosen on another measurement than'
  truncate -s -1 .pgokit/bench/receipt.json
  printf x >>".pgokit/bin/baseline/prog"
  package 1
  has "$(messages)" "pack '$PWD/.pgokit/bin/baseline/prog': it is not the program that was measured; run pgokit bench again"
  rm .pgokit/gate/verdict.json
  package 1
  has "$(messages)" 'nothing was decided; run pgokit gate first'
  same "$(sha256sum .pgokit/dist/*)" "$before"
}

@test "files that are not there, that lie outside, or that hide the program: refused" {
  config_edit '.release.files = ["gone"]'
  package 1
  same "$(messages | tail -n 1)" "pgokit package: pack 'gone': there is no such file (config: release.files)"
  config_edit '.release.files = ["../x"]'
  package 2
  has "$stderr" "'release.files[0]': '../x' is not of the form"
  cp README.md prog
  printf 'prog\n' >.git/info/exclude
  config_edit '.release.files = ["prog"]'
  package 1
  same "$(messages | tail -n 1)" "pgokit package: pack 'prog': release.files has a file of the program's name"
}

# What the record in the tarball says of the sources.
packed() { # <tarball> <jq filter>
  tar -xzOf "$1" --wildcards '*/pgokit-manifest.json' | jq -r ".phases.optimize.sources | $2"
}

@test "the tarball has the name of what was built, whatever is checked out since" {
  local first
  first=$(git rev-parse HEAD)
  package 0
  same "${output##*/}" "tiny-$(git rev-parse --short HEAD)-x86_64-linux.tar.gz"
  same "$(packed "$output" '"\(.commit) \(.dirty)"')" "$first false"
  git commit -q --allow-empty -m second
  package 0
  same "${output##*/}" "tiny-$(git rev-parse --short "$first")-x86_64-linux.tar.gz"
  same "$(messages)" "pgokit package: warning: pack 'baseline': it was built from commit ${first:0:12}, which its record says; the same files are now commit $(git rev-parse --short=12 HEAD)"
  printf '/* changed */\n' >>main.c
  built
  package 0
  same "${output##*/}" "tiny-$(git rev-parse --short HEAD)-dirty-x86_64-linux.tar.gz"
  same "$(packed "$output" .dirty)" true
  same "$(messages)" "pgokit package: warning: pack 'baseline': it was built from commit $(git rev-parse --short=12 HEAD), with changes, which its record says"
}

@test "other files than those it was built from are refused by name" {
  local before
  package 0
  before=$(sha256sum .pgokit/dist/*)
  printf '/* changed */\n' >>main.c
  package 1
  same "$(messages)" "pgokit package: pack 'baseline': the variants were built of other files than those in '$PWD': 'main.c'; run pgokit optimize again"
  git commit -q -a -m second
  package 1
  has "$(messages)" "'main.c'; run pgokit optimize again"
  git reset -q --hard v1.0
  touch new
  package 1
  has "$(messages)" "'new'; run"
  printf 'new\n' >.git/info/exclude
  chmod +x main.c
  package 1
  has "$(messages)" "'main.c'; run"
  chmod -x main.c
  config_edit '.build += " "'
  package 1
  has "$(messages)" 'pgokit.json says another way to build the program'
  git reset -q --hard
  package 0
  same "$(sha256sum .pgokit/dist/*)" "$before"
}

@test "a project's name that would be an option, a hidden file or no name at all" {
  local name want
  while read -r name want; do
    config_edit ".name = \"$name\""
    package 0 --version v1
    same "$(cd .pgokit/dist && ls -A)" "SHA256SUMS
$want-v1-receipt.json
$want-v1-x86_64-linux.tar.gz"
    same "$(wc -l <.pgokit/dist/SHA256SUMS)" 2
    same "$(tar -tzf "$output" | head -n 1)" "$want-v1-x86_64-linux/"
  done <<<'Übung bung
計算機 program
--help help
.hid hid
... program'
}

@test "a version that would be a path or an option is refused" {
  local v
  for v in ../v1 -v 'a b' ''; do
    package 2 --version "$v"
    same "$stderr" "pgokit package: --version '$v': expected letters, digits and . _ + - (at most 100)"
  done
}
