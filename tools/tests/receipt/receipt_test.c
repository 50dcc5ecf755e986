/* A receipt written is a receipt read: each field comes back, and what is unfit is marked so. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "check.h"
#include "decision/sequential.h"
#include "receipt/made.h"
#include "receipt/receipt.h"

/* The receipt of a text, as bench-compare gets at it. */
static struct receipt
readtext(const char *text)
{
	struct span v, list;
	struct receipt r;
	json_t *head;
	size_t at;

	if (spancheck(text, strlen(text), &v, &at))
		abort();
	head = spanloadrest(v, (const char *const[]){"benches", NULL}, &list, REST_MAX);
	receiptread(&r, "r.json", head, list);
	json_decref(head);
	return r;
}

/* What receiptwrite() writes, for the caller to free. */
static char *
written(const struct receipt *r)
{
	char path[] = "receipt_test.XXXXXX";
	struct buf b = {0};
	int fd = mkstemp(path);

	if (fd < 0 || close(fd))
		abort();
	receiptwrite(path, r);
	if (slurp(path, 1 << 20, &b) || unlink(path))
		abort();
	return bufstr(&b);
}

static void
checktexts(const struct texts *got, const struct texts *want)
{
	CHECKINT(!got->of, !want->of);
	CHECKINT((long long)got->n, (long long)want->n);
	for (size_t i = 0; i < got->n && i < want->n; i++)
		if (want->of[i])
			CHECKSTR(got->of[i], want->of[i]);
		else
			CHECK(!got->of[i]);
}

static void
checktext(const char *got, const char *want)
{
	if (want)
		CHECKSTR(got, want);
	else
		CHECK(!got);
}

static void
checkcolumn(const struct column *got, const struct column *want)
{
	CHECKINT(!got->x, !want->x);
	CHECKINT((long long)got->n, (long long)want->n);
	for (size_t i = 0; i < got->n && i < want->n; i++)
		CHECKNEAR(got->x[i], want->x[i], 0);
}

static void
checkseen(const struct receiptbench *got, const struct receiptbench *want)
{
	CHECKINT(!got->seen, !want->seen);
	CHECKINT((long long)got->nseen, (long long)want->nseen);
	for (size_t i = 0; i < got->nseen && i < want->nseen; i++) {
		const struct sighting *g = &got->seen[i], *w = &want->seen[i];

		CHECKINT(g->looked, w->looked);
		CHECKINT(g->runs[0], w->runs[0]);
		CHECKINT(g->runs[1], w->runs[1]);
		CHECKINT(g->garbled, w->garbled);
		checktext(g->left, w->left);
		checktext(g->instead, w->instead);
		checktext(g->untraced, w->untraced);
	}
}

static void
checkbench(const struct receiptbench *got, const struct receiptbench *want, size_t narms)
{
	CHECKSTR(got->name, want->name);
	CHECKINT(got->metric, want->metric);
	CHECKINT(got->shell, want->shell);
	checktext(got->prepare, want->prepare);
	checktext(got->cleanup, want->cleanup);
	CHECKNEAR(got->timeout_s, want->timeout_s, 0);
	CHECKINT((long long)got->executions, (long long)want->executions);
	CHECKINT((long long)got->planned, (long long)want->planned);
	checktexts(&got->commands, &want->commands);
	checktexts(&got->files, &want->files);
	checktexts(&got->sha256, &want->sha256);
	checktexts(&got->build_ids, &want->build_ids);
	checktexts(&got->leaves, &want->leaves);
	checktexts(&got->unmoved, &want->unmoved);
	checkcolumn(&got->burn_s, &want->burn_s);
	CHECKINT((long long)got->nsides, (long long)want->nsides);
	for (size_t a = 0; a < narms; a++) {
		const struct receiptside *g = receiptsideof(got, a), *w = receiptsideof(want, a);

		checktext(g->output, w->output);
		for (size_t k = 0; k < NCOLUMNS; k++)
			checkcolumn(&g->of[k], &w->of[k]);
	}
	checkseen(got, want);
	checktext(got->shared, want->shared);
	CHECKINT((long long)got->rounds, (long long)want->rounds);
	CHECKINT((long long)got->misordered, 0);
	CHECK(!memcmp(got->order, want->order, want->rounds * narms * sizeof(*want->order)));
	checkcolumn(&got->steal_ticks, &want->steal_ticks);
	CHECKINT(isnan(got->margin_pct), isnan(want->margin_pct));
	if (!isnan(want->margin_pct)) {
		CHECKNEAR(got->min_effect_pct, want->min_effect_pct, 0);
		CHECKNEAR(got->margin_pct, want->margin_pct, 0);
		CHECKNEAR(got->max_undetected_pct, want->max_undetected_pct, 0);
	}
	CHECKINT(got->other_output, want->other_output);
	CHECK(!got->flaw);
}

/* All that madereceipt() leaves empty. */
static struct receipt
full(void)
{
	struct receipt r = madereceipt();
	struct receiptbench *b = &r.benches[0];

	b->shell = b->other_output = true;
	b->prepare = xstrdup("make\n\xc3\xa9");
	b->cleanup = xstrdup("rm");
	b->planned = 30;
	b->executions = 3;
	b->min_effect_pct = .5;
	b->margin_pct = 2;
	b->max_undetected_pct = 7;
	b->shared = xstrdup("a file");
	b->leaves = (struct texts){xcalloc(1, sizeof(char *)), 1};
	b->leaves.of[0] = xstrdup("a.out");
	b->seen = xcalloc(MADE_ARMS, sizeof(*b->seen));
	b->nseen = MADE_ARMS;
	b->seen[0] = (struct sighting){.looked = true, .runs = {1, 2}};
	b->seen[1] = (struct sighting){
		.looked = true, .left = xstrdup("/bin/new"), .instead = xstrdup("sh")};
	b->seen[2] = (struct sighting){.looked = true, .untraced = xstrdup("ptrace")};
	free(b->sides[4].output);
	b->sides[4].output = NULL;
	r.benches[1].leaves.of = xcalloc(1, sizeof(char *)); /* looked at, and none */
	r.benches[1].unmoved = (struct texts){xcalloc(MADE_ARMS, sizeof(char *)), MADE_ARMS};
	r.benches[1].unmoved.of[1] = xstrdup("fixed");
	return r;
}

static void
testinverse(void)
{
	struct receipt r = full(), got;
	char *text = written(&r), *again;

	got = readtext(text);
	again = written(&got);
	CHECKSTR(again, text);
	CHECKSTR(got.file, "r.json");
	CHECKSTR(got.tool, r.tool);
	CHECKSTR(got.finished, r.finished);
	CHECK(got.complete && got.seeded && got.seed == r.seed);
	CHECK(json_equal(got.machine, r.machine) && json_equal(got.settings, r.settings));
	CHECKINT((long long)got.narms, MADE_ARMS);
	for (size_t a = 0; a < MADE_ARMS; a++) {
		CHECKSTR(got.arms[a].name, r.arms[a].name);
		CHECKSTR(got.arms[a].binary, r.arms[a].binary);
		CHECKSTR(got.arms[a].sha256, r.arms[a].sha256);
		CHECKINT(got.arms[a].role, r.arms[a].role);
		CHECKINT((long long)got.arms[a].layout, (long long)r.arms[a].layout);
		CHECKNEAR(got.arms[a].slow_pct, r.arms[a].slow_pct, 0);
		checktext(got.arms[a].slowed, r.arms[a].slowed);
	}
	CHECKINT((long long)got.nbenches, 2);
	for (size_t b = 0; b < 2; b++)
		checkbench(&got.benches[b], &r.benches[b], MADE_ARMS);
	free(text);
	free(again);
	receiptrelease(&r);
	receiptrelease(&got);
}

/* An incomplete measurement of bare commands, before its first round. */
static void
testempty(void)
{
	struct receipt r = madereceipt(), got;
	char *text, *again;

	r.complete = false;
	for (size_t a = 0; a < MADE_ARMS; a++) {
		free(r.arms[a].binary);
		free(r.arms[a].sha256);
		r.arms[a].binary = r.arms[a].sha256 = NULL;
		r.arms[a].role = ROLE_NONE;
		r.arms[a].layout = 0;
		for (size_t k = 0; k < NCOLUMNS; k++)
			r.benches[0].sides[a].of[k].n = 0;
	}
	r.benches[0].rounds = r.benches[0].steal_ticks.n = 0;
	text = written(&r);
	got = readtext(text);
	again = written(&got);
	CHECKSTR(again, text);
	CHECK(!got.complete && !got.arms[0].binary && got.arms[0].role == ROLE_NONE);
	CHECK(got.benches[0].sides[0].of[WALL_S].x && !got.benches[0].sides[0].of[WALL_S].n);
	free(text);
	free(again);
	receiptrelease(&r);
	receiptrelease(&got);
}

/* A receipt of two arms with one benchmark, which has these members beside its name. */
static struct receipt
readbench(const char *members)
{
	struct buf b = {0};
	struct receipt r;

	bufprintf(&b,
		"{\"seed\": \"7\", \"arms\": [{\"name\": \"x\"}, {\"name\": \"y\", \"binary\": 1}],"
		"\"benches\": [{\"name\": \"b\", \"metric\": \"cpu\"%s}]}",
		members);
	r = readtext(bufstr(&b));
	bufrelease(&b);
	return r;
}

/* What is missing or is not what it should be is there as nothing, and marked. */
static void
testunfit(void)
{
	struct receipt r = readbench("");
	size_t n = 1;

	CHECK(r.seeded && !r.complete && !r.benches[0].nsides && !r.benches[0].seen);
	CHECK(!receiptnumbers(&r.benches[0], 0, METRIC_OWN, &n) && !n);
	CHECKSTR(r.arms[0].binary, ""); /* not said: that is no command without a program */
	CHECK(!receiptsamefiles(&r, &r.benches[0], 0, 1));
	receiptrelease(&r);

	r = readbench(", \"planned\": 0, \"margin_pct\": -1, \"seen\": [{}], \"order\": [[0, 1]],"
		      "\"samples\": {\"\\u0079\": {\"user_s\": [1, 2], \"sys_s\": [1],"
		      "\"wall_s\": [1, \"2\"], \"output\": 5}, \"z\": {\"wall_s\": [1]}}");
	CHECKSTR(r.benches[0].flaw, "the planned rounds are not a whole number from 1 to 1000000");
	CHECKINT((long long)r.benches[0].nsides, 1);
	CHECK(!receiptnumbers(&r.benches[0], 1, METRIC_CPU, &n) && !n);
	CHECK(!receiptnumbers(&r.benches[0], 1, METRIC_WALL, &n) && !n);
	CHECK(r.benches[0].nseen == 1 && r.benches[0].seen[0].garbled);
	CHECKINT((long long)r.benches[0].rounds, 1);
	receiptrelease(&r);
}

/* The orders up to the first that is not the seed's. */
static void
testorder(void)
{
	static const char *const wrong[] = {"[]", "[0]", "5", "[0, 0]", "[1, 0, 2]", "[-1, 2]"};
	size_t order[2];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct buf b = {0};
		struct receipt r;

		roundorder(7, 0, 2, order);
		bufprintf(
			&b, ", \"order\": [[%zu, %zu], %s, [0, 1]]", order[0], order[1], wrong[i]);
		r = readbench(bufstr(&b));
		CHECKINT((long long)r.benches[0].rounds, 3);
		CHECKINT((long long)r.benches[0].misordered, 2);
		CHECKINT(r.benches[0].order[0], (long long)order[0]);
		bufrelease(&b);
		receiptrelease(&r);
	}
}

/* Whether reading the text ends the program with the status of trouble. */
static bool
refused(const char *text)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		struct receipt r;

		if (!freopen("/dev/null", "w", stderr))
			_exit(99);
		r = readtext(text);
		receiptrelease(&r);
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 2;
}

static void
testrefused(void)
{
#define BENCH(name, metric) "{\"name\": " name ", \"metric\": " metric "}"
	CHECK(!refused("{\"arms\": [{\"name\": \"a\"}, {\"name\": \"b\"}], \"benches\": [" BENCH(
		"\"x\"", "\"wall\"") "," BENCH("\"y\"", "\"instructions\"") "]}"));
	CHECK(refused("{\"arms\": [{\"name\": \"a\"}, {\"name\": 5}]}"));
	CHECK(refused("{\"arms\": [{\"name\": \"a\"}, {\"name\": \"b\"}, {\"name\": \"a\"}]}"));
	CHECK(refused("{\"arms\": [{\"name\": \"a\", \"role\": \"judge\"}]}"));
	CHECK(refused("{\"arms\": [{\"name\": \"a\", \"role\": 1}]}"));
	CHECK(refused("{\"arms\": [{\"name\": \"a\", \"role\": \"base\", \"layout\": 2}]}"));
	CHECK(refused("{\"benches\": [5]}"));
	CHECK(refused("{\"benches\": [" BENCH("\"x\"", "\"speed\"") "]}"));
	CHECK(refused(
		"{\"benches\": [" BENCH("\"x\"", "\"cpu\"") "," BENCH("\"x\"", "\"cpu\"") "]}"));
#undef BENCH
}

static void
testnames(void)
{
	for (enum role r = ROLE_NONE + 1; r < NROLES; r++)
		CHECKINT(rolenamed(rolename(r)), r);
	for (enum metric m = METRIC_OWN + 1; m < NMETRICS; m++)
		CHECKINT(metricnamed(metricname(m)), m);
	CHECK(!rolenamed(NULL) && !rolenamed("") && !rolenamed("judge") && !rolename(ROLE_NONE));
	CHECK(!metricnamed(NULL) && !metricnamed("speed") && !metricname(METRIC_OWN));
}

int
main(void)
{
	testinverse();
	testempty();
	testunfit();
	testorder();
	testrefused();
	testnames();
	return checkdone();
}
