# A made-up language: -v seed=N -v make=dic|aff|text, for text -v words=N -v wrong=N (one word in N is misspelled).
# The words are the same for every seed of text.
function next_in(n) { state = (state * 16807) % 2147483647; return state % n }
function syllable() { return substr("bcdfghklmnprstvz", 1 + next_in(16), 1) substr("aeiou", 1 + next_in(5), 1) (next_in(3) ? "" : substr("nrslm", 1 + next_in(5), 1)) }
function word(n, out) { for (n = 2 + next_in(3); n > 0; n--) out = out syllable(); return out }
# As the rules of the .aff say.
function affixed(w, flags) {
	if (flags ~ /S/ && next_in(2)) w = w ~ /[aeiou]$/ ? w "ns" : w "es"
	else if (flags ~ /D/ && next_in(2)) w = w ~ /e$/ ? w "d" : w "ed"
	else if (flags ~ /G/ && next_in(2)) { sub(/e$/, "", w); w = w "ing" }
	if (flags ~ /U/ && next_in(4) == 0) w = "un" w
	return w
}
function misspelled(w, i, kind) {
	i = 1 + next_in(length(w)); kind = next_in(4)
	if (kind == 0) return substr(w, 1, i - 1) substr(w, i + 1) "q"
	if (kind == 1) return substr(w, 1, i) "x" substr(w, i + 1)
	if (kind == 2) return substr(w, 1, i - 1) "w" substr(w, i + 1)
	return substr(w, i) substr(w, 1, i - 1) "y"
}
BEGIN {
	if (make == "aff") {
		print "SET UTF-8\nTRY esianrtolcdugmphbyfvkwzq\nREP 3\nREP f ph\nREP k c\nREP q k\nMAP 1\nMAP aei"
		print "PFX U Y 1\nPFX U 0 un .\nSFX S Y 2\nSFX S 0 ns [aeiou]\nSFX S 0 es [^aeiou]"
		print "SFX D Y 2\nSFX D 0 d e\nSFX D 0 ed [^e]\nSFX G Y 2\nSFX G e ing e\nSFX G 0 ing [^e]"
		exit
	}
	state = 7
	for (i = 0; i < 12000; i++) {
		dictionary[i] = word()
		flags[i] = substr("SDGU", 1 + next_in(4)) substr("USD", 1 + next_in(3), 1)
	}
	if (make == "dic") {
		print 12000
		for (i = 0; i < 12000; i++)
			print dictionary[i] "/" flags[i]
		exit
	}
	state = seed
	for (i = 1; i <= words; i++) {
		k = next_in(12000)
		w = affixed(dictionary[k], flags[k])
		if (next_in(wrong) == 0)
			w = misspelled(w)
		if (next_in(9) == 0)
			w = toupper(substr(w, 1, 1)) substr(w, 2)
		printf "%s%s", w, i % 12 ? (next_in(10) ? " " : ", ") : ".\n"
	}
}
