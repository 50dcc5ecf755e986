/*
 * Receipts and hyperfine files read from JSON, whole and damaged: whatever stands in a document,
 * reading and judging it ends with a verdict or a message, and damage is never a pass.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "check.h"
#include "compare/comparison.h"
#include "compare/verdict.h"
#include "stats/shuffle.h"

enum { ROUNDS = 12, SEED = 7 };

/* A receipt of one gated benchmark "b_full_check_flow" whose arm "new" is `factor` slower. */
static json_t *
receipt(double factor)
{
	json_t *order = json_array(), *old = json_array(), *new = json_array(),
	       *steal = json_array();
	json_t *u = json_array(), *z = json_array(), *samples, *bench, *arms;

	for (int i = 0; i < ROUNDS; i++) {
		size_t o[2];
		double t = .016 + .0001 * i;

		roundorder(SEED, (uint64_t)i, 2, o);
		json_array_append_new(
			order, json_pack("[I, I]", (json_int_t)o[0], (json_int_t)o[1]));
		json_array_append_new(old, json_real(t));
		json_array_append_new(new, json_real(t * factor * (1 + 1e-5 * i)));
		json_array_append_new(u, json_real(t));
		json_array_append_new(z, json_real(.001));
		json_array_append_new(steal, json_integer(0));
	}
	samples = jsonpack("{s:{s:o, s:O, s:O, s:s}, s:{s:o, s:o, s:o, s:s}}", "old", "wall_s", old,
		"user_s", u, "sys_s", z, "output", "f", "new", "wall_s", new, "user_s", u, "sys_s",
		z, "output", "f");
	bench = jsonpack("{s:s, s:s, s:[s, s], s:[s, s], s:o, s:o, s:o}", "name",
		"b_full_check_flow", "metric", "wall", "commands", "x", "y", "sha256", "1", "2",
		"order", order, "steal_ticks", steal, "samples", samples);
	arms = jsonpack("[{s:s, s:n, s:n}, {s:s, s:n, s:n}]", "name", "old", "binary", "sha256",
		"name", "new", "binary", "sha256");
	return jsonpack("{s:s, s:b, s:s, s:{s:i, s:n, s:n}, s:o, s:[o]}", "format",
		"pgokit-receipt-1", "complete", 1, "seed", "0000000000000007", "settings", "rounds",
		ROUNDS, "budget_s", "decide", "arms", arms, "benches", bench);
}

static json_t *
hyperfine(const char *name, double t)
{
	return jsonpack("{s:[{s:s, s:[f, f, f, f, f, f], s:[i, i]}]}", "results", "command", name,
		"times", t, t * 1.01, t * 1.02, t * 1.03, t * 1.04, t * 1.05, "exit_codes", 0, 0);
}

/* The document of a value; `text` is what it stands in. */
static void
opendoc(struct document *d, const char *file, const json_t *v, struct buf *text)
{
	struct span s;
	size_t at;

	jsonexact(text, v);
	if (spancheck(bufstr(text), text->n, &s, &at))
		_exit(98);
	documentopen(d, file, s);
}

/* The exit status that the documents lead to; what cannot be read at all ends the process. */
static int
verdictcode(json_t *a, json_t *b)
{
	struct criteria q = criteriadefault();
	struct buf text[2] = {{0}, {0}};
	struct document docs[2];
	json_t *v;
	int code;

	criteriamatch(&q);
	opendoc(&docs[0], "a.json", a, &text[0]);
	if (b)
		opendoc(&docs[1], "b.json", b, &text[1]);
	v = verdictof(&q, docs, b ? 2 : 1);
	code = (int)json_integer_value(json_object_get(v, "exit"));
	json_decref(v);
	json_decref(q.match);
	for (size_t i = 0; i < (b ? 2 : 1); i++) {
		documentclose(&docs[i]);
		bufrelease(&text[i]);
	}
	return code;
}

/* A process of its own, whose messages are hidden. */
static pid_t
forkquiet(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid && !freopen("/dev/null", "w", stderr))
		_exit(99);
	return pid;
}

/* How the process ended: its exit status, 128 for a crash. */
static int
ended(pid_t pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int
judged(json_t *a, json_t *b)
{
	pid_t pid = forkquiet();

	if (!pid)
		_exit(verdictcode(a, b));
	return ended(pid);
}

/* Counts the values below v in *at; where the count reaches `target`, puts `with` instead. */
static bool
replace(json_t *v, size_t *at, size_t target, json_t *with)
{
	const char *key;
	json_t *e;
	size_t i;

	json_object_foreach(v, key, e)
	{
		if ((*at)++ == target)
			return !json_object_set(v, key, with);
		if (replace(e, at, target, with))
			return true;
	}
	json_array_foreach(v, i, e)
	{
		if (i > 1)
			break; /* of a long column, two are enough */
		if ((*at)++ == target)
			return !json_array_set(v, i, with);
		if (replace(e, at, target, with))
			return true;
	}
	return false;
}

/* Case i of the damage: value i / w of the document becomes the wrong one i % w, of w. */
static json_t *
damaged(const json_t *doc, const json_t *wrong, size_t i)
{
	json_t *copy = json_deep_copy(doc);
	size_t at = 0, w = json_array_size(wrong);

	if (!replace(copy, &at, i / w, json_array_get(wrong, i % w)))
		_exit(98);
	return copy;
}

/*
 * The exit statuses of the cases from `from` on, in one process, as far as one that ends it, that one's
 * included. Returns the number of the next.
 */
static size_t
judgedfrom(const json_t *doc, json_t *other, const json_t *wrong, size_t from, unsigned char *codes,
	size_t n)
{
	ssize_t got;
	pid_t pid;
	int fd[2];

	if (pipe(fd))
		_exit(99);
	pid = forkquiet();
	for (; !pid && from < n; from++) {
		json_t *copy = damaged(doc, wrong, from);
		unsigned char code = (unsigned char)verdictcode(copy, other);

		json_decref(copy);
		if (write(fd[1], &code, 1) != 1)
			_exit(99);
	}
	if (!pid)
		_exit(0);
	close(fd[1]);
	while ((got = read(fd[0], codes + from, n - from)) > 0)
		from += (size_t)got;
	close(fd[0]);
	if (from < n)
		codes[from++] = (unsigned char)ended(pid);
	else
		CHECKINT(ended(pid), 0);
	return from;
}

/* Every value of the document in turn becomes every wrong one. Never a crash, never a pass. */
static void
damage(json_t *doc, json_t *other, int whole, const char *const *ignored)
{
	json_t *wrong = jsonpack("[n, b, i, i, f, f, f, s, s, [], {}, [[n]], {s:n}]", 1, 0, -1,
		1e308, -1e308, 5e-324, "", "\033[31mx\n::error::y", "a");
	size_t values = 0, n;
	unsigned char *codes;

	CHECKINT(judged(doc, other), whole);
	replace(doc, &values, SIZE_MAX, NULL);
	n = values * json_array_size(wrong);
	CHECK(n > 100);
	codes = xreallocarray(NULL, n, 1);
	for (size_t i = 0; i < n;)
		i = judgedfrom(doc, other, wrong, i, codes, n);
	for (size_t i = 0; i < n; i++) {
		bool fine = codes[i] < 98 && (codes[i] || ignored);

		CHECK(fine);
		if (!fine) {
			json_t *copy = damaged(doc, wrong, i);
			char *text = json_dumps(copy, 0);

			fprintf(stderr, "  exit status %d for: %s\n", codes[i], text);
			free(text);
			json_decref(copy);
		}
	}
	free(codes);
	json_decref(wrong);
}

static void
testwhole(void)
{
	json_t *slower = receipt(1.05), *faster = receipt(.95), *same = receipt(1);
	json_t *h1 = hyperfine("full_check_flow", .01), *h2 = hyperfine("other", .02);

	CHECKINT(judged(slower, NULL), EXIT_NO);
	CHECKINT(judged(faster, NULL), EXIT_YES);
	CHECKINT(judged(same, NULL), EXIT_YES);
	CHECKINT(judged(h1, h2), EXIT_NO);
	CHECKINT(judged(h2, h1), EXIT_INVALID); /* not gated under its name in the first file */
	CHECKINT(judged(h1, NULL), EXIT_TROUBLE);
	CHECKINT(judged(slower, h1), EXIT_INVALID); /* no benchmark of that name */
	json_decref(slower);
	json_decref(faster);
	json_decref(same);
	json_decref(h1);
	json_decref(h2);
}

/* Every single value of a receipt with a regression, replaced: it stays one, or is refused. */
static void
testdamage(void)
{
	json_t *slower = receipt(1.05), *h1 = hyperfine("full_check_flow", .01);
	json_t *h2 = hyperfine("full_check_flow", .02);

	damage(slower, NULL, EXIT_NO, NULL);
	damage(h2, h1, EXIT_YES, (const char *const[]){"passes when it is faster", NULL});
	damage(h1, h2, EXIT_NO, NULL);
	json_decref(slower);
	json_decref(h1);
	json_decref(h2);
}

static void
testtimes(void)
{
	static const double wrong[] = {0, -1, NAN, INFINITY, -INFINITY, 1e-13, 1e10};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct comparison c = {0};
		double x[] = {1, wrong[i], 2};

		comparisoncheck(&c, "arm", x, 1);
		CHECK(!c.invalid);
		comparisoncheck(&c, "arm", x, 3);
		CHECK(c.invalid && !strncmp(c.invalid, "sample 2 of arm is ", 19));
		comparisonunfit(&c, "later");
		CHECK(c.invalid && strcmp(c.invalid, "later") != 0);
		free(c.invalid);
	}
}

int
main(void)
{
	testtimes();
	testwhole();
	testdamage();
	return checkdone();
}
