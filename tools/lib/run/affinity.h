/* The CPUs that a command may run on. */
#ifndef RUN_AFFINITY_H
#define RUN_AFFINITY_H

enum { CPUS_MAX = 1024 }; /* more than that are not counted */

struct cpus {
	unsigned char bits[CPUS_MAX / 8];
};

/*
 * Reads a list like "0,2-3"; fatal, naming --cpu, when it is none, or when a CPU in it is not there
 * or not this process's to use. Linux only, fatal elsewhere.
 */
void cpusread(struct cpus *c, const char *list);

/* Moves the calling process to these CPUs; -1 with errno. Safe between fork and exec. */
int cpusenter(const struct cpus *c);

#endif
