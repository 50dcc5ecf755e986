/* What this CPU and its system can run, asked at run time. */
#ifndef KERNELS_CPU_H
#define KERNELS_CPU_H

#include <stdbool.h>

/*
 * AVX2 and FMA, and a system that saves the registers they use. Kernels for them are compiled
 * function by function (the attribute below), so that nothing else in the program needs them.
 */
bool cpu_avx2(void);

/* The CPUs that this process may use; at least 1. */
unsigned cpu_count(void);

#define AVX2 __attribute__((target("avx2,fma")))

#endif
