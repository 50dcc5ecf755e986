/*
 * A receipt is checked once and its numbers are read once, however many pairs of its arms are
 * judged: counted in a gate with two layouts, control, canary and last release. The functions that
 * are counted are put in by the linker (--wrap, see the Makefile).
 */
#include <unistd.h>

#include "base/err.h"
#include "check.h"
#include "compare/verdict.h"
#include "receipt/made.h"

static size_t heads, reads, columns, orders;

json_t *__real_spanloadrest(
	struct span object, const char *const names[], struct span picked[], size_t max);
json_t *__wrap_spanloadrest(
	struct span object, const char *const names[], struct span picked[], size_t max);
void __real_receiptread(
	struct receipt *r, const char *file, const json_t *head, struct span benches);
void __wrap_receiptread(
	struct receipt *r, const char *file, const json_t *head, struct span benches);
double *__real_spannumbers(struct span array, size_t *n);
double *__wrap_spannumbers(struct span array, size_t *n);
void __real_roundorder(uint64_t seed, uint64_t round, size_t n, size_t *order);
void __wrap_roundorder(uint64_t seed, uint64_t round, size_t n, size_t *order);

json_t *
__wrap_spanloadrest(struct span object, const char *const names[], struct span picked[], size_t max)
{
	heads++;
	return __real_spanloadrest(object, names, picked, max);
}

void
__wrap_receiptread(struct receipt *r, const char *file, const json_t *head, struct span benches)
{
	reads++;
	__real_receiptread(r, file, head, benches);
}

double *
__wrap_spannumbers(struct span array, size_t *n)
{
	columns += spanisarray(array);
	return __real_spannumbers(array, n);
}

void
__wrap_roundorder(uint64_t seed, uint64_t round, size_t n, size_t *order)
{
	orders++;
	__real_roundorder(seed, round, n, order);
}

int
main(void)
{
	struct criteria q = criteriadefault();
	char path[] = "read_once_test.XXXXXX";
	struct receipt r = madereceipt();
	struct buf text = {0};
	struct document d;
	const json_t *bench;
	struct span v;
	json_t *verdict;
	int fd = mkstemp(path);

	if (fd < 0 || close(fd))
		fatal("create '%s':", path);
	receiptwrite(path, &r);
	receiptrelease(&r);
	orders = 0; /* those of making it */

	criteriamatch(&q);
	CHECK(spanread(path, 1 << 20, &text, &v));
	documentopen(&d, path, v);
	verdict = verdictof(&q, &d, 1);
	CHECKSTR(json_string_value(json_object_get(verdict, "outcome")), "regressed");
	bench = json_array_get(json_object_get(verdict, "benches"), 0);
	CHECK(json_object_get(bench, "layouts") && json_object_get(bench, "control") &&
		json_object_get(bench, "canary") && json_object_get(bench, "release"));

	CHECKINT((long long)reads, 1);
	CHECKINT((long long)heads, 1 + 2); /* of the receipt, of each benchmark */
	/* Per benchmark: what the arms lost and the ticks; six columns of an arm, or its counts. */
	CHECKINT((long long)columns, (2 + 6 * MADE_ARMS) + (2 + MADE_ARMS));
	CHECKINT((long long)orders, MADE_ROUNDS + MADE_COUNTS);

	json_decref(verdict);
	json_decref(q.match);
	documentclose(&d);
	bufrelease(&text);
	unlink(path);
	return checkdone();
}
