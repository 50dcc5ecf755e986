#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031 # names with backquotes and dollars
# bench-compare on files made to hurt, in every format: a clear error or a safe rendering, in bounded
# time, and never a pass. bench-compare-hostile.tsv makes a good file of each format; the tests put
# something else into it.

load ../helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

# A file of the format that `row` is of: benchmarks of these names, one number replaced.
make() { # <value> <name>...
  local format before one between behind names=() v=$1
  IFS=$'\x1f' read -r format before one between behind <<<"${row//$'\t'/$'\x1f'}"
  shift
  if [ "$before" = text ]; then
    before='' names=("$@")
  else
    mapfile -t names < <(jq -n '$ARGS.positional[]' --args -- "$@")
  fi
  one=${one//@V/"$v"}
  printf '%s' "$before"
  local i line
  for ((i = 0; i < ${#names[@]}; i++)); do
    [ "$i" -eq 0 ] || printf '%b' "$between"
    line=${one//@N/"${names[i]}"}
    printf '%s' "${line//'\n'/$'\n'}"
  done
  printf '%s\n' "$behind"
}

# bench-compare on two files in the format of `row`; everything is gated, and what cannot be told passes.
compare() { # <argument>...
  local format=${row%%$'\t'*} opts=()
  [ "$format" = - ] || opts=(--format "$format")
  run --separate-stderr timeout 150 prlimit --cpu="${seconds:-150}" bench-compare "${opts[@]}" --match '*' --floor 10 --max-undetected 1e3 "$@"
  echo "$format $*"
}

# Each line of the table in turn, in `row`.
rows() {
  grep -v '^#' "$BATS_TEST_DIRNAME/bench-compare-hostile.tsv"
}

# What reaches a terminal or a CI log does nothing there.
harmless() {
  like "$status" '[0234]'
  ! LC_ALL=C grep -P '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80[\xaa-\xae]|^ *::|##\[' <<<"$output"$'\n'"$stderr"
}

# bats test_tags=slow
@test "numbers that are none are never a pass" {
  while IFS= read -r row; do
    make 7 f >good
    make 7.01 f >other
    compare good other
    like "$status" '[03]' # so that nothing below is refused for another reason
    make null f >bad
    compare bad good
    like "$status" '[24]'
    for value in NaN -NaN Infinity -Infinity null '""' '"N/A"' true '[]' '{}' 0 -7 1e999 1e-999; do
      make "$value" f >bad
      compare good bad
      like "$status" '[24]'
    done
  done < <(rows)
}

@test "files that are empty, cut off or something else are refused" {
  while IFS= read -r row; do
    make 7 f g h >good
    size=$(stat -c %s good)
    # Further on, a text that is cut between two lines is a shorter text.
    for n in 0 1 $((size < 9 ? size : 9)); do
      head -c "$n" good >cut.txt
      compare cut.txt good
      like "$status" '[24]'
    done
    head -c 3000 /dev/urandom >noise
    for file in noise /dev/null /dev/zero . no/such; do
      compare "$file" good
      same "$status" 2
    done
  done < <(rows)
}

# bats test_tags=slow
@test "deep nesting is refused" {
  head -c 1000000 /dev/zero | tr '\0' '[' >open
  { cat open && head -c 1000000 /dev/zero | tr '\0' ']'; } >closed
  yes '{"a":' | head -c 1000000 | tr -d '\n' >objects
  while IFS= read -r row; do
    make 7 f >good
    for file in open closed objects; do
      compare "$file" good
      same "$status" 2
    done
  done < <(rows)
}

# bats test_tags=slow
@test "a hundred megabytes are refused in bounded time" {
  for byte in '[' 'a' '"' ',' '\0' '\n'; do
    head -c 100000000 /dev/zero | tr '\0' "$byte" >large
    run -2 timeout 60 bench-compare large large
  done
  head -c 100000000 /dev/zero | tr '\0' '[' >large
  run -2 timeout 150 bench-compare --format auto large large
  { printf '{"results": [' && yes '{"command":""},' | head -c 100000000 && printf '{"command":""}]}'; } >large
  run -2 timeout 60 bench-compare large large
  ends "$output" "more than 50000 benchmarks"
}

# bats test_tags=slow
@test "gzip that unpacks without an end is refused" {
  head -c 300000000 /dev/zero | gzip -1 >bomb.gz
  row=pyperf
  compare bomb.gz bomb.gz
  same "$status" 2
  ends "$stderr" "unpack 'bomb.gz': more than 268435456 bytes"
}

# What takes the square of the number takes seconds of two thousand, too.
# bats test_tags=slow
@test "two thousand equal names end in bounded time" {
  seconds=3
  # make() of each by itself would take longer than judging all.
  while IFS= read -r row; do
    IFS=$'\x1f' read -r _ before element between behind <<<"${row//$'\t'/$'\x1f'}"
    name='"f"'
    [ "$before" != text ] || { before='' name=f; }
    element=${element//@V/7}
    element=${element//@N/"$name"}
    for n in 2000 1999; do
      {
        printf '%s' "$before"
        yes "$(printf '%b' "$element$between")" | head -n "$((n * $(printf '%b' "$element" | grep -c '')))"
        printf '%b%s\n' "$element" "$behind"
      } >"many$n"
    done
    compare many2000 many1999
    case $row in
      # Their samples come one by one, or by parts; of equal keys jq takes the last.
      google-benchmark* | go-bench* | callgrind* | critcmp*) like "$status" '[03]' ;;
      *)
        same "$status" 4
        has "$stderr" "judge benchmark 'f': in 'many2000': it is there more than once"
        ;;
    esac
  done < <(rows)
}

# Benchmarks of these names, in every output. Sets taken to whether the format may have all of them.
shown() { # <name>...
  taken=true
  make 7 "$@" >one
  make 0 "$@" >two
  for files in 'one one' 'one two'; do
    # shellcheck disable=SC2086 # two files
    compare --markdown m.md --junit j.xml $files
    harmless
    if [ "$status" -eq 2 ]; then
      taken=false
      continue
    fi
    run ! grep -qE '<img|\]\(javascript|^ *::|^\*\*b' m.md
    run ! grep -qP '<img|[\x00-\x08\x0b-\x1f]|(?<!&)\]\]>' j.xml
  done
}

@test "names do nothing: not on a terminal, not in a CI log, not in Markdown, not in XML" {
  names=('::error::x' '##[error]x' $'\e[2J\e]0;title\a' $'a\u202eb' '**b** [l](javascript:x) `c` | d |'
    '<img src=x onerror=alert(1)>&amp;<!--' '@team #1' "$(printf 'n%.0s' {1..5000})" $'\x7f\x01' "'; rm -rf / #" '%n%s%p'
    $'one\n::error::two\rthree' ']]>' '-->')
  while IFS= read -r row; do
    lines=("${names[@]}")
    # In text a line is a line, and a word of go's has no blank.
    [ "$(cut -f 2 <<<"$row")" != text ] || mapfile -t lines < <(printf '%s\n' "${names[@]}")
    [[ $row != go-bench* ]] || lines=("${lines[@]// /_}")
    shown "${lines[@]}"
    if [ "$taken" = false ]; then
      for name in "${lines[@]}"; do shown "$name"; done
    fi
  done < <(rows)
}
