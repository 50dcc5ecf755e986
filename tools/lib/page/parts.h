/* The parts of a page, from top to bottom. */
#ifndef PAGE_PARTS_H
#define PAGE_PARTS_H

#include "base/buf.h"
#include "page/page.h"

/* Of a report: what to ship as a sentence; the variants and their benchmarks; the profile. */
void putship(struct buf *out, const json_t *about);
void putvariants(struct buf *out, const struct page *p);
void putprofile(struct buf *out, const json_t *about);

/* What is released, and how to check it; nothing where nothing is. */
void putrelease(struct buf *out, const json_t *about);

/* The table of benchmarks, and a section for each whose samples are known. */
void putbenches(struct buf *out, const struct page *p);

/* What it was measured on, with which settings, programs and rules. */
void putfacts(struct buf *out, const struct page *p);

/* The members of an object, under a title of its own. */
void putlist(struct buf *out, const char *title, const json_t *of);

/* The profile beside the last good one, as ci/lib/profile/health.jq judges it; nothing for null. */
void puthealth(struct buf *out, const json_t *health);

/* Texts, a line each. */
void putsentences(struct buf *out, const json_t *texts, const char *class);

/* The colour of an arm, or of what the report calls by this name. */
size_t colourof(const struct page *p, const char *arm);

#endif
