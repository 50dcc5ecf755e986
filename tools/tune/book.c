/* The content of a profile file: checked, added to a tuner, made of one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tune/store.h"
#include "tune/choose.h"
#include "tune/message.h"
#include "tune/model.h"
#include "tune/moments.h"
#include "tune/profile.h"

/*
 *	{"format": "pgokit-tune", "version": 1, "machines": [
 *	  {"cpu": "...", "profiles": [
 *	    {"op": "GEMM", "dims": [64, 64, 64], "flops": 524288, "targets": [
 *	      {"name": "avx2", "n": [runs, samples, samples that count],
 *	       "us": [min, max, mean, variance], "ln": [mean, variance] of ln(seconds),
 *	       "W": [samples that count, min, max, mean, variance] of watts,
 *	       "J": [min, max, mean, variance] of joules, "rate": units per second}]}],
 *	   "models": [{"model": "...", "steps": [["GEMM", [64, 64, 64], repetitions]]}]}]}
 * flops, W, J, rate and models only where known.
 */
static const char FORMAT[] = "pgokit-tune";
enum { VERSION = 1 };

/* --- Reading ------------------------------------------------------------------------------- */

/* The n numbers of an array, no more and no fewer; not json_unpack, which takes thrice the time. */
static bool
numbers(const json_t *array, size_t n, double to[])
{
	if (json_array_size(array) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *x = json_array_get(array, i);

		if (!json_is_number(x))
			return false;
		to[i] = json_number_value(x);
	}
	return true;
}

/* min, max, mean, variance of numbers from least to most, give or take what rounding takes. */
static bool
goodmoments(const double m[4], double least, double most)
{
	least *= 0.9;
	most *= 1.1;
	return within(m[0], least, most) && within(m[1], m[0], most) && within(m[2], least, most) &&
	       within(m[3], 0, most * most);
}

static struct moments
momentsof(const double m[4], double weight)
{
	return (struct moments){
		(float)m[0], (float)m[1], (float)m[2], (float)(m[3] * fmax(weight - 1, 0))};
}

static bool
readpower(const json_t *watts, const json_t *joules, struct known *k)
{
	double w[5], j[4];

	if (!watts && !joules)
		return true;
	if (!numbers(watts, 5, w) || !numbers(joules, 4, j))
		return false;
	if (!(w[0] > 0 && w[0] <= (double)k->weight + 0.5) ||
		!goodmoments(w + 1, LEAST_WATTS, MOST_WATTS) ||
		!goodmoments(j, LEAST_WATTS * LEAST_SECONDS, MOST_WATTS * MOST_SECONDS))
		return false;
	k->power_weight = (float)w[0];
	k->watts = momentsof(w + 1, w[0]);
	k->joules = momentsof(j, w[0]);
	return true;
}

/* Runs, samples, samples that count. */
static bool
readcounts(const json_t *n, struct known *k)
{
	const json_t *runs = json_array_get(n, 0), *count = json_array_get(n, 1);
	json_int_t r = json_integer_value(runs), c = json_integer_value(count);
	double weight = json_number_value(json_array_get(n, 2));

	if (json_array_size(n) != 3 || !json_is_integer(runs) || !json_is_integer(count))
		return false;
	if (r < 0 || r > MOST_RUNS || c < 1 || c > UINT32_MAX)
		return false;
	if (!(weight > 0 && weight <= fmin((double)c, MOST_MEMORY)))
		return false;
	k->runs = (uint64_t)r;
	k->count = (uint32_t)c;
	k->weight = (float)weight;
	return true;
}

static bool
readtarget(const json_t *target, const char **name, struct known *k)
{
	const json_t *rate = json_object_get(target, "rate");
	double us[4], ln[2], weight;

	*k = (struct known){0};
	*name = json_string_value(json_object_get(target, "name"));
	if (!validname(*name) || !readcounts(json_object_get(target, "n"), k) ||
		!numbers(json_object_get(target, "us"), 4, us) ||
		!numbers(json_object_get(target, "ln"), 2, ln))
		return false;
	if (!goodmoments(us, LEAST_SECONDS * 1e6, MOST_SECONDS * 1e6) || !within(ln[0], -30, 30) ||
		!within(ln[1], 0, 60 * 60) ||
		(rate && !within(json_number_value(rate), 1e-30, 1e30)))
		return false;
	weight = (double)k->weight;
	k->min = (float)(us[0] * 1e-6);
	k->max = (float)(us[1] * 1e-6);
	k->mean = us[2] * 1e-6;
	k->m2 = us[3] * 1e-12 * fmax(weight - 1, 0);
	k->log_mean = ln[0];
	k->log_m2 = (float)(ln[1] * fmax(weight - 1, 0));
	k->rate = (float)json_number_value(rate);
	return readpower(json_object_get(target, "W"), json_object_get(target, "J"), k);
}

/* The number of dimensions; 0: they are not valid. */
static int
readdims(const json_t *a, int64_t dims[TUNE_MAX_DIMS])
{
	size_t n = json_array_size(a);

	if (n > TUNE_MAX_DIMS)
		return 0;
	for (size_t i = 0; i < n; i++) {
		const json_t *d = json_array_get(a, i);

		if (!json_is_integer(d) || json_integer_value(d) < 0)
			return 0;
		dims[i] = json_integer_value(d);
	}
	return (int)n;
}

static bool
goodprofile(const json_t *profile)
{
	const char *op, *name;
	json_t *dims, *targets;
	int64_t size[TUNE_MAX_DIMS];
	double flops = 0;
	struct known k;

	if (json_unpack((json_t *)profile, "{s:s, s:o, s?F, s:o}", "op", &op, "dims", &dims,
		    "flops", &flops, "targets", &targets))
		return false;
	if (!validname(op) || !readdims(dims, size) || !within(flops, 0, MOST_FLOPS) ||
		!json_is_array(targets))
		return false;
	for (size_t i = 0; i < json_array_size(targets); i++)
		if (!readtarget(json_array_get(targets, i), &name, &k))
			return false;
	return true;
}

static bool
goodmodel(const json_t *model)
{
	const char *name, *op;
	json_t *steps, *dims;
	json_int_t repeat;
	int64_t size[TUNE_MAX_DIMS];

	if (json_unpack((json_t *)model, "{s:s, s:o}", "model", &name, "steps", &steps) ||
		!validname(name) || !json_array_size(steps))
		return false;
	for (size_t i = 0; i < json_array_size(steps); i++)
		if (json_unpack(json_array_get(steps, i), "[soI!]", &op, &dims, &repeat) ||
			!validname(op) || !readdims(dims, size) || repeat < 1 ||
			repeat > UINT32_MAX)
			return false;
	return true;
}

/* A name such as machine() gives. */
static bool
goodcpu(const char *cpu)
{
	size_t n = cpu ? strlen(cpu) : 0;

	for (size_t i = 0; i < n; i++)
		if (cpu[i] < 0x20 || cpu[i] > 0x7e)
			return false;
	return n && n < sizeof(((struct tune *)NULL)->machine);
}

static bool
goodmachine(const json_t *machine)
{
	const json_t *profiles = json_object_get(machine, "profiles");
	const json_t *models = json_object_get(machine, "models");

	if (!goodcpu(json_string_value(json_object_get(machine, "cpu"))) ||
		!json_is_array(profiles) || (models && !json_is_array(models)))
		return false;
	for (size_t i = 0; i < json_array_size(profiles); i++)
		if (!goodprofile(json_array_get(profiles, i)))
			return false;
	for (size_t i = 0; i < json_array_size(models); i++)
		if (!goodmodel(json_array_get(models, i)))
			return false;
	return true;
}

/* What stands there of a machine a second time would not be read. */
static bool
eachonce(const json_t *machines)
{
	json_t *seen = json_object();
	bool once;

	for (size_t i = 0; i < json_array_size(machines); i++) {
		const json_t *cpu = json_object_get(json_array_get(machines, i), "cpu");

		json_object_set_new(seen, json_string_value(cpu), json_null());
	}
	once = json_object_size(seen) == json_array_size(machines);
	json_decref(seen);
	return once;
}

bool
goodbook(const json_t *doc, char *why, size_t size)
{
	const char *format = json_string_value(json_object_get(doc, "format"));
	const json_t *version = json_object_get(doc, "version");
	const json_t *machines = json_object_get(doc, "machines");

	if (!format || strcmp(format, FORMAT)) {
		snprintf(why, size, "it is no profile file");
		return false;
	}
	if (!json_is_integer(version) || json_integer_value(version) != VERSION) {
		snprintf(why, size, "it is not of version %d", VERSION);
		return false;
	}
	snprintf(why, size, "'machines' is missing or no list");
	for (size_t i = 0; i < json_array_size(machines); i++)
		if (!goodmachine(json_array_get(machines, i))) {
			snprintf(why, size, "what it has of machine %zu is not valid", i + 1);
			return false;
		}
	if (!json_is_array(machines) || eachonce(machines))
		return json_is_array(machines);
	snprintf(why, size, "it has one machine twice");
	return false;
}

json_t *
partof(const json_t *doc, const char *machine)
{
	const json_t *all = json_object_get(doc, "machines");

	for (size_t i = 0; i < json_array_size(all); i++) {
		json_t *part = json_array_get(all, i);

		if (!strcmp(json_string_value(json_object_get(part, "cpu")), machine))
			return part;
	}
	return NULL;
}

/* --- Adding -------------------------------------------------------------------------------- */

static struct tune_profile *
profileof(struct tune *t, const char *op, const json_t *dims)
{
	int64_t size[TUNE_MAX_DIMS];
	struct tune_op *operation = tune_operation(t, op);

	return operation ? tune_at(operation, size, readdims(dims, size)) : NULL;
}

static struct tune_profile *
profilein(struct tune *t, const json_t *profile)
{
	return profileof(t, json_string_value(json_object_get(profile, "op")),
		json_object_get(profile, "dims"));
}

/* Reads what a profile of a file has into `into`, by slot. */
static void
readinto(struct tune_profile *p, const json_t *profile, struct known into[])
{
	const json_t *targets = json_object_get(profile, "targets");

	for (size_t i = 0; i < json_array_size(targets); i++) {
		const char *name;
		struct known k;
		int slot;

		if (!readtarget(json_array_get(targets, i), &name, &k))
			continue;
		pthread_mutex_lock(&p->op->tune->lock);
		slot = slotof(p->op, name, true);
		pthread_mutex_unlock(&p->op->tune->lock);
		if (slot < 0)
			say(p->op->tune, "read '%s': '%s' is left out: %d targets are the most",
				label(p).text, name, TUNE_MAX_TARGETS);
		else
			into[slot] = k;
	}
}

/* Adds what is new of each target; what was learned elsewhere needs no warm-up. */
static bool
apply(struct tune_profile *p, const struct known now[], const struct known base[])
{
	const struct tune_config *conf = config(p->op->tune);
	int n = atomic_load(&p->op->nslots);

	for (int i = 0; i < n; i++) {
		struct known news = newer(&now[i], &base[i]);

		if (!news.count)
			continue;
		if (!knownroom(p, i))
			return false;
		addknown(&p->known[i], &news, conf->memory);
		p->known[i].tries = (uint8_t)fmax(p->known[i].tries, fminf(news.weight, 255));
		if (p->iteration < conf->warmup)
			p->iteration = conf->warmup;
	}
	decide(p);
	return true;
}

/* The profile of the same operation and size in a part, looked for at its own place first. */
static const json_t *
counterpart(const json_t *part, const json_t *profile, size_t place)
{
	const json_t *all = json_object_get(part, "profiles");
	size_t n = json_array_size(all);

	for (size_t i = 0; i < n; i++) {
		const json_t *other = json_array_get(all, (place + i) % n);

		if (json_equal(json_object_get(other, "op"), json_object_get(profile, "op")) &&
			json_equal(
				json_object_get(other, "dims"), json_object_get(profile, "dims")))
			return other;
	}
	return NULL;
}

static bool
addprofile(struct tune *t, const json_t *profile, const json_t *base)
{
	struct known now[TUNE_MAX_TARGETS] = {{0}}, then[TUNE_MAX_TARGETS] = {{0}};
	struct tune_profile *p = profilein(t, profile);
	const json_t *flops = json_object_get(profile, "flops");
	bool ok;

	if (!p)
		return false;
	readinto(p, profile, now);
	if (base)
		readinto(p, base, then);
	pthread_mutex_lock(&p->lock);
	if (flops && isnan(p->flops))
		p->flops = json_number_value(flops);
	ok = apply(p, now, then);
	pthread_mutex_unlock(&p->lock);
	return ok;
}

static bool
addmodel(struct tune *t, const json_t *model)
{
	const json_t *steps = json_object_get(model, "steps");
	size_t n = json_array_size(steps);
	struct model *m = calloc(1, sizeof(*m) + n * sizeof(*m->step));

	if (!m)
		return false;
	snprintf(
		m->name, sizeof(m->name), "%s", json_string_value(json_object_get(model, "model")));
	m->n = (int)n;
	for (size_t i = 0; i < n; i++) {
		const json_t *step = json_array_get(steps, i);

		m->step[i].profile = profileof(
			t, json_string_value(json_array_get(step, 0)), json_array_get(step, 1));
		m->step[i].repeat = (unsigned)json_integer_value(json_array_get(step, 2));
		if (!m->step[i].profile) {
			free(m);
			return false;
		}
	}
	keepmodel(t, m, false);
	return true;
}

int
addpart(struct tune *t, const json_t *part, const json_t *before)
{
	const json_t *profiles = json_object_get(part, "profiles");
	const json_t *models = json_object_get(part, "models");

	for (size_t i = 0; i < json_array_size(profiles); i++) {
		const json_t *profile = json_array_get(profiles, i);

		if (!addprofile(t, profile, counterpart(before, profile, i)))
			return fail(t, TUNE_NOMEM, "read profiles: no memory");
	}
	for (size_t i = 0; i < json_array_size(models); i++)
		if (!addmodel(t, json_array_get(models, i)))
			return fail(t, TUNE_NOMEM, "read models: no memory");
	return 0;
}

int
addbook(struct tune *t, const json_t *doc, const json_t *base, bool unchanged, char *why,
	size_t size)
{
	const json_t *before;

	if (!goodbook(doc, why, size))
		return TUNE_FORMAT;
	if (unchanged)
		return 0;
	before = base && goodbook(base, why, size) ? partof(base, t->machine) : NULL;
	return addpart(t, partof(doc, t->machine), before);
}

/* --- Making -------------------------------------------------------------------------------- */

static double
variancein(double m2, double weight)
{
	return weight > 1 ? m2 / (weight - 1) : 0;
}

/* Four digits: no meter of power is better, and no extreme or variance of time is known better. */
static double
rounded(double x)
{
	double unit = x > 0 ? pow(10, floor(log10(x)) - 3) : 1;

	return round(x / unit) * unit;
}

static json_t *
momentsto(const struct moments *m, double weight)
{
	return json_pack("[ffff]", rounded((double)m->min), rounded((double)m->max),
		rounded((double)m->mean), rounded(variancein((double)m->m2, weight)));
}

static json_t *
targetto(const char *name, const struct known *k)
{
	double weight = (double)k->weight, known = (double)k->power_weight;
	json_t *j = json_pack("{s:s, s:[III], s:[ffff], s:[ff]}", "name", name, "n",
		(json_int_t)(k->runs < (uint64_t)MOST_RUNS ? k->runs : (uint64_t)MOST_RUNS),
		(json_int_t)k->count, (json_int_t)llround(weight), "us",
		rounded((double)k->min * 1e6), rounded((double)k->max * 1e6), k->mean * 1e6,
		rounded(variancein(k->m2, weight) * 1e12), "ln", k->log_mean,
		rounded(variancein((double)k->log_m2, weight)));

	if (j && known > 0) {
		json_t *watts = momentsto(&k->watts, known);

		json_array_insert_new(watts, 0, json_integer(llround(known)));
		json_object_set_new(j, "W", watts);
		json_object_set_new(j, "J", momentsto(&k->joules, known));
	}
	if (j && k->rate > 0)
		json_object_set_new(j, "rate", json_real((double)k->rate));
	return j;
}

static json_t *
dimsto(const struct tune_profile *p)
{
	json_t *dims = json_array();

	for (int i = 0; i < p->ndims; i++)
		json_array_append_new(dims, json_integer(p->dims[i]));
	return dims;
}

/* NULL: no target has a sample, or no memory. */
static json_t *
profileto(struct tune_profile *p)
{
	json_t *targets = json_array(), *j;

	pthread_mutex_lock(&p->lock);
	countruns(p);
	for (int i = 0; i < p->nknown; i++)
		/* One that failed is tried anew by the next process, and never recommended by it. */
		if (p->known[i].weight > 0 && !p->known[i].dropped)
			json_array_append_new(targets, targetto(p->op->slot[i].name, &p->known[i]));
	pthread_mutex_unlock(&p->lock);
	if (!json_array_size(targets)) {
		json_decref(targets);
		return NULL;
	}
	j = json_pack("{s:s, s:o, s:o}", "op", p->op->name, "dims", dimsto(p), "targets", targets);
	if (j && !isnan(p->flops))
		json_object_set_new(j, "flops", json_real(p->flops));
	return j;
}

static json_t *
modelto(const struct model *m)
{
	json_t *steps = json_array();

	for (int i = 0; i < m->n; i++)
		json_array_append_new(
			steps, json_pack("[soI]", m->step[i].profile->op->name,
				       dimsto(m->step[i].profile), (json_int_t)m->step[i].repeat));
	return json_pack("{s:s, s:o}", "model", m->name, "steps", steps);
}

static json_t *
partto(struct tune *t)
{
	size_t n;
	struct tune_profile **all = allprofiles(t, &n);
	json_t *profiles = json_array(), *models = json_array(), *part;

	for (size_t i = 0; all && i < n; i++) {
		json_t *profile = profileto(all[i]);

		if (profile)
			json_array_append_new(profiles, profile);
	}
	pthread_mutex_lock(&t->lock);
	for (const struct model *m = t->models; m; m = m->next)
		json_array_append_new(models, modelto(m));
	pthread_mutex_unlock(&t->lock);
	part = json_pack(
		"{s:s, s:o, s:o}", "cpu", t->machine, "profiles", profiles, "models", models);
	if (part && !json_array_size(models))
		json_object_del(part, "models");
	if (!all) {
		json_decref(part);
		part = NULL;
	}
	free(all);
	return part;
}

json_t *
makebook(struct tune *t, json_t *doc)
{
	json_t *part = partto(t), *machines, *old;

	if (!doc)
		doc = json_pack(
			"{s:s, s:i, s:[]}", "format", FORMAT, "version", VERSION, "machines");
	machines = json_object_get(doc, "machines");
	old = doc ? partof(doc, t->machine) : NULL;
	for (size_t i = 0; old && i < json_array_size(machines); i++)
		if (json_array_get(machines, i) == old) {
			json_array_remove(machines, i);
			break;
		}
	if (!part || json_array_append_new(machines, part)) {
		json_decref(doc);
		return NULL;
	}
	return doc;
}
