/* The arms of a receipt: who they are, what they ran, how long it took. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "compare/comparison.h"

size_t
receiptarms(const struct document *d)
{
	size_t n = json_array_size(json_object_get(d->head, "arms"));
	const char **names = xcalloc(n, sizeof(*names)), *twice;

	for (size_t i = 0; i < n; i++) {
		names[i] = receiptarmname(d, i);
		if (!names[i])
			fatal("read '%s': arms[%zu].name is not a string", d->file, i);
	}
	twice = nametwice(names, n);
	if (twice)
		fatal("read '%s': arm '%s' is there twice", d->file, twice);
	free(names);
	return n;
}

const char *
receiptarmname(const struct document *d, size_t i)
{
	const json_t *arm = json_array_get(json_object_get(d->head, "arms"), i);

	return json_string_value(json_object_get(arm, "name"));
}

double
receiptslowed(const struct document *d, size_t i)
{
	const json_t *arm = json_array_get(json_object_get(d->head, "arms"), i);

	return json_number_value(json_object_get(arm, "slow_pct"));
}

const char *
receiptslowedhow(const struct document *d, size_t i)
{
	const json_t *arm = json_array_get(json_object_get(d->head, "arms"), i);

	return json_string_value(json_object_get(arm, "slowed"));
}

size_t
receiptarm(const struct document *d, const char *name)
{
	size_t n = json_array_size(json_object_get(d->head, "arms"));

	for (size_t i = 0; i < n; i++)
		if (!strcmp(receiptarmname(d, i), name))
			return i;
	fatal("read '%s': there is no arm '%s' in it", d->file, name);
}

const char *
receiptbench(const struct document *d, const struct benchtext *b, size_t i)
{
	const char *name = json_string_value(json_object_get(b->head, "name"));
	const char *metric = json_string_value(json_object_get(b->head, "metric"));

	if (!name || !metric)
		fatal("read '%s': benches[%zu] has no name or no metric", d->file, i);
	if (strcmp(metric, "wall") && strcmp(metric, "cpu") && strcmp(metric, "instructions"))
		fatal("read '%s': benches[%zu].metric '%s': expected wall, cpu or instructions",
			d->file, i, metric);
	return name;
}

void
receiptsides(const struct benchtext *b, const char *const names[], struct armtext of[])
{
	static const char *const columns[NARMCOLUMNS + 1] = {[WALL] = "wall_s",
		[USER] = "user_s",
		[SYS] = "sys_s",
		[COUNTS] = "instructions",
		[OUTPUT] = "output"};
	struct span *arms;
	size_t n = 0;

	while (names[n])
		n++;
	arms = xcalloc(n, sizeof(*arms));
	spanpick(b->column[SAMPLES], names, arms);
	for (size_t i = 0; i < n; i++)
		spanpick(arms[i], columns, of[i].column);
	free(arms);
}

static const char *
ownmetric(const struct benchtext *b)
{
	return json_string_value(json_object_get(b->head, "metric"));
}

bool
receiptcounted(const struct benchtext *b)
{
	return !strcmp(ownmetric(b), "instructions");
}

double *
receiptnumbers(const struct benchtext *b, const struct armtext *arm, const char *metric, size_t *n)
{
	bool cpu = !strcmp(metric ? metric : ownmetric(b), "cpu");
	double *x, *sys;
	size_t nsys;

	if (receiptcounted(b))
		return spannumbers(arm->column[COUNTS], n);
	x = spannumbers(arm->column[cpu ? USER : WALL], n);
	if (!cpu)
		return x;
	sys = spannumbers(arm->column[SYS], &nsys);
	if (!x || !sys || nsys != *n) {
		free(x);
		x = NULL;
		*n = 0;
	}
	for (size_t i = 0; i < *n; i++)
		x[i] += sys[i];
	free(sys);
	return x;
}

static const char *
at(const json_t *array, size_t i)
{
	return json_string_value(json_array_get(array, i));
}

static bool
equal(const char *x, const char *y)
{
	return x && y && !strcmp(x, y);
}

bool
receiptsamefiles(const struct document *d, const struct benchtext *t, size_t i, size_t k)
{
	const json_t *arms = json_object_get(d->head, "arms");
	const json_t *a = json_array_get(arms, i), *b = json_array_get(arms, k);
	const json_t *ran = json_object_get(t->head, "sha256");

	if (!equal(at(ran, i), at(ran, k)))
		return false;
	if (json_is_null(json_object_get(a, "binary")) &&
		json_is_null(json_object_get(b, "binary")))
		return true;
	return equal(json_string_value(json_object_get(a, "sha256")),
		json_string_value(json_object_get(b, "sha256")));
}

bool
receiptsamerun(const struct document *d, const struct benchtext *t, size_t i, size_t k)
{
	const json_t *commands = json_object_get(t->head, "commands");

	return receiptsamefiles(d, t, i, k) && equal(at(commands, i), at(commands, k)) &&
	       fabs(receiptslowed(d, i) - receiptslowed(d, k)) <= 0;
}
