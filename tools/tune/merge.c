/* Profile files of many machines into one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tune/message.h"
#include "tune/store.h"
#include "tune/tune.h"

/* Replaces in *sum what it has of a machine by the sum of what all documents have of it. */
static int
mergemachine(const char *cpu, json_t *const docs[], int n, json_t **sum)
{
	struct tune_config c = tune_defaults();
	struct tune *t = mktune(&c);
	int error = t ? 0 : (int)TUNE_NOMEM;

	if (t)
		snprintf(t->machine, sizeof(t->machine), "%s", cpu);
	for (int i = 0; !error && i < n; i++)
		error = addpart(t, partof(docs[i], cpu), NULL);
	if (!error) {
		*sum = makebook(t, *sum);
		error = *sum ? 0 : (int)TUNE_NOMEM;
	}
	if (t)
		deltune(t);
	return error;
}

/* Every machine of every document; one that is met again gives the same sum again. */
static int
mergeall(json_t *const docs[], int n, json_t **sum)
{
	int error = 0;

	for (int i = 0; i < n; i++) {
		const json_t *machines = json_object_get(docs[i], "machines");

		for (size_t m = 0; !error && m < json_array_size(machines); m++) {
			const char *cpu = json_string_value(
				json_object_get(json_array_get(machines, m), "cpu"));

			if (!*sum || !partof(*sum, cpu))
				error = mergemachine(cpu, docs, n, sum);
		}
	}
	return error;
}

int
tune_merge(const char *out, const char *const in[], int n)
{
	json_t **docs = n > 0 ? calloc((size_t)n, sizeof(json_t *)) : NULL, *sum = NULL;
	char why[256];
	int error = 0;

	if (!docs)
		return fail(NULL, n > 0 ? TUNE_NOMEM : TUNE_INVALID, "merge into '%s': %s", out,
			n > 0 ? "no memory" : "no file is given");
	for (int i = 0; !error && i < n; i++) {
		error = readbook(in[i], &docs[i], why, sizeof(why));
		if (error)
			say(NULL, "merge '%s': %s", in[i], why);
	}
	if (!error)
		error = mergeall(docs, n, &sum);
	if (!error) {
		error = writebook(out, sum ? sum : docs[0]);
		if (error)
			say(NULL, "write '%s': %s", out, strerror(errno));
	}
	json_decref(sum);
	for (int i = 0; i < n; i++)
		json_decref(docs[i]);
	free(docs);
	return error;
}
