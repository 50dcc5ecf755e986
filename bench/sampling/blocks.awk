# Addresses at which a clock saw a program (one a line, hexadecimal, of a program that starts at 0x555555554000), then
# llvm-objdump -d --symbolize-operands of it, in which each block of code has a label: makes of them what
# llvm-profgen --unsymbolized-profile reads. Lines FIRST-LAST:COUNT, the number of them in front, then the branches,
# of which a clock knows nothing.
#
# A clock sees an instruction as long as it takes, and what comes behind a slow one in its place. What runs equally
# often is a block, so its samples are spread over it: COUNT is samples per instruction, times 100.

function number(hex,    i, n) {
	for (i = 1; i <= length(hex); i++) n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
	return n
}

function settle() {
	if (seen) {
		range[++ranges] = first "-" last ":" int(100 * seen / instructions + 0.5)
	}
	first = ""; seen = instructions = 0
}

BEGIN { base = number("555555554000") }

NR == FNR { samples[sprintf("%x", number($1) - base)]++; next }

/^<|^[0-9a-f]+ </ { settle(); next }
/^ +[0-9a-f]+:/ {
	at = $1; sub(/:$/, "", at)
	if (first == "") first = at
	last = at
	instructions++
	seen += samples[at]
}

END {
	settle()
	if (!ranges) exit 1
	print ranges
	for (i = 1; i <= ranges; i++) print range[i]
	print 0
}
