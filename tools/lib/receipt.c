#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "machine.h"
#include "mem.h"
#include "receipt.h"
#include "stats.h"

void
sampleadd(struct sample *s, const struct outcome *o)
{
	s->wall_s += o->wall_s;
	s->user_s += o->user_s;
	s->sys_s += o->sys_s;
	s->maxrss_kb = fmax(s->maxrss_kb, (double)o->maxrss_kb);
	s->nivcsw += (double)o->nivcsw;
}

void
samplemean(struct sample *s, unsigned executions)
{
	s->wall_s /= executions;
	s->user_s /= executions;
	s->sys_s /= executions;
}

double
samplecpu(const struct sample *s)
{
	return s->user_s + s->sys_s;
}

void
seriesadd(struct series *s, size_t narms, const size_t *order, const struct sample *samples,
	long long steal)
{
	size_t at = s->rounds * narms;

	/* Grown by doubling: whenever the number of rounds is a power of two. */
	if (!(s->rounds & (s->rounds - 1))) {
		size_t room = s->rounds ? s->rounds * 2 : 1;

		s->samples = xreallocarray(s->samples, room * narms, sizeof(*s->samples));
		s->order = xreallocarray(s->order, room * narms, sizeof(*s->order));
		s->steal = xreallocarray(s->steal, room, sizeof(*s->steal));
	}
	memcpy(s->samples + at, samples, narms * sizeof(*samples));
	memcpy(s->order + at, order, narms * sizeof(*order));
	s->steal[s->rounds++] = steal;
}

const struct sample *
seriesat(const struct series *s, size_t narms, size_t round, size_t arm)
{
	return &s->samples[round * narms + arm];
}

/* One member of struct sample over all rounds of an arm, as a JSON array. */
static json_t *
column(const struct series *s, size_t narms, size_t arm, size_t offset)
{
	json_t *a = json_array();

	for (size_t i = 0; i < s->rounds; i++) {
		double v;

		memcpy(&v, (const char *)seriesat(s, narms, i, arm) + offset, sizeof(v));
		json_array_append_new(a, json_real(v));
	}
	return a;
}

static json_t *
output(const struct series *s, size_t narms, size_t arm)
{
	const char *first;

	if (!s->rounds)
		return json_null();
	first = seriesat(s, narms, 0, arm)->output;
	for (size_t i = 1; i < s->rounds; i++)
		if (strcmp(seriesat(s, narms, i, arm)->output, first))
			return json_null();
	return json_string(first);
}

static json_t *
armsamples(const struct series *s, size_t narms, size_t arm)
{
#define COLUMN(m) column(s, narms, arm, offsetof(struct sample, m))
	return jsonpack("{s:o, s:o, s:o, s:o, s:o, s:o}", "wall_s", COLUMN(wall_s), "user_s",
		COLUMN(user_s), "sys_s", COLUMN(sys_s), "maxrss_kb", COLUMN(maxrss_kb), "nivcsw",
		COLUMN(nivcsw), "output", output(s, narms, arm));
#undef COLUMN
}

static json_t *
benchjson(const struct plan *p, const struct bench *b, const struct series *s)
{
	json_t *commands = json_array(), *files = json_array(), *hashes = json_array();
	json_t *orders = json_array(), *steal = json_array(), *samples = json_object();

	for (size_t a = 0; a < p->narms; a++) {
		json_array_append_new(commands, jsonstr(b->lanes[a].text));
		json_array_append_new(files, jsonstr(b->lanes[a].file));
		json_array_append_new(hashes, json_string(b->lanes[a].hash));
		json_object_set_new(samples, p->arms[a].name, armsamples(s, p->narms, a));
	}
	for (size_t i = 0; i < s->rounds; i++) {
		json_t *one = json_array();

		for (size_t a = 0; a < p->narms; a++)
			json_array_append_new(
				one, json_integer((json_int_t)s->order[i * p->narms + a]));
		json_array_append_new(orders, one);
		json_array_append_new(steal, json_integer(s->steal[i]));
	}
	return jsonpack("{s:o, s:s, s:b, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
		jsonstr(b->name), "metric", b->metric, "shell", b->shell, "prepare",
		jsonstr(b->prepare), "executions", (int)s->executions, "commands", commands,
		"files", files, "sha256", hashes, "order", orders, "steal_ticks", steal, "samples",
		samples);
}

void
receiptwrite(const char *path, const struct plan *p, const struct series *ser, uint64_t seed,
	bool complete, json_t *machine)
{
	json_t *arms = json_array(), *benches = json_array(), *root;
	char hex[17];

	snprintf(hex, sizeof(hex), "%016llx", (unsigned long long)seed);
	for (size_t a = 0; a < p->narms; a++)
		json_array_append_new(
			arms, jsonpack("{s:o, s:o, s:o}", "name", jsonstr(p->arms[a].name),
				      "binary", jsonstr(p->arms[a].binary), "sha256",
				      jsonstr(p->arms[a].binary ? p->arms[a].hash : NULL)));
	for (size_t b = 0; b < p->nbenches; b++)
		json_array_append_new(benches, benchjson(p, &p->benches[b], &ser[b]));
	root = jsonpack("{s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:o}", "format", "pgokit-receipt-1",
		"tool", "bench-run " PGOKIT_VERSION, "finished", utcnow(), "complete", complete,
		"seed", hex, "machine", machine, "arms", arms, "benches", benches);
	jsonwriteline(path, root);
	json_decref(root);
}

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
