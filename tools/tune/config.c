/* Configuration: defaults, ranges, and changing it while other threads read it. */
#include <stdlib.h>
#include <string.h>

#include "tune/tune.h"
#include "tune/message.h"

struct tune_config
tune_defaults(void)
{
	return (struct tune_config){
		.enabled = true,
		.auto_tune = true,
		.warmup = 10,
		.sample_rate = 100,
		.exploration = 0.1,
		.switch_threshold = 1.2,
		.confidence = 0.8,
		.policy = TUNE_EPSILON,
		.objective = TUNE_PERFORMANCE,
		.memory = 1000,
		.child_limit_s = 60,
		.distrust = true,
		.powercap = "/sys/class/powercap",
		.proc_stat = "/proc/stat",
		.cpufreq = "/sys/devices/system/cpu",
	};
}

/* The first value that is out of range, or NULL. Comparisons are such that NAN is, too. */
static const char *
outofrange(const struct tune_config *c)
{
	if (c->warmup < 1 || c->warmup > 10000)
		return "warmup";
	if (c->sample_rate < 1)
		return "sample_rate";
	if (!(c->exploration >= 0 && c->exploration <= 1))
		return "exploration";
	if (!(c->switch_threshold >= 1 && c->switch_threshold <= 1e9))
		return "switch_threshold";
	if (!(c->confidence >= 0 && c->confidence <= 1))
		return "confidence";
	if (c->policy > TUNE_THOMPSON)
		return "policy";
	if (c->objective > TUNE_SCORE)
		return "objective";
	if (c->memory < 10 || c->memory > MOST_MEMORY)
		return "memory";
	if (c->child_limit_s < 1 || c->child_limit_s > 86400)
		return "child_limit_s";
	return NULL;
}

/* pgokit-tune.json in the user's cache; NULL without memory or a home. */
static char *
defaultpath(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *path = NULL;

	if (cache && *cache == '/')
		return asprintf(&path, "%s/pgokit-tune.json", cache) < 0 ? NULL : path;
	if (home && *home == '/')
		return asprintf(&path, "%s/.cache/pgokit-tune.json", home) < 0 ? NULL : path;
	return NULL;
}

void
freesettings(struct settings *s)
{
	while (s) {
		struct settings *before = s->before;

		for (size_t i = 0; i < sizeof(s->owned) / sizeof(*s->owned); i++)
			free(s->owned[i]);
		free(s);
		s = before;
	}
}

/* Makes the string at *s the settings' own. */
static bool
own(struct settings *s, int i, const char **string)
{
	if (*string)
		*string = s->owned[i] = strdup(*string);
	return *string;
}

struct settings *
mksettings(const struct tune_config *c)
{
	struct settings *s;
	const char *wrong = outofrange(c);

	if (wrong) {
		sayby(c, "configure '%s': out of range", wrong);
		return NULL;
	}
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	s->c = *c;
	if (!c->path)
		s->c.path = s->owned[0] = defaultpath();
	else if (!own(s, 0, &s->c.path))
		goto nomemory;
	if ((c->powercap && !own(s, 1, &s->c.powercap)) ||
		(c->proc_stat && !own(s, 2, &s->c.proc_stat)) ||
		(c->cpufreq && !own(s, 3, &s->c.cpufreq)))
		goto nomemory;
	return s;
nomemory:
	freesettings(s);
	return NULL;
}

int
tune_configure(struct tune *t, const struct tune_config *c)
{
	const char *wrong = outofrange(c);
	struct settings *s;

	if (wrong)
		return fail(t, TUNE_INVALID, "configure '%s': out of range", wrong);
	s = mksettings(c);
	if (!s)
		return fail(t, TUNE_NOMEM, "configure: no memory");
	/* Other threads may be reading the earlier one: it stays. */
	pthread_mutex_lock(&t->lock);
	s->before = atomic_load(&t->settings);
	atomic_store_explicit(&t->settings, s, memory_order_release);
	pthread_mutex_unlock(&t->lock);
	return 0;
}

struct tune_config
tune_configuration(struct tune *t)
{
	return *config(t);
}
