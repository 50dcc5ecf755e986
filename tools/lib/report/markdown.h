/* A verdict (compare/verdict.h) as Markdown for GitHub: a job summary or a comment. */
#ifndef REPORT_MARKDOWN_H
#define REPORT_MARKDOWN_H

#include "json/json.h"

/* GitHub takes no larger summary. */
enum { MARKDOWN_MAX = 1 << 20 };

/*
 * Writes it to path, at most MARKDOWN_MAX bytes: those benchmarks that matter most come first, and
 * a line says how many are left out. Names and reasons are shown as they are, but do nothing.
 */
void markdownwrite(const char *path, const json_t *verdict, const char *project);

#endif
