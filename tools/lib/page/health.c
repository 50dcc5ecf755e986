/* A profile beside the last good one, workload by workload. */
#include <math.h>

#include "page/html.h"
#include "page/parts.h"
#include "page/plots.h"
#include "report/wording.h"

static void
putshare(struct buf *out, const json_t *workload, const char *key)
{
	double x = numberof(workload, key);

	if (!isfinite(x)) {
		bufputs(out, "<td>-</td>");
		return;
	}
	bufprintf(out, "<td class=\"gauge\">%g %%", x);
	putsharebar(out, x, "c1");
	bufputs(out, "</td>");
}

void
putsentences(struct buf *out, const json_t *texts, const char *class)
{
	const json_t *t;
	size_t i;

	if (!json_array_size(texts))
		return;
	bufprintf(out, "<ul class=\"%s\">", class);
	json_array_foreach(texts, i, t)
	{
		bufputs(out, "<li>");
		puthtml(out, json_is_string(t) ? json_string_value(t) : "");
		bufputs(out, "</li>\n");
	}
	bufputs(out, "</ul>\n");
}

/* Counts that cannot be held against the last ones: the reason stands in place of numbers. */
static void
putcompared(struct buf *out, const json_t *w)
{
	if (*textof(w, "incomparable")) {
		bufputs(out, "<td colspan=\"4\" class=\"why\">");
		puthtml(out, textof(w, "incomparable"));
		bufputs(out, "</td>");
		return;
	}
	bufputs(out, "<td>");
	putcount(out, numberof(w, "new_count"));
	bufputs(out, "</td>");
	putshare(out, w, "total_pct");
	putshare(out, w, "overlap_pct");
	putshare(out, w, "match_pct");
}

void
puthealth(struct buf *out, const json_t *health)
{
	const json_t *w;
	size_t i;

	if (!json_is_object(health))
		return;
	bufputs(out, "<h3 id=\"health\">Beside the last profile");
	if (*textof(health, "last_made")) {
		bufputs(out, " <small>of ");
		puthtml(out, textof(health, "last_made"));
		bufputs(out, "</small>");
	}
	bufputs(out, "</h3>\n");
	putsentences(out, json_object_get(health, "why"), "fault");
	bufputs(out,
		"<div class=\"scroll\" role=\"group\" aria-labelledby=\"health\" tabindex=\"0\">\n"
		"<table><thead><tr><th scope=\"col\">workload</th><th scope=\"col\">counts</th>"
		"<th scope=\"col\">of the last</th><th scope=\"col\">overlap</th>"
		"<th scope=\"col\">fits the source</th></tr></thead>\n<tbody>\n");
	json_array_foreach(json_object_get(health, "workloads"), i, w)
	{
		bufputs(out, "<tr><th scope=\"row\">");
		puthtml(out, textof(w, "name"));
		bufputs(out, "</th>");
		putcompared(out, w);
		bufputs(out, "</tr>\n");
	}
	bufputs(out, "</tbody></table>\n</div>\n");
	putsentences(out, json_object_get(health, "notes"), "note");
}
