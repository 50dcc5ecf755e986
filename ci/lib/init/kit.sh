# shellcheck shell=bash
#
# The workflows of a project that uses the kit: this repository's own, with its actions called by
# repository and commit. They are changed as text, so that the comments stay; a line that names something of
# this repository in another way is an error, here and not on GitHub.

CALLERS='collect bench-gate comment release keep compete history'

# Sets kit to OWNER/NAME, kit_commit, and kit_version for people.
kit_find() { # <OWNER/NAME@COMMIT, or empty>
  local url here
  here=$(git -C "$PGOKIT_HOME" rev-parse --verify --quiet HEAD 2>/dev/null) || here=
  [ "$(git -C "$PGOKIT_HOME" rev-parse --show-prefix 2>/dev/null)" = '' ] || here= # a folder of another repository
  if [ -n "$1" ]; then
    [[ $1 =~ ^([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+)@([0-9a-f]{40})$ ]] ||
      usage "--kit '$1': expected OWNER/NAME@COMMIT, the commit in full, 40 digits"
    kit=${BASH_REMATCH[1]} kit_commit=${BASH_REMATCH[2]}
    [ -z "$here" ] || [ "$here" = "$kit_commit" ] ||
      warn "the workflows are those of '$PGOKIT_HOME', commit ${here:0:12}, and the actions of ${kit_commit:0:12}; check that out there, and they are of one version"
  else
    url=$(git -C "$PGOKIT_HOME" remote get-url origin 2>/dev/null) || url=
    [[ -n $here && $url =~ ^(https://github\.com/|ssh://git@github\.com/|git@github\.com:)([A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+)$ ]] ||
      die "find the kit on GitHub: '$PGOKIT_HOME' is no clone of a repository there; say which one the workflows use: --kit OWNER/NAME@COMMIT (or --only config for a project without GitHub)"
    kit=${BASH_REMATCH[2]%.git} kit_commit=$here
    [ -n "$(git -C "$PGOKIT_HOME" branch -r --contains HEAD 2>/dev/null)" ] ||
      warn "commit ${here:0:12} of the kit is on no branch of '$kit' that is known here; the workflows work once it is pushed"
  fi
  kit_version=$(git -C "$PGOKIT_HOME" describe --tags --exact-match "$kit_commit" 2>/dev/null) || kit_version=v$(<"$PGOKIT_HOME/ci/VERSION")
}

# The workflows that this version of the kit has for others, a name per line.
kit_workflows() {
  local name
  for name in $CALLERS; do
    [ ! -f "$PGOKIT_HOME/.github/workflows/$name.yml" ] || printf '%s\n' "$name"
  done
}

# Those that a project gets unasked: a pull request with the profile is for one that keeps it in its repository, and
# competitors are for one that has named some.
kit_workflows_asked() {
  local name
  kit_workflows | while IFS= read -r name; do
    case $name in
      keep) jq -e '.profile.keep == "repository"' pgokit.json >/dev/null 2>&1 || continue ;;
      compete) jq -e '(.competitors // []) != []' pgokit.json >/dev/null 2>&1 || continue ;;
    esac
    printf '%s\n' "$name"
  done
}

workflow_made() { # <name> <new file>
  local file=$PGOKIT_HOME/.github/workflows/$1.yml line number=0 found=0 skip=''
  {
    printf '# Made by pgokit init (%s %s), which shows what differs and with --force writes it anew.\n' "$kit" "$kit_version"
    while IFS= read -r line || [ -n "$line" ]; do
      number=$((number + 1))
      # What is deeper than a line that stays here goes with it.
      if [ -n "$skip" ] && [[ $line == "$skip "* ]]; then continue; fi
      skip=
      if [[ $line =~ ^(\ *)(.*)\ #\ only\ here(:.*)?$ ]]; then
        skip=${BASH_REMATCH[1]}
      elif [[ $line =~ ^(\ *(-\ )?uses:\ )\./(\.github/actions/[a-z-]+)(\ #.*)?$ ]]; then
        [ -f "$PGOKIT_HOME/${BASH_REMATCH[3]}/action.yml" ] || workflow_odd "$line"
        printf '%s%s/%s@%s # %s\n' "${BASH_REMATCH[1]}" "$kit" "${BASH_REMATCH[3]}" "$kit_commit" "$kit_version"
      elif [[ $line =~ ^(\ *PROJECT:\ )[A-Za-z0-9_./-]+((\ #.*)?)$ ]]; then
        found=$((found + 1))
        printf '%s%s%s\n' "${BASH_REMATCH[1]}" "$folder_yaml" "${BASH_REMATCH[2]}"
      elif [[ $line =~ ^(\ *branches:\ )\[main\]((\ #.*)?)$ ]]; then
        printf '%s["%s"]%s\n' "${BASH_REMATCH[1]}" "$branch" "${BASH_REMATCH[2]}"
      elif [[ $line =~ (^|[^A-Za-z0-9_.])\./|(^|[^A-Za-z0-9_.-])(ci|tools|fixtures|bench|build)/|relcheck|refs/heads/main|^\ *branches:|^\ *(-\ )?run: ]]; then
        workflow_odd "$line"
      else
        printf '%s\n' "$line"
      fi
    done <"$file"
  } >"$2"
  [ "$found" -gt 0 ] || ! grep -q 'env\.PROJECT' "$file" || die "make the workflow '$1': no line of '$file' says where the project is (PROJECT)"
}

# What a workflow needs that is in no file here.
workflow_decisions() { # <name>
  case $1 in
    collect)
      [ ! -e "$top/.gitmodules" ] ||
        decide "workflows: where the build needs the submodules, give actions/checkout \"submodules: true\" in each"
      ;;
    keep)
      decide "keep.yml: allow GitHub Actions to create pull requests (settings, Actions, General). GitHub starts no workflows for one that the default token opens: close and open it, or give the action the token of an app"
      ;;
    release)
      decide "release.yml: make the environment 'release' in the repository's settings, with reviewers, for the default branch alone"
      ;;
  esac
}

workflow_odd() { # <line>
  die "make the workflow '${file##*/}': line $number is not understood, as it names what is in the kit's repository only: '$1'"
}

# What stands for this repository's own in the workflows. Sets branch, the default branch as far as this
# clone knows it, and folder_yaml.
caller_find() {
  branch=$(git -C "$root" symbolic-ref --short refs/remotes/origin/HEAD 2>/dev/null) || branch=
  branch=${branch#origin/}
  [ -n "$branch" ] || branch=$(git -C "$root" symbolic-ref --short HEAD 2>/dev/null) || branch=main
  [[ $branch =~ ^[A-Za-z0-9._/-]+$ ]] ||
    die "make the workflows: the default branch is '$branch', and a pattern of branches cannot hold that name as it is"
  folder_yaml=.
  [ "$folder" = . ] || folder_yaml="\"$folder\""
}
