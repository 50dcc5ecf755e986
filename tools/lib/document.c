#include <string.h>

#include "document.h"
#include "err.h"

/* Bytes of a document without its benchmarks, of a benchmark without its samples. */
enum { REST_MAX = 1 << 20 };

void
documentopen(struct document *d, const char *file, struct span text)
{
	static const char *const lists[] = {"benches", "results", NULL};
	struct span list[2];
	json_t *head = spanloadrest(text, lists, list, REST_MAX);
	const char *format = json_string_value(json_object_get(head, "format"));
	bool receipt = format && !strcmp(format, "pgokit-receipt-1");

	if (!head && spanisobject(text))
		fatal("read '%s': it has more than %d bytes beside its benchmarks", file, REST_MAX);
	if (!receipt && !spanisarray(list[1]))
		fatal("read '%s': neither a receipt of bench-run nor JSON of hyperfine", file);
	*d = (struct document){.file = file,
		.text = text,
		.head = head,
		.list = list[!receipt],
		.hyperfine = !receipt};
	if (spancount(d->list) > BENCHES_MAX)
		fatal("read '%s': more than %d benchmarks", file, BENCHES_MAX);
}

void
documentclose(struct document *d)
{
	json_decref(d->head);
	*d = (struct document){0};
}

struct benchtext
documentbench(const struct document *d, struct span element)
{
	static const char *const names[NCOLUMNS + 1] = {[SAMPLES] = "samples",
		[ORDER] = "order",
		[STEAL] = "steal_ticks",
		[TIMES] = "times",
		[MEMORY] = "memory_usage_byte",
		[EXITS] = "exit_codes"};
	struct benchtext b;

	b.head = spanloadrest(element, names, b.column, REST_MAX);
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
