#!/usr/bin/env bats
# page-evict: what it drops is no longer in memory, and what it cannot read is said.

load ../helper

setup() {
  cd "$BATS_TEST_TMPDIR" || return
}

@test "-h and --version answer on standard output; without a file it is a usage error" {
  run -0 --separate-stderr page-evict -h
  starts "$output" "usage: page-evict "
  same "$(page-evict --version)" "page-evict (pgokit) $(cat "$ROOT/ci/VERSION")"
  for args in '' '--no-such-option x'; do
    # shellcheck disable=SC2086 # words are meant
    run --separate-stderr -2 page-evict $args
    same "$output" ''
    ends "$stderr" 'usage: page-evict FILE|DIR...'
  done
}

@test "files, those below folders and those just written leave the cache; links are not followed" {
  case $(stat -f -c %T .) in tmpfs | ramfs) skip 'files here are in memory only' ;; esac
  mkdir -p d/e
  head -c 100000 /dev/zero >d/one
  head -c 50000 /dev/zero >d/e/two
  : >d/empty
  head -c 8192 /dev/zero >other
  ln -s ../other d/link
  mkfifo d/pipe
  same "$(page-evict d)" $'3\t150000\t0'
  same "$(fincore -bno PAGES d/one d/e/two | tr -d ' \n')" 00
  holds "$(fincore -bno PAGES other)" -gt 0
  same "$(page-evict other)" $'1\t8192\t0'
}

@test "what a process has mapped stays, and is counted" {
  case $(stat -f -c %T .) in tmpfs | ramfs) skip 'files here are in memory only' ;; esac
  cp -- "$(type -P sleep)" run
  ./run 30 3>&- &
  while [ "$(readlink "/proc/$!/exe")" != "$PWD/run" ]; do sleep 0.01; done
  page-evict run >out
  kill $!
  holds "$(cut -f 3 out)" -gt 0
}

@test "what cannot be read is named, the others are dropped all the same" {
  echo x >there
  run --separate-stderr -2 page-evict gone there
  same "$stderr" "page-evict: evict 'gone': No such file or directory"
  if [ "$(id -u)" -eq 0 ]; then return; fi # who reads everything
  echo x >closed
  chmod 0 closed
  run --separate-stderr -1 page-evict closed there
  same "$stderr" "page-evict: evict 'closed': Permission denied"
  same "$output" $'1\t2\t0'
}
