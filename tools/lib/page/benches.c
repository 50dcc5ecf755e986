/* The benchmarks of a page: a table of all, then a section for each. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "compare/verdict.h"
#include "page/html.h"
#include "page/parts.h"
#include "page/plots.h"
#include "report/wording.h"
#include "stats/stats.h"

/*
 * So many have their plots from the start. Those of the others are text, which costs a browser
 * nothing, until page.js makes plots of it when they come into view.
 */
enum { DRAWN = 10 };

static struct interval
intervalof(const json_t *judgement)
{
	return (struct interval){numberof(judgement, "low_pct"), numberof(judgement, "change_pct"),
		numberof(judgement, "high_pct")};
}

/* The axis that all bars of the table share. */
static struct scale
barscale(const json_t *benches, double threshold)
{
	size_t n = json_array_size(benches), k = 0;
	double *x = xcalloc(3 * n + 1, sizeof(*x));
	struct scale s;

	for (size_t i = 0; i < n; i++) {
		struct interval v = intervalof(json_array_get(benches, i));
		const double of[] = {v.low, v.estimate, v.high};

		for (size_t j = 0; j < 3; j++)
			if (isfinite(of[j]))
				x[k++] = of[j];
	}
	s = scalemost(x, k);
	scaleinclude(&s, 0);
	scaleinclude(&s, 2 * threshold);
	scaleinclude(&s, -2 * threshold);
	scalewiden(&s);
	free(x);
	return s;
}

static const char *
barclass(const json_t *bench)
{
	return verdictis(bench, REGRESSED) ? "bad" : verdictis(bench, IMPROVED) ? "good" : "calm";
}

static void
putsorted(struct buf *out, double x)
{
	if (isfinite(x))
		bufprintf(out, "<td class=\"n\" data-v=\"%.9g\">", x);
	else
		bufputs(out, "<td class=\"n\" data-v=\"\">");
}

/* The number by which a median is sorted. */
static double
amountof(const json_t *bench, const char *seconds, const char *value)
{
	double x = numberof(bench, seconds);

	return isfinite(x) ? x : numberof(bench, value);
}

static void
putrow(struct buf *out, const json_t *bench, size_t at, const struct scale *s, double threshold)
{
	struct interval v = intervalof(bench);

	bufprintf(out, "<tr><th scope=\"row\"><a href=\"#b%zu\">", at);
	puthtml(out, textof(bench, "name"));
	bufputs(out, "</a>");
	if (!trueof(bench, "gated"))
		bufputs(out, " <small>not gated</small>");
	bufprintf(out, "</th><td data-v=\"%zu\">", at);
	putmark(out, textof(bench, "verdict"));
	bufputs(out, "</td>");
	putsorted(out, v.estimate);
	putchange(out, bench);
	bufputs(out, "<br><small>");
	putinterval(out, bench);
	bufputs(out, "</small></td><td class=\"wide\">");
	putbar(out, s, &v, 0, threshold, barclass(bench));
	bufputs(out, "</td>");
	putsorted(out, amountof(bench, "base_s", "base_value"));
	putamount(out, bench, "base", puthtml);
	bufputs(out, "</td>");
	putsorted(out, amountof(bench, "cand_s", "cand_value"));
	putamount(out, bench, "cand", puthtml);
	bufputs(out, "</td>");
	putsorted(out, numberof(bench, "rounds"));
	bufprintf(out, "%.0f</td></tr>\n", numberof(bench, "rounds"));
}

static void
puttable(struct buf *out, const struct page *p, const json_t **ranked, size_t n)
{
	double threshold = numberof(json_object_get(p->verdict, "rules"), "min_effect_pct");
	struct scale s = barscale(json_object_get(p->verdict, "benches"), threshold);

	bufputs(out, "<section aria-labelledby=\"all\">\n<h2 id=\"all\">Benchmarks</h2>\n"
		     "<p class=\"note\">Above 0&#160;% the candidate is slower. ");
	bufprintf(out, "Bars: intervals of %.4g&#160;%% confidence",
		100 * numberof(p->verdict, "confidence"));
	bufprintf(out, "; shaded: differences below %g&#160;%%, which are never called.</p>\n",
		threshold);
	bufputs(out,
		"<div class=\"scroll\" role=\"group\" aria-labelledby=\"all\" tabindex=\"0\">\n"
		"<table class=\"sortable\"><thead><tr><th scope=\"col\">benchmark</th>"
		"<th scope=\"col\">verdict</th><th scope=\"col\" class=\"n\">change</th><th scope=\"col\" "
		"class=\"wide plain\">interval");
	putbaraxis(out, &s, " %", 1);
	bufputs(out,
		"</th><th scope=\"col\" class=\"n\">base</th><th scope=\"col\" class=\"n\">candidate</th>"
		"<th scope=\"col\" class=\"n\">rounds</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < n; i++)
		putrow(out, ranked[i], i, &s, threshold);
	bufputs(out, "</tbody></table>\n</div>\n</section>\n");
}

/* The others that were measured beside the two sides, in the same numbers. */
static size_t
addothers(struct series of[], const struct page *p, const struct comparison *c, double **own)
{
	const struct receipt *r = &p->docs[0].receipt;
	const struct receiptbench *b = NULL;
	size_t n = 0;

	if (p->docs[0].kind != RECEIPT || p->n > 1 || c->blended)
		return 0;
	for (size_t i = 0; i < r->nbenches && !b; i++)
		if (!strcmp(r->benches[i].name, c->name))
			b = &r->benches[i];
	for (size_t i = 0; b && i < r->narms; i++) {
		const char *name = r->arms[i].name;
		size_t k;

		if (!strcmp(name, textof(p->verdict, "base")) ||
			!strcmp(name, textof(p->verdict, "cand")))
			continue;
		own[i] = receiptnumbers(b, i, p->q->metric, &k);
		if (own[i] && k)
			of[n++] = (struct series){name, i, own[i], k};
	}
	return n;
}

/* What was measured, of what it costs. */
static double *
numbersof(const struct comparison *c, const double *cost, size_t n)
{
	double *x = xcalloc(n, sizeof(*x));

	for (size_t i = 0; i < n; i++)
		x[i] = c->inverse ? 1 / cost[i] : cost[i];
	return x;
}

static bool
drawable(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return x && n;
}

static void
putsides(struct buf *out, const struct page *p, const struct comparison *c)
{
	size_t narms = p->docs[0].receipt.narms, n = 2;
	struct series *of = xcalloc(narms + 2, sizeof(*of));
	double **own = xcalloc(narms + 1, sizeof(*own));
	const char *base = textof(p->verdict, "base"), *cand = textof(p->verdict, "cand");

	double *x = numbersof(c, c->base, c->nbase), *y = numbersof(c, c->cand, c->ncand);

	of[0] = (struct series){base, colourof(p, base), x, c->nbase};
	of[1] = (struct series){cand, colourof(p, cand), y, c->ncand};
	n += addothers(of + 2, p, c, own);
	for (size_t i = 2; i < n; i++)
		if (!drawable(of[i].x, of[i].n))
			of[i--] = of[--n];
	bufputs(out,
		"<figure><figcaption>Every run; line: median; box: middle half</figcaption>\n");
	putstrips(out, of, n, c->unit ? c->unit : "");
	bufputs(out, "</figure>\n");
	for (size_t i = 0; i < narms; i++)
		free(own[i]);
	free(own);
	free(of);
	free(x);
	free(y);
}

static void
putpairs(struct buf *out, const struct page *p, const struct comparison *c, const json_t *bench)
{
	double threshold = isnan(c->min_effect_pct) ? numberof(json_object_get(p->verdict, "rules"),
							      "min_effect_pct")
						    : c->min_effect_pct;
	size_t n = c->nbase < c->ncand ? c->nbase : c->ncand;
	double *d = xcalloc(n, sizeof(*d));
	struct interval v = intervalof(bench);

	for (size_t i = 0; i < n; i++)
		d[i] = 100 * (c->cand[i] / c->base[i] - 1);
	if (drawable(d, n)) {
		bufputs(out, "<figure><figcaption>Difference in each round; band: interval of the "
			     "verdict; dashed: threshold</figcaption>\n");
		putrounds(out, d, n, &v, threshold, colourof(p, textof(p->verdict, "cand")));
		bufputs(out, "</figure>\n");
	}
	free(d);
}

static void
putbench(struct buf *out, const struct page *p, const struct comparison *c, const json_t *bench,
	size_t at)
{
	bufprintf(out, "<article id=\"b%zu\" aria-labelledby=\"t%zu\">\n<h3 id=\"t%zu\">", at, at,
		at);
	puthtml(out, textof(bench, "name"));
	bufputs(out, " ");
	putmark(out, textof(bench, "verdict"));
	bufputs(out, "</h3>\n<p>");
	putchange(out, bench);
	bufputs(out, " ");
	putinterval(out, bench);
	bufprintf(out, ", %.0f rounds: %s", numberof(bench, "rounds"), textof(bench, "verdict"));
	putremarks(out, bench, puthtml);
	bufputs(out, "</p>\n");
	if (c && drawable(c->base, c->nbase) && drawable(c->cand, c->ncand)) {
		bufputs(out, at < DRAWN
				     ? "<div class=\"pair\">\n"
				     : "<div class=\"pair later\"><script type=\"text/html\">\n");
		putsides(out, p, c);
		if (c->paired)
			putpairs(out, p, c, bench);
		bufputs(out, at < DRAWN ? "</div>\n" : "</script></div>\n");
	}
	bufputs(out, "</article>\n");
}

/* The place of a benchmark in the verdict, where the comparisons are in the same order. */
static size_t
placeof(const json_t *verdict, const json_t *bench)
{
	const json_t *benches = json_object_get(verdict, "benches");
	size_t i = 0;

	while (json_array_get(benches, i) != bench)
		i++;
	return i;
}

void
putbenches(struct buf *out, const struct page *p)
{
	struct comparisons all;
	const json_t **ranked;
	size_t n;

	ranked = benchesranked(p->verdict, &n);
	verdictsamples(&all, p->q, p->docs, p->n);
	puttable(out, p, ranked, n);
	bufputs(out, "<section aria-labelledby=\"each\">\n<h2 id=\"each\">Each benchmark</h2>\n");
	if (n > DRAWN)
		bufputs(out,
			"<noscript><p class=\"note\">Without scripts, the first of them alone have plots."
			"</p></noscript>\n");
	for (size_t i = 0; i < n; i++) {
		size_t at = placeof(p->verdict, ranked[i]);

		putbench(out, p, at < all.n ? &all.of[at] : NULL, ranked[i], i);
	}
	bufputs(out, "</section>\n");
	comparisonsrelease(&all);
	free(ranked);
}
