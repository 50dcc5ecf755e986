/* What this CPU and its system can run, asked at run time. */
#include <sched.h>

#include "cpu.h"

/* The compiler's run-time library reads CPUID and, for what the system saves, XCR0. */
bool
cpu_avx2(void)
{
#ifdef __x86_64__
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
	return false;
#endif
}

unsigned
cpu_count(void)
{
	cpu_set_t set;

	/* More than 1,024 CPUs do not fit into the set: the call fails. */
	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (unsigned)CPU_COUNT(&set);
}
