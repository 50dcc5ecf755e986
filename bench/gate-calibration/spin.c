/* spin N: N units of work that only needs the CPU, about 16 ms for N = 1000. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A walk through a table that fits the second-level cache, with branches that no one foresees. */
static uint32_t
unit(uint32_t *table, uint32_t x)
{
	for (int i = 0; i < 3000; i++) {
		uint32_t *p = &table[x >> 16];

		x = x * 1664525 + 1013904223 + *p;
		if (x & 0x8000)
			*p ^= x;
		else
			*p += (uint32_t)i;
	}
	return x;
}

int
main(int argc, char **argv)
{
	static uint32_t table[1 << 16];
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
	uint32_t x = 1;

	while (n-- > 0)
		x = unit(table, x);
	/* The same for every N, so that the arms print the same. */
	return printf("%s\n", x ? "done" : "zero") < 0;
}
