/* A verdict as a page: its first line, its parts, its evidence. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "compare/evidence.h"
#include "compare/packed.h"
#include "page/document.h"
#include "page/html.h"
#include "page/page.h"
#include "page/parts.h"
#include "report/outcome.h"
#include "report/wording.h"

enum { ABOUT_MAX = 64 << 20 }; /* bytes of a report */

json_t *
aboutread(const char *path)
{
	json_t *v = jsonread(path, ABOUT_MAX);

	if (!v)
		exit(EXIT_TROUBLE);
	if (strcmp(textof(v, "format"), "pgokit-report-1") != 0)
		fatal("read '%s': not written by pgokit report", path);
	return v;
}

size_t
colourof(const struct page *p, const char *arm)
{
	const struct receipt *r = &p->docs[0].receipt;

	for (size_t i = 0; i < r->narms; i++)
		if (!strcmp(r->arms[i].name, arm))
			return i;
	return !strcmp(arm, textof(p->verdict, "cand"));
}

static void
puttitle(struct buf *out, const struct page *p)
{
	if (p->about) {
		const char *version = textof(json_object_get(p->about, "release"), "version");

		bufputs(out, *version ? "" : "pgokit: ");
		puthtml(out, textof(p->about, "name"));
		bufputs(out, *version ? " " : "");
		puthtml(out, version);
		return;
	}
	bufputs(out, "gate ");
	bufputs(out, headline(textof(p->verdict, "outcome")));
}

/* "gate passed" is marked by its first word. */
static void
putoutcome(struct buf *out, const json_t *verdict)
{
	const char *said = headline(textof(verdict, "outcome")), *colon = strchr(said, ':');
	const char *class = !strcmp(textof(verdict, "outcome"), "pass")		  ? "good"
			    : !strcmp(textof(verdict, "outcome"), "inconclusive") ? "doubt"
										  : "bad";

	bufprintf(out, "<span class=\"mark %s\">%.*s</span> %s", class,
		colon ? (int)(colon - said) : 0, said, colon ? colon + 2 : said);
}

static void
putchance(struct buf *out, const json_t *verdict)
{
	double gated = numberof(verdict, "gated");

	bufprintf(out, ". %.0f gated benchmark%s", gated, gated > 1 || gated < 1 ? "s" : "");
	if (!strcmp(textof(verdict, "design"), "paired"))
		bufprintf(out, "; the chance of a false alarm is at most %g&#160;%%",
			100 * numberof(json_object_get(verdict, "rules"), "alpha"));
	bufputs(out, ".");
}

static void
putlead(struct buf *out, const struct page *p)
{
	const json_t *suite = json_object_get(p->verdict, "suite");

	bufputs(out, "<p class=\"lead\"><b>");
	puthtml(out, textof(p->verdict, "cand"));
	bufputs(out, "</b> against <b>");
	puthtml(out, textof(p->verdict, "base"));
	bufputs(out, "</b>");
	if (json_is_object(suite)) {
		bufputs(out, ": ");
		putchange(out, suite);
		bufputs(out, " ");
		putinterval(out, suite);
		bufputs(out, " in the geometric mean");
	}
	putchance(out, p->verdict);
	bufputs(out, "</p>\n");
	if (*textof(p->verdict, "self_check")) {
		bufputs(out, "<p class=\"note\">Self-check: ");
		putown(out, textof(p->verdict, "self_check"));
		bufputs(out, "</p>\n");
	}
	if (*textof(p->verdict, "machines")) {
		bufputs(out, "<p class=\"note\">Machines: ");
		puthtml(out, textof(p->verdict, "machines"));
		bufputs(out, "</p>\n");
	}
}

static void
putwaivers(struct buf *out, const json_t *verdict)
{
	const json_t *w;
	size_t i, n = 0;

	json_array_foreach(json_object_get(verdict, "waivers"), i, w)
	{
		if (!strcmp(textof(w, "state"), "used"))
			continue;
		bufputs(out, n++ ? "<li>" : "<ul class=\"note\"><li>");
		putwaiver(out, w, puthtml);
		bufputs(out, "</li>\n");
	}
	if (n)
		bufputs(out, "</ul>\n");
}

static void
putheader(struct buf *out, const struct page *p)
{
	const char *version = textof(json_object_get(p->about, "release"), "version");

	bufputs(out, "<header>\n<h1>");
	if (*version) {
		puthtml(out, textof(p->about, "name"));
		bufputs(out, " ");
		puthtml(out, version);
		bufputs(out, ": ");
	}
	if (p->about)
		putship(out, p->about);
	else
		putoutcome(out, p->verdict);
	bufputs(out, "</h1>\n");
	putlead(out, p);
	putwaivers(out, p->verdict);
	bufputs(out, "</header>\n");
}

static void
putevidence(struct buf *out, const struct page *p)
{
	struct buf packed = {0};

	bufputs(out,
		"<section aria-labelledby=\"evidence-h\">\n<h2 id=\"evidence-h\">Evidence</h2>\n");
	if (evidencepack(&packed, p->q, p->docs, p->n, p->verdict)) {
		bufputs(out,
			"<p>All samples, orders, hashes and rules are in this file. "
			"<code>bench-compare verify report.html</code> computes the verdict of ");
		puthtml(out, textof(p->verdict, "cand"));
		bufputs(out, " against ");
		puthtml(out, textof(p->verdict, "base"));
		bufputs(out,
			" again from them: what it says counts, not what is shown here.</p>\n");
		bufputs(out, packedbegin);
		bufadd(out, packed.p, packed.n);
		bufprintf(out, "%s\n", packedend);
	} else {
		bufputs(out,
			"<p>The samples are too many for a page; they are in evidence.json.</p>\n");
	}
	bufputs(out, "</section>\n");
	bufrelease(&packed);
}

void
pagewrite(const char *path, const struct page *p)
{
	struct buf out = {0};

	documentbegin(&out);
	puttitle(&out, p);
	documentbody(&out);
	putheader(&out, p);
	bufputs(&out, "<main>\n");
	if (p->about) {
		putrelease(&out, p->about);
		putvariants(&out, p);
	}
	putbenches(&out, p);
	if (p->about)
		putprofile(&out, p->about);
	putfacts(&out, p);
	putevidence(&out, p);
	documentend(&out, "bench-compare");
	writefile(path, &out);
	bufrelease(&out);
}
