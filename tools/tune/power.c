/* Energy from powercap: Documentation/power/powercap/powercap.rst of the kernel. */
#include <dirent.h>
#include <math.h>
#include <string.h>

#include "tune/machine.h"

/* One zone more, if it is a package: "intel-rapl:0"; parts of one have a second colon. */
static void
addzone(struct tune *t, const char *folder, const char *name)
{
	struct zone *z = &t->zone[t->nzones];
	const char *colon = strchr(name, ':');
	char range[sizeof(z->path)];

	if (t->nzones == ZONES || !colon || strchr(colon + 1, ':'))
		return;
	if ((size_t)snprintf(range, sizeof(range), "%s/%s/max_energy_range_uj", folder, name) >=
		sizeof(range))
		return;
	if ((size_t)snprintf(z->path, sizeof(z->path), "%s/%s/energy_uj", folder, name) >=
		sizeof(z->path))
		return;
	if (numberin(range, 0, &z->range) && numberin(z->path, 0, &z->last))
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
