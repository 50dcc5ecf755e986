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
  cat >Cargo.lock <<'LOCK'
version = 3

[[package]]
name = "adler2"
version = "2.0.1"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "320119579fcad9c21884f5c4861d16174d0e06250625266f50fe6898340abefa"

[[package]]
name = "tiny"
version = "0.1.0"
dependencies = [
 "adler2",
]
LOCK
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
tiny-v1.2-manifest.json
tiny-v1.2-receipt.json
tiny-v1.2-report.html
tiny-v1.2-sbom.cdx.json
tiny-v1.2-x86_64-linux.tar.gz'
  (cd .pgokit/dist && sha256sum -c --quiet SHA256SUMS)
  cmp .pgokit/dist/tiny-v1.2-receipt.json .pgokit/bench/receipt.json
  like "$(grep -o '<h1>.*</h1>' .pgokit/dist/tiny-v1.2-report.html)" '<h1>tiny v1.2: <span class="mark *">Ship *</span> *</h1>'
  has "$(<.pgokit/dist/tiny-v1.2-report.html)" "<dt>commit</dt><dd>$(git rev-parse HEAD)</dd>"
  "$top/build/bin/bench-compare" verify .pgokit/dist/tiny-v1.2-report.html || holds $? -ne 2
  tar -xzf "$file" -C "$BATS_TEST_TMPDIR"
  cmp "$BATS_TEST_TMPDIR/tiny-v1.2-x86_64-linux/pgokit-manifest.json" .pgokit/dist/tiny-v1.2-manifest.json
  same "$(jq -r .variant .pgokit/dist/tiny-v1.2-manifest.json)" "$ship"
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

# As if another variant had been chosen.
ship() { # <variant>
  jq --arg ship "$1" '.ship = $ship' .pgokit/gate/verdict.json >changed
  mv changed .pgokit/gate/verdict.json
}

@test "the same commit, profile and measurement are the same bytes, wherever, whoever and whenever" {
  ship pgo-nolto
  package 0 --version v1
  mkdir ../elsewhere
  git clone -q . '../elsewhere/a b'
  mkdir '../elsewhere/a b/.pgokit'
  cp -R .pgokit/manifest.json .pgokit/raw .pgokit/profile '../elsewhere/a b/.pgokit'
  cd '../elsewhere/a b' || return
  umask 077
  chmod -R go= .
  touch -d 2001-02-03 README.md doc
  export TZ=Pacific/Auckland LC_ALL=C HOME=$PWD/../home USER=other LOGNAME=other SOURCE_DATE_EPOCH=86400 GZIP=-1
  "$pgokit" optimize
  cp -R ../../tiny/.pgokit/{bench,gate} .pgokit
  unset SOURCE_DATE_EPOCH
  package 0 --version v1
  diff -r ../../tiny/.pgokit/dist .pgokit/dist
  holds "$(jq .phases.optimize.finished .pgokit/manifest.json)" != "$(jq .phases.optimize.finished ../../tiny/.pgokit/manifest.json)"
  # What is in it is of the commit, and of no machine.
  same "$(jq -r .date .pgokit/dist/tiny-v1-manifest.json)" "$(TZ=UTC git log -1 --format=%cd --date=format-local:%FT%TZ)"
  lacks "$(<.pgokit/dist/tiny-v1-manifest.json)$(<.pgokit/dist/tiny-v1-sbom.cdx.json)" "$BATS_TEST_TMPDIR"
  same "$(tar --numeric-owner -tvzf "$output" | cut -c 1-14 | sort -u)" $'-rw-r--r-- 0/0\n-rwxr-xr-x 0/0\ndrwxr-xr-x 0/0'
}

@test "the manifest says what was built of what, and what the program needs" {
  ship pgo-nolto
  package 0 --version v1
  local manifest=.pgokit/dist/tiny-v1-manifest.json
  same "$(jq -r '[.format, .name, .version, .variant, .toolchain.kind, .sources.commit, .decision.floor] | join(" ")' "$manifest")" \
    "pgokit-release-1 tiny v1 pgo-nolto clang $(git rev-parse HEAD) baseline"
  same "$(jq -r .profile.sha256 "$manifest")" "$(sha256sum <.pgokit/profile/merged.profdata | cut -c 1-64)"
  same "$(jq -c '.profile.applied.functions_with_counts' "$manifest")" 2
  same "$(jq -r '.toolchain.flags.cflags | split(" ")[0]' "$manifest")" -fprofile-use=merged.profdata
  same "$(jq -c '.programs[] | [.file, .variant, .pie, .stack, .textrel, .writable_code, .libraries]' "$manifest")" \
    '["prog","pgo-nolto",true,"not executable",false,false,["libc.so.6"]]'
  same "$(jq -r '.programs[0].build_id' "$manifest")" \
    "$("$(llvm_bin)/llvm-readelf" -n .pgokit/bin/pgo-nolto/prog | sed -n 's/ *Build ID: //p')"
  same "$(jq -r '.decision.receipt, .beside["tiny-v1-receipt.json"]' "$manifest" | uniq)" "$(sha256sum <.pgokit/bench/receipt.json | cut -c 1-64)"
  same "$(jq -r '.files | keys | join(" ")' "$manifest")" 'README.md doc/more.txt prog'
}

@test "the bill of materials fits CycloneDX's schema: program, libraries with their packages, crates, compiler" {
  package 0 --version v1
  local bom=.pgokit/dist/tiny-v1-sbom.cdx.json
  "$top/build/release-tools/bin/python" "$top/ci/tests/release/sbom-valid.py" "$bom"
  same "$(jq -r '.metadata.component | .name, .version' "$bom")" $'tiny\nv1'
  same "$(jq -r '.components[] | select(.name == "adler2") | .purl, .hashes[0].content' "$bom")" \
    $'pkg:cargo/adler2@2.0.1\n320119579fcad9c21884f5c4861d16174d0e06250625266f50fe6898340abefa'
  same "$(jq -r '.components[] | select(.type == "file") | .hashes[0].content' "$bom")" \
    "$(tar -xzOf "$output" tiny-v1-x86_64-linux/prog | sha256sum | cut -c 1-64)"
  same "$(jq -r '.components[] | select(.properties[]?.value == "libc.so.6") | .version' "$bom")" "$(dpkg-query -W -f '${Version}' libc6)"
  same "$(jq -r '.components[] | select(.scope == "excluded") | .name' "$bom" | head -n 1)" "$(jq -r .phases.optimize.compiler .pgokit/manifest.json)"
  # It notices.
  jq '.components[0].type = "prog"' "$bom" >bad
  run -1 "$top/build/release-tools/bin/python" "$top/ci/tests/release/sbom-valid.py" bad
  has "$output" 'components[0].type must be one of'
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
  rm prog
  ln -s README.md link
  printf 'link\n' >.git/info/exclude
  config_edit '.release.files = ["link"]'
  package 1
  same "$(messages | tail -n 1)" "pgokit package: pack 'link': it is a link, a device or the like, and a release has files and folders alone (config: release.files)"
}

# What the record in the tarball says of the sources.
packed() { # <tarball> <jq filter>
  tar -xzOf "$1" --wildcards '*/pgokit-manifest.json' | jq -r ".sources | $2"
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
  same "$(messages)" "pgokit package: warning: pack '$(jq -r .ship .pgokit/gate/verdict.json)': it was built from commit $(git rev-parse --short=12 HEAD), with changes, which its record says"
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
$want-v1-manifest.json
$want-v1-receipt.json
$want-v1-report.html
$want-v1-sbom.cdx.json
$want-v1-x86_64-linux.tar.gz"
    same "$(wc -l <.pgokit/dist/SHA256SUMS)" 5
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
