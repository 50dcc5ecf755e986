# shellcheck shell=bash
#
# What the tests of init share: a project in a repository, and a run of init in it.

# Makes a repository in the folder, of a program that make builds, and enters it.
make_project() { # [folder]
  mkdir -p -- "${1:-$BATS_TEST_TMPDIR/p}"
  cd -- "${1:-$BATS_TEST_TMPDIR/p}" || return
  git init -q -b main
  tiny_source >main.c
  # shellcheck disable=SC2016 # make's variables
  printf 'prog: main.c\n\t$(CC) $(CFLAGS) $(LDFLAGS) -o $@ main.c\n' >Makefile
  git add -A
  git commit -q -m all
}

# The kit is a repository on GitHub, at the commit of this source, so that nothing is to be warned of.
init() { # <exit status> [option...]
  run --separate-stderr "-$1" "$pgokit" init --kit "acme/pgokit@$(git -C "$top" rev-parse HEAD)" "${@:2}"
}

# Its list of what is left to decide.
decisions() {
  sed -n '/^What is left/,$p' <<<"$stderr"
}

# What replaces the placeholders in the small projects.
decided() {
  # shellcheck disable=SC2016 # the variables of the workloads
  config_edit '.workloads.fast = [{name: "train", run: "$PGOKIT_BINARY 3000"}]
    | .benches = [{name: "full_check_flow", run: "$PGOKIT_BINARY 4000"}] | .gate.budget_s = 1'
}
