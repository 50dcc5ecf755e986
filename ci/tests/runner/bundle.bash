# shellcheck shell=bash
#
# What run and check share: the npm packages of a folder as one file, which Node loads in a quarter of the time.

# Makes node_modules/.bundle/ROOM.mjs of ROOM/packages.mjs, unless it is there.
bundle() { # <room>
  local from=$here/$1/packages.mjs to=$here/node_modules/.bundle/$1.mjs said esbuild
  [ ! "$to" -nt "$from" ] || return 0
  esbuild=$(compgen -G "$here/node_modules/@esbuild/linux-*/bin/esbuild") || {
    printf "%s: load 'node_modules': not installed, or of an earlier lock file; run ci/setup --tests\n" "${0##*/}" >&2
    exit 2
  }
  # What yaml requires of Node's own modules has no require in a module.
  said=$("$esbuild" "$from" --bundle --platform=node --format=esm --outfile="$to.$$" --log-level=warning \
    --banner:js='import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' 2>&1) || {
    printf "%s: bundle '%s': %s\n" "${0##*/}" "$from" "$said" >&2
    exit 2
  }
  mv -- "$to.$$" "$to"
}
