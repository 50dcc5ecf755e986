# Counting and sorting by hand.
{ n[$1]++; sum[$3] += $4; if ($5 == "ok") good++ }
END {
	for (k in n)
		keys[++m] = k
	for (i = 2; i <= m; i++) {
		k = keys[i]
		for (j = i - 1; j > 0 && (n[keys[j]] < n[k] || (n[keys[j]] == n[k] && keys[j] > k)); j--)
			keys[j + 1] = keys[j]
		keys[j + 1] = k
	}
	for (i = 1; i <= 20; i++)
		print keys[i], n[keys[i]]
	print good, length(sum)
}
