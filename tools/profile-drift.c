/*
 * profile-drift: what share of an old profile's counts still belongs to a function whose hash is
 * the same? A compiler drops the rest, mostly without a word.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drift.h"
#include "drift_caveats.h"
#include "drift_prefix.h"
#include "err.h"
#include "json.h"
#include "num.h"
#include "profraw.h"

static const char usage[] = "usage: profile-drift [-H] [--min PCT] [--top N] [--json] OLD NEW";

static const char help[] =
	"Says how much of a profile still fits the program. OLD and NEW are raw or pooled "
	"profiles\n"
	"(.profraw), or folders with such. NEW needs no workload: an instrumented build that has "
	"run\n"
	"with --version has written a record of each function.\n"
	"\n"
	"  -H         first print a line with the names of the columns\n"
	"  --min PCT  exit status 1 when less than that is unchanged\n"
	"  --top N    name the N hottest functions that changed or are gone (default 10)\n"
	"  --json     print one JSON object instead\n"
	"\n"
	"standard output, tab-separated: state, percent and number of OLD's counts, functions, "
	"those\n"
	"of them that ran, name. First a line per state, with - for the name:\n"
	"  unchanged  of OLD, and in NEW with the same name and hash\n"
	"  changed    in NEW with the name, but other hashes\n"
	"  gone       not in NEW\n"
	"  new        in NEW, and the name not in OLD\n"
	"then a line for each of the hottest ones. Standard error says what to keep in mind.\n"
	"\n"
	"percent = sum of the counters of OLD's functions in that state / sum of all its "
	"counters.\n"
	"Compilers give the counts of a profile to the function of the same name and hash, and to "
	"no\n"
	"other. `llvm-profdata overlap NEW OLD` has the same numbers as mismatched count "
	"percentage\n"
	"(changed) and percentage only in test_profile (gone). The hash is of the control flow: a\n"
	"change that keeps it is not seen, nor does it take the counts away.\n"
	"\n"
	"--json\n"
	"  old, new   path, files, profiles, modules, version (lowest raw version), kind,\n"
	"             functions, count\n"
	"  unchanged, changed, gone\n"
	"             functions, functions_hit, count, percent\n"
	"  new_functions\n"
	"  top        state, name, percent, count, hash, new_hash (changed: one of them) of the\n"
	"             hottest\n"
	"  prefixes   of static functions that differ by the path in their name alone: old, new,\n"
	"             old_separator, new_separator, functions, functions_hit, count, percent\n"
	"  percent_rewritten\n"
	"             what would be unchanged with these rewritten\n"
	"  caveats    kind (prefix, module, duplicates, coverage, temporal, context-sensitive,\n"
	"             versions, nameless) and text\n"
	"  min, pass  PCT or null; whether so much is unchanged\n"
	"\n"
	"exit status: 0 yes, 1 less than --min, 2 usage, unreadable, not comparable (front end and "
	"IR\n"
	"profiles), or no counts in OLD\n";

static const char columns[] = "state\tpercent\tcount\tfunctions\tfunctions_hit\tname\n";

/* What the comparison found, and what of it to tell. */
struct report {
	const char *path[2];
	const struct drift *d;
	const struct driftmoves *m;
	const struct driftcaveats *c;
	size_t top;
	double min; /* negative: none */
	bool pass;
};

/* The next one of the hottest functions; only those with counts are any of it. */
static const struct driftlost *
hot(const struct report *r, size_t i)
{
	return i < r->top && i < r->d->nlost && r->d->lost[i].fn->count ? &r->d->lost[i] : NULL;
}

static void
printtable(const struct report *r)
{
	const struct driftlost *l;
	struct buf name = {0};

	for (enum driftstate s = 0; s < DRIFT_NSTATE; s++)
		printf("%s\t%.4f\t%llu\t%llu\t%llu\t-\n", driftstatename(s),
			driftpercent(r->d, r->d->sum[s].count),
			(unsigned long long)r->d->sum[s].count,
			(unsigned long long)r->d->sum[s].functions,
			(unsigned long long)r->d->sum[s].hit);
	printf("new\t-\t-\t%zu\t-\t-\n", r->d->nadded);
	for (size_t i = 0; (l = hot(r, i)); i++) {
		driftname(r->d->old, l->fn, &name);
		printable(name.p);
		printf("%s\t%.4f\t%llu\t1\t1\t%s\n", driftstatename(l->state),
			driftpercent(r->d, l->fn->count), (unsigned long long)l->fn->count, name.p);
	}
	bufrelease(&name);
}

static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
hex(uint64_t n)
{
	char s[32];

	snprintf(s, sizeof(s), "0x%016llx", (unsigned long long)n);
	return json_string(s);
}

static json_t *
jsonset(const char *path, const struct driftset *s)
{
	char kind[64];

	profrawkind(s->variant, kind, sizeof(kind));
	return jsonpack("{so, so, so, so, so, ss, so, so}", "path", jsonstr(path), "files",
		number(s->files), "profiles", number(s->profiles), "modules", number(s->nmodule),
		"version", number(s->low), "kind", kind, "functions", number(s->n), "count",
		number(s->count));
}

static json_t *
jsonsum(const struct drift *d, const struct driftsum *s)
{
	return jsonpack("{so, so, so, sf}", "functions", number(s->functions), "functions_hit",
		number(s->hit), "count", number(s->count), "percent", driftpercent(d, s->count));
}

static json_t *
jsonmoves(const struct report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->m->n; i++) {
		const struct driftmove *m = &r->m->v[i];
		json_t *v = jsonpack("{so, so, so, so}", "old", jsonstr(m->from), "new",
			jsonstr(m->to), "old_separator", json_stringn(&m->fromsep, 1),
			"new_separator", json_stringn(&m->tosep, 1));

		json_object_update_new(v, jsonsum(r->d, &m->sum));
		json_array_append_new(list, v);
	}
	return list;
}

static void
printjson(const struct report *r)
{
	const struct drift *d = r->d;
	json_t *v, *top = json_array(), *caveats = json_array();
	const struct driftlost *l;
	struct buf name = {0};

	for (size_t i = 0; (l = hot(r, i)); i++)
		json_array_append_new(
			top, jsonpack("{ss, so, sf, so, so, so}", "state", driftstatename(l->state),
				     "name", jsonstr(driftname(d->old, l->fn, &name)), "percent",
				     driftpercent(d, l->fn->count), "count", number(l->fn->count),
				     "hash", hex(l->fn->hash), "new_hash",
				     l->state == DRIFT_CHANGED ? hex(l->now) : json_null()));
	for (size_t i = 0; i < r->c->n; i++)
		json_array_append_new(caveats, jsonpack("{ss, so}", "kind", r->c->v[i].kind, "text",
						       jsonstr(r->c->v[i].text)));
	v = jsonpack(
		"{so, so}", "old", jsonset(r->path[0], d->old), "new", jsonset(r->path[1], d->new));
	for (enum driftstate s = 0; s < DRIFT_NSTATE; s++)
		json_object_set_new(v, driftstatename(s), jsonsum(d, &d->sum[s]));
	json_object_set_new(v, "new_functions", number(d->nadded));
	json_object_set_new(v, "top", top);
	json_object_set_new(v, "prefixes", jsonmoves(r));
	json_object_set_new(v, "percent_rewritten",
		json_real(driftpercent(d, d->sum[DRIFT_UNCHANGED].count + r->m->sum.count)));
	json_object_set_new(v, "caveats", caveats);
	json_object_set_new(v, "min", r->min < 0 ? json_null() : json_real(r->min));
	json_object_set_new(v, "pass", json_boolean(r->pass));
	jsonwrite("-", v);
	json_decref(v);
	bufrelease(&name);
}

/* Reads both operands; fatal when they cannot be compared. */
static void
readsets(char **path, struct driftset set[2])
{
	int rc = driftread(&set[0], path[0]) | driftread(&set[1], path[1]);
	const char *why;

	if (rc)
		exit(EXIT_TROUBLE);
	for (int i = 0; i < 2; i++)
		driftsort(&set[i]);
	if (!set[0].n)
		fatal("compare '%s': it has no functions", path[0]);
	why = driftincomparable(&set[0], &set[1]);
	if (why)
		fatal("compare '%s' with '%s': %s; they cannot be compared", path[0], path[1], why);
	if (!set[0].count)
		fatal("compare '%s': all of its counters are 0, so that there is nothing to have a "
		      "share of; give the profile of a workload as OLD",
			path[0]);
	if (set[0].count >= INT64_MAX)
		fatal("compare '%s': the sum of its counters is above 2^63", path[0]);
}

int
main(int argc, char **argv)
{
	enum { MIN = 256, TOP, JSON, VERSION };
	static const struct option options[] = {{"min", required_argument, NULL, MIN},
		{"top", required_argument, NULL, TOP}, {"json", no_argument, NULL, JSON},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, VERSION}, {0}};
	struct driftset set[2] = {0};
	struct driftmoves m = {0};
	struct driftcaveats caveats = {0};
	struct drift d;
	struct report r = {.d = &d, .m = &m, .c = &caveats, .top = 10, .min = -1};
	bool json = false, header = false;
	int c;

	progname = "profile-drift";
	while ((c = getopt_long(argc, argv, "+hH", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'H':
			header = true;
			break;
		case MIN:
			r.min = numreal("--min", optarg, 0, 100);
			break;
		case TOP:
			r.top = (size_t)numint("--top", optarg, 0, 1000000);
			break;
		case JSON:
			json = true;
			break;
		default:
			usagefail(usage);
		}
	}
	if (argc - optind != 2)
		usagefail(usage);
	r.path[0] = argv[optind];
	r.path[1] = argv[optind + 1];
	readsets(argv + optind, set);
	driftcompare(&d, &set[0], &set[1]);
	driftmoves(&m, &d);
	driftcaveats(&caveats, &d, &m);
	r.pass = r.min < 0 || driftpercent(&d, d.sum[DRIFT_UNCHANGED].count) >= r.min;
	for (size_t i = 0; i < caveats.n; i++)
		warn("compare '%s' with '%s': warning: %s", r.path[0], r.path[1],
			caveats.v[i].text);
	if (!r.pass)
		warn("compare '%s' with '%s': %.4f %% of the counts are unchanged, the minimum is "
		     "%g; collect the profile again",
			r.path[0], r.path[1], driftpercent(&d, d.sum[DRIFT_UNCHANGED].count),
			r.min);
	if (header && !json)
		printf("%s", columns);
	if (json)
		printjson(&r);
	else
		printtable(&r);
	driftcaveatsrelease(&caveats);
	driftmovesrelease(&m);
	driftrelease(&d);
	driftsetrelease(&set[0]);
	driftsetrelease(&set[1]);
	closeout();
	return r.pass ? EXIT_YES : EXIT_NO;
}
