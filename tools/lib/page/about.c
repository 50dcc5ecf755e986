/* What a report says beside one comparison: what ships, the variants, and the profile. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "page/html.h"
#include "page/parts.h"
#include "page/plots.h"
#include "report/wording.h"

/* A speedup: how many times as fast as the baseline. */
static struct interval
speedupof(const json_t *o)
{
	const json_t *s = json_object_get(o, "speedup");

	return (struct interval){numberof(s, "low"), numberof(s, "estimate"), numberof(s, "high")};
}

static void
putspeedup(struct buf *out, const struct interval *v)
{
	if (!isfinite(v->estimate)) {
		bufputs(out, "-");
		return;
	}
	bufprintf(out, "%.3f&#215;", v->estimate);
	if (isfinite(v->low) && isfinite(v->high))
		bufprintf(out, " <small>[%.3f, %.3f]</small>", v->low, v->high);
}

void
putship(struct buf *out, const json_t *about)
{
	const char *ship = textof(about, "ship");
	const json_t *v;
	size_t i;

	bufprintf(out, "<span class=\"mark %s\">Ship ", strcmp(ship, "baseline") ? "good" : "calm");
	puthtml(out, ship);
	bufputs(out, "</span> ");
	json_array_foreach(json_object_get(about, "variants"), i, v)
	{
		struct interval of = speedupof(v);

		if (strcmp(textof(v, "name"), ship) != 0 || !isfinite(of.estimate))
			continue;
		bufprintf(out, "%.3f&#215; the speed of the baseline", of.estimate);
		return;
	}
	bufprintf(out, "no variant was proven to be at least %g&#160;%% faster",
		numberof(about, "min_win_pct"));
}

static void
addspeedups(double *x, size_t *n, const json_t *variants)
{
	const json_t *v;
	size_t i;

	json_array_foreach(variants, i, v)
	{
		struct interval s = speedupof(v);
		const double of[] = {s.low, s.estimate, s.high};

		for (size_t j = 0; j < 3; j++)
			if (isfinite(of[j]))
				x[(*n)++] = of[j];
	}
}

/* The axis of all speedups; 1 is always on it. */
static struct scale
speedscale(const json_t *about)
{
	const json_t *variants = json_object_get(about, "variants"), *b;
	size_t room = 3 * json_array_size(variants) + 1, i, n = 0;
	struct scale s;
	double *x;

	json_array_foreach(json_object_get(about, "benches"), i, b) room +=
		3 * json_array_size(json_object_get(b, "variants"));
	x = xcalloc(room, sizeof(*x));
	addspeedups(x, &n, variants);
	json_array_foreach(json_object_get(about, "benches"), i, b)
		addspeedups(x, &n, json_object_get(b, "variants"));
	s = scalemost(x, n);
	scaleinclude(&s, 1);
	scaleinclude(&s, 1.02);
	scaleinclude(&s, 0.98);
	scalewiden(&s);
	free(x);
	return s;
}

static void
putspeedbar(struct buf *out, const struct page *p, const struct scale *s, const json_t *variant)
{
	struct buf class = {0};
	struct interval v = speedupof(variant);

	putcolour(&class, colourof(p, textof(variant, "name")));
	putbar(out, s, &v, 1, 0, bufstr(&class));
	bufrelease(&class);
}

/* A variant's name with its colour in front. */
static void
putname(struct buf *out, const struct page *p, const char *name)
{
	bufputs(out, "<span class=\"swatch ");
	putcolour(out, colourof(p, name));
	bufputs(out, "\"></span>");
	puthtml(out, name);
}

static void
putwhy(struct buf *out, const json_t *about, const json_t *v)
{
	const char *name = textof(v, "name");

	if (!strcmp(name, textof(about, "ship")))
		bufputs(out, "<b>ships</b>; ");
	if (!strcmp(name, "baseline")) {
		bufputs(out, "what the others are compared with");
	} else if (trueof(v, "chosen")) {
		bufputs(out, "better than ");
		puthtml(out, textof(v, "against"));
	} else if (*textof(v, "against")) {
		bufputs(out, "not better than ");
		puthtml(out, textof(v, "against"));
		bufputs(out, ": ");
		puthtml(out, textof(v, "why"));
	} else if (!strcmp(name, textof(about, "floor"))) {
		bufputs(out, "what the others have to beat");
	}
}

static void
putvariant(struct buf *out, const struct page *p, const struct scale *s, const json_t *v)
{
	struct interval speed = speedupof(v);
	double bytes = numberof(v, "stripped_bytes"), built = numberof(v, "build_s");

	bufputs(out, "<tr><th scope=\"row\">");
	putname(out, p, textof(v, "name"));
	bufprintf(out, "</th><td data-v=\"%.9g\">", isfinite(speed.estimate) ? speed.estimate : 1);
	if (strcmp(textof(v, "name"), "baseline") != 0)
		putspeedup(out, &speed);
	else
		bufputs(out, "1");
	bufputs(out, "</td><td class=\"wide\">");
	putspeedbar(out, p, s, v);
	bufprintf(out, "</td><td data-v=\"%.0f\">%.1f KiB</td>", bytes, bytes / 1024);
	if (isfinite(built))
		bufprintf(out, "<td data-v=\"%g\">%g s</td>", built, built);
	else
		bufputs(out, "<td data-v=\"\">-</td>");
	bufputs(out, "<td class=\"why\">");
	putwhy(out, p->about, v);
	bufputs(out, "</td></tr>\n");
}

static void
putbench(struct buf *out, const struct page *p, const struct scale *s, const json_t *bench)
{
	const json_t *v;
	size_t i;

	bufputs(out, "<tbody><tr><th colspan=\"4\" scope=\"rowgroup\">");
	puthtml(out, textof(bench, "name"));
	if (!trueof(bench, "gated"))
		bufputs(out, " <small>not gated</small>");
	bufputs(out, "</th></tr>\n");
	json_array_foreach(json_object_get(bench, "variants"), i, v)
	{
		struct interval speed = speedupof(v);

		bufputs(out, "<tr><th scope=\"row\" class=\"inner\">");
		putname(out, p, textof(v, "name"));
		bufputs(out, "</th><td>");
		putspeedup(out, &speed);
		bufputs(out, "</td><td class=\"wide\">");
		putspeedbar(out, p, s, v);
		bufputs(out, "</td><td>");
		putmark(out, textof(v, "verdict"));
		bufputs(out, "</td></tr>\n");
	}
	bufputs(out, "</tbody>\n");
}

void
putvariants(struct buf *out, const struct page *p)
{
	struct scale s = speedscale(p->about);
	const json_t *v;
	size_t i;

	bufputs(out,
		"<section aria-labelledby=\"variants\">\n<h2 id=\"variants\">Variants</h2>\n"
		"<p class=\"note\">Speed relative to the baseline: above 1 is faster.</p>\n"
		"<div class=\"scroll\" role=\"group\" aria-labelledby=\"variants\" tabindex=\"0\">\n"
		"<table class=\"sortable\"><thead><tr><th scope=\"col\">variant</th>"
		"<th scope=\"col\">speed</th><th scope=\"col\" class=\"wide plain\">interval");
	putbaraxis(out, &s, "\xc3\x97", 0);
	bufputs(out, "</th><th scope=\"col\">size</th><th scope=\"col\">build</th>"
		     "<th scope=\"col\">why</th></tr></thead>\n<tbody>\n");
	json_array_foreach(json_object_get(p->about, "variants"), i, v) putvariant(out, p, &s, v);
	bufputs(out,
		"</tbody></table>\n</div>\n<h3 id=\"speeds\">By benchmark</h3>\n"
		"<div class=\"scroll\" role=\"group\" aria-labelledby=\"speeds\" tabindex=\"0\">\n"
		"<table><thead><tr><th scope=\"col\">variant</th><th scope=\"col\">speed</th>"
		"<th scope=\"col\" class=\"wide plain\">interval");
	putbaraxis(out, &s, "\xc3\x97", 0);
	bufputs(out, "</th><th scope=\"col\">verdict</th></tr></thead>\n");
	json_array_foreach(json_object_get(p->about, "benches"), i, v) putbench(out, p, &s, v);
	bufputs(out, "</table>\n</div>\n</section>\n");
}

void
putprofile(struct buf *out, const json_t *about)
{
	const json_t *f = json_object_get(about, "profile"), *a = json_object_get(about, "applied");
	double match = numberof(a, "profile_match_pct");

	bufputs(out,
		"<section aria-labelledby=\"profile\">\n<h2 id=\"profile\">Profile</h2>\n<dl>");
	bufputs(out, "<dt>workloads</dt><dd>tier ");
	puthtml(out, textof(f, "tier"));
	bufprintf(out, "; %.0f raw files</dd>\n<dt>functions hit</dt><dd>%.0f of %.0f</dd>\n",
		numberof(f, "files"), numberof(f, "functions_hit"), numberof(f, "functions"));
	if (isfinite(match))
		bufprintf(out, "<dt>fits the source</dt><dd>%g %%</dd>\n", match);
	bufputs(out, "<dt>compiler</dt><dd>");
	puthtml(out, textof(about, "compiler"));
	bufputs(out, "</dd>\n</dl>\n");
	puthealth(out, json_object_get(about, "health"));
	bufputs(out, "</section>\n");
}

void
putrelease(struct buf *out, const json_t *about)
{
	const json_t *release = json_object_get(about, "release");

	if (!json_is_object(release))
		return;
	bufputs(out,
		"<section aria-labelledby=\"release\">\n<h2 id=\"release\">Release</h2>\n<p>SHA256SUMS has the hash of "
		"each file, this page among them. <code>pgokit verify-release --repo OWNER/NAME .</code>, in a folder "
		"with all of them, computes the verdict and what the programs are again, and asks GitHub which "
		"commit and workflow they come from: only that says so.</p>\n<div class=\"facts\">\n");
	putlist(out, "What it is", release);
	bufputs(out, "</div>\n</section>\n");
}
