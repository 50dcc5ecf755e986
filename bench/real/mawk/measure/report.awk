# A report over groups: several passes over arrays with two keys.
{ split($2, ip, "."); bytes[ip[1], ip[3]] += $4; hits[ip[1]]++; last[ip[1]] = $1 }
$NF ~ /code=/ { code[substr($NF, 6) % 10]++ }
END {
	for (a = 0; a < 256; a++)
		for (c = 0; c < 4; c++)
			if ((a, c) in bytes)
				total[c] += bytes[a, c] / hits[a]
	for (c = 0; c < 4; c++)
		printf "%d %.3f\n", c, total[c]
	for (c = 0; c < 10; c++)
		print c, code[c], last[c * 25]
}
