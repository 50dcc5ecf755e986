# shellcheck shell=bash
#
# What has to hold before a release is built, and once more before it is published.

# Its letters go into names of files, and it is handed to git and gh.
tag_named() { # <tag>
  if [[ ! $1 =~ ^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$ ]] || ! git check-ref-format "refs/tags/$1"; then
    refuse 1 "release '$1': expected the name of a tag of letters, digits and . _ + - (at most 100)"
  fi
}

# A workflow that is started by hand may be started on any branch or tag, and is that one's then.
tag_from() { # <tag>; sets branch, the default one
  branch=$(github_api '' --jq .default_branch) || exit
  [ "${GITHUB_REF-}" = "refs/heads/$branch" ] || [ "${GITHUB_REF-}" = "refs/tags/$1" ] ||
    refuse 1 "release '$1': this run is of '${GITHUB_REF-}', and only the default branch, '$branch', and the tag itself release"
}

# The attestation names the run's commit as what the files were built from.
tag_of_run() { # <tag> <its commit>
  [ "$2" = "${GITHUB_SHA-}" ] ||
    refuse 1 "release '$1': it stands on ${2:0:12}, and this run is of ${GITHUB_SHA:0:12}, which an attestation would name; start the workflow on the tag: gh workflow run release.yml --ref $1 -f tag=$1"
}

# Drafts are seen by those who may write.
tag_unreleased() { # <tag>
  local all
  all=$(github_api releases --paginate --jq '.[].tag_name') || exit
  ! grep -Fxq -- "$1" <<<"$all" ||
    refuse 1 "release '$1': there is a release of it already, or a draft that an earlier run left; a published one stays as it is, a draft can be deleted: gh release delete $1"
}
