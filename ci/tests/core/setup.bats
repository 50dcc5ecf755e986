#!/usr/bin/env bats
#
# ci/setup on a machine that is made of files: what is installed, what the archive offers, and every
# call that would have changed something.

load ../helper

setup() {
  machine=$BATS_TEST_TMPDIR/machine
  mkdir -p "$machine/bin"
  : >"$machine/installed"
  : >"$machine/offered"
  : >"$machine/calls"
  REAL_JQ=$(type -P jq)
  export machine REAL_JQ UID_OF_USER=0
  program dpkg-query <<'SH'
for p; do :; done
grep -qxF -- "$p" "$machine/installed" && printf installed
SH
  program apt-cache <<'SH'
case $1 in
  pkgnames) grep "^$2" "$machine/offered" ;;
  policy)
    candidate='(none)'
    ! grep -qxF -- "$3" "$machine/offered" || candidate=1.0
    printf '%s:\n  Installed: (none)\n  Candidate: %s\n  Version table:\n' "$3" "$candidate"
    ;;
esac
exit 0
SH
  program apt-get <<'SH'
echo "apt-get $*" >>"$machine/calls"
case $1 in
  update) [ ! -e "$machine/news" ] || cat "$machine/news" >>"$machine/offered" ;;
  install)
    for p; do
      case $p in
        install | -*) ;;
        *) grep -qxF -- "$p" "$machine/offered" || { echo "E: Unable to locate package $p"; exit 100; } ;;
      esac
    done
    printf '%s\n' "$@" | grep -v -e '^-' -e '^install$' >>"$machine/installed"
    ;;
esac
SH
  program id <<'SH'
echo "$UID_OF_USER"
SH
  # A Node that is as new as wanted, unless $machine/old-node says otherwise.
  program node <<'SH'
[ ! -e "$machine/old-node" ]
SH
  program npm <<'SH'
echo "npm $*" >>"$machine/calls"
[ ! -e "$machine/no-npm" ] || { echo 'npm error: no network' >&2; exit 1; }
mkdir "$3/node_modules"
SH
  program python3 <<'SH'
echo "python3 $*" >>"$machine/calls"
mkdir -p "$3/bin"
cp "$machine/bin/pip" "$3/bin/pip"
SH
  # What it downloads is jq's source, in the source package of its binding.
  program pip <<'SH'
echo "pip $*" >>"$machine/calls"
[ "$1" != download ] || for folder; do :; done
[ "$1" != download ] || cp "$machine/jq-1.13.0.tar.gz" "$folder"
SH
  # As new as later systems have it, unless $machine/old-jq says otherwise.
  program jq <<'SH'
[ "$*" = --version ] || exec "$REAL_JQ" "$@"
[ -e "$machine/old-jq" ] && echo jq-1.6 || echo jq-1.7.1
SH
  # The kit's own folder is part of the machine: what is installed into it is no real thing either.
  kit=$(readlink -f -- "$machine")/kit
  mkdir -p "$kit/ci/tests/runner"
  cp -R "$top/ci/setup" "$top/ci/lib" "$top/ci/data" "$kit/ci/"
  cp "$top/ci/tests/runner/package-lock.json" "$kit/ci/tests/runner/"
  PATH=$machine/bin:$(path_without apt-get apt-cache dpkg-query sudo id node npm python3)
}

program() { # <name>, its text on standard input
  {
    printf '#!/bin/sh\n'
    cat
  } >"$machine/bin/$1"
  chmod +x "$machine/bin/$1"
}

sudo_is_there() {
  program sudo <<'SH'
echo "sudo $*" >>"$machine/calls"
exec "$@"
SH
}

packages() { # <groups> <major>: the names of ci/data/packages.tsv
  awk -F '\t' -v groups="$1" '!/^#/ && index(groups, $1) && $2 != "-" { print $2 }' \
    "$top/ci/data/packages.tsv" | sed "s/-N/-$2/"
}

offer() { # <package...>
  printf '%s\n' "$@" >>"$machine/offered"
}

# What --tests brings that Debian does not have.
tools_calls="npm ci --prefix KIT/ci/tests/runner --no-audit --no-fund --ignore-scripts
python3 -m venv KIT/build/zizmor
pip install -q --disable-pip-version-check --require-hashes --no-deps -r KIT/ci/data/zizmor.txt
python3 -m venv KIT/build/release-tools
pip install -q --disable-pip-version-check --require-hashes --no-deps -r KIT/ci/data/release-tools.txt"

offer_all() { # <major...>
  local major
  for major; do packages 'run test' "$major" >>"$machine/offered"; done
}

calls() {
  cat "$machine/calls"
}

setup_kit() { # <status> [option...]
  run --separate-stderr "-$1" "$kit/ci/setup" "${@:2}"
}

@test "installs what is missing, with the newest complete LLVM, and says why each is needed" {
  offer_all 19 22
  setup_kit 0
  same "$output" ''
  same "$(calls)" "apt-get update -qq
apt-get install -y -q --no-install-recommends $(packages run 22 | paste -sd ' ' -)"
  has "$stderr" 'jq                     reads pgokit.json, receipts and verdicts'
  has "$stderr" 'clang-22               the compiler, with instrumentation and PGO'
  lacks "$stderr" shellcheck
  same "$(sed -nE '$s/^[0-9:]+ +//p' <<<"$stderr")" 'all installed'
}

@test "a second run is silent and calls nothing" {
  offer_all 22
  setup_kit 0
  : >"$machine/calls"
  setup_kit 0
  same "$output$stderr$(calls)" ''
}

@test "a newer LLVM of which a package is missing is passed over" {
  offer_all 19
  packages 'run test' 23 | grep -v '^libbolt-' >>"$machine/offered"
  offer clang-format-99 clang-tools-99
  setup_kit 0
  has "$(calls)" ' clang-19 '
  lacks "$(calls)" 23
}

@test "PGOKIT_LLVM pins the major" {
  offer_all 19 22
  PGOKIT_LLVM=19 setup_kit 0
  has "$(calls)" ' clang-19 '
  lacks "$(calls)" '-22'
}

@test "PGOKIT_LLVM that is a folder pins nothing" {
  offer_all 19 22
  PGOKIT_LLVM=/opt/llvm/bin setup_kit 0
  has "$(calls)" ' clang-22 '
}

@test "only what is missing is installed" {
  offer_all 22
  packages run 22 | grep -v -x -e jq -e lld-22 >"$machine/installed"
  setup_kit 0
  has "$(calls)" 'apt-get install -y -q --no-install-recommends jq lld-22'
}

@test "--project adds what its build needs, once the kit's packages are there" {
  mkdir "$machine/p"
  cp "$top/ci/pgokit.schema.json" "$kit/ci/"
  tiny "$machine/p" '.packages = ["meson", "libx11-dev", "g++"]'
  offer_all 22
  offer libx11-dev g++
  packages run 22 >"$machine/installed"
  setup_kit 0 --project "$machine/p"
  same "$(calls)" "apt-get update -qq
apt-get install -y -q --no-install-recommends meson libx11-dev g++"
  has "$stderr" 'libx11-dev             the build of the project needs it'
  config_edit '.packages += ["lib.+"]'
  setup_kit 2 --project "$machine/p"
  has "$stderr" "install 'lib.+': the package lists have no such package ('$machine/p/pgokit.json': packages)"
  config_edit '.packages = ["gcc-"]'
  setup_kit 2 --project "$machine/p"
  has "$stderr" "'packages[0]': 'gcc-' is not of the form"
  : >"$machine/calls"
  setup_kit 0 --project "$machine"
  has "$stderr" "there is no '$machine/pgokit.json' to say what the project's build needs"
  same "$(calls)" ''
}

@test "--project: of a project whose toolchain is none no LLVM is installed" {
  # shellcheck disable=SC2046 # names of packages
  offer $(packages run 22 | grep -v -- -22)
  mkdir "$BATS_TEST_TMPDIR/plain"
  cp "$top/ci/pgokit.schema.json" "$kit/ci/"
  echo '{"name": "x", "toolchain":  "none", "build": "true", "outputs": ["a"], "benches": [{"name": "b", "run": "c"}]}' \
    >"$BATS_TEST_TMPDIR/plain/pgokit.json"
  run --separate-stderr -0 "$kit/ci/setup" --project "$BATS_TEST_TMPDIR/plain"
  same "$(sort -u "$machine/installed")" "$(packages run 22 | grep -v -- -22 | sort -u)"
}

@test "--tests adds what tests and linters need" {
  offer_all 22
  packages run 22 >"$machine/installed"
  setup_kit 0 --tests
  has "$(calls)" 'bats'
  has "$(calls)" 'shellcheck'
  lacks "$(calls)" ' jq'
}

@test "--tests brings what checks and runs workflows, once for what its lock files say" {
  packages 'run test' 22 >"$machine/installed"
  offer_all 22
  setup_kit 0 --tests
  same "$(calls)" "${tools_calls//KIT/$kit}"
  has "$stderr" 'zizmor                 looks for holes in workflows'
  : >"$machine/calls"
  setup_kit 0 --tests
  same "$output$stderr$(calls)" ''
  echo '# newer' >>"$kit/ci/data/zizmor.txt"
  setup_kit 0 --tests
  lacks "$(calls)" npm
  has "$(calls)" 'python3 -m venv'
}

@test "--tests builds a newer jq where the system has 1.6, once" {
  packages 'run test' 22 >"$machine/installed"
  offer_all 22
  touch "$machine/old-jq"
  binding=$BATS_TEST_TMPDIR/jq-1.13.0
  mkdir -p "$binding/deps" "$BATS_TEST_TMPDIR/jq-1.8.2"
  printf '#!/bin/sh\nprintf "jq:\\n\\techo new >jq\\n" >Makefile\n' >"$BATS_TEST_TMPDIR/jq-1.8.2/configure"
  chmod +x "$BATS_TEST_TMPDIR/jq-1.8.2/configure"
  tar -C "$BATS_TEST_TMPDIR" -czf "$binding/deps/jq-1.8.2.tar.gz" jq-1.8.2
  tar -C "$BATS_TEST_TMPDIR" -czf "$machine/jq-1.13.0.tar.gz" jq-1.13.0
  setup_kit 0 --tests
  has "$stderr" 'jq                     a newer one'
  has "$(calls)" "--require-hashes --no-deps --no-binary jq -r $kit/ci/data/jq.txt -d $kit/build/jq"
  same "$(cat "$kit/build/jq/jq")" new
  same "$(ls -A "$kit/build/jq")" $'.installed\njq'
  : >"$machine/calls"
  setup_kit 0 --tests
  same "$output$stderr$(calls)" ''
}

@test "--tests: a source of jq that does not build is an error, and the next run tries again" {
  packages 'run test' 22 >"$machine/installed"
  offer_all 22
  touch "$machine/old-jq"
  : >"$machine/jq-1.13.0.tar.gz"
  setup_kit 2 --tests
  has "${stderr_lines[-1]}" 'install: jq could not be had'
  rm "$machine/old-jq"
  setup_kit 0 --tests
}

@test "--tests says where cargo comes from, which no package has new enough" {
  packages 'run test' 22 >"$machine/installed"
  offer_all 22
  rm "$BATS_TEST_TMPDIR/path/"{cargo,rustc}
  setup_kit 1 --tests --print
  has "$stderr" 'cargo                  builds the Rust programs of the tests; have it from https://rustup.rs'
}

@test "--tests --print says that these are missing and brings nothing" {
  packages 'run test' 22 >"$machine/installed"
  offer_all 22
  setup_kit 1 --tests --print
  has "$stderr" 'workflow-runner        '
  has "$stderr" 'zizmor                 '
  same "$(calls)" ''
  setup_kit 0 --print
}

@test "--tests: a registry that does not answer is an error, and the next run tries again" {
  packages 'run test' 22 >"$machine/installed"
  offer_all 22
  touch "$machine/no-npm"
  setup_kit 2 --tests
  has "$stderr" 'npm error: no network'
  has "${stderr_lines[-1]}" 'install: workflow-runner could not be had'
  rm "$machine/no-npm"
  setup_kit 0 --tests
}

@test "--tests: Debian's Node only where there is none that is new enough" {
  packages 'run test' 22 | grep -v -x -e nodejs -e npm >"$machine/installed"
  offer_all 22
  setup_kit 0 --tests
  lacks "$(calls)" nodejs
  rm -r "$kit/build" "$kit/ci/tests/runner/node_modules"
  touch "$machine/old-node"
  setup_kit 0 --tests
  has "$(calls)" ' nodejs npm'
}

@test "an LLVM that only the update of the lists brings is chosen" {
  packages 'run test' 22 >"$machine/news"
  setup_kit 0
  has "$(calls)" ' clang-22 '
}

@test "--print says what is missing and why, exits with 1 and calls nothing" {
  offer_all 22
  packages run 22 | grep -v -x jq >"$machine/installed"
  setup_kit 1 --print
  same "$output" ''
  same "$stderr" 'jq                     reads pgokit.json, receipts and verdicts'
  same "$(calls)" ''
  echo jq >>"$machine/installed"
  setup_kit 0 --print
  same "$output$stderr" ''
}

@test "a user who is not root installs through sudo" {
  offer_all 22
  sudo_is_there
  UID_OF_USER=1000 setup_kit 0
  same "$(calls | sed -n 1p)" 'sudo apt-get update -qq'
  has "$(calls)" 'sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends '
}

@test "of the packages that were kept, those count that are what the archive would send now" {
  local debs=$BATS_TEST_TMPDIR/debs
  offer_all 22
  mkdir "$debs"
  printf abc >"$debs/jq_1.7_amd64.deb"
  printf abd >"$debs/gcc_1_amd64.deb"
  printf abc >"$debs/jq_1.6_amd64.deb"
  mv "$machine/bin/apt-get" "$machine/bin/apt-get.plain"
  program apt-get <<'SH'
case $* in
  *--print-uris*)
    for file in jq_1.7 gcc_1 git_2; do
      printf "'http://deb/%s' %s_amd64.deb 3 SHA256:%s\n" "$file" "$file" "$(printf abc | sha256sum | cut -c 1-64)"
    done
    ;;
  *) exec apt-get.plain "$@" ;;
esac
SH
  PGOKIT_DEBS=$debs setup_kit 0
  same "$(ls "$debs")" 'jq_1.7_amd64.deb
partial'
  has "$(calls)" "apt-get install -y -q --no-install-recommends -oDir::Cache::archives=$debs/ -oAPT::Keep-Downloaded-Packages=true "
}

@test "neither root nor sudo: the exact line to run as root" {
  offer_all 22
  packages run 22 | grep -v -x -e jq -e bolt-22 >"$machine/installed"
  UID_OF_USER=1000 setup_kit 2
  same "$output" ''
  same "${stderr_lines[-1]}" 'ci/setup: install: neither root nor sudo; as root run: apt-get install --no-install-recommends jq bolt-22'
  same "$(calls)" ''
}

@test "neither root nor sudo nor package lists: what comes first" {
  UID_OF_USER=1000 setup_kit 2
  same "${stderr_lines[-1]}" "ci/setup: install: neither root nor sudo, and no package lists to choose an LLVM from; as root run: apt-get update; then run $kit/ci/setup again"
}

@test "no LLVM that is complete: what is wanted" {
  offer_all ''
  offer clang-15
  setup_kit 2
  has "${stderr_lines[-1]}" "ci/setup: install: no LLVM major has all of: clang-N lld-N llvm-N "
  lacks "$(calls)" install
}

@test "an update that fails" {
  offer_all 22
  program apt-get <<'SH'
echo "E: no network" >&2
exit 100
SH
  setup_kit 2
  same "$(tail -n 2 <<<"$stderr")" 'E: no network
ci/setup: install: apt-get update failed; is there a network?'
}

@test "an installation that fails: the end of what apt-get said" {
  offer_all 22
  PGOKIT_LLVM=23 setup_kit 2
  same "$(tail -n 2 <<<"$stderr")" 'E: Unable to locate package clang-23
ci/setup: install: apt-get failed; above is the end of what it said'
}

@test "an installation that left something out is not a success" {
  offer_all 22
  program apt-get </dev/null
  setup_kit 2
  has "${stderr_lines[-1]}" 'ci/setup: install: still missing: '
}

@test "on macOS it prints the line for Homebrew" {
  rm "$machine/bin/apt-get"
  program uname <<<'echo Darwin'
  setup_kit 0
  same "$stderr" ''
  has "$output" 'brew install '
  has "$output" ' llvm'
  lacks "$output" ' - '
}

@test "anywhere else it says what to do" {
  rm "$machine/bin/apt-get"
  setup_kit 2
  same "$stderr" "ci/setup: install: neither apt-get nor macOS; install what ci/data/packages.tsv lists in your way"
}

@test "an unknown option is refused" {
  setup_kit 2 --force
  same "$stderr" "ci/setup: unknown option '--force'; see ci/setup -h"
}
