/* What was measured on what, with which settings. */
#include "page/html.h"
#include "page/parts.h"
#include "report/wording.h"

/* A value in one line; what is in an object or an array stands as JSON. */
static void
putvalue(struct buf *out, const json_t *v)
{
	struct buf text = {0};

	if (json_is_string(v))
		bufputs(&text, json_string_value(v));
	else if (json_is_boolean(v))
		bufputs(&text, json_is_true(v) ? "yes" : "no");
	else if (json_is_number(v))
		bufprintf(&text, "%.10g", json_number_value(v));
	else if (json_is_null(v))
		bufputs(&text, "not known");
	else
		jsonexact(&text, v);
	puthtml(out, bufstr(&text));
	bufrelease(&text);
}

void
putlist(struct buf *out, const char *title, const json_t *of)
{
	const char *key;
	json_t *v;

	if (!json_object_size(of))
		return;
	bufprintf(out, "<div><h3>%s</h3>\n<dl>", title);
	json_object_foreach((json_t *)of, key, v)
	{
		if (json_is_null(v))
			continue;
		bufputs(out, "<dt>");
		puthtml(out, key);
		bufputs(out, "</dt><dd>");
		putvalue(out, v);
		bufputs(out, "</dd>\n");
	}
	bufputs(out, "</dl></div>\n");
}

static void
putarms(struct buf *out, const struct page *p)
{
	const struct receipt *r = &p->docs[0].receipt;

	bufputs(out, "<div><h3>Programs</h3>\n<dl>");
	for (size_t i = 0; i < r->narms; i++) {
		const struct receiptarm *a = &r->arms[i];

		bufputs(out, "<dt class=\"");
		putcolour(out, i);
		bufputs(out, "\"><span class=\"swatch\"></span>");
		puthtml(out, a->name);
		if (a->role)
			bufprintf(out, " (%s)", rolename(a->role));
		bufputs(out, "</dt><dd>");
		if (a->sha256) {
			bufputs(out, "<code>");
			puthtml(out, a->sha256);
			bufputs(out, "</code>");
		} else {
			bufputs(out, "a command without a program of its own");
		}
		bufputs(out, "</dd>\n");
	}
	bufputs(out, "</dl></div>\n");
}

static void
putmeasured(struct buf *out, const struct receipt *r)
{
	bufputs(out, "<div><h3>Measurement</h3>\n<dl><dt>finished</dt><dd>");
	puthtml(out, r->finished ? r->finished : "not known");
	bufputs(out, "</dd>\n<dt>by</dt><dd>");
	puthtml(out, r->tool ? r->tool : "not known");
	bufprintf(out,
		"</dd>\n<dt>seed of the orders</dt><dd><code>%016llx</code></dd>\n</dl></div>\n",
		(unsigned long long)r->seed);
}

void
putfacts(struct buf *out, const struct page *p)
{
	bufputs(out,
		"<section aria-labelledby=\"facts\">\n<h2 id=\"facts\">How it was measured</h2>\n"
		"<div class=\"facts\">\n");
	if (p->docs[0].kind == RECEIPT && p->n == 1) {
		putlist(out, "Machine", p->docs[0].receipt.machine);
		putmeasured(out, &p->docs[0].receipt);
		putarms(out, p);
		putlist(out, "Settings", p->docs[0].receipt.settings);
	}
	putlist(out, "Rules", json_object_get(p->verdict, "rules"));
	bufputs(out, "</div>\n</section>\n");
}
