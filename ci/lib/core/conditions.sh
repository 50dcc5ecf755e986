# shellcheck shell=bash
#
# What the kit needs of the system on which it runs, looked at once before a run begins: what is not so
# would show later, as the failure of something else.

conditions_check() {
  [ -z "${PGOKIT_CONDITIONS-}" ] || return 0
  conditions_limits
  conditions_tools
  conditions_tmp
  export PGOKIT_CONDITIONS=met # for the phases that this one starts
}

# Less is too little for any build. Limits of memory differ with the compiler, which says so itself.
conditions_limits() {
  local most
  most=$(ulimit -n)
  [ "$most" = unlimited ] || [ "$most" -ge 64 ] ||
    die "run: $most files may be open at once (ulimit -n), and this needs 64: ulimit -n 1024"
  most=$(ulimit -f)
  [ "$most" = unlimited ] || [ "$most" -ge 1024 ] ||
    die "run: a file may have $most KiB at most (ulimit -f), and programs are larger: ulimit -f unlimited"
}

# Asked for what is used of them, not for their names. One that is not there is for `need` to tell.
conditions_tools() {
  local call said words
  while read -r call; do
    read -r -a words <<<"$call"
    type -P "${words[0]}" >/dev/null || continue
    said=$("${words[@]}" 2>&1 >/dev/null </dev/null) ||
      die "run '$(type -P "${words[0]}")': it does not know '$call', as ${words[0]} of GNU does: ${said%%$'\n'*}. Put that in front of PATH"
  done <<'EOF'
find / -maxdepth 0 -printf %P
realpath -m -s -- /
sed -z -E s/\xc2/?/
sha256sum -z -- /dev/null
sort -z -u
stat -c %s -- /
tail -c +1
tar --null --no-recursion --warning=no-timestamp -cf /dev/null -T /dev/null
xargs -0 -r true
EOF
}

# Compilers write there, too, and bash itself. 64 KiB: what must not be full is the disk, and not a quota.
conditions_tmp() {
  local dir=${TMPDIR:-/tmp} file said
  [ -w "$dir" ] || die "use TMPDIR '$dir': there is no such folder, or no permission to write there"
  file=$(mktemp "$dir/pgokit.XXXXXX" 2>&1) || die "use TMPDIR '$dir': $file"
  said=$(head -c 65536 /dev/zero 2>&1 >"$file") || {
    rm -f -- "$file"
    die "use TMPDIR '$dir': it cannot take 64 KiB: ${said##*: }; make room, or set TMPDIR to another folder"
  }
  rm -f -- "$file"
}
