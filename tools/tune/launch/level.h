/* Levels of x86-64, as the System V psABI numbers them: which of them this CPU can run. */
#ifndef PGOKIT_TUNE_LAUNCH_LEVEL_H
#define PGOKIT_TUNE_LAUNCH_LEVEL_H

/* The least first. */
enum level { LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, LEVELS };

/* Its name: x86-64, x86-64-v2, ... */
const char *levelname(enum level level);

/* The level of that name; LEVELS where there is none. */
enum level levelnamed(const char *name);

/* The highest level all of whose instructions this CPU has and the kernel lets be used. */
enum level levelofcpu(void);

/* What tells CPU models apart, by the instruction cpuid, in printable ASCII: vendor, family, model and
 * stepping as cpuid has them, and the brand string, as in "AuthenticAMD-25-1-1 AMD EPYC 7763". */
#define CPU_NAME_MAX 80
void cpuname(char name[CPU_NAME_MAX]);

#endif
