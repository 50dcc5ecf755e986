#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "json/json.h"
#include "measure/export_hyperfine.h"
#include "stats/stats.h"

/* One element of hyperfine's "results": seconds throughout, stddev null for a single run. */
static json_t *
hyperfinearm(const char *command, const struct series *s, size_t narms, size_t arm)
{
	json_t *times = json_array(), *memory = json_array(), *codes = json_array(), *stddev;
	double *t = xcalloc(s->rounds, sizeof(*t)), n = (double)s->rounds, mean = 0, var = 0;
	double user = 0, sys = 0;
	json_t *v;

	for (size_t i = 0; i < s->rounds; i++) {
		const struct sample *x = seriesat(s, narms, i, arm);

		t[i] = x->wall_s;
		mean += x->wall_s / n;
		user += x->user_s / n;
		sys += x->sys_s / n;
		json_array_append_new(times, json_real(x->wall_s));
		json_array_append_new(memory, json_integer((json_int_t)(x->maxrss_kb * 1024)));
		json_array_append_new(codes, json_integer(0));
	}
	for (size_t i = 0; i < s->rounds; i++)
		var += (t[i] - mean) * (t[i] - mean);
	stddev = s->rounds > 1 ? json_real(sqrt(var / (n - 1))) : json_null();
	sortreal(t, s->rounds);
	v = jsonpack("{s:o, s:f, s:o, s:f, s:f, s:f, s:f, s:f, s:o, s:o, s:o}", "command",
		jsonstr(command), "mean", mean, "stddev", stddev, "median", median(t, s->rounds),
		"user", user, "system", sys, "min", t[0], "max", t[s->rounds - 1], "times", times,
		"memory_usage_byte", memory, "exit_codes", codes);
	free(t);
	return v;
}

void
hyperfinewrite(const char *path, const struct plan *p, const struct series *ser)
{
	json_t *results = json_array(), *root;
	struct buf name = {0};

	for (size_t b = 0; b < p->nbenches; b++) {
		/* What a suite takes is no time of one of its benchmarks. */
		if (benchcounted(&p->benches[b]) || p->benches[b].suite)
			continue;
		for (size_t a = 0; ser[b].rounds && a < p->narms; a++) {
			name.n = 0;
			if (p->nbenches > 1)
				bufprintf(&name, "%s/", p->benches[b].name);
			bufputs(&name, p->arms[a].name);
			json_array_append_new(
				results, hyperfinearm(bufstr(&name), &ser[b], p->narms, a));
		}
	}
	root = jsonpack("{s:o}", "results", results);
	jsonwrite(path, root);
	json_decref(root);
	bufrelease(&name);
}
