# shellcheck shell=bash
#
# A sample profile, as AutoFDO uses it: whose it is, whether it can be used at all, and how much of it fits. It tells
# how often lines of functions were seen at work, on machines that did nothing but be looked at now and then.

SAMPLE_MOST=$((256 << 20)) # bytes of the file
SAMPLE_MEMORY=$((4 << 20)) # KiB for who reads it: a part of it may be compressed

sample_flags=() # what a build needs to find in its functions what the profile calls by name

# Takes the profile of the project. Leaves .pgokit/profile/sample.profdata, and sample.tsv: samples, function.
# Sets sample_flags and sample_of (JSON), for the record.
sample_take() { # <variant>
  local name file said text=$work/profile/sample.proftext functions=0 samples=0 kind=()
  toolchain_is clang ||
    usage "variant '$1': rustc uses sample profiles only by an unstable option (-Zprofile-sample-use), which its releases refuse; with toolchain cargo there are $CARGO_BASES"
  name=$(config '.profile.sample // ""')
  [ -n "$name" ] || usage "variant '$1': it is built from a sample profile, and config: profile.sample names none"
  file=$root/$name
  [ -f "$file" ] || refuse 1 "build '$1': there is no sample profile '$name' (config: profile.sample)"
  [ "$(bytes_of "$file")" -le "$SAMPLE_MOST" ] ||
    refuse 1 "build '$1': '$name' (config: profile.sample) has more than $(human_bytes "$SAMPLE_MOST"): is it a sample profile?"
  folder "$work/profile"
  said=$(sample_convert "$file" --text "$text" 2>&1) || refuse 1 "build '$1': $(sample_unread "$file" "$name" "$said")"
  LC_ALL=C awk -f "$PGOKIT_HOME/ci/lib/proof/sample.awk" "$text" | LC_ALL=C sort -t $'\t' -k 1,1nr -k 2 >"$work/profile/sample.tsv"
  read -r functions samples < <(awk -F '\t' '$1 > 0 { n++; s += $1 } END { printf "%d %.0f\n", n, s }' "$work/profile/sample.tsv")
  [ "$samples" -gt 0 ] || refuse 1 "build '$1': there is no sample in '$name' (config: profile.sample). Was the program that ran the one whose binary llvm-profgen was given?"
  sample_flags=()
  ! grep -qF .__uniq. "$work/profile/sample.tsv" || sample_flags+=(-funique-internal-linkage-names)
  # A hash of the shape of a function; its lines are then numbers of probes.
  ! grep -qE '^ *!CFGChecksum:' "$text" || sample_flags+=(-fpseudo-probe-for-profiling) kind+=(probes)
  ! grep -qE '^\[' "$text" || kind+=(contexts)
  said=$(sample_convert "$text" --extbinary "$(sample_path)" 2>&1) || die "write '$(sample_path)': $said"
  # shellcheck disable=SC2016 # jq's variables
  sample_of=$(jq -cn --arg file "$name" --arg sha256 "$(hash_of "$file")" --arg note "$(sample_note "$file")" \
    --argjson functions "$functions" --argjson samples "$samples" \
    '{$file, $sha256, $functions, $samples, note: (if $note == "" then null else $note end), kind: $ARGS.positional}' --args -- "${kind[@]}")
  log "sample profile '$name': $samples samples in $functions functions"
}

sample_convert() ( # <file> <--text|--extbinary> <to>
  ulimit -v "$SAMPLE_MEMORY"
  "$LLVM_BIN/llvm-profdata" merge --sample "$2" -o "$3.new" "$1" && mv -- "$3.new" "$3"
)

# What a text profile says of itself: its first line, where that is a comment.
sample_note() { # <file>
  head -c 1000 -- "$1" | LC_ALL=C sed -n '1s/^# *//p' | tr -d '\0' | head -c 200 | { iconv -f UTF-8 -t UTF-8 -c || true; }
}

# Why no sample profile can be read from a file, in words.
sample_unread() { # <file> <its name> <what llvm-profdata said>
  local magic
  magic=$(head -c 8 -- "$1" | tr -d '\0')
  if [ "$magic" = PERFILE2 ]; then
    printf "'%s' (config: profile.sample) is perf's own record: llvm-profgen makes a sample profile of it" "$2"
  elif [ ! -s "$1" ]; then
    printf "'%s' (config: profile.sample) is empty" "$2"
  elif (ulimit -v "$SAMPLE_MEMORY" && "$LLVM_BIN/llvm-profdata" show "$1") >/dev/null 2>&1; then
    printf "'%s' (config: profile.sample) is an instrumented profile (-fprofile-generate), no sample profile: leave the key out, and pgokit collect and pgokit merge make one for pgo" "$2"
  else
    printf "'%s' (config: profile.sample) is no sample profile that LLVM %s reads: %s. llvm-profgen, create_llvm_prof and llvm-profdata merge --sample write them" \
      "$2" "$LLVM_MAJOR" "$(sed -n '/./{s/^error: //;s/^.*: //;p;q;}' <<<"$3")"
  fi
}

# What was built is of the file that is there.
sample_check() {
  local was file
  was=$(manifest_get .phases.optimize.sample.sha256)
  file=$(manifest_get .phases.optimize.sample.file)
  [ -n "$was" ] || return 0
  [ "$(hash_of "$root/$file" 2>/dev/null)" = "$was" ] ||
    refuse 1 "measure '$work/bin': the variants were built from another '$file' than the one that is there (config: profile.sample); run pgokit optimize again"
}

# What of the profile a build found no line for. Asks clang once more, which tells for each line of a function the
# samples that it took (the pass sample-profile-impl). A function none of whose lines did is gone, or another
# one by now. Of a source that cannot be compiled again the program itself tells, where it can (taken). Sets changed,
# moved, gone, lost, total, blind, unseen.
sample_changed() { # <build> <list of what is lost>
  local again=$work/build/asked keys=() sources=() objects=()
  asked_compiles "$1" "$again" ||
    refuse 1 "check '$1': clang's record of the build, '$(compiles_of "$1")', has no line with this profile, so what of it fits cannot be told. Does a part of the build run with another environment?"
  asked_again "$again" -fsave-optimization-record -foptimization-record-passes=sample-profile-impl
  [ "$blind" = true ] || : >"$taken"
  find "$again" -name '*.opt.yaml' -exec cat -- {} + | LC_ALL=C sed -n "s/^Function: *'\{0,1\}\([^']*\)'\{0,1\}$/\1/p" |
    LC_ALL=C sort -u - "$taken" >"$again/took"
  : >"$2"
  read -r changed lost total < <(LIST=$2 LC_ALL=C awk -F '\t' '
    FILENAME == ARGV[1] { took[$1]; next }
    { total += $1 }
    $1 > 0 && !($2 in took) { n++; lost += $1; printf "%s\tnot found\t%s\n", $1, $2 >ENVIRON["LIST"] }
    END { printf "%d %.0f %.0f\n", n, lost, total }' "$again/took" "$work/profile/sample.tsv")
  moved=0 gone=0
  rm -rf -- "$again"
}
