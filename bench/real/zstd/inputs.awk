# Text of four kinds from a small generator of random numbers: -v kind=log|csv|json|prose -v seed=N -v lines=N.
function next_in(n) { state = (state * 16807) % 2147483647; return state % n }
function word() { return words[next_in(64)] }
BEGIN {
	state = seed
	split("", words)
	for (i = 0; i < 64; i++)
		for (j = 0; j < 3 + next_in(6); j++)
			words[i] = words[i] sprintf("%c", 97 + next_in(26))
	for (i = 0; i < lines; i++) {
		if (kind == "log")
			printf "2026-%02d-%02d %02d:%02d:%02d.%03d %s[%d]: %s %s=%d\n", 1 + next_in(12), 1 + next_in(28), next_in(24), next_in(60), next_in(60), next_in(1000), word(), next_in(30000), word(), word(), next_in(1000000)
		else if (kind == "csv")
			printf "%d,%s,%s,%d.%02d,%d\n", i, word(), word(), next_in(10000), next_in(100), next_in(2)
		else if (kind == "json")
			printf "{\"id\": %d, \"%s\": [%d, %d, %d], \"name\": \"%s %s\"}\n", next_in(100000), word(), next_in(256), next_in(256), next_in(256), word(), word()
		else {
			for (j = 0; j < 8 + next_in(8); j++)
				printf "%s ", word()
			print ""
		}
	}
}
