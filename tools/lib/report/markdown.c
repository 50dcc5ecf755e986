#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "report/foreign.h"
#include "report/markdown.h"
#include "report/outcome.h"
#include "report/wording.h"

enum {
	TAIL_MAX = 65536, /* bytes behind the table: 20 waivers and four sentences */
	WAIVERS_SHOWN = 20,
};

/*
 * A foreign string as code. In <code> GitHub makes no links of mentions, issue numbers, addresses
 * or emoji; every other ASCII character than letters, digits, blanks and what has no meaning inside
 * a line stands as a numeric reference, which is never Markdown or HTML.
 */
static void
putcode(struct buf *out, const char *s)
{
	bool cut;
	char *c = foreignshort(s, &cut);

	bufputs(out, "<code>");
	for (const char *p = c; *p; p++) {
		unsigned char u = (unsigned char)*p;

		if (u >= 0x80 || isalnum(u) || strchr(" -/", u))
			bufadd(out, p, 1);
		else
			bufprintf(out, "&#%d;", u);
	}
	bufputs(out, cut ? "...</code>" : "</code>");
	free(c);
}

static void
putrow(struct buf *out, const json_t *bench)
{
	bool bad = verdictis(bench, REGRESSED) || verdictis(bench, INVALID);

	bufputs(out, "| ");
	if (*textof(bench, "name"))
		putcode(out, textof(bench, "name"));
	else
		bufputs(out, "geometric mean, gated");
	bufputs(out, " | ");
	putamount(out, bench, "base", putcode);
	bufputs(out, " | ");
	putamount(out, bench, "cand", putcode);
	bufputs(out, " | ");
	putchange(out, bench);
	bufputs(out, " | ");
	putinterval(out, bench);
	bufprintf(out, " | %.0f | ", numberof(bench, "rounds"));
	bufprintf(out, bad ? "**%s**" : "%s", textof(bench, "verdict"));
	putremarks(out, bench, putcode);
	bufputs(out, " |\n");
}

static void
puttable(struct buf *out, const json_t *verdict)
{
	const json_t *suite = json_object_get(verdict, "suite"), **benches;
	struct buf row = {0};
	size_t n, i;

	benches = benchesranked(verdict, &n);
	bufputs(out, "| benchmark | base | candidate | change | interval | rounds | verdict |\n"
		     "| --- | ---: | ---: | ---: | --- | ---: | --- |\n");
	if (json_is_object(suite) && n > 1)
		putrow(out, suite);
	for (i = 0; i < n; i++) {
		row.n = 0;
		putrow(&row, benches[i]);
		if (out->n + row.n > MARKDOWN_MAX - TAIL_MAX)
			break;
		bufadd(out, row.p, row.n);
	}
	if (i < n)
		bufprintf(out, "\n%zu more benchmarks are left out here.\n", n - i);
	bufrelease(&row);
	free(benches);
}

static void
putwaivers(struct buf *out, const json_t *verdict)
{
	size_t i, shown = 0, left = 0;
	const json_t *w;

	json_array_foreach(json_object_get(verdict, "waivers"), i, w)
	{
		if (!strcmp(textof(w, "state"), "used"))
			continue;
		if (shown == WAIVERS_SHOWN) {
			left++;
			continue;
		}
		bufputs(out, shown++ ? "- " : "\n- ");
		putwaiver(out, w, putcode);
		bufputs(out, "\n");
	}
	if (left)
		bufprintf(out, "- %zu more waivers were not used\n", left);
}

/* The chance of a false alarm: of two blocks, between which the machine may change, nobody knows it. */
static void
putchance(struct buf *out, const json_t *verdict, double gated)
{
	const json_t *rules = json_object_get(verdict, "rules");
	double others = numberof(rules, "shares") - gated;

	if (strcmp(textof(verdict, "design"), "paired") != 0) {
		bufputs(out, "; the chance of a false alarm is not known\n\n");
		return;
	}
	bufputs(out, ", which ");
	if (others > 0)
		bufprintf(out, "with %.0f of other machines ", others);
	bufprintf(out, "share a chance of %g %% of a false alarm\n\n",
		100 * numberof(rules, "alpha"));
}

void
markdownwrite(const char *path, const json_t *verdict, const char *project)
{
	double gated = numberof(verdict, "gated");
	struct buf out = {0};

	bufputs(&out, "### ");
	putheading(&out, verdict, project, putcode);
	bufputs(&out, "\n\n");
	putdecided(&out, verdict, putcode);
	putcode(&out, textof(verdict, "base"));
	bufputs(&out, " -> ");
	putcode(&out, textof(verdict, "cand"));
	bufprintf(&out, ", %s; %.0f gated", textof(verdict, "design"), gated);
	putchance(&out, verdict, gated);
	puttable(&out, verdict);
	if (*textof(verdict, "self_check"))
		bufprintf(&out, "\nself-check: %s\n", textof(verdict, "self_check"));
	if (*textof(verdict, "machines")) {
		bufputs(&out, "\nmachines: ");
		putcode(&out, textof(verdict, "machines"));
		bufputs(&out, "\n");
	}
	putwaivers(&out, verdict);
	writefile(path, &out);
	bufrelease(&out);
}
