#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "measure/machine.h"

/* The rest of the first line of `file` that starts with `key`, after blanks and a colon; or "". */
static const char *
fact(const char *file, const char *key)
{
	static char line[4096];
	FILE *f = fopen(file, "r");
	char *found = NULL;

	while (f && !found && fgets(line, sizeof(line), f))
		if (!strncmp(line, key, strlen(key)))
			found = line + strlen(key);
	if (f)
		fclose(f);
	if (!found)
		return "";
	found[strcspn(found, "\n")] = '\0';
	return found + strspn(found, " \t:");
}

static json_t *
known(const char *s)
{
	return *s ? jsonstr(s) : json_null();
}

json_t *
machinefacts(void)
{
	const char *flags = fact("/proc/cpuinfo", "flags");
	bool hyper = strstr(flags, " hypervisor") != NULL;
	json_t *virt = *flags ? json_boolean(hyper) : json_null(), *v;
	struct utsname u;
	double load = 0;

	v = jsonpack("{s:o, s:I, s:o}", "cpu", known(fact("/proc/cpuinfo", "model name")), "cores",
		(json_int_t)sysconf(_SC_NPROCESSORS_ONLN), "virtual", virt);
	json_object_set_new(v, "kernel", known(uname(&u) ? "" : u.release));
	json_object_set_new(v, "governor",
		known(fact("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "")));
	json_object_set_new(v, "load1", getloadavg(&load, 1) == 1 ? json_real(load) : json_null());
	return v;
}

long long
stealticks(void)
{
	const char *p = fact("/proc/stat", "cpu ");
	long long ticks = 0;

	/* user nice system idle iowait irq softirq steal: the eighth number */
	for (int i = 0; i < 8; i++) {
		char *end;

		ticks = strtoll(p, &end, 10);
		if (end == p)
			return 0;
		p = end;
	}
	return ticks;
}
