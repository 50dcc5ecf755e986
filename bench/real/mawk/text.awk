# Lines of records, from a small generator of random numbers: -v seed=N -v lines=N.
function next_in(n) { state = (state * 16807) % 2147483647; return state % n }
BEGIN {
	state = seed
	for (i = 0; i < lines; i++)
		printf "%s%d %d.%d.%d.%d %c%c-%d %d %s\n", substr("alphabetagammadelta", 1 + next_in(12), 3 + next_in(4)), next_in(50), next_in(256), next_in(256), next_in(4), next_in(256), 97 + next_in(26), 97 + next_in(26), next_in(90), next_in(100000), next_in(3) ? "ok" : "failed: code=" next_in(500)
}
