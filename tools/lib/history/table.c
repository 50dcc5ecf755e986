#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "history/table.h"
#include "report/foreign.h"
#include "report/wording.h"

enum { NAME = 40 }; /* columns */

static void
putforeign(struct buf *out, const char *text)
{
	bool cut;
	char *shown = foreignshort(text, &cut);

	bufprintf(out, "%s%s", shown, cut ? "..." : "");
	free(shown);
}

static void
putsigned(struct buf *out, const json_t *o, const char *key)
{
	bufprintf(out, "%+.2f", numberof(o, key));
}

static void
putchangeline(struct buf *out, const json_t *c)
{
	double over = numberof(c, "over");

	bufputs(out, "    ");
	putsigned(out, c, "pct");
	bufputs(out, " % [");
	putsigned(out, c, "low_pct");
	bufputs(out, ", ");
	putsigned(out, c, "high_pct");
	bufprintf(out, "] at %.12s of %.10s", textof(c, "commit"), textof(c, "date"));
	if (over > 1)
		bufprintf(out, ", over %.0f commits from there", over);
	if (json_is_boolean(json_object_get(c, "worse")))
		bufputs(out, trueof(c, "worse") ? ", worse" : ", better");
	bufputs(out, "\n");
}

static void
putseries(struct buf *out, const json_t *s)
{
	const json_t *changes = json_object_get(s, "changes"), *c;
	size_t i, from = out->n;

	putforeign(out, textof(s, "name"));
	if (*textof(s, "unit")) {
		bufputs(out, " (");
		putforeign(out, textof(s, "unit"));
		bufputs(out, ")");
	}
	bufprintf(out, "%*s %5.0f  %.10s  ",
		out->n - from < NAME ? (int)(NAME - (out->n - from)) : 0, "", numberof(s, "runs"),
		textof(s, "first"));
	bufprintf(out, "%+9.2f %%  ", numberof(s, "change_pct"));
	if (json_is_string(json_object_get(s, "cpu")))
		putforeign(out, textof(s, "cpu"));
	else
		bufputs(out, "(without a base)");
	bufputs(out, "\n");
	json_array_foreach(changes, i, c)
	{
		putchangeline(out, c);
	}
}

void
trendtable(struct buf *out, const json_t *trend)
{
	const json_t *list = json_object_get(trend, "series"), *s;
	size_t i;

	bufprintf(out, "%-*s %5s  %-10s  %11s  %s\n", NAME, "benchmark", "runs", "since", "change",
		"CPU");
	json_array_foreach(list, i, s)
	{
		putseries(out, s);
	}
}
