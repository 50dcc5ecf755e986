# The functions of a sample profile as llvm-profdata merge --sample --text writes it, for each: samples, name, with a tab
# between. A function starts at the margin, NAME:TOTAL:HEAD, or [CALLER:LINE @ NAME]:TOTAL:HEAD where callers are told
# apart; below it stand its lines, OFFSET[.DISCRIMINATOR]: SAMPLES, and the functions that were inlined into it, whose
# lines count as its own. TOTAL is not taken: tools differ in what they add up there.

/^[^ ]/ {
	name = $0
	sub(/:[0-9]+:[0-9]+$/, "", name)
	if (name ~ /^\[.*\]$/) { name = substr(name, 2, length(name) - 2); sub(/^.* @ /, "", name) }
	samples[name] += 0
	next
}
$1 ~ /^[0-9]+(\.[0-9]+)?:$/ && $2 ~ /^[0-9]+$/ { samples[name] += $2 }

END { for (name in samples) printf "%.0f\t%s\n", samples[name], name }
