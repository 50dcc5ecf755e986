/* Profile files: what is saved is loaded, nothing is lost between processes, bad files are set aside. */
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "told.h"

static char folder[] = "/tmp/tune-store.XXXXXX";
static char path[64], aside[80];

/* The whole file; its length. */
static size_t
whole(char *to, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(to, 1, size - 1, f) : 0;

	if (f)
		fclose(f);
	to[n] = '\0';
	return n;
}

static void
put(const char *text, size_t n)
{
	FILE *f = fopen(path, "we");

	CHECK(f && fwrite(text, 1, n, f) == n);
	if (f)
		fclose(f);
}

static struct tune *
persistent(void)
{
	struct tune_config c = plainly();

	c.persistent = true;
	c.path = path;
	return tune_open(&c);
}

static void
samples(struct tune_profile *p, int n, double seconds)
{
	for (int i = 0; i < n; i++) {
		CHECKINT(tune_record(p, 0, seconds * (1 + 0.01 * (i % 3)), 40 + i % 2), 0);
		CHECKINT(tune_record(p, 1, seconds * 2, NAN), 0);
	}
}

static void
again(void)
{
	struct tune *t = persistent();
	struct tune_profile *p = gemm(t, 2);
	struct tune_stats before, after;
	bool measure;

	samples(p, 30, 1e-3);
	before = statsof(p, 0);
	CHECKINT(tune_close(t), 0);
	t = persistent();
	CHECKSTR(told, "");
	p = gemm(t, 2);
	after = statsof(p, 0);
	CHECKINT((int)after.count, 30);
	CHECKNEAR(after.seconds.mean, before.seconds.mean, 1e-5);
	CHECKNEAR(after.seconds.variance, before.seconds.variance, 1e-4);
	CHECKNEAR(after.seconds.min, before.seconds.min, 1e-5);
	CHECKNEAR(after.seconds.max, before.seconds.max, 1e-5);
	CHECKNEAR(after.log_mean, before.log_mean, 1e-5);
	CHECKNEAR(after.log_variance, before.log_variance, 1e-4);
	CHECKNEAR(after.watts.mean, before.watts.mean, 1e-3);
	CHECKNEAR(after.joules.variance, before.joules.variance, 1e-3);
	CHECK(isnan(statsof(p, 1).watts.mean));
	/* What was learned needs no warm-up. */
	CHECKINT(tune_best(p), 0);
	CHECKINT(tune_choose(p, &measure), 0);
	CHECK(tune_converged(p));
	CHECKINT(tune_close(t), 0);
}

/* Two tuners that loaded the same file: each keeps what the other saved, once. */
static void
together(void)
{
	struct tune *a = persistent(), *b = persistent(), *c;
	struct tune_profile *pa = gemm(a, 2), *pb = gemm(b, 2), *pc;
	double sum = 30 * statsof(pa, 0).seconds.mean;

	samples(pa, 10, 1.01e-3);
	samples(pb, 20, 0.99e-3);
	sum += 10 * 1.01e-3 * 1.009 + 20 * 0.99e-3 * 1.0095;
	CHECKINT(tune_save(a, NULL), 0);
	CHECKINT(tune_save(b, NULL), 0);
	CHECKINT(tune_save(a, NULL), 0);
	CHECKINT(tune_save(a, NULL), 0);
	CHECKINT(tune_save(b, NULL), 0);
	CHECKINT((int)statsof(pa, 0).count, 60);
	CHECKINT((int)statsof(pb, 0).count, 60);
	CHECKINT(tune_load(a, path), 0);
	CHECKINT((int)statsof(pa, 0).count, 60);
	CHECKINT(tune_close(a), 0);
	CHECKINT(tune_close(b), 0);
	c = persistent();
	pc = gemm(c, 2);
	CHECKINT((int)statsof(pc, 0).count, 60);
	CHECKNEAR(statsof(pc, 0).seconds.mean, sum / 60, 1e-4);
	CHECKINT(tune_close(c), 0);
}

/* Four processes that load, learn and save again and again, all at once. */
static void
processes(void)
{
	enum { PROCESSES = 4, TIMES = 10 };
	struct tune *t;
	int status;

	unlink(path);
	for (int i = 0; i < PROCESSES; i++)
		if (!fork()) {
			for (int k = 0; k < TIMES; k++) {
				t = persistent();
				samples(gemm(t, 2), 5, 1e-3);
				if (tune_save(t, NULL))
					_exit(1);
				samples(gemm(t, 2), 5, 1e-3);
				if (tune_close(t))
					_exit(1);
			}
			_exit(0);
		}
	for (int i = 0; i < PROCESSES; i++) {
		wait(&status);
		CHECKINT(status, 0);
	}
	t = persistent();
	CHECKINT((int)statsof(gemm(t, 2), 0).count, PROCESSES * TIMES * 10);
	CHECKINT((int)statsof(gemm(t, 2), 1).count, PROCESSES * TIMES * 10);
	tune_close(t);
}

static int
nothing(void *context, void *args)
{
	(void)context;
	(void)args;
	return 0;
}

/* A file with all that can be in one. */
static size_t
made(char *text, size_t size)
{
	struct tune *t;
	struct tune_profile *p;
	struct tune_step step = {.dims = {64, 64, 64}, .ndims = 3, .repeat = 2};

	unlink(path);
	t = persistent();
	p = gemm(t, 2);
	samples(p, 3, 1e-3);
	step.op = tune_operation(t, "Norm");
	CHECKINT(tune_target(step.op, &(struct tune_target){.name = "n", .run = nothing}), 0);
	CHECKINT(tune_model(t, "model", &step, 1, 1, NULL), 0);
	CHECKINT(tune_close(t), 0);
	return whole(text, size);
}

/* Loading text: true when it was set aside, and its content is there. */
static bool
refused(const char *text, size_t n)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct stat st;
	bool away;

	put(text, n);
	unlink(aside);
	(void)tune_load(t, path);
	away = stat(path, &st) && errno == ENOENT;
	CHECKINT(!stat(aside, &st), away);
	if (away) {
		CHECKINT(st.st_size, (long long)n);
		CHECK(strstr(told, "it is kept as '"));
		CHECKINT((int)tune_totals(t).profiles, 0);
	} else {
		CHECKSTR(told, "");
	}
	if (tune_totals(t).profiles) {
		double mean = statsof(gemm(t, 2), 0).seconds.mean;

		CHECK(isnan(mean) || (mean > 0 && mean < INFINITY));
	}
	unlink(path);
	tune_close(t);
	return away;
}

static void
cut(void)
{
	char text[4096];
	size_t n = made(text, sizeof(text)), kept = 0;

	CHECK(n > 300 && text[n - 1] == '\n');
	for (size_t i = 0; i < n - 1; i++)
		kept += !refused(text, i);
	CHECKINT((int)kept, 0);
	CHECK(!refused(text, n - 1));
	CHECK(!refused(text, n));
}

/* Each byte replaced: read or refused, never half of it. */
static void
changed(void)
{
	static const char with[] = {'9', '"', '-', '\0', '\xff'};
	char text[4096];
	size_t n = made(text, sizeof(text)), away = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < sizeof(with); k++) {
			char was = text[i];

			text[i] = with[k];
			away += refused(text, n);
			text[i] = was;
		}
	CHECK(away > n * 3);
}

static void
foreign(void)
{
	static const char *const FILES[] = {"", "null", "[]", "{}", "hello",
		"{\"format\":\"other\",\"version\":1,\"machines\":[]}",
		"{\"format\":\"pgokit-tune\",\"version\":2,\"machines\":[]}",
		"{\"format\":\"pgokit-tune\",\"version\":1,\"machines\":{}}",
		"{\"format\":\"pgokit-tune\",\"version\":1,\"machines\":[7]}",
		"{\"format\":\"pgokit-tune\",\"version\":1,\"machines\":[{\"cpu\":\"x\"}]}",
		"{\"format\":\"pgokit-tune\",\"version\":1,\"machines\":["
		"{\"cpu\":\"\",\"profiles\":[]}]}",
		"{\"format\":\"pgokit-tune\",\"version\":1,\"machines\":["
		"{\"cpu\":\"a\\u001bb\",\"profiles\":[]}]}",
		"{\"format\":\"pgokit-tune\",\"version\":1,\"machines\":["
		"{\"cpu\":\"x\",\"profiles\":[]},{\"cpu\":\"x\",\"profiles\":[]}]}"};
	char second[90];

	for (size_t i = 0; i < sizeof(FILES) / sizeof(*FILES); i++)
		CHECK(refused(FILES[i], strlen(FILES[i])));
	CHECK(!refused("{\"format\":\"pgokit-tune\",\"version\":1,\"machines\":[]}", 50));
	/* What was set aside before is not lost. */
	put("one", 3);
	tune_close(persistent());
	put("two", 3);
	tune_close(persistent());
	snprintf(second, sizeof(second), "%s.1", aside);
	CHECK(!access(aside, F_OK) && !access(second, F_OK));
	unlink(aside);
	unlink(second);
}

/* Saves, and loads into another tuner: its samples of the first target; -1: it refused the file. */
static int
reloaded(struct tune *t, const int64_t dims[3])
{
	struct tune_config c = plainly();
	struct tune *u = tune_open(&c);
	struct tune_profile *p;
	int count = -1;

	unlink(path);
	CHECKINT(tune_save(t, path), 0);
	if (!tune_load(u, path)) {
		p = tune_at(tune_operation(u, "GEMM"), dims, 3);
		count = (int)statsof(p, 0).count;
	}
	tune_close(u);
	tune_close(t);
	return count;
}

/* What was recorded at the ends of what may be comes back; what is beyond was never taken. */
static void
extremes(void)
{
	static const double seconds[] = {1e-12, 1e9}, watts[] = {1e-6, 1e6};
	static const int64_t cube[] = {64, 64, 64}, none[] = {0, 64, 64},
			     all[] = {INT64_MAX, INT64_MAX, INT64_MAX};
	static const int64_t *const sizes[] = {cube, none, all};
	struct tune_config c = plainly();

	for (int i = 0; i < 12; i++) {
		struct tune *t = tune_open(&c);
		const int64_t *dims = sizes[i / 4];
		struct tune_profile *p;

		(void)gemm(t, 2);
		p = tune_at(tune_operation(t, "GEMM"), dims, 3);
		/* One of the others, so that the variance is as large as it gets. */
		CHECKINT(tune_record(p, 0, seconds[i & 1], watts[i >> 1 & 1]), 0);
		CHECKINT(tune_record(p, 0, seconds[~i & 1], watts[~i >> 1 & 1]), 0);
		CHECKINT(tune_record(p, 0, seconds[i & 1], watts[i >> 1 & 1]), 0);
		CHECKINT(tune_record(p, 0, 0.9e-12, NAN), TUNE_INVALID);
		CHECKINT(tune_record(p, 0, 1.1e9, NAN), TUNE_INVALID);
		CHECKINT(tune_record(p, 0, 1, 0.9e-6), TUNE_INVALID);
		CHECKINT(tune_record(p, 0, 1, 1.1e6), TUNE_INVALID);
		CHECKINT(tune_work(p, 1e301), TUNE_INVALID);
		if (i & 1)
			CHECKINT(tune_work(p, 1e300), 0);
		CHECKINT(reloaded(t, dims), 3);
	}
}

/* Power of many samples, and then a shorter memory and none of it. */
static void
shortened(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	struct tune_profile *p = gemm(t, 1);

	for (int i = 0; i < 50; i++)
		CHECKINT(tune_record(p, 0, 1e-3, 10 + i % 2), 0);
	c.memory = 10;
	CHECKINT(tune_configure(t, &c), 0);
	CHECKINT(tune_record(p, 0, 1e-3, NAN), 0);
	CHECKNEAR(statsof(p, 0).power_weight, 10, 0);
	CHECKINT(reloaded(t, (const int64_t[]){64, 64, 64}), 51);
}

/* Numbers that are none of ours, though JSON has no objection. */
static void
absurd(void)
{
	static const char *const TARGETS[] = {
		"\"n\":[9000000000000000000,5,5],\"us\":[1,2,1.5,0],\"ln\":[-13,0]",
		"\"n\":[5,5,100001],\"us\":[1,2,1.5,0],\"ln\":[-13,0]",
		"\"n\":[-1,5,5],\"us\":[1,2,1.5,0],\"ln\":[-13,0]",
		"\"n\":[5,5,5],\"us\":[1e-9,2,1.5,0],\"ln\":[-13,0]",
		"\"n\":[5,5,5],\"us\":[1,1e200,1.5,0],\"ln\":[-13,0]",
		"\"n\":[5,5,5],\"us\":[1,2,1.5,1e40],\"ln\":[-13,0]",
		"\"n\":[5,5,5],\"us\":[1,2,1.5,0],\"ln\":[-13,1e30]",
		"\"n\":[5,5,5],\"us\":[1,2,1.5,0],\"ln\":[-13,0],\"rate\":1e200",
		"\"n\":[5,5,5],\"us\":[1,2,1.5,0],\"ln\":[-13,0],"
		"\"W\":[5,1,1e30,1,0],\"J\":[1,1,1,0]",
		"\"n\":[5,5,5],\"us\":[1,2,1.5,0],\"ln\":[-13,0],"
		"\"W\":[6,1,1,1,0],\"J\":[1,1,1,0]"};
	char text[512];

	for (size_t i = 0; i < sizeof(TARGETS) / sizeof(*TARGETS); i++) {
		int n = snprintf(text, sizeof(text),
			"{\"format\":\"pgokit-tune\",\"version\":1,\"machines\":[{\"cpu\":\"x\","
			"\"profiles\":[{\"op\":\"GEMM\",\"dims\":[1],\"targets\":[{\"name\":\"a\",%s}]}]}]}",
			TARGETS[i]);

		CHECK(refused(text, (size_t)n));
	}
}

/* A target that failed is not in the file: who only reads it must not be told to take it. */
static void
failedlater(void)
{
	struct tune *t = persistent();
	struct tune_profile *p = gemm(t, 2);

	unlink(path);
	samples(p, 5, 1e-3);
	CHECKINT(tune_best(p), 0);
	CHECKINT(tune_drop(p, 0, "it crashed"), 0);
	CHECKINT(tune_close(t), 0);
	t = persistent();
	p = gemm(t, 2);
	CHECKSTR(tune_target_name(tune_operation(t, "GEMM"), tune_best(p)), "b");
	tune_close(t);
	unlink(path);
}

/* A program whose targets have other names than all those in its file. */
static void
renamed(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_profile *p;
	struct tune_op *op;

	unlink(path);
	c.persistent = true;
	c.path = path;
	t = tune_open(&c);
	p = gemm(t, TUNE_MAX_TARGETS);
	for (int i = 0; i < TUNE_MAX_TARGETS; i++)
		CHECKINT(tune_record(p, i, 1e-3 * (i + 1), NAN), 0);
	CHECKINT(tune_close(t), 0);
	t = tune_open(&c);
	op = tune_operation(t, "GEMM");
	p = tune_at(op, (const int64_t[]){64, 64, 64}, 3);
	CHECKINT(tune_best(p), 0);
	/* One is there still, and keeps its number and samples; each other takes the place of an old one. */
	CHECKINT(tune_target(op, &(struct tune_target){.name = "c", .run = nothing}), 2);
	for (int i = 0; i < TUNE_MAX_TARGETS - 1; i++) {
		char name[] = {'n', (char)('a' + i), '\0'};
		int number = tune_target(op, &(struct tune_target){.name = name, .run = nothing});

		CHECKSTR(tune_target_name(op, number), name);
		CHECKINT((int)statsof(p, number).count, 0);
	}
	CHECKINT(tune_targets(op), TUNE_MAX_TARGETS);
	CHECKINT(tune_target(op, &(struct tune_target){.name = "one more"}), TUNE_INVALID);
	CHECK(strstr(told, "no room for more"));
	CHECKINT((int)statsof(p, 2).count, 1);
	CHECKINT(tune_best(p), 2);
	for (int i = 0; i < 50; i++)
		CHECKINT(tune_run_at(p, NULL), 0);
	tune_close(t);
	unlink(path);
}

/* What a file knows can be told, and is not run before it is registered. */
static void
unregistered(void)
{
	static const int64_t dims[] = {64, 64, 64};
	struct tune_config c = plainly();
	struct tune *t = persistent();
	struct tune_op *op;

	samples(gemm(t, 2), 20, 1e-3);
	CHECKINT(tune_close(t), 0);
	c.persistent = true;
	c.path = path;
	t = tune_open(&c);
	op = tune_operation(t, "GEMM");
	CHECKINT(tune_best(tune_at(op, dims, 3)), 0);
	CHECKINT(tune_run(op, dims, 3, NULL), TUNE_NOTARGET);
	CHECKINT(tune_choose(tune_at(op, dims, 3), NULL), TUNE_NOTARGET);
	CHECKINT((int)tune_totals(t).dropped, 0);
	tune_close(t);
	unlink(path);
}

/* A limit on the size of files is an error like a full disk, and ends no process. */
static void
toolarge(void)
{
	pid_t child = fork();
	int status;

	if (!child) {
		struct tune_config c = plainly();
		struct tune *t = tune_open(&c);
		struct rlimit limit = {16, 16};
		int saved;

		samples(gemm(t, 2), 3, 1e-3);
		setrlimit(RLIMIT_FSIZE, &limit);
		saved = tune_save(t, path);
		tune_close(t);
		_exit(saved == TUNE_IO && strstr(told, "File too large") ? 7 : 8);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status));
	CHECKINT(WEXITSTATUS(status), 7);
	CHECK(access(path, F_OK));
}

/* Replaces the name of this machine in the file by another of the same length. */
static void
elsewhere(char *text, size_t n)
{
	char *cpu = strstr(text, "\"cpu\":\"");

	CHECK(cpu);
	if (cpu)
		cpu[7] = '#';
	put(text, n);
}

static void
machines(void)
{
	char text[4096], other[64];
	size_t n = made(text, sizeof(text));
	struct tune *t;
	const char *in[2] = {other, path};

	elsewhere(text, n);
	t = persistent();
	CHECKINT((int)tune_totals(t).profiles, 0);
	samples(gemm(t, 2), 7, 1e-3);
	CHECKINT(tune_close(t), 0);
	whole(text, sizeof(text));
	CHECK(strstr(text, "\"cpu\":\"#"));
	t = persistent();
	CHECKINT((int)statsof(gemm(t, 2), 0).count, 7);
	/* A copy of the file in another place, merged with it: each machine has its sum. */
	snprintf(other, sizeof(other), "%s/other", folder);
	CHECKINT(tune_save(t, other), 0);
	tune_close(t);
	CHECKINT(tune_merge(path, in, 2), 0);
	t = persistent();
	CHECKINT((int)statsof(gemm(t, 2), 0).count, 14);
	tune_close(t);
	whole(text, sizeof(text));
	CHECK(strstr(text, "\"cpu\":\"#"));
	put("nonsense", 8);
	CHECKINT(tune_merge(other, in, 2), TUNE_FORMAT);
	unlink(other);
	CHECKINT(tune_merge(path, in, 2), TUNE_IO);
	CHECKINT(tune_merge(path, in, 0), TUNE_INVALID);
	unlink(path);
}

static void
unwritable(void)
{
	struct tune_config c = plainly();
	struct tune *t = tune_open(&c);
	char deep[96];

	samples(gemm(t, 2), 3, 1e-3);
	snprintf(deep, sizeof(deep), "%s/new/profiles.json", folder);
	CHECKINT(tune_save(t, deep), 0);
	CHECK(!access(deep, F_OK));
	CHECKINT(tune_save(t, "/proc/no/folder/profiles.json"), TUNE_IO);
	CHECK(strstr(told, "lock '/proc/no/folder/profiles.json.lock'"));
	told[0] = '\0';
	/* What is in the way, and cannot be moved, stays as it is. */
	CHECKINT(tune_load(t, "/proc/self/status"), TUNE_IO);
	CHECK(strstr(told, "it cannot be set aside"));
	/* So does what is no file: a folder, a pipe, a device. */
	snprintf(deep, sizeof(deep), "%s/new", folder);
	CHECKINT(tune_load(t, deep), TUNE_IO);
	CHECK(strstr(told, "no regular file"));
	CHECKINT(tune_save(t, deep), TUNE_IO);
	CHECK(!access(deep, F_OK));
	snprintf(deep, sizeof(deep), "%s/pipe", folder);
	CHECKINT(mkfifo(deep, 0600), 0);
	CHECKINT(tune_load(t, deep), TUNE_IO);
	CHECKINT(tune_save(t, deep), TUNE_IO);
	CHECKINT(unlink(deep), 0);
	tune_close(t);
}

int
main(void)
{
	char clean[96];

	if (!mkdtemp(folder))
		return 2;
	snprintf(path, sizeof(path), "%s/profiles.json", folder);
	snprintf(aside, sizeof(aside), "%s.corrupt", path);
	again();
	together();
	processes();
	cut();
	changed();
	foreign();
	machines();
	extremes();
	shortened();
	absurd();
	failedlater();
	renamed();
	unregistered();
	toolarge();
	unwritable();
	snprintf(clean, sizeof(clean), "rm -r -- %s", folder);
	CHECKINT(system(clean), 0);
	return checkdone();
}
