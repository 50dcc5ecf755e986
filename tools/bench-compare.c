/*
 * bench-compare: regressed, improved, unchanged or inconclusive, per benchmark, from the samples of
 * two arms. Missing or unfit data is never a pass.
 */
#include <fnmatch.h>
#include <getopt.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contest.h"
#include "err.h"
#include "json.h"
#include "mem.h"
#include "num.h"
#include "stats.h"
#include "verdict.h"

static const char usage[] =
	"usage: bench-compare [options] RECEIPT        two arms of one receipt (paired)\n"
	"       bench-compare [options] BASE CAND      two files (sequential)\n"
	"       bench-compare verify EVIDENCE          recompute a recorded verdict";

static const char help[] =
	"Compares times; an effect is a ratio, above 0 % when the candidate is slower.\n"
	"\n"
	"input\n"
	"  RECEIPT             written by bench-run: rounds whose order was drawn from a seed get "
	"the\n"
	"                      exact signed-rank test\n"
	"  BASE CAND           hyperfine --export-json files, or receipts: two separate blocks, "
	"in\n"
	"                      which drift looks like an effect; below --floor nothing is called\n"
	"  --base ARM, --cand ARM   arms of the receipt (default: the first and the second)\n"
	"  --metric wall|cpu   instead of the one that the receipt says\n"
	"\n"
	"rules\n"
	"  --match PATTERN     which benchmarks are gated; may be repeated (default: those named\n"
	"                      *_full_check_flow, full_check_flow, full_check_flow/*,\n"
	"                      *_full_check_flow/*)\n"
	"  --alpha P           chance of a false alarm over all gated benchmarks (default 0.01)\n"
	"  --min-effect PCT    smaller differences are never called (default 0.5)\n"
	"  --margin PCT        what \"unchanged\" rules out, at 95 % (default 1)\n"
	"  --max-undetected PCT  an inconclusive benchmark passes only while the smallest "
	"slowdown\n"
	"                      that it could have shown is at most this (default 5)\n"
	"  --floor PCT         for sequential data (default 10)\n"
	"\n"
	"output\n"
	"  standard output: a table; --json: the verdict as JSON instead\n"
	"  -o FILE             evidence: verdict, rules and all samples, for `bench-compare "
	"verify`\n"
	"  interval: confidence 1 - 2 alpha / (number of gated benchmarks), so that it excludes 0\n"
	"  exactly when the test rejects\n"
	"\n"
	"exit status: 0 pass, 1 a gated benchmark regressed, 2 usage or unreadable input,\n"
	"3 inconclusive beyond --max-undetected, 4 the comparison is invalid (no benchmark "
	"matches,\n"
	"one is missing or unfit, outputs differ)\n"
	"Wilcoxon 1945; Hodges and Lehmann 1963; Mann and Whitney 1947: tools/lib/stats.h\n";

enum { EXIT_UNDECIDED = 3, EXIT_INVALID = 4 };
enum { INPUT_MAX = 256 << 20 }; /* bytes of a receipt */

static const char *const default_match[] = {
	"*_full_check_flow", "full_check_flow", "full_check_flow/*", "*_full_check_flow/*"};

struct question {
	const char *base, *cand, *metric; /* NULL: as the receipt says */
	json_t *match;			  /* array of patterns */
	double alpha;
	double min_effect_pct;
	double margin_pct;
	double max_undetected_pct;
	double floor_pct;
};

static double
topct(double theta)
{
	return 100 * expm1(theta);
}

static double
totheta(double pct)
{
	return log1p(pct / 100);
}

static bool
matches(const json_t *match, const char *name)
{
	const json_t *v;
	size_t i;

	json_array_foreach(match, i, v)
	{
		const char *pattern = json_string_value(v);

		if (pattern && !fnmatch(pattern, name, 0))
			return true;
	}
	return false;
}

/* d[i] = ln(cand_i / base_i) */
static double *
logratios(const struct contest *c)
{
	double *d = xcalloc(c->nbase, sizeof(*d));

	for (size_t i = 0; i < c->nbase; i++)
		d[i] = log(c->cand[i] / c->base[i]);
	return d;
}

static double *
logs(const double *x, size_t n)
{
	double *d = xcalloc(n, sizeof(*d));

	for (size_t i = 0; i < n; i++)
		d[i] = log(x[i]);
	return d;
}

static void
judge(struct contest *c, const struct rules *r)
{
	if (c->invalid) {
		c->j = (struct judgement){.verdict = INVALID};
	} else if (c->identical) {
		c->j = (struct judgement){.verdict = IDENTICAL, .rounds = c->nbase};
	} else if (c->paired) {
		double *d = logratios(c);

		c->j = judgepaired(d, c->nbase, r);
		free(d);
	} else {
		double *b = logs(c->base, c->nbase), *k = logs(c->cand, c->ncand);

		c->j = judgeblocks(b, c->nbase, k, c->ncand, r);
		free(b);
		free(k);
	}
}

/*
 * The geometric mean over the gated benchmarks, round by round: they share the order of each round,
 * so the mean of their log ratios is paired data of its own. False where that is not to be had.
 */
static bool
judgesuite(const struct contests *all, const struct rules *r, struct judgement *j)
{
	size_t rounds = SIZE_MAX, gated = 0;
	struct rules alone = *r;
	double *mean;

	for (size_t i = 0; i < all->n; i++) {
		const struct contest *c = &all->of[i];

		if (!c->gated)
			continue;
		if (!c->paired || c->invalid || c->identical)
			return false;
		gated++;
		rounds = c->nbase < rounds ? c->nbase : rounds;
	}
	if (!gated)
		return false;
	mean = xcalloc(rounds, sizeof(*mean));
	for (size_t i = 0; i < all->n; i++)
		for (size_t k = 0; all->of[i].gated && k < rounds; k++)
			mean[k] += log(all->of[i].cand[k] / all->of[i].base[k]) / (double)gated;
	alone.shares = 1;
	*j = judgepaired(mean, rounds, &alone);
	free(mean);
	return true;
}

static json_t *
numberornull(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static double
medianof(const double *x, size_t n)
{
	double *t = xcalloc(n, sizeof(*t)), m;

	memcpy(t, x, n * sizeof(*t));
	sortreal(t, n);
	m = median(t, n);
	free(t);
	return m;
}

static void
addjudgement(json_t *o, const struct judgement *j)
{
	json_object_set_new(o, "verdict", json_string(verdictname(j->verdict)));
	json_object_set_new(o, "rounds", json_integer((json_int_t)j->rounds));
	if (j->verdict == INVALID || j->verdict == IDENTICAL)
		return;
	json_object_set_new(o, "change_pct", numberornull(topct(j->theta)));
	json_object_set_new(o, "low_pct", numberornull(topct(j->low)));
	json_object_set_new(o, "high_pct", numberornull(topct(j->high)));
	json_object_set_new(o, "p_slower", numberornull(j->p_slower));
	json_object_set_new(o, "p_faster", numberornull(j->p_faster));
	json_object_set_new(o, "p_unchanged", numberornull(j->p_unchanged));
	json_object_set_new(o, "detectable_pct", numberornull(topct(j->detectable)));
	json_object_set_new(o, "rounds_short", numberornull(j->rounds_short));
}

static json_t *
rulesjson(const struct question *q)
{
	return jsonpack("{s:O, s:f, s:f, s:f, s:f, s:f, s:s*}", "match", q->match, "alpha",
		q->alpha, "min_effect_pct", q->min_effect_pct, "margin_pct", q->margin_pct,
		"max_undetected_pct", q->max_undetected_pct, "floor_pct", q->floor_pct, "metric",
		q->metric);
}

/* The outcome of the whole comparison, from the verdicts of the gated benchmarks. */
static int
outcome(const struct contests *all, const struct question *q, const char **word)
{
	size_t gated = 0, count[INVALID + 1] = {0}, undecided = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct judgement *j = &all->of[i].j;

		if (!all->of[i].gated)
			continue;
		gated++;
		count[j->verdict]++;
		if (j->verdict == INCONCLUSIVE &&
			!(j->detectable <= totheta(q->max_undetected_pct)))
			undecided++;
	}
	*word = "pass";
	if (!gated || count[INVALID])
		return *word = "invalid", EXIT_INVALID;
	if (count[REGRESSED])
		return *word = "regressed", EXIT_NO;
	if (undecided)
		return *word = "inconclusive", EXIT_UNDECIDED;
	return EXIT_YES;
}

/*
 * Answers the question about the documents. The verdict, as JSON of format "pgokit-verdict-1":
 * {format, base, cand, design, rules, gated, confidence, benches: [{name, gated, verdict, rounds,
 * base_s, cand_s, change_pct, low_pct, high_pct, p_slower, p_faster, p_unchanged, detectable_pct,
 * rounds_short, reason?}], suite: the same without a name, or null, outcome, exit}
 */
static json_t *
answer(const struct question *q, json_t *const docs[2], const char *const names[2])
{
	struct contests all;
	struct rules r = {.alpha = q->alpha,
		.min_effect = totheta(q->min_effect_pct),
		.margin = totheta(q->margin_pct),
		.beta = .05,
		.floor = totheta(q->floor_pct)};
	json_t *benches = json_array(), *suite = json_null(), *v;
	struct judgement j;
	const char *word;
	int code;

	contestsread(&all, docs, names, q->base, q->cand, q->metric);
	for (size_t i = 0; i < all.n; i++) {
		all.of[i].gated = matches(q->match, all.of[i].name);
		r.shares += all.of[i].gated;
	}
	r.shares = r.shares ? r.shares : 1;
	for (size_t i = 0; i < all.n; i++) {
		struct contest *c = &all.of[i];
		json_t *o = jsonpack("{s:o, s:b}", "name", jsonstr(c->name), "gated", c->gated);

		judge(c, &r);
		addjudgement(o, &c->j);
		if (c->invalid)
			json_object_set_new(o, "reason", jsonstr(c->invalid));
		if (!c->invalid) {
			json_object_set_new(o, "base_s", numberornull(medianof(c->base, c->nbase)));
			json_object_set_new(o, "cand_s", numberornull(medianof(c->cand, c->ncand)));
		}
		json_array_append_new(benches, o);
	}
	if (judgesuite(&all, &r, &j)) {
		suite = json_object();
		addjudgement(suite, &j);
	}
	code = outcome(&all, q, &word);
	v = jsonpack("{s:s, s:o, s:o, s:s, s:o, s:I, s:f, s:o, s:o, s:s, s:i}", "format",
		"pgokit-verdict-1", "base", jsonstr(all.base), "cand", jsonstr(all.cand), "design",
		all.paired ? "paired" : "sequential", "rules", rulesjson(q), "gated",
		(json_int_t)r.shares, "confidence", 1 - 2 * r.alpha / (double)r.shares, "benches",
		benches, "suite", suite, "outcome", word, "exit", code);
	return v;
}

static double
real(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

static const char *
text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

/* Seconds in the unit that a person would choose. */
static const char *
duration(double s, char out[16])
{
	if (!isfinite(s))
		snprintf(out, 16, "-");
	else if (s < 1)
		snprintf(out, 16, "%.2f ms", s * 1e3);
	else
		snprintf(out, 16, "%.3f s", s);
	return out;
}

static void
row(const json_t *o, const char *name)
{
	char clean[256], b[16], c[16];
	double low = real(o, "low_pct"), high = real(o, "high_pct");

	snprintf(clean, sizeof(clean), "%s", name);
	printable(clean);
	printf("%-32s %10s %10s", clean, duration(real(o, "base_s"), b),
		duration(real(o, "cand_s"), c));
	if (isfinite(real(o, "change_pct")))
		printf(" %+8.2f %%  ", real(o, "change_pct"));
	else
		printf(" %10s  ", "-");
	if (isfinite(low) && isfinite(high))
		printf("[%+7.2f, %+7.2f]", low, high);
	else
		printf("%18s", "-");
	printf(" %6lld  %s", (long long)real(o, "rounds"), text(o, "verdict"));
	if (!strcmp(text(o, "verdict"), "inconclusive"))
		printf(" (could have seen %+.1f %%)", real(o, "detectable_pct"));
	if (*text(o, "reason"))
		printf(": %s", text(o, "reason"));
	if (json_is_false(json_object_get(o, "gated")))
		printf(" (not gated)");
	putchar('\n');
}

static void
table(const json_t *v)
{
	const json_t *benches = json_object_get(v, "benches"), *suite, *o;
	size_t i;

	printf("%-32s %10s %10s %10s    %-17s %6s  %s\n", "benchmark", "base", "candidate",
		"change", "interval", "rounds", "verdict");
	json_array_foreach(benches, i, o) row(o, text(o, "name"));
	suite = json_object_get(v, "suite");
	if (json_is_object(suite) && json_array_size(benches) > 1)
		row(suite, "(geometric mean, gated)");
	printf("%s: %s -> %s, %s, intervals of %.4g %%\n", text(v, "outcome"), text(v, "base"),
		text(v, "cand"), text(v, "design"), 100 * real(v, "confidence"));
}

/* Says on standard error what to do about an outcome that is not a pass. */
static void
advise(const json_t *v, int code)
{
	const json_t *o;
	double most = 0;
	size_t i;

	json_array_foreach(json_object_get(v, "benches"), i, o)
	{
		if (!json_is_true(json_object_get(o, "gated")))
			continue;
		most = fmax(most, real(o, "rounds_short"));
		if (!strcmp(text(o, "verdict"), "invalid"))
			warn("judge benchmark '%s': %s", text(o, "name"), text(o, "reason"));
	}
	if (code == EXIT_UNDECIDED && !strcmp(text(v, "design"), "sequential"))
		warn("judge: two separate blocks cannot tell; measure both sides with bench-run");
	else if (code == EXIT_UNDECIDED)
		warn("judge: too noisy to tell; about %.0f more rounds would settle it", most);
	if (code == EXIT_INVALID && !json_array_size(json_object_get(v, "benches")))
		warn("judge: there is no benchmark in the input");
	else if (code == EXIT_INVALID && most == 0)
		warn("judge: no gated benchmark can be judged; the patterns are those of --match");
}

/* A JSON value as it is after being written and read back, digits and all. */
static json_t *
roundtrip(const json_t *v)
{
	char *s = json_dumps(v, JSON_REAL_PRECISION(12));
	json_t *back = s ? json_loads(s, 0, NULL) : NULL;

	free(s);
	return back;
}

static void
writeevidence(const char *path, const struct question *q, json_t *const docs[2],
	const char *const names[2], json_t *verdict)
{
	json_t *inputs = json_array(), *files = json_array(), *e;

	for (size_t i = 0; i < 2 && docs[i]; i++) {
		json_array_append(inputs, docs[i]);
		json_array_append_new(files, jsonstr(names[i]));
	}
	e = jsonpack("{s:s, s:s*, s:s*, s:o, s:O, s:o, s:o}", "format", "pgokit-evidence-1", "base",
		q->base, "cand", q->cand, "rules", rulesjson(q), "verdict", verdict, "files", files,
		"inputs", inputs);
	jsonwriteline(path, e);
	json_decref(e);
}

/* Recomputes the verdict of an evidence file; its exit code, or 2 when it says something else. */
static int
verify(const char *path)
{
	json_t *e = jsonread(path, INPUT_MAX), *rules, *verdict, *inputs, *files, *again, *was;
	json_t *docs[2] = {0};
	const char *names[2] = {0}, *format;
	struct question q = {0};
	json_error_t err;

	if (!e)
		return EXIT_TROUBLE;
	if (json_unpack_ex(e, &err, 0, "{s:s, s?s, s?s, s:o, s:o, s:o, s:o}", "format", &format,
		    "base", &q.base, "cand", &q.cand, "rules", &rules, "verdict", &verdict, "files",
		    &files, "inputs", &inputs))
		fatal("read '%s': %s", path, err.text);
	if (strcmp(format, "pgokit-evidence-1"))
		fatal("read '%s': not written by bench-compare -o", path);
	if (json_unpack_ex(rules, &err, 0, "{s:o, s:F, s:F, s:F, s:F, s:F, s?s}", "match", &q.match,
		    "alpha", &q.alpha, "min_effect_pct", &q.min_effect_pct, "margin_pct",
		    &q.margin_pct, "max_undetected_pct", &q.max_undetected_pct, "floor_pct",
		    &q.floor_pct, "metric", &q.metric))
		fatal("read '%s': rules: %s", path, err.text);
	for (size_t i = 0; i < 2 && i < json_array_size(inputs); i++) {
		docs[i] = json_array_get(inputs, i);
		names[i] = json_string_value(json_array_get(files, i));
		if (!names[i])
			fatal("read '%s': files: one name per input expected", path);
	}
	if (!docs[0])
		fatal("read '%s': there are no samples in it", path);
	again = answer(&q, docs, names);
	was = roundtrip(again);
	if (!was || !json_equal(was, verdict)) {
		warn("verify '%s': its samples do not give the verdict that it records", path);
		return EXIT_TROUBLE;
	}
	table(again);
	return (int)json_integer_value(json_object_get(again, "exit"));
}

int
main(int argc, char **argv)
{
	enum { BASE = 256, CAND, METRIC, MATCH, ALPHA, MIN, MARGIN, MAX, FLOOR, JSON, VERSION };
	static const struct option options[] = {{"base", 1, NULL, BASE}, {"cand", 1, NULL, CAND},
		{"metric", 1, NULL, METRIC}, {"match", 1, NULL, MATCH}, {"alpha", 1, NULL, ALPHA},
		{"min-effect", 1, NULL, MIN}, {"margin", 1, NULL, MARGIN},
		{"max-undetected", 1, NULL, MAX}, {"floor", 1, NULL, FLOOR},
		{"json", 0, NULL, JSON}, {"help", 0, NULL, 'h'}, {"version", 0, NULL, VERSION},
		{0}};
	struct question q = {.match = json_array(),
		.alpha = .01,
		.min_effect_pct = .5,
		.margin_pct = 1,
		.max_undetected_pct = 5,
		.floor_pct = 10};
	json_t *docs[2] = {0}, *verdict;
	const char *evidence = NULL;
	bool json = false;
	int c, code;

	progname = "bench-compare";
	if (argc == 3 && !strcmp(argv[1], "verify")) {
		code = verify(argv[2]);
		closeout();
		return code;
	}
	while ((c = getopt_long(argc, argv, "+ho:", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'o':
			evidence = optarg;
			break;
		case BASE:
			q.base = optarg;
			break;
		case CAND:
			q.cand = optarg;
			break;
		case METRIC:
			if (strcmp(optarg, "wall") && strcmp(optarg, "cpu"))
				fatal("read --metric '%s': expected wall or cpu", optarg);
			q.metric = optarg;
			break;
		case MATCH:
			json_array_append_new(q.match, jsonstr(optarg));
			break;
		case ALPHA:
			q.alpha = numreal("--alpha", optarg, 1e-9, .5);
			break;
		case MIN:
			q.min_effect_pct = numreal("--min-effect", optarg, 0, 1000);
			break;
		case MARGIN:
			q.margin_pct = numreal("--margin", optarg, 0, 1000);
			break;
		case MAX:
			q.max_undetected_pct = numreal("--max-undetected", optarg, 0, 1000);
			break;
		case FLOOR:
			q.floor_pct = numreal("--floor", optarg, 0, 1000);
			break;
		case JSON:
			json = true;
			break;
		default:
			usagefail(usage);
		}
	}
	argc -= optind;
	argv += optind;
	if (argc < 1 || argc > 2)
		usagefail(usage);
	if (!json_array_size(q.match))
		for (size_t i = 0; i < sizeof(default_match) / sizeof(*default_match); i++)
			json_array_append_new(q.match, json_string(default_match[i]));
	for (int i = 0; i < argc; i++)
		if (!(docs[i] = jsonread(argv[i], INPUT_MAX)))
			return EXIT_TROUBLE;

	verdict = answer(&q, docs, (const char *const *)argv);
	code = (int)json_integer_value(json_object_get(verdict, "exit"));
	if (evidence)
		writeevidence(evidence, &q, docs, (const char *const *)argv, verdict);
	if (json)
		jsonwrite("-", verdict);
	else
		table(verdict);
	advise(verdict, code);
	closeout();
	return code;
}
