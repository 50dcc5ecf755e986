# shellcheck shell=bash
#
# Projects that LLVM does not build, read for `pgokit init`: their toolchain is none, and what they get is a gate. Each
# sets build, outputs, and benches (JSON) as far as files tell; the rest is a placeholder that fails.

detect_go() {
  local file folder names=''
  name=$(sed -nE 's/^module[[:space:]]+"?([^"[:space:]]+).*/\1/p' -- "$root/$1" | sed -n 1p)
  name=${name##*/}
  name=${name:-${root##*/}}
  # The folder with the most of them, as a test program: what go test would build in each round.
  file=$(project_files '*_test.go' | (cd -- "$root" && xargs -0r grep -cE -e '^func Benchmark[A-Z0-9_][A-Za-z0-9_]*\(' -- /dev/null || true) |
    awk -F : '$NF > 0 && $1 !~ /[^A-Za-z0-9_.\/-]/ { n = $1; if (!sub("/[^/]*$", "", n)) n = "."; count[n] += $NF }
      END { for (n in count) print count[n], n }' | sort -k 1,1nr -k 2,2 | sed -n 1p) || file=
  folder=${file#* }
  outputs='["pgokit.test"]'
  build="go test -c -o pgokit.test ./${folder:-edit-me}"
  if [ -n "$file" ]; then
    names=$(cat -- "$root/$folder"/*_test.go | sed -nE 's/^func (Benchmark[A-Z0-9_][A-Za-z0-9_]*)\(.*/\1/p' | sort -u)
    decide "benches: those of './$folder', $(wc -l <<<"$names") of them, each for 0.1 s a round; keep the few that are to decide (gate.match), and write b.Run's names behind a slash"
  fi
  benches=$(jq -R -n --arg dir "${folder:-.}" '[inputs | select(. != "") | {name: .,
      run: "cd \($dir) && \"$OLDPWD/pgokit.test\" -test.run \u0027^$\u0027 -test.bench \u0027^\(.)$\u0027 -test.benchtime 100ms", shell: true,
      metric: {name: "time", unit: "ns", from: {regex: "([0-9.]+) ns/op"}}}]' <<<"$names")
  decide "profile: Go builds with one by itself: a default.pgo in the folder of package main, a CPU profile of pprof's, is what go build takes (-pgo=auto, Go 1.21 and newer). A toolchain that collects and proves it is not in this kit yet; the gate compares a commit that adds one like any other"
}

detect_python() {
  local file folder
  name=$(python_value name "$root/$1")
  name=${name:-${root##*/}}
  build=true
  outputs=$(source_folders "${name//-/_}")
  benches='[]'
  grep -q 'pytest[-_]benchmark' -- "$root/$1" || return 0
  # A test that takes the fixture.
  file=$(project_files '*.py' | (cd -- "$root" && xargs -0r grep -lE '^( *async)? *def test_?[A-Za-z0-9_]*\((.*[ ,])?benchmark[,): ]' --) |
    grep -xE '[A-Za-z0-9_./-]+' | sort | paste -sd ' ' -) || file=
  [ -n "$file" ] || return 0
  benches=$(jq -n --arg files "$file" '[{name: "suite_full_check_flow", shell: true,
    run: "python3 -m pytest -q -p no:cacheprovider --benchmark-only --benchmark-max-time=0.1 --benchmark-json=\"$TMPDIR/b.json\" \($files) >&2 && cat \"$TMPDIR/b.json\"",
    metric: {name: "geometric mean of the fastest rounds", unit: "s", from: {jq: "[.benchmarks[].stats.min | log] | add / length | exp"}}}]')
  decide "benches: the suite is one number, the geometric mean of the fastest round of each benchmark; one that is slower among many may not be found. Name a test behind a file (FILE::TEST) for a benchmark of its own"
}

python_value() { # <key> <pyproject.toml>: of [project]
  awk -v key="$1" '/^\[/ { inside = /^\[project\]/ }
    inside && $0 ~ "^" key "[ \t]*=[ \t]*[\"\047]" { split($0, part, /["\047]/); print part[2]; exit }' "$2"
}

detect_node() {
  local suite
  name=$(jq -r '.name? | strings' "$root/$1" 2>/dev/null) || name=
  name=${name##*/}
  name=${name:-${root##*/}}
  build=true
  [ ! -f "$root/package-lock.json" ] || build='npm ci'
  [ "$(jq -r '.scripts?.build? | type' "$root/$1" 2>/dev/null)" != string ] || build+=' && npm run build'
  build=${build#true && }
  outputs=$(source_folders "$name")
  benches='[]'
  suite=$(jq -r '[.dependencies, .devDependencies | objects | keys[] | select(IN("benchmark", "tinybench", "mitata", "vitest"))] | first // empty' "$root/$1" 2>/dev/null) || suite=
  [ -z "$suite" ] ||
    decide "benches: for $suite, let a script print the number of a benchmark, and find it by metric.from; the time of a suite that runs for so many seconds says nothing"
}

# Folders of sources that are usual, as JSON.
source_folders() { # <name of the project>
  local folder found=()
  for folder in src lib dist "$1"; do
    if project_files "$folder/**" | tr '\0' '\n' | grep "^$folder/" >/dev/null; then found+=("$folder"); fi
  done
  if [ ${#found[@]} -eq 0 ]; then
    found=(edit-me)
    decide "outputs: put in the files and folders that the build makes, or that are run as they are; the placeholder fails"
  fi
  jq -n -c '$ARGS.positional' --args -- "${found[@]}"
}

# The pgokit.json of a gate alone.
config_made_plain() { # <new file>
  local schema=''
  [ -z "${kit-}" ] || schema=https://raw.githubusercontent.com/$kit/HEAD/ci/pgokit.schema.json
  jq -n --arg schema "$schema" --arg name "$name" --arg build "$build" --argjson outputs "$outputs" --argjson benches "$benches" '
    (if $schema == "" then {} else {"$schema": $schema} end)
    + {$name, toolchain: "none", $build, $outputs}
    + if $benches == [] then {benches: [{name: "edit_me_full_check_flow", run: "edit-me"}]}
      elif any($benches[]; .name | endswith("_full_check_flow")) then {$benches}
      else {$benches, gate: {match: ["Benchmark*"]}} end' >"$1"
  config_readable "$1"
  [ "$benches" != '[]' ] ||
    decide "benches: put in what is to be measured, 5 to 200 ms each, or a command that prints a number (metric.from); the placeholder fails. Those named *_full_check_flow decide (gate.match names others)"
  decide "toolchain: none, so there is a gate and nothing else. pgokit gate --self-test tries it, pgokit gate --base HEAD~1 compares"
}
