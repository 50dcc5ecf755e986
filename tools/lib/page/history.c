/* The page of a history: the changes first, then the course of each benchmark, then the profiles. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "page/course.h"
#include "page/document.h"
#include "page/html.h"
#include "page/page.h"
#include "page/parts.h"
#include "report/wording.h"

enum { PROFILES_SHOWN = 12 };

/* How many changes there are in all series, and how many of them are for the worse. */
static size_t
changesin(const json_t *trend, size_t *worse)
{
	const json_t *s, *c;
	size_t i, k, n = 0;

	*worse = 0;
	json_array_foreach(json_object_get(trend, "series"), i, s)
	{
		json_array_foreach(json_object_get(s, "changes"), k, c)
		{
			n++;
			*worse += trueof(c, "worse");
		}
	}
	return n;
}

static void
putheader(struct buf *out, const json_t *trend)
{
	size_t worse, n = changesin(trend, &worse);
	size_t series = json_array_size(json_object_get(trend, "series"));

	bufprintf(out, "<header>\n<h1><span class=\"mark %s\">",
		worse ? "bad"
		: n   ? "doubt"
		      : "good");
	if (n)
		bufprintf(out, "%zu change%s", n, n == 1 ? "" : "s");
	else
		bufputs(out, "No change");
	bufputs(out, "</span> in the history of ");
	puthtml(out, textof(trend, "name"));
	bufprintf(out,
		"</h1>\n<p class=\"lead\">%.0f run%s, %.10s to %.10s; %zu series, one for each benchmark and "
		"CPU model.",
		numberof(trend, "runs"), numberof(trend, "runs") > 1 ? "s" : "",
		textof(trend, "first"), textof(trend, "last"), series);
	if (n)
		bufprintf(out, " %zu of the changes %s for the worse.", worse,
			worse == 1 ? "is" : "are");
	bufputs(out, "</p>\n");
	if (numberof(trend, "left_out") > 0)
		bufprintf(out,
			"<p class=\"fault\">%.0f lines of the history could not be read.</p>\n",
			numberof(trend, "left_out"));
	bufputs(out, "</header>\n");
}

static void
putpct(struct buf *out, const json_t *c)
{
	bufprintf(out, "<td class=\"n\" data-v=\"%.6g\">%+.2f %%</td><td>[%+.2f, %+.2f]</td>",
		numberof(c, "pct"), numberof(c, "pct"), numberof(c, "low_pct"),
		numberof(c, "high_pct"));
}

/* A change, and the series that it is in. */
struct turn {
	const json_t *series, *change;
	size_t number; /* of the series */
};

/* The newest first. */
static int
bydate(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;
	int c = strcmp(textof(y->change, "date"), textof(x->change, "date"));

	return c ? c : (x->number > y->number) - (x->number < y->number);
}

static void
putcpu(struct buf *out, const json_t *series)
{
	const char *cpu = textof(series, "cpu");

	puthtml(out, *cpu ? cpu : "on machines that nothing tells of");
}

static void
putturn(struct buf *out, const struct turn *t)
{
	double over = numberof(t->change, "over");
	const json_t *worse = json_object_get(t->change, "worse");

	bufprintf(out, "<tr><th scope=\"row\"><a href=\"#s%zu\">", t->number);
	puthtml(out, textof(t->series, "name"));
	bufputs(out, "</a><br><small>");
	putcpu(out, t->series);
	bufputs(out, "</small></th>");
	putpct(out, t->change);
	bufprintf(out, "<td>%.10s</td><td><code>%.12s</code>", textof(t->change, "date"),
		textof(t->change, "commit"));
	if (over > 1)
		bufprintf(out, " and the %.0f commit%s after it", over - 1, over > 2 ? "s" : "");
	bufputs(out, "</td><td>");
	if (json_is_boolean(worse))
		bufprintf(out, "<span class=\"mark %s\">%s</span>",
			json_is_true(worse) ? "bad" : "good",
			json_is_true(worse) ? "worse" : "better");
	bufputs(out, "</td></tr>\n");
}

static void
putchanges(struct buf *out, const json_t *trend)
{
	const json_t *s, *c;
	size_t i, k, worse, n = 0;
	struct turn *turns = xcalloc(changesin(trend, &worse) + 1, sizeof(*turns));

	json_array_foreach(json_object_get(trend, "series"), i, s)
	{
		json_array_foreach(json_object_get(s, "changes"), k, c)
		{
			turns[n++] = (struct turn){s, c, i};
		}
	}
	qsort(turns, n, sizeof(*turns), bydate);
	if (n)
		bufputs(out,
			"<section aria-labelledby=\"changes\">\n<h2 id=\"changes\">Changes</h2>\n"
			"<div class=\"scroll\" role=\"group\" aria-labelledby=\"changes\" tabindex=\"0\">\n"
			"<table class=\"sortable\"><thead><tr><th scope=\"col\">benchmark</th><th scope=\"col\">"
			"change</th><th scope=\"col\" class=\"plain\">interval of 99 %</th><th scope=\"col\">since"
			"</th><th scope=\"col\">commit</th><th scope=\"col\">direction</th></tr></thead>\n<tbody>\n");
	for (i = 0; i < n; i++)
		putturn(out, &turns[i]);
	bufputs(out, n ? "</tbody></table>\n</div>\n</section>\n" : "");
	free(turns);
}

static void
putseries(struct buf *out, const json_t *s, size_t number)
{
	double runs = numberof(s, "runs");

	bufprintf(out, "<article id=\"s%zu\">\n<h3>", number);
	puthtml(out, textof(s, "name"));
	bufprintf(out, " <small>%+.2f %% in %.0f run%s", numberof(s, "change_pct"), runs,
		runs > 1 ? "s" : "");
	if (*textof(s, "metric") || *textof(s, "unit")) {
		bufputs(out, "; ");
		puthtml(out, *textof(s, "metric") ? textof(s, "metric") : textof(s, "unit"));
	}
	if (*textof(s, "better"))
		bufprintf(out, ", %s is better", textof(s, "better"));
	bufputs(out, "; ");
	putcpu(out, s);
	bufputs(out, "</small></h3>\n<figure>\n");
	putcourse(out, s, number);
	bufputs(out, "</figure>\n");
	if (numberof(s, "left_out") > 0)
		bufprintf(out, "<p class=\"note\">%.0f older runs are not shown.</p>\n",
			numberof(s, "left_out"));
	bufputs(out, "</article>\n");
}

static void
putnumber(struct buf *out, const json_t *p, const char *key, bool percent)
{
	double x = numberof(p, key);

	bufputs(out, "<td class=\"n\">");
	if (percent && isfinite(x))
		bufprintf(out, "%.1f %%", x);
	else
		putcount(out, x);
	bufputs(out, "</td>");
}

static void
putprofiles(struct buf *out, const json_t *profiles)
{
	size_t n = json_array_size(profiles);

	if (!n)
		return;
	bufprintf(out,
		"<section aria-labelledby=\"profiles\">\n<h2 id=\"profiles\">Profiles</h2>\n"
		"<p class=\"note\">%zu in all; the newest first. Counts and overlap are held against the "
		"profile before.</p>\n"
		"<div class=\"scroll\" role=\"group\" aria-labelledby=\"profiles\" tabindex=\"0\">\n"
		"<table class=\"sortable\"><thead><tr><th scope=\"col\">date</th><th scope=\"col\">commit</th>"
		"<th scope=\"col\">profile</th><th scope=\"col\">counts</th><th scope=\"col\">functions hit</th>"
		"<th scope=\"col\">of the last one&#39;s counts</th><th scope=\"col\">overlap</th>"
		"<th scope=\"col\">still fits</th></tr></thead>\n<tbody>\n",
		n);
	for (size_t i = n; i > 0 && n - i < PROFILES_SHOWN; i--) {
		const json_t *p = json_array_get(profiles, i - 1);

		bufprintf(out, "<tr><th scope=\"row\">%.10s</th><td><code>%.12s</code></td><td>",
			textof(p, "date"), textof(p, "commit"));
		puthtml(out, textof(p, "status"));
		bufputs(out, "</td>");
		putnumber(out, p, "counts", false);
		putnumber(out, p, "functions_hit", false);
		putnumber(out, p, "total_pct", true);
		putnumber(out, p, "overlap_pct", true);
		putnumber(out, p, "match_pct", true);
		bufputs(out, "</tr>\n");
	}
	bufputs(out, "</tbody></table>\n</div>\n");
	if (n > 1)
		putprofilecourse(out, profiles);
	bufputs(out, "</section>\n");
}

void
historywrite(const char *path, const json_t *trend)
{
	struct buf out = {0};
	const json_t *s;
	size_t i;

	documentbegin(&out);
	bufputs(&out, "History: ");
	puthtml(&out, textof(trend, "name"));
	documentbody(&out);
	putheader(&out, trend);
	bufputs(&out, "<main>\n");
	putchanges(&out, trend);
	bufputs(&out,
		"<section aria-labelledby=\"courses\">\n<h2 id=\"courses\">Benchmarks</h2>\n"
		"<p class=\"note\">Each dot is a run: a commit against its base, on one machine, put upon the level "
		"of that base; its line is an interval of 99 %. The thick line is the level of each commit, 0 % that "
		"of the first.</p>\n");
	json_array_foreach(json_object_get(trend, "series"), i, s)
	{
		putseries(&out, s, i);
	}
	bufputs(&out, "</section>\n");
	putprofiles(&out, json_object_get(trend, "profiles"));
	documentend(&out, "bench-history");
	writefile(path, &out);
	bufrelease(&out);
}
