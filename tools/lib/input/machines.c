/* How the machines that two documents name differ. */
#include "base/buf.h"
#include "input/machines.h"

/* As ci/formats/lib.jq and receipt/receipt.h call them, without what changes from hour to hour. */
static const char *const facts[] = {"cpu", "cores", "caches", "os", "arch", "compiler", "build"};

static const json_t *
machineof(const struct document *d)
{
	return d->kind == RECEIPT ? d->receipt.machine : json_object_get(d->head, "machine");
}

static void
putfact(struct buf *out, const json_t *v)
{
	if (json_is_string(v))
		bufprintf(out, "'%s'", json_string_value(v));
	else
		bufprintf(out, "%g", json_number_value(v));
}

char *
machinesdiffer(const struct document *a, const struct document *b)
{
	struct buf out = {0};

	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++) {
		const json_t *x = json_object_get(machineof(a), facts[i]);
		const json_t *y = json_object_get(machineof(b), facts[i]);

		if (!x || !y || json_is_null(x) || json_is_null(y) || json_equal(x, y))
			continue;
		bufprintf(&out, "%s%s ", out.n ? ", " : "", facts[i]);
		putfact(&out, x);
		bufputs(&out, " and ");
		putfact(&out, y);
	}
	return out.n ? bufstr(&out) : NULL;
}
