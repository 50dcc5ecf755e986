/*
 * bench-compare: regressed, improved, unchanged or inconclusive, per benchmark, from the samples of
 * two arms. Missing or unfit data is never a pass.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "compare/evidence.h"
#include "compare/options.h"
#include "compare/verdict.h"
#include "page/page.h"
#include "report/junit.h"
#include "report/markdown.h"
#include "report/table.h"

static void
present(const struct outputs *o, const struct criteria *q, const struct document docs[], size_t n,
	const json_t *verdict)
{
	json_t *about = o->about ? aboutread(o->about) : NULL;
	const struct page page = {verdict, q, docs, n, about};

	if (o->markdown)
		markdownwrite(o->markdown, verdict, o->project);
	if (o->junit)
		junitwrite(o->junit, verdict);
	if (o->html)
		pagewrite(o->html, &page);
	json_decref(about);
	if (o->json)
		jsonwrite("-", verdict);
	if (!stdouttaken(o))
		tableprint(verdict);
	closeout();
}

/* bench-compare verify EVIDENCE|PAGE|RECEIPT */
static int
verify(int argc, char **argv)
{
	struct outputs o = {0};
	struct evidence e;
	int code;

	verifyoptions(argc, argv, &o);
	evidenceopen(&e, argv[optind]);
	present(&o, &e.q, e.docs, e.n, e.verdict);
	code = (int)json_integer_value(json_object_get(e.verdict, "exit"));
	evidenceclose(&e);
	return code;
}

/* One a line, whatever is in them. */
static void
printnames(const json_t *names)
{
	const json_t *v;
	size_t i;

	json_array_foreach(names, i, v)
	{
		char *name = xstrdup(json_string_value(v));

		printable(name);
		puts(name);
		free(name);
	}
}

/*
 * bench-compare gated NAME...: whoever has to know before anything is measured asks here, so that
 * what decides is one rule.
 */
static int
gated(int argc, char **argv)
{
	struct criteria q = criteriadefault();
	json_t *names = json_array();
	bool json = false;

	gatedoptions(argc, argv, &q, &json);
	criteriamatch(&q);
	for (int i = optind; i < argc; i++)
		if (criteriagates(&q, argv[i]))
			json_array_append_new(names, jsonstr(argv[i]));
	if (json)
		jsonwrite("-", names);
	else
		printnames(names);
	closeout();
	return json_array_size(names) ? EXIT_YES : EXIT_NO;
}

/* Reads one file; its text stays in b. */
static void
opendocument(struct document *d, const char *path, const struct foreign *f, const char *arm,
	struct buf *b)
{
	struct span v;

	if (f->format)
		foreignread(b, path, f, arm);
	if (!(f->format ? spanparse(path, b, &v) : spanread(path, DOCUMENT_MAX, b, &v)))
		exit(EXIT_TROUBLE);
	documentopen(d, path, v);
}

int
main(int argc, char **argv)
{
	struct criteria q = criteriadefault();
	struct document docs[2];
	struct buf text[2] = {{0}, {0}};
	struct outputs o = {0};
	struct foreign f = {0};
	json_t *verdict;
	size_t n;

	progname = "bench-compare";
	if (argc > 1 && !strcmp(argv[1], "verify"))
		return verify(argc - 1, argv + 1);
	if (argc > 1 && !strcmp(argv[1], "gated"))
		return gated(argc - 1, argv + 1);
	compareoptions(argc, argv, &q, &f, &o);
	criteriamatch(&q);
	n = (size_t)(argc - optind);
	for (size_t i = 0; i < n; i++)
		opendocument(&docs[i], argv[optind + (int)i], &f, i ? q.cand : q.base, &text[i]);

	verdict = verdictof(&q, docs, n);
	if (o.evidence)
		evidencewrite(o.evidence, &q, docs, n, verdict);
	present(&o, &q, docs, n, verdict);
	tableadvise(verdict);
	return (int)json_integer_value(json_object_get(verdict, "exit"));
}
