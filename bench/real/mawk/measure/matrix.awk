# Floating point: a product of matrices and a walk of sums.
BEGIN {
	n = 70
	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++) {
			a[i, j] = (i * 7 + j * 3) % 11 - 5
			b[i, j] = (i * 5 + j) % 7 / 3
		}
	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++) {
			s = 0
			for (k = 0; k < n; k++)
				s += a[i, k] * b[k, j]
			trace += i == j ? s : int(s) % 2
		}
	printf "%.6f %.6f\n", trace, exp(log(1 + n) / 3)
}
