# Text in several scripts, as bytes of UTF-8: -v seed=N -v lines=N -v mix=N (which scripts prevail).
function next_in(n) { state = (state * 16807) % 2147483647; return state % n }
function utf8(c) { return sprintf("%c%c", 192 + int(c / 64), 128 + c % 64) }
function word(script, n, out) {
	for (n = 2 + next_in(7); n > 0; n--)
		out = out (script == 0 ? sprintf("%c", 97 + next_in(26)) : script == 1 ? utf8(1488 + next_in(27)) : script == 2 ? utf8(1576 + next_in(26)) : sprintf("%d", next_in(10)))
	return out
}
BEGIN {
	state = seed
	for (i = 0; i < lines; i++) {
		for (j = 4 + next_in(12); j > 0; j--)
			printf "%s%s", word(next_in(10) < mix ? 1 + next_in(2) : next_in(4)), substr(" ,.(-) ", 1 + next_in(7), 1)
		print ""
	}
}
