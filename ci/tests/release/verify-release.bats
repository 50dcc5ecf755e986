#!/usr/bin/env bats
#
# verify-release: a package as it was made, and every other one refused by name. One package, made once, is copied and
# changed.

load ../helper

# A package of the variant that was chosen, with a wheel, as far as pgokit package looks into one.
made() {
  tiny made '.build += " && mkdir -p w/tiny w/tiny-1.dist-info && cp prog w/tiny/prog.so && echo tiny/prog.so,sha256=x,1 >w/tiny-1.dist-info/RECORD && rm -f *.whl && cd w && zip -qr ../tiny-1-cp311-cp311-manylinux_2_34_x86_64.whl ." | .release.wheel = "*.whl"'
  git init -q
  git add -A
  git commit -q -m all
  "$pgokit" collect
  "$pgokit" merge
  "$pgokit" optimize
  "$pgokit" bench --rounds 20
  "$pgokit" gate
  "$pgokit" package --version v1
  cp -R .pgokit/dist ../dist
}

setup() {
  made_once made
  cd "$BATS_TEST_TMPDIR/dist" || return
}

sums() {
  rm -f SHA256SUMS
  sha256sum -- * >../sums
  mv ../sums SHA256SUMS
}

verify() { # <status> [option...]
  run --separate-stderr "-$1" "$pgokit" verify-release "${@:2}" .
}

refused() { # <why>
  verify 1 --unattested
  has "$stderr" "pgokit verify-release: verify '$PWD': $1"
}

# The tarball with the change of the function made in its folder.
repacked() { # <option of tar...>
  rm -rf ../tiny-v1-x86_64-linux
  tar -xzf ../made/.pgokit/dist/*.tar.gz -C ..
  (cd .. && "${change:-true}")
  LC_ALL=C tar -C .. --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git -C ../made log -1 --format=%ct)" \
    --mode=u=rwX,go=rX "$@" -cf - tiny-v1-x86_64-linux | gzip -n9 >"$(echo *.tar.gz)"
  sums
}

@test "what package made is verified, its tarball named or its folder" {
  verify 0 --unattested
  like "$output" "tiny-v1-x86_64-linux.tar.gz: tiny v1, * of $(git -C ../made rev-parse HEAD), not attested"
  has "$(messages)" 'nothing says who made it (--unattested)'
  run -0 --separate-stderr "$pgokit" verify-release --unattested tiny-v1-x86_64-linux.tar.gz
}

@test "without an attestation it is refused, unless nobody asks for one; gh is told who has to have signed, and what commit" {
  verify 1
  has "$stderr" 'nobody vouches for it: --repo OWNER/NAME asks GitHub who made it'
  # shellcheck disable=SC2016 # of the script
  printf '#!/bin/sh\necho "$@" >>"%s"\necho denied >&2\nexit %s\n' "$BATS_TEST_TMPDIR/asked" '"${GH_SAYS:-0}"' >../gh
  chmod +x ../gh
  PATH=$BATS_TEST_TMPDIR:$PATH verify 0 --repo o/n
  ends "$output" 'attested by o/n'
  same "$(wc -l <../asked)" 6
  has "$(<../asked)" "tiny-v1-x86_64-linux.tar.gz --repo o/n --signer-workflow o/n/.github/workflows/release.yml --source-digest $(git -C ../made rev-parse HEAD) --deny-self-hosted-runners"
  GH_SAYS=1 PATH=$BATS_TEST_TMPDIR:$PATH verify 1 --repo o/n --signer-workflow o/n/.github/workflows/x.yml
  has "$stderr" 'is not attested by o/n/.github/workflows/x.yml of the commit'
}

@test "any changed byte of tarball, manifest, receipt, report, bill of materials or wheel is caught, with SHA256SUMS made anew" {
  local n file at was missed=() RANDOM=20261201
  cp -R . ../whole
  for ((n = 0; n < ${PGOKIT_TEST_CHANGES:-40}; n++)); do
    file=$(find . ! -name SHA256SUMS -type f | LC_ALL=C sort | sed -n "$((n % 6 + 1))p")
    at=$(((RANDOM << 15 | RANDOM) % $(stat -c %s "$file")))
    was=$(od -An -tu1 -j "$at" -N 1 "$file")
    # shellcheck disable=SC2059 # a byte from its number
    printf "\\x$(printf %x $(((was + 1 + RANDOM % 255) % 256)))" | dd of="$file" bs=1 seek="$at" conv=notrunc status=none
    holds "$(cmp "$file" "../whole/$file")" != ''
    sums
    ! "$pgokit" verify-release --unattested . >/dev/null 2>&1 || missed+=("$file:$at")
    cp "../whole/$file" "$file"
  done
  same "${missed[*]}" ''
}

@test "files that SHA256SUMS does not name, or that are not what it says: refused" {
  touch more
  refused 'there is something else in it than SHA256SUMS says'
  rm more
  printf x >>tiny-v1-receipt.json
  refused 'a file is not what SHA256SUMS says'
  sums
  refused "the files beside the tarball are not those that the manifest names"
  rm tiny-v1-manifest.json
  sums
  refused "'tiny-v1-manifest.json' is not in it"
}

# What a stranger may put into a tarball.
linked() { ln -s /etc/passwd tiny-v1-x86_64-linux/z; }
hard_linked() { ln tiny-v1-x86_64-linux/prog tiny-v1-x86_64-linux/z; }
piped() { mkfifo tiny-v1-x86_64-linux/z; }
added() { echo more >tiny-v1-x86_64-linux/z; }

@test "a tarball with links, pipes, '..', a root, doubles, more files or another form: refused, and nothing is written" {
  local outside=$BATS_TEST_TMPDIR/outside
  change=linked repacked
  refused "'tiny-v1-x86_64-linux.tar.gz' is not as pgokit package makes it"
  has "$stderr" "'tiny-v1-x86_64-linux/z' in it: it is a link, a device"
  change=hard_linked repacked
  refused "'tiny-v1-x86_64-linux.tar.gz' is not as"
  change=piped repacked
  refused "'tiny-v1-x86_64-linux.tar.gz' is not as"
  change=added repacked
  refused "'tiny-v1-x86_64-linux.tar.gz': its files are not those that its manifest names"
  repacked -P --transform "s|.*/prog|../outside|"
  refused "'tiny-v1-x86_64-linux.tar.gz' is not as"
  has "$stderr" "'../outside' in it: its path has a part '.' or '..'"
  repacked -P --transform "s|.*/prog|$outside|"
  has "$("$top/build/bin/tarball-verify" ./*.gz 2>&1 || true)" 'its path begins at the root'
  repacked --transform 's|prog|pgokit-manifest.json|'
  refused "'tiny-v1-x86_64-linux.tar.gz' is not as"
  has "$stderr" 'it is there twice, or not in order'
  repacked --owner=7
  has "$("$top/build/bin/tarball-verify" ./*.gz 2>&1 || true)" 'its header is not the one that pgokit package writes'
  repacked
  run -1 "$top/build/bin/tarball-verify" --max 20000 ./*.gz
  has "$output" 'it unpacks to more than --max bytes'
  cp ./*.gz ../double.tar.gz
  gzip -c </dev/null >>../double.tar.gz
  run -1 "$top/build/bin/tarball-verify" -C ../out ../double.tar.gz
  has "$output" 'something stands behind the end of its gzip file'
  holds ! -e ../out
  holds ! -e "$outside"
  # What it does accept is what is unpacked.
  verify 0 --unattested
}

# Everything made anew around a changed manifest: what is left is what it says of others.
forged() { # <jq filter>
  jq "$1" tiny-v1-manifest.json >../forged
  jq -f "$top/ci/lib/release/sbom.jq" ../forged >tiny-v1-sbom.cdx.json
  jq --arg sbom "$(sha256sum <tiny-v1-sbom.cdx.json | cut -c 1-64)" '.beside["tiny-v1-sbom.cdx.json"] = $sbom' ../forged >tiny-v1-manifest.json
  change=manifest_in repacked
}
manifest_in() { cp dist/tiny-v1-manifest.json tiny-v1-x86_64-linux/pgokit-manifest.json; }

@test "a forged manifest is held against the programs and the measurement" {
  local was ship
  was=$(<tiny-v1-manifest.json)
  ship=$(jq -r .variant tiny-v1-manifest.json)
  forged '.programs[0].relro = "none"'
  refused "'prog' is not what the manifest says of it: relro is \""
  printf '%s\n' "$was" >tiny-v1-manifest.json
  forged '.programs[0].measured_sha256 = (.profile.sha256 // .decision.receipt)'
  refused "the program is not the one that was measured in 'tiny-v1-receipt.json', by hash or build id"
  printf '%s\n' "$was" >tiny-v1-manifest.json
  forged '.decision.steps[0].why = "yes" | .decision.steps[0].chosen = (.decision.steps[0].chosen | not)'
  refused "its manifest says of 'pgo-nolto'"
  printf '%s\n' "$was" >tiny-v1-manifest.json
  forged '.decision.rules.min_win_pct = 99.9'
  if [ "$ship" = baseline ]; then verify 0 --unattested; else refused "its manifest says of 'pgo-nolto'"; fi
  printf '%s\n' "$was" >tiny-v1-manifest.json
  forged '.programs[0].isa = "x86-64-v3"'
  refused "'prog' is not what the manifest says of it: isa is "
  printf '%s\n' "$was" >tiny-v1-manifest.json
  forged '.name = "other"'
  verify 0 --unattested # only the attestation knows
}

@test "a newer C library than is asked for is refused" {
  verify 1 --unattested --glibc 2.0
  has "$stderr" "'prog' needs glibc 2."
  verify 0 --unattested --glibc 99.0
}
