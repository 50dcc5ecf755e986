#!/usr/bin/env bats
#
# The documents: every command in them runs, every link leads somewhere, and no key, command or tool is left out.

# The variables in single quotes are those of the documents.
# shellcheck disable=SC2016

load ../helper

documents=(README.md ci/README.md tools/README.md bench/README.md)

# Where each command of a `sh` block is run: STAGE, in a small project that has been that far; `made`, when that stage
# was made; `then`, where the one before it was; `plain`, in a project without pgokit.json; `tools`, in a folder with the
# fixtures. What is `named` would take too long, or is run by the file that stands there: its program has to be there,
# and its options those of its -h.
places() {
  cat <<'PLACES'
named    ci/demo                                        # minutes; full.bats carries the demo project through the phases
named    ci/test                                        # it runs this file
named    pgokit full --fast                             # full.bats; the steps of adopting below
made     pgokit collect
made     pgokit merge
made     pgokit optimize
made     pgokit bench --rounds 20
made     pgokit gate
gate     pgokit report
named    pgokit package --version 1.0                   # package.bats
plain    pgokit init --dry-run --only config,gitignore
then     pgokit init --only workflows --kit OWNER/pgokit@0123456789012345678901234567890123456789
named    pgokit collect --tier comprehensive && pgokit merge && pgokit keep   # keep.bats
named    pgokit training                                # training.bats
named    pgokit drift                                   # drift.bats
named    pgokit history --html history.html             # history.bats
merge    profraw-verify .pgokit/raw
then     cat .pgokit/log/workloads.log
then     jq .last .pgokit/manifest.json
new      pgokit shards --count 2
then     pgokit collect --shard 1/1
then     pgokit gather .pgokit
named    pgokit ingest --of released/counted uploads    # ingest.bats
named    pgokit optimize --best --budget 2 --layouts 1  # optimize.bats
named    pgokit gate --base origin/main                 # gate-measured.bats; the steps of adopting below
named    pgokit gate --variants lto,pgo --budget 1      # gate.bats
named    pgokit compete --rounds 30                     # compete.bats
named    pgokit gate --self-test                        # gate-measured.bats
named    pgokit doctor                                  # doctor.bats
tools    profdata-find -a --for fixtures/profraw/v10-clang-19-ir.profraw
then     profdata-find --tool llvm-bolt
then     bench-run --rounds 20 --arm 'old=sleep 0.1' --arm 'new=sleep 0.06' -o receipt.json
then     bench-compare --match '*' -o evidence.json receipt.json
then     bench-compare verify evidence.json
tools    variant-tune run --file tune.json --target gzip='sh -c "head -c $TUNE_1 /dev/zero | gzip -9"' --target cat='sh -c "head -c $TUNE_1 /dev/zero"' --other-output --op pack:1000 --op pack:30000000
then     variant-tune show --file tune.json
then     workload-run --timeout 5 'sleep 0.01'
named    bench/real/run lua                             # minutes, and a source from the network: so is all of bench/
named    bench/real/run lua --suite hard                # bench/
named    bench/real/compare all                         # bench/
named    bench/cargo                                    # bench/
named    bench/overhead                                 # bench/
named    bench/phases                                   # bench/
named    bench/pool                                     # bench/
named    bench/ingest/run                               # bench/
named    bench/ingest/uses                              # bench/
named    bench/scale                                    # bench/
named    bench/health                                   # bench/
named    bench/freshness/run                            # bench/
named    bench/disk                                     # bench/
named    bench/watch -b 10                              # bench/
named    bench/sampling/run -b 40 relcheck              # bench/
named    bench/launch                                  # bench/
named    bench/numbers -n 3 -b 10                        # bench/
named    bench/hash                                     # bench/
named    bench/tune/converge                             # bench/
named    bench/tune/cost                                 # bench/
named    bench/tune/operations                          # bench/
named    bench/gate-calibration/run                     # bench/
named    bench/gate-live                                # bench/
named    bench/gate-live -n 5 slow                      # bench/
named    bench/torture                                  # bench/
named    bench/compare                                  # bench/
named    bench/report                                   # bench/
named    bench/compete -r 13                            # bench/
named    bench/report history.html                      # bench/
named    bench/history/run                              # bench/
named    bench/sampling/run -n 300 -b 90 lua            # bench/
named    bench/formats/run                              # bench/
named    bench/adopt                                    # bench/; its lines run below, on a program that builds faster
PLACES
}

# The commands of the documents' `sh` blocks as FILE:LINE, tab, command without its comment. What bench/adopt takes
# from between its marks is run by itself.
written() { # <file...>
  awk '
    FNR == 1 { fence = ""; marked = 0 }
    /^<!-- adopt: (begin|end) -->$/ { marked = $3 == "begin" }
    /^```/ { fence = fence == "" ? $0 : ""; next }
    fence == "```sh" && !marked { sub(/ +#.*$/, ""); printf "%s:%d\t%s\n", FILENAME, FNR, $0 }
  ' "$@"
}

# The place of each, tab, command.
placed() {
  places | sed -nE 's/ +#.*$//; s/^([a-z]+) +/\1\t/p'
}

# Enters a folder as the command is meant to find it.
enter() { # <place>
  case $1 in
    new) tiny "$(mktemp -d)" ;;
    plain)
      cd -- "$(mktemp -d)" || return
      tiny_source >main.c
      printf 'prog: main.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c\n' >Makefile
      git init -q
      ;;
    tools)
      cd -- "$(mktemp -d)" || return
      ln -s -- "$top/fixtures" fixtures
      ;;
    *) tiny_after "$1" "$(mktemp -d)/tiny" ;;
  esac
}

setup() {
  cd -- "$top" || return
  PATH=$top/ci:$top/build/bin:$PATH
}

@test "every command in the documents is known here, and every one that is known is in a document" {
  written "${documents[@]}" | cut -f 2 | sort -u >"$BATS_TEST_TMPDIR/written"
  placed | cut -f 2 | sort -u >"$BATS_TEST_TMPDIR/known"
  run -0 diff --label 'in the documents' --label 'known to documents.bats' -u "$BATS_TEST_TMPDIR/written" "$BATS_TEST_TMPDIR/known"
}

@test "commands in an indented block, or in one of another language, would escape: there are none" {
  run -0 awk '
    FNR == 1 { fence = ""; before = "" }
    /^```/ { fence = fence == "" ? $0 : ""
      if (fence !~ /^(|```|```(sh|console|json|yaml|diff|python|c))$/) print FILENAME ":" FNR ": " $0 }
    fence == "" && before == "" && /^(    |\t)/ { print FILENAME ":" FNR ": " $0 }
    { before = $0 }
  ' "${documents[@]}"
  same "$output" ''
}

@test "every command in the documents that is not too expensive succeeds" {
  local place line stage
  while IFS=$'\t' read -r place line; do
    case $place in
      named | then) ;;
      made) # by `pgokit STAGE` with these options
        read -r _ stage _ <<<"$line"
        tiny_after "$stage" "$(mktemp -d)/tiny"
        same "$(jq -r '.last | "\(.phase) \(.exit)"' .pgokit/manifest.json)" "$stage 0"
        ;;
      *) enter "$place" ;;
    esac
    [[ $place != named && $place != made ]] || continue
    run bash -euo pipefail -c "$line" </dev/null
    [ "$status" -eq 0 ] || {
      printf '%s: exit status %d\n%s\n' "$(cd "$top" && written "${documents[@]}" | grep -F -- "$line")" "$status" "$output"
      return 1
    }
  done < <(placed)
}

@test "of those that are, the program is there and has the options, and so is the file that runs it" {
  local place line help word words
  while IFS=$'\t' read -r place line; do
    [ "$place" = named ] || continue
    read -r -a words <<<"$line"
    case ${words[0]} in
      pgokit) help=$(pgokit "${words[1]}" -h) ;;
      */*) help=$("./${words[0]}" -h) ;;
    esac
    has "$help" 'Usage: '
    for word in "${words[@]}"; do
      [[ $word != -* ]] || grep -qE -- "(^|[^a-z-])$word([^a-z-]|\$)" <<<"$help" || {
        printf '%s: -h knows no %s\n' "$line" "$word"
        return 1
      }
    done
  done < <(placed)
  same "$(places | grep '^named ' | grep -v ' # .')" ''
  for word in $(places | grep -oE '[a-z-]+[.]bats' | sort -u); do
    [ -n "$(git ls-files "*/$word")" ] || {
      printf '%s: no such file\n' "$word"
      return 1
    }
  done
}

@test "what the documents show of a command is what it prints" {
  local document line
  for document in "${documents[@]}"; do
    awk '/^```/ { on = $0 == "```console"; next } on' "$document" >"$BATS_TEST_TMPDIR/shown"
    enter tools
    while IFS= read -r line; do
      [[ $line == '$ '* ]] || continue
      printf '%s\n' "$line"
      bash -c "${line#'$ '}" 2>/dev/null </dev/null || true
    done <"$BATS_TEST_TMPDIR/shown" >"$BATS_TEST_TMPDIR/printed"
    run -0 diff -u --label "$document" --label printed "$BATS_TEST_TMPDIR/shown" "$BATS_TEST_TMPDIR/printed"
    cd -- "$top"
  done
}

@test "the README shows the report's table as it is" {
  tiny_after gate
  pgokit report | grep '^| variant ' | tr -s ' ' >"$BATS_TEST_TMPDIR/head"
  holds -s "$BATS_TEST_TMPDIR/head"
  run -0 grep -qxFf "$BATS_TEST_TMPDIR/head" <(tr -s ' ' <"$top/README.md")
}

# A stand-in for Lua, of two files: a program whose work is the bytes of the file that it is given.
pretend_lua() {
  mkdir src
  printf 'CFLAGS = -O2\nlua: lua.c sum.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o lua lua.c sum.c\n' >src/Makefile
  printf 'all:\n\tcd src && $(MAKE) lua\n' >Makefile
  cat >src/sum.c <<'SOURCE'
unsigned long sum(unsigned long s, int c)
{
	return c % 3 ? s * 31 + (unsigned long)c : s ^ (s >> 7);
}
SOURCE
  cat >src/lua.c <<'SOURCE'
#include <stdio.h>

unsigned long sum(unsigned long s, int c);

int main(int argc, char **argv)
{
	unsigned long s = 1;
	FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;

	for (int i = 0, c; f && i < 50; i++, rewind(f))
		while ((c = getc(f)) != EOF)
			s = sum(s, c);
	printf("%lu\n", s);
	return 0;
}
SOURCE
  git init -q -b main
  git add -A
  git commit -q -m Lua
}

# With a kit that is of GitHub, and less measuring: that the steps lead there is what is looked at.
@test "the README's steps of adopting, on a small program in Lua's place" {
  mkdir -p "$BATS_TEST_TMPDIR"/{lua,bin}
  cat >"$BATS_TEST_TMPDIR/bin/pgokit" <<END
#!/bin/sh
case \$1 in
  init) set -- "\$@" --kit acme/pgokit@0123456789012345678901234567890123456789 ;;
  full | gate) set -- "\$@" --budget 1 ;;
esac
exec '$pgokit' "\$@"
END
  chmod +x "$BATS_TEST_TMPDIR/bin/pgokit"
  awk '/^<!-- adopt: begin/ { on = 1; next } /^<!-- adopt: end/ { exit } on && !/^```/' README.md >"$BATS_TEST_TMPDIR/steps"
  holds "$(grep -c '^pgokit ' "$BATS_TEST_TMPDIR/steps")" -ge 3
  cd "$BATS_TEST_TMPDIR/lua"
  pretend_lua
  PGOKIT=$top PATH=$BATS_TEST_TMPDIR/bin:$PATH run --separate-stderr -0 bash -euo pipefail "$BATS_TEST_TMPDIR/steps"
  has "$output" '| `codec_full_check_flow` | '
  has "$output" '| `rules_full_check_flow` | '
  same "$(jq -r '[.outcome, (.benches | map(.verdict) | unique)] | tojson' .pgokit/gate/result.json)" '["pass",["identical"]]'
  same "$(git status --porcelain)" ''
}

# Relative links and anchors of Markdown files that lead nowhere; an anchor is a heading as GitHub makes one of it.
broken_links() { # <file...>
  local file link path anchor
  for file; do
    awk '/^ *```/ { on = !on; next } !on' "$file" | sed -E 's/`[^`]*`//g' | grep -oE '\]\([^)]+\)' | sed -E 's/^\]\((.*)\)$/\1/' |
      while IFS= read -r link; do
        case $link in http://* | https://* | mailto:*) continue ;; esac
        path=${link%%#*} anchor=
        [[ $link != *'#'* ]] || anchor=${link#*#}
        [ -z "$path" ] || path=$(dirname -- "$file")/$path
        if [ ! -e "${path:-$file}" ]; then
          printf '%s: %s: no such file\n' "$file" "$link"
        elif [ -n "$anchor" ] && ! anchors "${path:-$file}" | grep -qxF -- "$anchor"; then
          printf '%s: %s: no such heading\n' "$file" "$link"
        fi
      done
  done
}

anchors() { # <file>
  awk '/^ *```/ { on = !on; next } !on && /^#+ / { sub(/^#+ +/, ""); $0 = tolower($0)
    gsub(/[^a-z0-9 _-]/, ""); gsub(/ /, "-"); print }' "$1"
}

@test "every relative link of the tree's Markdown leads to a file, and every anchor to a heading" {
  mapfile -d '' -t files < <(git ls-files -z '*.md')
  holds ${#files[@]} -ge 4
  same "$(broken_links "${files[@]}")" ''
}

# Paths of this tree in code, from its top or from the document; NAME stands for any, bench/receipt is in .pgokit.
missing_paths() { # <file...>
  local file path
  for file; do
    grep -oE '`(ci|tools|bench|fixtures|[.]github)/[A-Za-z0-9._/-]+' "$file" | tr -d '\140' | grep -vE '/NAME|^bench/receipt[.]' |
      while IFS= read -r path; do
        [ -e "$path" ] || [ -e "$(dirname -- "$file")/$path" ] || printf '%s: %s\n' "$file" "$path"
      done
  done
}

@test "every path in the tree's Markdown is there" {
  mapfile -d '' -t files < <(git ls-files -z '*.md')
  holds "$(cat -- "${files[@]}" | grep -c '`ci/')" -gt 10
  same "$(missing_paths "${files[@]}")" ''
  cd "$BATS_TEST_TMPDIR"
  printf 'See `ci/none`, `tools/NAME.c` and `bench/x -n 5`.\n' >a.md
  same "$(missing_paths a.md)" $'a.md: ci/none\na.md: bench/x'
}

@test "a link or an anchor that leads nowhere is found" {
  cd "$BATS_TEST_TMPDIR"
  printf '# One, two?\n\n```\n# three\n[x](none)\n```\n[a](b.md) [b](#one-two) `[x](none)` [c](#three) [d](d) [e](a.md#one-two) [f](a.md#one)\n' >a.md
  run broken_links a.md
  same "$output" 'a.md: b.md: no such file
a.md: #three: no such heading
a.md: d: no such file
a.md: a.md#one: no such heading'
}

# A merge of the changelog takes both sides, so that what was reworded on one comes back from the other.
@test "no entry of the changelog is there twice, and none is without a heading above it" {
  same "$(grep -E '^(- |#)' CHANGELOG.md | cut -c 1-50 | sort | uniq -d)" ''
  holds "$(grep -c '^- ' CHANGELOG.md)" -gt 50
  run -0 awk '/^## / { under = 0 } /^### / { under = 1 } /^- / && !under { print FNR ": " $0 }' CHANGELOG.md
  same "$output" ''
}

@test "ci/README.md has every command, every key with its default, and every variant" {
  local file name
  for file in ci/commands/*; do
    has "$(grep '^| `pgokit ' ci/README.md)" "| \`pgokit ${file##*/}\` |"
  done
  jq -r 'def keys_of($at): .properties // {} | to_entries[] | select(.key != "$schema") | ($at + .key) as $key
      | .value | if .properties then keys_of($key + ".") else "| `\($key)` |\(if has("default") then " `\(.default | tojson)`" else "" end) |" end;
    .properties.workloads |= del(.properties) | keys_of("")' ci/pgokit.schema.json >"$BATS_TEST_TMPDIR/keys"
  holds "$(wc -l <"$BATS_TEST_TMPDIR/keys")" -ge 25
  while IFS= read -r name; do
    has "$(<ci/README.md)" "$name"
  done <"$BATS_TEST_TMPDIR/keys"
  for name in $(jq -r '."$defs" | .workload, .bench | .properties | keys[]' ci/pgokit.schema.json | sort -u); do
    has "$(sed -n '/^### Workloads/,/^## /p' ci/README.md | grep '^|')" "\`$name\`"
  done
  for name in baseline lto lto-full sample pgo-nolto pgo-small pgo pgo-full pgo-max cspgo cspgo-full cspgo-max; do
    has "$(sed -n '/^## Variants/,/^## /p' ci/README.md | grep '^|')" "\`$name\`"
  done
}

@test "the example configuration is one" {
  cd "$BATS_TEST_TMPDIR"
  awk '/^```/ { on = $0 == "```json" && ++n == 1; next } on' "$top/ci/README.md" >pgokit.json
  same "$(jq -r .name pgokit.json)" lua
  run -0 "$pgokit" shards --count 1
}

@test "tools/README.md has every tool and format, bench/README.md every measurement" {
  local file
  for file in ci/formats/*.jq; do
    file=${file##*/}
    [ "$file" = lib.jq ] || has "$(grep '^| `' tools/README.md)" "| \`${file%.jq}\` |"
  done
  for file in tools/*.c; do
    file=${file##*/}
    has "$(grep '^| `' tools/README.md)" "| \`${file%.c} "
  done
  for file in bench/* bench/*/run bench/real/compare; do
    [ -f "$file" ] && [ -x "$file" ] && [ "$file" != bench/by-hand ] || continue # which overhead runs
    has "$(grep '^|' bench/README.md)" "\`$file"
  done
}

@test "ci/README.md and tools/README.md have every folder of the code" {
  local folder
  for folder in {ci,tools}/lib/*/; do
    has "$(sed -n '/^## The code/,$p' "${folder%%/*}/README.md" | grep '^|')" "\`$(basename -- "$folder")/\`"
  done
}

@test "the README is one that is read: at most 180 lines" {
  holds "$(wc -l <README.md)" -le 180
}
