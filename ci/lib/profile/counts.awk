# The text form of a profile (llvm-profdata merge -text; the format is that of LLVM's InstrProfReader,
# TextInstrProfReader::readNextRecord) as a line per function: the sum of its counters, hash, name.
/^# Func Hash:$/ { name = before; getline hash }
/^# Num Counters:$/ { getline n }
/^# Counter Values:$/ {
  sum = 0
  for (i = 0; i < n && (getline x) > 0; i++) sum += x
  gsub(/\t/, " ", name)
  printf "%.0f\t%s\t%s\n", sum, hash, name
}
$0 != "" { before = $0 }
