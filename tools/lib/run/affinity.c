#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#ifdef __linux__
#include <sched.h>
#endif
#include <unistd.h>

#include "base/err.h"
#include "run/affinity.h"

#ifdef __linux__

/* A CPU number at *s, which moves past it; -1 when there is none, or none that counts. */
static long
number(const char **s)
{
	char *end;
	long n;

	if (**s < '0' || **s > '9')
		return -1;
	n = strtol(*s, &end, 10);
	*s = end;
	return n < CPUS_MAX ? n : -1;
}

static void
add(struct cpus *c, const char *list, long cpu, const cpu_set_t *allowed)
{
	long there = sysconf(_SC_NPROCESSORS_CONF);

	if (!CPU_ISSET((size_t)cpu, allowed)) {
		if (cpu >= there)
			fatal("read --cpu '%s': there is no CPU %ld, only 0 to %ld", list, cpu,
				there - 1);
		fatal("read --cpu '%s': this process may not run on CPU %ld", list, cpu);
	}
	c->bits[cpu / 8] |= (unsigned char)(1U << cpu % 8);
}

void
cpusread(struct cpus *c, const char *list)
{
	const char *s = list;
	cpu_set_t allowed;

	*c = (struct cpus){0};
	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		fatal("ask which CPUs this process may use:");
	do {
		long from = number(&s), to = from;

		if (*s == '-') {
			s++;
			to = number(&s);
		}
		if (from < 0 || to < from || (*s && *s != ','))
			fatal("read --cpu '%s': expected numbers of CPUs like 0,2-3", list);
		for (long cpu = from; cpu <= to; cpu++)
			add(c, list, cpu, &allowed);
	} while (*s++ == ',');
}

int
cpusenter(const struct cpus *c)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (size_t i = 0; i < CPUS_MAX; i++)
		if (c->bits[i / 8] >> i % 8 & 1)
			CPU_SET(i, &set);
	return sched_setaffinity(0, sizeof(set), &set);
}

#else

void
cpusread(struct cpus *c, const char *list)
{
	(void)c;
	fatal("read --cpu '%s': only Linux lets a command be tied to CPUs", list);
}

int
cpusenter(const struct cpus *c)
{
	(void)c;
	errno = ENOSYS;
	return -1;
}

#endif
