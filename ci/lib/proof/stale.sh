# shellcheck shell=bash
#
# Why a profile does not fit, when it does not: what differs between the build for training and this one.
# .pgokit/log/collected/ has of the former, while the tree is there: files, the list of the tree before the
# build (see provenance.sh), by which a profile that was collected elsewhere is told from one of here; made,
# "SHA-256  path" of the C-like sources and headers after it; compiles.jsonl (see compiles.sh).

stale_note() { # after the build for training
  local to=$work/log/collected
  folder_empty "$to"
  cp -- "$work/tree.files" "$to/files"
  cp -- "$(compiles_of instrumented)" "$to/compiles.jsonl"
  stale_made >"$to/made"
}

stale_made() { # NUL behind each line, sorted
  (cd -- "$tree" && find . -name .git -prune -o -regextype posix-egrep -type f \
    -iregex '.*[.](c|cc|cpp|cxx|c[+][+]|m|mm|h|hh|hpp|hxx|h[+][+]|inc|inl|ipp|tcc|tpp|def|s|y|l)' -printf '%P\0' |
    xargs -0r sha256sum -z --) | LC_ALL=C sort -z
}

# A sentence, with what to do.
stale_why() { # <build>
  local was=$work/log/collected changed generated=() without new differ
  if [ "$(manifest_get '.phases.collect.sources | if length == 1 then .[0].tree else empty end')" != "$(hash_of "$was/files" 2>/dev/null)" ]; then
    printf '. Run pgokit collect and pgokit merge again'
    return
  fi
  changed=$(sources_named "$was/files" pgokit.json)
  if [ -n "$changed" ]; then
    printf '. The project has changed since%s. Run pgokit collect and pgokit merge again' "$changed"
    return
  fi
  printf '. It was collected from this very source, so collecting again would not help: '
  compiled_compare "$was/compiles.jsonl" "$(compiles_of "$1")" 'the build for training'
  if [ $((${#without[@]} + ${#new[@]})) -gt 0 ]; then
    printf 'the build for training was made%s%s. Something in the build, such as a configure script, decides by the flags that it is given' \
      "${without:+ of $(some_names "${without[@]}")}" "${new:+${without:+,} not of $(some_names "${new[@]}")}"
    return
  fi
  mapfile -d '' -t generated < <(LC_ALL=C comm -z -13 -- "$was/made" <(stale_made) | cut -z -c 67-)
  if [ ${#generated[@]} -gt 0 ]; then
    printf '%s, which the build makes, is another each time. Let it make the same one each time: no time, random number, or flag of the compiler in it' "$(some_names "${generated[@]}")"
  elif [ -n "$differ" ]; then
    printf '%s. The build decides by the flags that it is given' "$differ"
  else
    printf 'sources, and the options that were given with them, are those of the training. What else does the build make, or tell the compiler?'
  fi
}
