#include <getopt.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "compare/help.h"
#include "compare/options.h"
#include "compare/waivers.h"
#include "decision/waiver_file.h"

/* From ALPHA to FLOOR as criteriaset() calls them. */
static const char *const numbers[] = {
	"alpha", "min_effect_pct", "margin_pct", "max_undetected_pct", "floor_pct"};

enum {
	ALPHA = 256,
	MIN,
	MARGIN,
	MAX,
	FLOOR,
	BASE,
	CAND,
	METRIC,
	FORMAT,
	BETTER,
	COUNTER,
	RENAME,
	EVEN,
	SAME,
	OTHER,
	MACHINE,
	MATCH,
	WAIVERS,
	TODAY,
	SHARES,
	MARKDOWN,
	PROJECT,
	JUNIT,
	HTML,
	ABOUT,
	JSON,
	VERSION
};
static const struct option options[] = {{"base", 1, NULL, BASE}, {"cand", 1, NULL, CAND},
	{"metric", 1, NULL, METRIC}, {"match", 1, NULL, MATCH}, {"alpha", 1, NULL, ALPHA},
	{"shares", 1, NULL, SHARES}, {"min-effect", 1, NULL, MIN}, {"margin", 1, NULL, MARGIN},
	{"max-undetected", 1, NULL, MAX}, {"floor", 1, NULL, FLOOR},
	{"even-identical", 0, NULL, EVEN}, {"require-same", 0, NULL, SAME},
	{"other-output", 0, NULL, OTHER}, {"other-machine", 0, NULL, MACHINE},
	{"waivers", 1, NULL, WAIVERS}, {"today", 1, NULL, TODAY}, {"markdown", 1, NULL, MARKDOWN},
	{"project", 1, NULL, PROJECT}, {"junit", 1, NULL, JUNIT}, {"html", 1, NULL, HTML},
	{"about", 1, NULL, ABOUT}, {"format", 1, NULL, FORMAT}, {"better", 1, NULL, BETTER},
	{"rename", 1, NULL, RENAME}, {"counter", 1, NULL, COUNTER}, {"json", 0, NULL, JSON},
	{"help", 0, NULL, 'h'}, {"version", 0, NULL, VERSION}, {0}};

static bool
outputoption(struct outputs *o, int c)
{
	switch (c) {
	case 'h':
		comparehelp();
	case VERSION:
		showversion();
	case MARKDOWN:
		o->markdown = optarg;
		return true;
	case PROJECT:
		o->project = optarg;
		return true;
	case JUNIT:
		o->junit = optarg;
		return true;
	case HTML:
		o->html = optarg;
		return true;
	case ABOUT:
		o->about = optarg;
		return true;
	case JSON:
		o->json = true;
		return true;
	default:
		return false;
	}
}

static const char *
oneof(const char *option, const char *a, const char *b)
{
	if (strcmp(optarg, a) && strcmp(optarg, b))
		fatal("read %s '%s': expected %s or %s", option, optarg, a, b);
	return optarg;
}

/* Adds [UNIT=]lower|higher to the directions that are told. */
static void
addbetter(struct foreign *f, const char *text)
{
	const char *eq = strrchr(text, '='), *way = eq ? eq + 1 : text;
	json_t *unit = json_stringn(text, eq ? (size_t)(eq - text) : 0);

	if (eq == text || (strcmp(way, "lower") != 0 && strcmp(way, "higher") != 0))
		fatal("read --better '%s': expected lower, higher, UNIT=lower or UNIT=higher",
			text);
	if (!unit)
		fatal("read --better '%s': it is not UTF-8", text);
	if (!f->better)
		f->better = json_object();
	if (json_object_get(f->better, json_string_value(unit)))
		fatal("read --better '%s': that was said already", text);
	json_object_set_new(f->better, json_string_value(unit), json_string(way));
	json_decref(unit);
}

static bool
inputoption(struct criteria *q, struct foreign *f, int c)
{
	switch (c) {
	case BASE:
		q->base = optarg;
		return true;
	case CAND:
		q->cand = optarg;
		return true;
	case METRIC:
		q->metric = f->metric = metricnamed(oneof("--metric", "wall", "cpu"));
		return true;
	case FORMAT:
		f->format = optarg;
		return true;
	case COUNTER:
		f->counter = optarg;
		return true;
	case BETTER:
		addbetter(f, optarg);
		return true;
	case RENAME:
		criteriarename(q, optarg);
		return true;
	case EVEN:
		q->even_identical = true;
		return true;
	case SAME:
		q->require_same = true;
		return true;
	case OTHER:
		q->other_output = true;
		return true;
	case MACHINE:
		q->other_machine = true;
		return true;
	default:
		return false;
	}
}

static bool
ruleoption(struct criteria *q, int c)
{
	switch (c) {
	case ALPHA:
	case MIN:
	case MARGIN:
	case MAX:
	case FLOOR:
		criteriaset(q, numbers[c - ALPHA], optarg);
		return true;
	case SHARES:
		q->shares = readshares(optarg);
		return true;
	case MATCH:
		json_array_append_new(q->match, jsonstr(optarg));
		return true;
	case WAIVERS:
		q->waivers = waiversread(optarg);
		return true;
	case TODAY:
		if (!isdate(optarg))
			fatal("read --today '%s': expected a day as YYYY-MM-DD", optarg);
		q->today = optarg;
		return true;
	default:
		return false;
	}
}

static int
takers(const struct outputs *o)
{
	const char *const paths[] = {o->evidence, o->markdown, o->junit, o->html};
	int n = o->json;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		n += paths[i] && !strcmp(paths[i], "-");
	return n;
}

bool
stdouttaken(const struct outputs *o)
{
	return takers(o) > 0;
}

/* What is left when the options are read. */
static void
checkrest(const struct outputs *o, int operands, int most)
{
	if (operands < 1 || operands > most)
		usagefail(compareusage);
	if (takers(o) > 1)
		fatal("write '<stdout>': it can take one of JSON, evidence, Markdown, JUnit and HTML");
	if (o->project && !o->markdown)
		fatal("read --project '%s': only Markdown (--markdown) shows it", o->project);
	if (o->about && !o->html)
		fatal("read --about '%s': only a page (--html) shows it", o->about);
}

void
compareoptions(int argc, char **argv, struct criteria *q, struct foreign *f, struct outputs *o)
{
	static char today[] = "YYYY-MM-DD";
	int c;

	q->today = memcpy(today, utcnow(), sizeof(today) - 1);
	while ((c = getopt_long(argc, argv, "+ho:", options, NULL)) != -1) {
		if (c == 'o')
			o->evidence = optarg;
		else if (!inputoption(q, f, c) && !ruleoption(q, c) && !outputoption(o, c))
			usagefail(compareusage);
	}
	checkrest(o, argc - optind, 2);
	if (q->renames && argc - optind != 2)
		fatal("read --rename: benchmarks have two names only in two files");
	if (q->require_same && argc - optind != 2)
		fatal("read --require-same: only of two files one may lack a benchmark");
}

void
verifyoptions(int argc, char **argv, struct outputs *o)
{
	int c;

	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1)
		if (!outputoption(o, c))
			usagefail(compareusage);
	checkrest(o, argc - optind, 1);
}

void
gatedoptions(int argc, char **argv, struct criteria *q, bool *json)
{
	struct outputs o = {0};
	int c;

	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1)
		if (c == MARKDOWN || c == PROJECT || c == JUNIT || c == HTML || c == ABOUT ||
			!(c == MATCH ? ruleoption(q, c) : outputoption(&o, c)))
			usagefail(compareusage);
	*json = o.json;
}
