/* A verdict (compare/verdict.h) as a page for browsers: one file that needs nothing else. */
#ifndef PAGE_PAGE_H
#define PAGE_PAGE_H

#include "decision/criteria.h"
#include "input/document.h"
#include "json/json.h"

/* What it shows: the documents, n of them, the criteria, and what these say. */
struct page {
	const json_t *verdict;
	const struct criteria *q;
	const struct document *docs;
	size_t n;
	const json_t *about; /* a report (ci/lib/report/report.jq) that it belongs to, or NULL */
};

/*
 * Writes it to path, with the evidence inside, which bench-compare verify reads. Nothing in it is
 * loaded or run but its own style and script, which its Content-Security-Policy names by hash;
 * names and reasons are shown as they are, but do nothing.
 */
void pagewrite(const char *path, const struct page *p);

/* The page of a profile (ci/lib/report/profile.jq), which is the evidence inside, too. */
void profilewrite(const char *path, const json_t *report);

/* The page of a history (history/trend.h), with the project's "name". */
void historywrite(const char *path, const json_t *trend);

/* A report for that; fatal when the file is none. */
json_t *aboutread(const char *path);

#endif
