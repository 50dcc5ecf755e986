#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "elf/slow.h"
#include "input/printed.h"
#include "plan/environment.h"
#include "measure/executor.h"
#include "measure/seen.h"
#include "run/callgrind.h"
#include "run/capture.h"

enum { REMOVE_S = 60 };

/* No command sees it: above the standard three, closed on exec. */
static int
scratch(void)
{
	const char *dir = getenv("TMPDIR");
	struct buf b = {0};
	int fd, high;

	bufprintf(&b, "%s/bench-run.XXXXXX", dir && *dir ? dir : "/tmp");
	fd = mkstemp(bufstr(&b));
	high = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (high < 0)
		fatal("create '%s':", b.p);
	close(fd);
	unlink(b.p);
	bufrelease(&b);
	return high;
}

void
sampleropen(struct sampler *sm, const struct cpus *cpus)
{
	*sm = (struct sampler){.cpus = cpus};
	sm->out = scratch();
	sm->err = scratch();
}

void
samplerclose(struct sampler *sm)
{
	close(sm->out);
	close(sm->err);
}

static void
rewound(int fd)
{
	if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET) < 0)
		fatal("empty the output file:");
}

/* Prints the last lines of what the command said on standard error: usually the reason. */
static void
showerror(int fd)
{
	char text[2049], *from;
	off_t end = lseek(fd, 0, SEEK_END), start = end > 2048 ? end - 2048 : 0;
	ssize_t n = pread(fd, text, sizeof(text) - 1, start);
	int lines = 10;

	if (n <= 0)
		return;
	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = '?';
	text[n] = '\0';
	for (from = text + n - 1; from > text; from--)
		if (from[-1] == '\n' && !--lines)
			break;
	for (char *line = strtok(from, "\n"); line; line = strtok(NULL, "\n"))
		warn("  it said: %s", line);
}

/* `prepare` or `cleanup`, untimed; true also where the benchmark has none. */
static bool
aside(const struct sampler *sm, const struct bench *b, const struct run *beside, const char *what,
	const char *text)
{
	struct run r = {
		.out = sm->err, .err = sm->err, .dir = beside->dir, .timeout_s = b->timeout_s};
	struct command c;
	struct outcome o;
	const char *why;
	bool ok;

	if (!text)
		return true;
	rewound(sm->err);
	commandparse(&c, text, true, &why);
	r.command = &c;
	if (!procrun(&r, &o))
		fatal("start a process:");
	ok = !*outcometext(&o);
	if (!ok) {
		warn("%s benchmark '%s': %s", what, b->name, outcometext(&o));
		showerror(sm->err);
	}
	commandrelease(&c);
	return ok;
}

/* One execution, r, of arm a; how a traced or quiet one failed is not told. */
static bool
execute(const struct sampler *sm, const struct bench *b, const struct arm *a, const char *text,
	const struct run *r, struct outcome *o)
{
	bool ok;

	if (!aside(sm, b, r, "prepare", b->prepare))
		return false;
	rewound(sm->out);
	rewound(sm->err);
	if (!procrun(r, o))
		fatal("start a process:");
	ok = !*outcometext(o);
	if (!ok && !r->trace && !sm->quiet) {
		warn("run '%s' of benchmark '%s', arm '%s': %s", text, b->name, a->name,
			outcometext(o));
		showerror(sm->err);
	}
	return aside(sm, b, r, "clean up after", b->cleanup) && ok;
}

/* The same under callgrind. */
static bool
count(const struct sampler *sm, const struct bench *b, const struct arm *a, const char *text,
	struct run r, double *instructions)
{
	struct callgrind c;
	struct outcome o;
	bool ok, counted;

	callgrindbegin(&c, r.command, sm->place);
	r.command = &c.command;
	r.fixed = true;
	r.burn_s = 0; /* would not be counted */
	ok = execute(sm, b, a, text, &r, &o);
	counted = callgrindend(&c, instructions);
	if (ok && !counted)
		warn("count the instructions of benchmark '%s', arm '%s': valgrind left no counts",
			b->name, a->name);
	return ok && counted;
}

/* The number that the command printed. */
static bool
readnumber(const struct sampler *sm, const struct bench *b, const struct arm *a, double *x)
{
	const char *flaw = printednumber(&b->number, sm->out, x);

	if (flaw)
		warn("read the number of benchmark '%s', arm '%s', in what it printed: %s", b->name,
			a->name, flaw);
	return !flaw;
}

/* A run of arm a, and nothing special about it. */
static struct run
plainrun(const struct sampler *sm, const struct bench *b, const struct arm *a, const struct lane *l)
{
	return (struct run){.command = &l->command,
		.out = sm->out,
		.err = sm->err,
		.dir = a->dir,
		.timeout_s = b->timeout_s,
		.cpus = sm->cpus};
}

/* Whether its slowness is by the clock on the wall. */
static bool
bywall(const struct bench *b)
{
	return b->metric != METRIC_CPU;
}

/* Tells the slowed copy, if there is one, how slow it has to be: ser NULL: not at all. */
static void
setslow(const struct arm *a, const struct bench *b, const struct series *ser, size_t arm)
{
	double s = ser && ser->burn_s ? ser->burn_s[arm] : 0;
	unsigned starts = ser && ser->seen ? ser->seen[arm].runs[SEEN_RUNS - 1] : 1;

	/* The program may be started several times in an execution. */
	if (a->slowed && slowset(a->slowed, a->slow_at, s / (starts ? starts : 1), bywall(b)))
		fatal("slow down '%s' of arm '%s':", a->slowed, a->name);
}

/* What is told of a run is told of the whole suite, not of the one of its benchmarks that b is. */
static struct bench
suiteof(const struct bench *b)
{
	struct bench whole = *b;

	whole.name = b->suite->name;
	return whole;
}

bool
samplerwatch(const struct sampler *sm, const struct plan *p, const struct bench *b, size_t arm,
	unsigned run, struct sighting *to)
{
	const struct arm *a = &p->arms[arm];
	struct run r = plainrun(sm, b, a, &b->lanes[arm]);
	struct outcome o = {0};
	struct bench whole;
	struct seen seen;
	bool ok;

	if (b->suite) {
		whole = suiteof(b);
		b = &whole;
	}
	laneenter(p, b, arm, 0);
	if (!a->binary)
		return execute(sm, b, a, b->lanes[arm].text, &r, &o);
	setslow(a, b, NULL, 0);
	seenbegin(&seen, armprogram(a), run, to);
	r.trace = &seen.trace;
	ok = execute(sm, b, a, b->lanes[arm].text, &r, &o);
	seenend(&seen, outcometext(&o));
	/* Does it fail by itself, or only because it is traced? */
	r.trace = NULL;
	return ok || (*outcometext(&o) && execute(sm, b, a, b->lanes[arm].text, &r, &o));
}

bool
samplertake(const struct sampler *sm, const struct plan *p, const struct bench *b, size_t arm,
	const struct series *ser, struct sample *s)
{
	const struct arm *a = &p->arms[arm];
	const struct lane *l = &b->lanes[arm];
	struct run r = plainrun(sm, b, a, l);
	char output[SHA256_HEX];

	if (a->slowed)
		setslow(a, b, ser, arm);
	else
		r.burn_s = ser->burn_s ? ser->burn_s[arm] : 0;
	r.burn_wall = bywall(b);
	/* What delays its start changes no benchmark's own clock. */
	r.stopped_pct = b->suite ? a->slow_pct : 0;
	*s = (struct sample){0};
	laneenter(p, b, arm, sm->place);
	for (unsigned i = 0; i < ser->executions; i++) {
		struct outcome o = {0};

		if (benchcounted(b) ? !count(sm, b, a, l->text, r, &s->instructions)
				    : !execute(sm, b, a, l->text, &r, &o))
			return false;
		sampleadd(s, &o);
		if (b->metric == METRIC_NUMBER && !b->suite && !readnumber(sm, b, a, &s->number))
			return false;
		if (lseek(sm->out, 0, SEEK_SET) < 0 || sha256fd(sm->out, output))
			fatal("read back the output of '%s':", l->text);
		if (!i)
			memcpy(s->output, output, sizeof(output));
		else if (strcmp(s->output, output) != 0)
			s->output[0] = '\0';
	}
	samplemean(s, ser->executions);
	return true;
}

/* Removes what a run before has written. */
static void
removeresults(const char *path)
{
	struct capture c;

	if (capturerun(&c, (char *[]){"rm", "-rf", "--", (char *)path, NULL}, REMOVE_S) ||
		!captureok(&c))
		fatal("remove '%s' before the suite runs: %s", path,
			c.err.n ? strtok(c.err.p, "\n") : "rm cannot be run");
	capturerelease(&c);
}

bool
samplersuite(const struct sampler *sm, const struct plan *p, const struct bench *b, size_t arm,
	struct sample *s, struct suiterows *rows)
{
	static const struct series once = {.executions = 1};
	const struct arm *a = &p->arms[arm];
	const struct bench whole = suiteof(b);
	struct buf path = {0};
	const char *flaw;
	bool ok;

	if (b->suite->results)
		bufprintf(&path, "%s/%s", a->dir ? a->dir : ".", b->suite->results);
	if (path.n)
		removeresults(bufstr(&path));
	ok = samplertake(sm, p, &whole, arm, &once, s);
	flaw = ok ? suiterowsread(rows, b->suite, path.n ? bufstr(&path) : NULL, sm->out) : NULL;
	if (flaw)
		warn("read what suite '%s', arm '%s', measured: %s", whole.name, a->name, flaw);
	s->output[0] = '\0'; /* times differ from run to run */
	bufrelease(&path);
	return ok && !flaw;
}
