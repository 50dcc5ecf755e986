/* The page of a profile: what is in it, whether it is as good as the last one, what it was made of. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "compare/packed.h"
#include "page/document.h"
#include "page/html.h"
#include "page/page.h"
#include "page/parts.h"
#include "page/plots.h"
#include "report/wording.h"

static bool
carried(const json_t *r)
{
	return !strcmp(textof(r, "status"), "carried");
}

static bool
adopted(const json_t *r)
{
	return !carried(r) && json_array_size(json_object_get(r, "why"));
}

/* The verdict on it, and how it is coloured: fresh and whole, or what has to be known first. */
static const char *
standing(const json_t *r, const char **class)
{
	*class = "doubt";
	if (carried(r)) {
		*class = "bad";
		return "Carried forward";
	}
	if (adopted(r))
		return "Adopted all the same";
	if (json_array_size(json_object_get(r, "lacking")))
		return "Partial profile";
	*class = "good";
	return "Fresh profile";
}

static void
puttitle(struct buf *out, const json_t *r)
{
	const char *class;

	bufprintf(out, "%s: ", standing(r, &class));
	puthtml(out, textof(r, "name"));
}

static void
putsources(struct buf *out, const json_t *sources)
{
	const json_t *s;
	size_t i;

	json_array_foreach(sources, i, s)
	{
		bufputs(out, i ? ", " : "");
		if (*textof(s, "commit")) {
			bufputs(out, "<code>");
			puthtml(out, textof(s, "commit"));
			bufputs(out, "</code>");
		} else {
			bufputs(out, "a commit that nothing tells of");
		}
		if (trueof(s, "dirty"))
			bufputs(out, " with changes");
	}
}

static void
putheader(struct buf *out, const json_t *r)
{
	const json_t *sources = json_object_get(r, "sources");
	const char *class, *word = standing(r, &class);

	bufprintf(out, "<header>\n<h1><span class=\"mark %s\">%s</span> %s ", class, word,
		carried(r)   ? "the last profile of"
		: adopted(r) ? "a new profile of"
			     : "of");
	puthtml(out, textof(r, "name"));
	bufputs(out, carried(r)	  ? ": this run made none that is of use"
		     : adopted(r) ? ", which is not as good as the last"
				  : "");
	bufputs(out, "</h1>\n<p class=\"lead\">Made <b>");
	puthtml(out, textof(r, "made"));
	bufputs(out, "</b>");
	if (json_array_size(sources)) {
		bufputs(out, " from ");
		putsources(out, sources);
	}
	if (*textof(r, "tier")) {
		bufputs(out, ", tier ");
		puthtml(out, textof(r, "tier"));
	}
	bufputs(out, ".</p>\n");
	putsentences(out, json_object_get(r, "why"), "fault");
	putsentences(out, json_object_get(r, "lacking"), "fault");
	bufputs(out, "</header>\n");
}

static void
tilebegin(struct buf *out, const char *title)
{
	bufprintf(out, "<div><dt>%s</dt>\n<dd>", title);
}

static void
tileend(struct buf *out)
{
	bufputs(out, "</dd></div>\n");
}

static void
putfunctions(struct buf *out, const json_t *r)
{
	double hit = numberof(r, "functions_hit"), all = numberof(r, "functions");

	tilebegin(out, "functions that ran");
	putcount(out, hit);
	bufputs(out, " <small>of ");
	putcount(out, all);
	bufputs(out, "</small>");
	putsharebar(out, all > 0 ? 100 * hit / all : NAN, "c1");
	tileend(out);
}

/* Of the processes that are known to have run the program. */
static void
putlost(struct buf *out, const json_t *workloads)
{
	double ran = 0, lost = 0;
	const json_t *w;
	size_t i;

	json_array_foreach(workloads, i, w)
	{
		if (!isfinite(numberof(w, "ran")))
			continue;
		ran += numberof(w, "ran");
		lost += numberof(w, "lost");
	}
	if (!(ran > 0))
		return;
	tilebegin(out, "processes without a profile");
	putcount(out, lost);
	bufputs(out, " <small>of ");
	putcount(out, ran);
	bufputs(out, "</small>");
	putsharebar(out, 100 * lost / ran, "bad");
	tileend(out);
}

static void
putloop(struct buf *out, const json_t *hottest)
{
	double share = numberof(json_array_get(hottest, 0), "pct");

	if (!isfinite(share))
		return;
	tilebegin(out, "counts of one loop");
	bufprintf(out, "%.1f %%", share);
	putsharebar(out, share, "c1");
	tileend(out);
}

static void
puttiles(struct buf *out, const json_t *r)
{
	bufputs(out, "<section aria-labelledby=\"counts\">\n<h2 id=\"counts\">What is in it</h2>\n"
		     "<dl class=\"tiles\">\n");
	putfunctions(out, r);
	putloop(out, json_object_get(r, "hottest"));
	putlost(out, json_object_get(r, "workloads"));
	tilebegin(out, "sum of all counts");
	putcount(out, numberof(r, "sum"));
	tileend(out);
	tilebegin(out, "raw profiles");
	putcount(out, numberof(r, "files"));
	bufputs(out, " <small>");
	putbytes(out, numberof(r, "raw_bytes"));
	bufputs(out, "</small>");
	tileend(out);
	tilebegin(out, "merged");
	putbytes(out, numberof(r, "bytes"));
	tileend(out);
	bufputs(out, "</dl>\n</section>\n");
}

static void
putseconds(struct buf *out, double s)
{
	if (isfinite(s))
		bufprintf(out, "<td data-v=\"%.9g\">%.3g s</td>", s, s);
	else
		bufputs(out, "<td data-v=\"\">-</td>");
}

static void
putprocesses(struct buf *out, const json_t *w)
{
	double ran = numberof(w, "ran"), lost = numberof(w, "lost");

	if (isfinite(ran)) {
		bufprintf(out, "<td data-v=\"%.0f\">", ran);
		putcount(out, ran);
	} else {
		bufputs(out, "<td data-v=\"\">not known");
	}
	bufprintf(out, "</td><td data-v=\"%.0f\">", isfinite(lost) ? lost : 0);
	if (lost > 0)
		bufputs(out, "<span class=\"mark doubt\">");
	if (isfinite(ran))
		putcount(out, lost);
	else
		puthtml(out, *textof(w, "reason") ? textof(w, "reason") : "-");
	bufputs(out, lost > 0 ? "</span></td>" : "</td>");
}

static void
putworkloads(struct buf *out, const json_t *workloads)
{
	const json_t *w;
	size_t i;

	bufputs(out, "<section aria-labelledby=\"trained\">\n<h2 id=\"trained\">Workloads</h2>\n");
	if (!json_array_size(workloads))
		bufputs(out,
			"<p>The raw profiles come from elsewhere: no workload is known.</p>\n");
	else
		bufputs(out, "<div class=\"scroll\" role=\"group\" aria-labelledby=\"trained\" "
			     "tabindex=\"0\">\n<table class=\"sortable\"><thead><tr>"
			     "<th scope=\"col\">workload</th><th scope=\"col\">weight</th>"
			     "<th scope=\"col\">time</th><th scope=\"col\">processes</th>"
			     "<th scope=\"col\">without a profile</th></tr></thead>\n<tbody>\n");
	json_array_foreach(workloads, i, w)
	{
		bufputs(out, "<tr><th scope=\"row\">");
		puthtml(out, textof(w, "name"));
		bufputs(out, "</th><td>");
		putcount(out, numberof(w, "weight"));
		bufputs(out, "</td>");
		putseconds(out, numberof(w, "wall_s"));
		putprocesses(out, w);
		bufputs(out, "</tr>\n");
	}
	bufputs(out, json_array_size(workloads) ? "</tbody></table>\n</div>\n" : "");
}

static void
puthottest(struct buf *out, const json_t *hottest)
{
	const json_t *f;
	size_t i;

	if (!json_array_size(hottest))
		return;
	bufputs(out,
		"<section aria-labelledby=\"hot\">\n<h2 id=\"hot\">Hottest functions</h2>\n"
		"<p class=\"note\">By their largest counter, a loop's mostly, and its share of all "
		"counts.</p>\n"
		"<div class=\"scroll\" role=\"group\" aria-labelledby=\"hot\" tabindex=\"0\">\n"
		"<table><thead><tr><th scope=\"col\">function</th><th scope=\"col\">count</th>"
		"<th scope=\"col\" colspan=\"2\">share</th></tr></thead>\n"
		"<tbody>\n");
	json_array_foreach(hottest, i, f)
	{
		bufputs(out, "<tr><th scope=\"row\"><code>");
		puthtml(out, textof(f, "name"));
		bufputs(out, "</code></th><td>");
		putcount(out, numberof(f, "count"));
		bufputs(out, "</td><td>");
		if (isfinite(numberof(f, "pct")))
			bufprintf(out, numberof(f, "pct") < 0.05 ? "below 0.1 %%" : "%.1f %%",
				numberof(f, "pct"));
		bufputs(out, "</td><td class=\"wide\">");
		putsharebar(out, numberof(f, "pct"), "c1");
		bufputs(out, "</td></tr>\n");
	}
	bufputs(out, "</tbody></table>\n</div>\n</section>\n");
}

static void
putevidence(struct buf *out, const json_t *r)
{
	struct buf text = {0}, packed = {0};

	jsonexact(&text, r);
	bufputs(&text, "\n");
	bufputs(out,
		"<section aria-labelledby=\"evidence-h\">\n<h2 id=\"evidence-h\">Evidence</h2>\n"
		"<p>The manifest, with the hashes of all raw profiles and of the merged one, is in "
		"this file, and all that is shown: <code>report-page --json report.html</code> "
		"prints it, and <code>report-page -o</code> draws the same page of it again.</p>\n");
	if (!packparts(&packed, &text, 1))
		fatal("draw the page: its report is too long for one");
	bufputs(out, packedbegin);
	bufadd(out, packed.p, packed.n);
	bufprintf(out, "%s\n</section>\n", packedend);
	bufrelease(&text);
	bufrelease(&packed);
}

void
profilewrite(const char *path, const json_t *r)
{
	struct buf out = {0};

	documentbegin(&out);
	puttitle(&out, r);
	documentbody(&out);
	putheader(&out, r);
	bufputs(&out, "<main>\n");
	puttiles(&out, r);
	putworkloads(&out, json_object_get(r, "workloads"));
	puthealth(&out, json_object_get(r, "health"));
	bufputs(&out, "</section>\n");
	puthottest(&out, json_object_get(r, "hottest"));
	bufputs(&out, "<section aria-labelledby=\"facts\">\n<h2 id=\"facts\">How it was made</h2>\n"
		      "<div class=\"facts\">\n");
	putlist(&out, "Machine of the merge", json_object_get(r, "machine"));
	putlist(&out, "Toolchain", json_object_get(r, "toolchain"));
	bufputs(&out, "</div>\n</section>\n");
	putevidence(&out, r);
	documentend(&out, "report-page");
	writefile(path, &out);
	bufrelease(&out);
}
