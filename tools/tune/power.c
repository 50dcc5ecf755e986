/* Energy from powercap: Documentation/power/powercap/powercap.rst of the kernel. */
#include <dirent.h>
#include <math.h>
#include <string.h>

#include "tune/machine.h"

/* Sets path to that of a file of a zone. */
static bool
fileof(char path[ZONE_PATH], const char *folder, const char *zone, const char *file)
{
	return snprintf(path, ZONE_PATH, "%s/%s/%s", folder, zone, file) < ZONE_PATH;
}

/*
 * Whether a zone is one more package. The platform (psys) has the packages in it, and one package may
 * be told by two drivers (intel-rapl, intel-rapl-mmio).
 */
static bool
onemore(const struct tune *t, const char *name)
{
	for (int i = 0; *name && i < t->nzones; i++)
		if (!strcmp(t->zone[i].name, name))
			return false;
	return !*name || !strncmp(name, "package", strlen("package"));
}

/* One zone more, if it is a package: "intel-rapl:0"; parts of one have a second colon. */
static void
addzone(struct tune *t, const char *folder, const char *zone)
{
	struct zone *z = &t->zone[t->nzones];
	const char *colon = strchr(zone, ':');
	char path[ZONE_PATH];

	if (t->nzones == ZONES || !colon || strchr(colon + 1, ':'))
		return;
	if (!fileof(path, folder, zone, "name"))
		return;
	linein(path, z->name, ZONE_NAME); /* empty where the kernel does not say */
	if (!onemore(t, z->name) || !fileof(path, folder, zone, "max_energy_range_uj") ||
		!fileof(z->path, folder, zone, "energy_uj"))
		return;
	if (numberin(path, 0, &z->range) && numberin(z->path, 0, &z->last))
		t->nzones++;
}

static void
findzones(struct tune *t, const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	t->nzones = 0;
	t->power_path = folder;
	while (dir && (e = readdir(dir)))
		addzone(t, folder, e->d_name);
	if (dir)
		closedir(dir);
}

/* Adds what a zone has used since the last look; false when it cannot be read any more. */
static bool
advance(struct zone *z, double *sum)
{
	int64_t now, used;

	if (!numberin(z->path, 0, &now) || now < 0)
		return false;
	used = now - z->last;
	if (now < z->last) {
		/* Wrapped around: it counts from 0 to range. */
		if (z->last > z->range)
			return false;
		used = z->range - z->last + now;
	}
	z->last = now;
	*sum += (double)used * 1e-6;
	return true;
}

double
joules(struct tune *t)
{
	const char *folder = config(t)->powercap;
	double sum;
	bool known;

	if (!folder)
		return NAN;
	pthread_mutex_lock(&t->power_lock);
	if (t->power_path != folder)
		findzones(t, folder);
	known = t->nzones > 0;
	for (int i = 0; known && i < t->nzones; i++)
		known = advance(&t->zone[i], &t->joules);
	/* A zone that vanished: what the others say is not the whole. */
	if (!known)
		t->nzones = 0;
	sum = known ? t->joules : NAN;
	pthread_mutex_unlock(&t->power_lock);
	return sum;
}
