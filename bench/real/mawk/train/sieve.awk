# Numbers, arrays and functions.
function collatz(n, steps) {
	for (steps = 0; n != 1; steps++)
		n = n % 2 ? 3 * n + 1 : n / 2
	return steps
}
BEGIN {
	for (i = 2; i <= 60000; i++)
		if (!(i in composite)) {
			primes++
			for (j = i * i; j <= 60000; j += i)
				composite[j] = 1
		}
	for (i = 1; i < 4000; i++)
		sum += collatz(i)
	print primes, sum
}
