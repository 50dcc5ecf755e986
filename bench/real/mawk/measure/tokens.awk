# A scanner: character by character, with a table of states.
function class(c) {
	return c ~ /[0-9]/ ? "n" : c ~ /[a-z]/ ? "w" : c == "." || c == "-" ? "p" : "o"
}
{
	state = ""
	for (i = 1; i <= length($0); i++) {
		c = substr($0, i, 1)
		k = (c in seen) ? seen[c] : (seen[c] = class(c))
		if (k != state) {
			tokens[k]++
			if (state != "")
				pairs[state k]++
			state = k
		}
	}
}
END { print tokens["n"], tokens["w"], tokens["p"], tokens["o"], pairs["np"], pairs["wn"], pairs["ow"] }
