#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "recording.h"
#include "stats/stats.h"

enum { ROUNDS_MAX = 10000000 };

static size_t
armof(const char *name, const char *path)
{
	static const char *const names[ARMS] = {"A", "A2", "B1", "B2"};

	for (size_t i = 0; i < ARMS; i++)
		if (!strcmp(names[i], name))
			return i;
	fatal("read '%s': unknown arm '%s'", path, name);
}

/* One line of the table; slot[] of a round says where each of its arms ran. */
static void
readline(struct recording *rec, size_t (**slot)[ARMS], char *line, const char *path)
{
	char *field[5];
	size_t n = 0, round, arm;

	for (char *f = strtok(line, "\t"); f && n < 5; f = strtok(NULL, "\t"))
		field[n++] = f;
	if (n != 5)
		fatal("read '%s': expected five columns", path);
	round = (size_t)numint("round", field[0], 0, ROUNDS_MAX);
	arm = armof(field[2], path);
	if (round > rec->rounds)
		fatal("read '%s': round %zu stands where %zu was expected", path, round,
			rec->rounds);
	if (round == rec->rounds) {
		rec->log = xreallocarray(rec->log, ++rec->rounds, sizeof(*rec->log));
		*slot = xreallocarray(*slot, rec->rounds, sizeof(**slot));
		for (size_t i = 0; i < METRICS; i++)
			for (size_t k = 0; k < ARMS; k++)
				rec->log[round][i][k] = NAN;
	}
	(*slot)[round][arm] = (size_t)numint("slot", field[1], 1, ARMS);
	for (size_t i = 0; i < METRICS; i++)
		rec->log[round][i][arm] = log(numreal("seconds", field[3 + i], 1e-9, 1e9));
}

/* How much longer an arm takes than A. */
static double
extra(const struct recording *rec, int metric, size_t arm)
{
	double *d = xcalloc(rec->rounds, sizeof(*d)), m;

	for (size_t r = 0; r < rec->rounds; r++)
		d[r] = rec->log[r][metric][arm] - rec->log[r][metric][A];
	sortreal(d, rec->rounds);
	m = rec->rounds ? median(d, rec->rounds) : 0;
	free(d);
	return m;
}

static void
lineup(struct recording *rec, int metric, const size_t (*slot)[ARMS])
{
	double *runs = xcalloc(rec->nruns, sizeof(*runs));

	for (size_t k = 0; k < ARMS; k++) {
		double more = k == B1 || k == B2 ? extra(rec, metric, k) : 0;

		for (size_t r = 0; r < rec->rounds; r++)
			runs[ARMS * r + slot[r][k] - 1] = rec->log[r][metric][k] - more;
	}
	rec->runs[metric] = runs;
}

struct recording
recordingread(const char *path)
{
	struct recording rec = {0};
	size_t (*slot)[ARMS] = NULL;
	struct buf b = {0};
	char *line, *next;

	if (slurp(path, 64 << 20, &b))
		fatal("read '%s':", path);
	line = strchr(bufstr(&b), '\n'); /* behind the header */
	for (; line && line[1]; line = next) {
		next = strchr(++line, '\n');
		if (!next)
			fatal("read '%s': the last line is cut off", path);
		*next = '\0';
		readline(&rec, &slot, line, path);
	}
	rec.nruns = ARMS * rec.rounds;
	for (size_t r = 0; r < rec.rounds; r++)
		for (size_t k = 0; k < ARMS; k++)
			if (isnan(rec.log[r][WALL][k]))
				fatal("read '%s': round %zu lacks an arm", path, r);
	for (int m = 0; m < METRICS; m++)
		lineup(&rec, m, (const size_t (*)[ARMS])slot);
	free(slot);
	bufrelease(&b);
	return rec;
}

void
recordingrelease(struct recording *rec)
{
	free(rec->log);
	for (size_t m = 0; m < METRICS; m++)
		free(rec->runs[m]);
	*rec = (struct recording){0};
}
