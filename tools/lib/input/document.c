#include <string.h>

#include "base/err.h"
#include "input/document.h"

/* What kind of document has this head and, maybe, results. */
static bool
kindof(const json_t *head, struct span results, enum documentkind *kind)
{
	const char *format = json_string_value(json_object_get(head, "format"));

	if (format && !strcmp(format, "pgokit-receipt-1"))
		*kind = RECEIPT;
	else if (format && !strcmp(format, "pgokit-samples-1"))
		*kind = TABLE;
	else if (spanisarray(results))
		*kind = HYPERFINE;
	else
		return false;
	return true;
}

enum { BENCHES, RESULTS, NLISTS };
static const char *const lists[NLISTS + 1] = {[BENCHES] = "benches", [RESULTS] = "results"};

bool
documentknown(struct span text)
{
	struct span list[NLISTS];
	json_t *head = spanloadrest(text, lists, list, REST_MAX);
	enum documentkind kind;
	bool known = head && kindof(head, list[RESULTS], &kind);

	json_decref(head);
	return known;
}

void
documentopen(struct document *d, const char *file, struct span text)
{
	struct span list[NLISTS];

	*d = (struct document){
		.file = file, .text = text, .head = spanloadrest(text, lists, list, REST_MAX)};
	if (!d->head && spanisobject(text))
		fatal("read '%s': it has more than %d bytes beside its benchmarks", file, REST_MAX);
	if (!kindof(d->head, list[RESULTS], &d->kind))
		fatal("read '%s': neither a receipt of bench-run nor JSON of hyperfine; other "
		      "formats need --format",
			file);
	d->list = list[d->kind == HYPERFINE ? RESULTS : BENCHES];
	d->commands = d->kind == HYPERFINE || json_is_true(json_object_get(d->head, "commands"));
	if (spancount(d->list) > BENCHES_MAX)
		fatal("read '%s': more than %d benchmarks", file, BENCHES_MAX);
	if (d->kind == RECEIPT)
		receiptread(&d->receipt, file, d->head, d->list);
}

void
documentclose(struct document *d)
{
	json_decref(d->head);
	receiptrelease(&d->receipt);
	*d = (struct document){0};
}

struct benchtext
documentbench(const struct document *d, struct span element)
{
	static const char *const names[NPARTS + 1] = {[SAMPLES] = "samples",
		[TIMES] = "times",
		[MEMORY] = "memory_usage_byte",
		[EXITS] = "exit_codes"};
	struct benchtext b;

	b.head = spanloadrest(element, names, b.part, REST_MAX);
	if (!b.head && spanisobject(element))
		fatal("read '%s': a benchmark has more than %d bytes beside its samples", d->file,
			REST_MAX);
	return b;
}

void
benchtextrelease(struct benchtext *b)
{
	json_decref(b->head);
	*b = (struct benchtext){0};
}
