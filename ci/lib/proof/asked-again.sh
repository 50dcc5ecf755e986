# shellcheck shell=bash
#
# Run by bash for each compile line of asked.sh, in parallel: <folder> <number of the line, whose words are in NUMBER.words>.
# Leaves NUMBER.said, LLVM's word on each function, and NUMBER.failed where it did not compile.

mapfile -d '' -t words <"$1/$2.words"
unset CCC_OVERRIDE_OPTIONS # the words have what it did
{ cd -- "${words[0]}" && "${words[@]:1}" -w -c -flto=thin -mllvm -pgo-trace-func-hash= -o "$1/$2.bc"; } >/dev/null 2>"$1/$2.said" ||
  : >"$1/$2.failed"
rm -f -- "$1/$2.bc"
