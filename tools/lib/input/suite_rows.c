/*
 * The rows of a suite. They are read by a process of their own, for what a suite and its filters
 * print is not ours, and whoever reads a file of the user's ends with a message where it is no good:
 * what was measured before may not be lost by that. It answers with rows in JSON.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "input/bench.h"
#include "input/formats.h"
#include "input/printed.h"
#include "input/suite_rows.h"
#include "json/json.h"
#include "run/launch.h"

/* Those of one run; more are not to be told apart at a glance, nor held for thousands of rounds. */
enum { ROWS_MAX = 2000, READ_S = 300 };

static char why[512];

static double
meanof(const double *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return n ? sum / (double)n : NAN;
}

static json_t *
rowjson(const struct inputbench *b)
{
	double x = b->invalid || !b->x ? NAN : meanof(b->x, b->n);
	const char *invalid = b->invalid ? b->invalid : isfinite(x) ? NULL : "it has no samples";

	return jsonpack("{s:o, s:o, s:b, s:b, s:b, s:o, s:o}", "name", jsonstr(b->name), "unit",
		jsonstr(b->unit), "higher", b->higher, "undirected", b->undirected, "count",
		b->count, "x", invalid ? json_null() : json_real(x), "invalid", jsonstr(invalid));
}

/* The rows of a table, or of what hyperfine wrote. */
static json_t *
rowsof(const char *path, const struct suite *s)
{
	struct foreign f = {.format = s->format, .better = s->better, .jq = s->rows.is.jq};
	struct buf text = {0};
	struct inputbenches in;
	struct document d;
	struct span v;
	json_t *a = json_array();
	size_t at;

	foreignread(&text, path, &f, NULL);
	if (spancheck(bufstr(&text), text.n, &v, &at))
		fatal("read '%s': it is no JSON", path);
	documentopen(&d, path, v);
	if (d.kind == RECEIPT)
		fatal("read '%s': it is a receipt of bench-run, which is no suite", path);
	inputbenchesof(&in, &d, NULL, METRIC_OWN);
	for (size_t i = 0; i < in.n; i++)
		if (!in.of[i].again)
			json_array_append_new(a, rowjson(&in.of[i]));
	return a;
}

/* A part of a text that was matched. */
static json_t *
matched(char *text, const regmatch_t *m)
{
	char *end = text + m->rm_eo, was = *end;
	json_t *v;

	*end = '\0';
	v = jsonstr(text + m->rm_so);
	*end = was;
	return v;
}

/* The number that was matched. */
static double
numberof(const char *path, const char *text, const regmatch_t *m)
{
	char *end;
	double x = strtod(text + m->rm_so, &end);

	if (end != text + m->rm_eo || !isfinite(x))
		fatal("read '%s': '%.*s' is no number", path, (int)(m->rm_eo - m->rm_so),
			text + m->rm_so);
	return x;
}

/* All numbers by the names beside them. One name again is one more sample. */
static json_t *
samplesof(const char *path, const struct quantity *q, char *text)
{
	json_t *all = json_object();
	regmatch_t m[3];

	for (char *p = text;
		*p && !regexec(&q->pattern, p, 3, m, p == text || p[-1] == '\n' ? 0 : REG_NOTBOL);
		p += m[0].rm_eo) {
		json_t *name;

		if (m[1].rm_so < 0 || m[2].rm_so < 0 || m[0].rm_eo == 0)
			fatal("read '%s': a match of '%s' has no name or no number", path,
				q->is.regex);
		name = matched(p, &m[1]);
		if (!json_object_get(all, json_string_value(name)))
			json_object_set_new(all, json_string_value(name), json_array());
		json_array_append_new(json_object_get(all, json_string_value(name)),
			json_real(numberof(path, p, &m[2]) * q->scale));
		json_decref(name);
	}
	return all;
}

/* The first two groups of each match: a name, and a number of it. */
static json_t *
matchesof(const char *path, const struct quantity *q)
{
	json_t *a = json_array(), *samples, *list;
	struct buf text = {0};
	const char *name;

	if (slurpwarn(path, PRINTED_MAX, &text))
		exit(EXIT_TROUBLE);
	for (size_t i = 0; i < text.n; i++)
		if (!text.p[i])
			text.p[i] = ' ';
	samples = samplesof(path, q, bufstr(&text));
	json_object_foreach(samples, name, list)
	{
		struct inputbench b = {.name = (char *)name,
			.unit = q->is.unit,
			.higher = q->is.higher,
			.n = json_array_size(list)};

		b.x = xcalloc(b.n, sizeof(*b.x));
		for (size_t i = 0; i < b.n; i++)
			b.x[i] = json_real_value(json_array_get(list, i));
		json_array_append_new(a, rowjson(&b));
		free(b.x);
	}
	return a;
}

/* The process that reads: its answer on out, its messages on err. */
_Noreturn static void
reader(const struct suite *s, const char *path, int fd, int out, int err)
{
	struct buf b = {0}, whole = {0};

	alarm(READ_S);	   /* an expression may take for ever */
	removeatend(NULL); /* what is to be removed at the end is the measurement's */
	dup2(err, STDERR_FILENO);
	if (!path) {
		bufprintf(&whole, "/dev/fd/%d", fd);
		path = bufstr(&whole);
	}
	jsonexact(&b, s->rows.is.regex ? matchesof(path, &s->rows) : rowsof(path, s));
	_exit(writeall(out, b.p, b.n) ? EXIT_TROUBLE : EXIT_YES);
}

/* All of a temporary file, as a string. */
static void
readback(FILE *f, struct buf *b)
{
	char part[1 << 14];
	size_t k;

	if (fseek(f, 0, SEEK_SET))
		fatal("read back what a suite printed:");
	while (!feof(f) && !ferror(f) && (k = fread(part, 1, sizeof(part), f)) > 0)
		bufadd(b, part, k);
	bufstr(b);
}

static int
byname(const void *a, const void *b)
{
	return strcmp(((const struct suiterow *)a)->name, ((const struct suiterow *)b)->name);
}

static char *
member(const json_t *v, const char *key)
{
	const char *s = json_string_value(json_object_get(v, key));

	return s ? xstrdup(s) : NULL;
}

static bool
flag(const json_t *v, const char *key)
{
	return json_is_true(json_object_get(v, key));
}

static void
take(struct suiterows *rows, const json_t *list)
{
	const json_t *v;
	size_t i;

	*rows = (struct suiterows){xcalloc(json_array_size(list) + 1, sizeof(*rows->of)), 0};
	json_array_foreach(list, i, v)
	{
		const json_t *x = json_object_get(v, "x");

		rows->of[rows->n++] = (struct suiterow){.name = member(v, "name"),
			.unit = member(v, "unit"),
			.higher = flag(v, "higher"),
			.undirected = flag(v, "undirected"),
			.count = flag(v, "count"),
			.x = json_is_number(x) ? json_number_value(x) : NAN,
			.invalid = member(v, "invalid")};
	}
	qsort(rows->of, rows->n, sizeof(*rows->of), byname);
}

/* What its last message says, without the name of the program in front. */
static const char *
lastline(struct buf *said)
{
	static const char output[] = "read '/dev/fd/";
	char *line, *end;

	while (said->n && said->p[said->n - 1] == '\n')
		said->p[--said->n] = '\0';
	line = strrchr(said->p, '\n');
	line = line ? line + 1 : said->p;
	end = strstr(line, ": ");
	line = end && !strncmp(line, progname, strlen(progname)) ? end + 2 : line;
	/* "read '/dev/fd/6': it is empty", "read '/dev/fd/6' as pyperf: ..." of its output */
	end = strncmp(line, output, strlen(output)) ? NULL : strchr(line + strlen(output), '\'');
	if (end)
		line = end[1] == ':' ? end + 3 : end + 2;
	snprintf(why, sizeof(why), "%s", line);
	return *why ? why : "what reads it was killed, or took more than five minutes";
}

const char *
suiterowsread(struct suiterows *rows, const struct suite *s, const char *path, int fd)
{
	FILE *out = tmpfile(), *err = tmpfile();
	struct buf text = {0}, said = {0};
	const char *flaw = NULL;
	json_t *list;
	int status;
	pid_t pid;

	if (!out || !err)
		fatal("write a temporary file:");
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		fatal("start a process:");
	if (!pid)
		reader(s, path, fd, fileno(out), fileno(err));
	while (waitpid(pid, &status, 0) < 0)
		;
	readback(out, &text);
	readback(err, &said);
	list = status ? NULL : json_loadb(text.p, text.n, 0, NULL);
	if (!list)
		flaw = lastline(&said);
	else if (!json_array_size(list))
		flaw = "there is no benchmark in it";
	else if (json_array_size(list) > ROWS_MAX)
		flaw = "there are more than 2000 benchmarks in it; run fewer, by the suite's own options";
	else
		take(rows, list);
	json_decref(list);
	bufrelease(&text);
	bufrelease(&said);
	fclose(out);
	fclose(err);
	return flaw;
}

void
suiterowsrelease(struct suiterows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		free(rows->of[i].name);
		free(rows->of[i].unit);
		free(rows->of[i].invalid);
	}
	free(rows->of);
	*rows = (struct suiterows){0};
}

const struct suiterow *
suiterownamed(const struct suiterows *rows, const char *name)
{
	const struct suiterow key = {.name = (char *)name};

	return rows->n ? bsearch(&key, rows->of, rows->n, sizeof(*rows->of), byname) : NULL;
}
