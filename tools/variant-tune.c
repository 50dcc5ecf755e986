/* variant-tune: learns which of several commands is best for each operation, run by run. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "json/json.h"
#include "run/launch.h"
#include "run/supervise.h"
#include "tuner/commands.h"

static const char usage[] =
	"usage: variant-tune run [options] --target NAME=CMD... --op OP... | --ops FILE\n"
	"       variant-tune show | recommend [--json] | export [--csv] | reset [--op NAME]\n"
	"       variant-tune merge -o OUT IN...\n";

static const char help[] =
	"  variant-tune run --target v1='./v1 $TUNE_1' --target v3='./v3 $TUNE_1' --op sort:100000\n"
	"\n"
	"Tries commands in turn on each operation until it is known which is best, and keeps what it\n"
	"learned in a file, by CPU model; the next run goes on from there.\n"
	"\n"
	"run\n"
	"  --target NAME=CMD  a command that does the operation, 1 to 16; the first is the baseline.\n"
	"                     Split into words without a shell; in its environment are TUNE_OPERATION,\n"
	"                     TUNE_DIMS (64x64) and each dimension as TUNE_1, TUNE_2, ...\n"
	"  --op NAME:SIZE[*N] an operation, dimensions with x between them, N times in one pass of the\n"
	"                     list (default 1); may be repeated\n"
	"  --ops FILE         more of them, JSON: [{\"operation\", \"dims\": [...], \"repeat\"?}]\n"
	"  --model NAME       what the list is called in `show` (default: model)\n"
	"  --limit N          runs of each operation at most (default: 200)\n"
	"  --policy P         epsilon (default), ucb or thompson: how another target is tried\n"
	"  --objective O      performance (default: time), efficiency (time x watts), battery (joules)\n"
	"                     or score; without known power, time decides\n"
	"  --warmup N         runs that try all in turn (10)\n"
	"  --exploration P    share of later runs that try another one, 0 to 1 (0.1)\n"
	"  --switch R         ratio of costs from which another one becomes the best (1.2)\n"
	"  --confidence P     at which an operation is settled, 0 to 1 (0.8)\n"
	"  --powercap DIR     the kernel's energy counters (/sys/class/powercap)\n"
	"  --seed N           of random choices (from the clock)\n"
	"  --timeout S        for one execution (600); -C DIR: where; --shell: through sh -c\n"
	"  --other-output     targets may print different things; else one that does not print what the\n"
	"                     first prints is dropped (each runs once more for that)\n"
	"show       a table of all that is known on this machine\n"
	"recommend  a line for each operation, tab-separated: operation, size, best target, expected\n"
	"           speedup over the baseline (ratio of geometric means, NaN: unknown), confidence (0 to\n"
	"           1, the probability that it is the best), settled (yes or no: whether no other one\n"
	"           is better by more than 2 %, at --confidence)\n"
	"export     a record for each target and operation: JSON, or --csv\n"
	"merge      adds up files, of one or many machines\n"
	"reset      forgets one operation, or all\n"
	"\n"
	"  --file FILE        where profiles are kept (default: pgokit-tune.json in $XDG_CACHE_HOME, else\n"
	"                     ~/.cache). One that is damaged is renamed to FILE.corrupt, and told\n"
	"\n"
	"A time is that of the whole process, its start included. A target that fails, crashes or takes\n"
	"too long is dropped for that operation. Standard output is data. The library behind it is\n"
	"libpgokit-tune, pgokit-tune.h has the definitions and sources.\n"
	"exit status: 0 done, 1 run: not all is settled within --limit, or recommend: nothing is known,\n"
	"2 usage or trouble\n";

/* What a target's function is told. */
struct context {
	const struct runner *runner;
	size_t target;
};

struct options {
	struct tune_config config;
	struct runner runner;
	struct steps steps;
	const char *model, *out, *operation;
	unsigned limit;
	bool json, csv, otheroutput;
	char **rest;
	int nrest;
};

static void
report(void *arg, const char *message)
{
	(void)arg;
	warn("%s", message);
}

/* A tuner with what the file has; what is wrong with that has been told by report(). */
static struct tune *
opened(const struct options *o, bool afresh)
{
	struct tune *t = tune_open(&o->config);
	int error;

	if (!t)
		fatal("open the profiles: there is no memory");
	error = tune_load(t, NULL);
	/* One that was set aside is no reason not to begin anew. */
	if (error && !(afresh && error == TUNE_FORMAT))
		exit(EXIT_TROUBLE);
	return t;
}

static void
saved(struct tune *t)
{
	if (tune_save(t, NULL))
		exit(EXIT_TROUBLE); /* told by report() */
}

static void
closed(struct tune *t)
{
	tune_close(t);
	closeout();
}

static int
runtarget(void *context, void *args)
{
	const struct context *c = context;

	return steprun(c->runner, c->target, args, -1);
}

/* The number of a command among the targets of an operation; `again`: it was registered before. */
static int
registered(struct tune_op *op, struct context *c, bool again)
{
	struct tune_target target = {
		.name = c->runner->targets[c->target].name, .run = runtarget, .context = c};
	int number = again ? 0 : tune_target(op, &target);

	while (again && strcmp(tune_target_name(op, number), target.name) != 0)
		number++;
	if (number < 0)
		fatal("tune with '%s': it cannot be a target, as told above", target.name);
	return number;
}

/*
 * Whether a target prints for the step what the first one does, whose hash is left in want; false
 * also when it fails. Either is told.
 */
static bool
printssame(const struct runner *r, size_t target, const struct step *step, char want[SHA256_HEX])
{
	char got[SHA256_HEX];

	if (target == 0)
		return stepprints(r, target, step, want);
	if (!stepprints(r, target, step, got))
		return false;
	if (strcmp(want, got) == 0)
		return true;
	warn("run '%s' for %s:%s: it does not print what '%s' prints (--other-output)",
		r->targets[target].name, step->operation, dimstext(step->dims, step->ndims),
		r->targets[0].name);
	return false;
}

/* A step for the library: its operation with all targets, less those that print something else. */
static struct tune_step
prepared(struct tune *t, struct context contexts[], struct options *o, struct step *step)
{
	struct tune_step s = {.op = tune_operation(t, step->operation),
		.ndims = step->ndims,
		.repeat = step->repeat,
		.args = step};
	struct tune_profile *p;
	struct step *earlier;
	char want[SHA256_HEX];
	bool again = false;
	size_t i;

	memcpy(s.dims, step->dims, sizeof s.dims);
	if (!s.op)
		fatal("tune '%s': the name is longer than %d bytes, or not printable UTF-8",
			step->operation, TUNE_MAX_NAME);
	p = tune_at(s.op, s.dims, s.ndims);
	if (!p)
		fatal("tune '%s': there is no memory", step->operation);
	for (earlier = o->steps.at; earlier < step; earlier++)
		again = again || strcmp(earlier->operation, step->operation) == 0;
	for (i = 0; i < o->runner.ntargets; i++) {
		int number = registered(s.op, &contexts[i], again);

		if (o->otheroutput || printssame(&o->runner, i, step, want))
			continue;
		if (i == 0)
			fatal("tune '%s': the baseline, '%s', fails", step->operation,
				o->runner.targets[i].name);
		tune_drop(p, number, "it fails, or prints something else than the baseline");
	}
	return s;
}

/* Which recommendations are told, and how. */
struct telling {
	const struct steps *only; /* these, or NULL: all */
	json_t *json;		  /* collected here, or NULL: lines */
	size_t n;
};

static bool
among(const struct steps *steps, const struct tune_recommendation *r)
{
	size_t i;

	for (i = 0; i < steps->n; i++) {
		const struct step *s = &steps->at[i];

		if (strcmp(s->operation, r->operation) == 0 && s->ndims == r->ndims &&
			memcmp(s->dims, r->dims, (size_t)r->ndims * sizeof *r->dims) == 0)
			return true;
	}
	return false;
}

static json_t *
recommendation(const struct tune_recommendation *r)
{
	json_t *dims = json_array();
	int i;

	for (i = 0; i < r->ndims; i++)
		json_array_append_new(dims, json_integer(r->dims[i]));
	return jsonpack("{s:o, s:o, s:o, s:o, s:o, s:f, s:b}", "operation", jsonstr(r->operation),
		"dims", dims, "target", jsonstr(r->target), "baseline", jsonstr(r->baseline),
		"speedup", isfinite(r->speedup) ? json_real(r->speedup) : json_null(), "confidence",
		r->confidence, "settled", r->converged);
}

static int
tell(void *arg, const struct tune_recommendation *r)
{
	struct telling *t = arg;

	if (t->only && !among(t->only, r))
		return 0;
	t->n++;
	if (t->json)
		json_array_append_new(t->json, recommendation(r));
	else
		printf("%s\t%s\t%s\t%.3f\t%.3f\t%s\n", r->operation, dimstext(r->dims, r->ndims),
			r->target, r->speedup, r->confidence, r->converged ? "yes" : "no");
	return 0;
}

static int
recommend(struct tune *t, const struct steps *only, bool json)
{
	struct telling telling = {.only = only, .json = json ? json_array() : NULL};

	tune_recommend(t, tell, &telling);
	if (json)
		jsonwrite("-", telling.json);
	json_decref(telling.json);
	return telling.n > 0 ? EXIT_YES : EXIT_NO;
}

static int
commandrun(struct options *o)
{
	struct context *contexts = xcalloc(o->runner.ntargets + 1, sizeof *contexts);
	struct tune_step *steps = xcalloc(o->steps.n + 1, sizeof *steps);
	struct tune_model result = {0};
	struct tune *t;
	size_t i;

	if (o->runner.ntargets == 0 || o->steps.n == 0)
		usagefail(usage);
	guard();
	adopt();
	t = opened(o, true);
	for (i = 0; i < o->runner.ntargets; i++)
		contexts[i] = (struct context){&o->runner, i};
	for (i = 0; i < o->steps.n; i++)
		steps[i] = prepared(t, contexts, o, &o->steps.at[i]);
	if (tune_model(t, o->model, steps, (int)o->steps.n, o->limit, &result) &&
		result.operations == 0)
		fatal("tune '%s': nothing could be measured; the messages are above", o->model);
	recommend(t, &o->steps, o->json);
	saved(t);
	closed(t);
	free(steps);
	free(contexts);
	return result.converged ? EXIT_YES : EXIT_NO;
}

static int
commandmerge(struct options *o)
{
	if (!o->out || o->nrest == 0)
		usagefail(usage);
	if (tune_merge(o->out, (const char *const *)o->rest, o->nrest))
		exit(EXIT_TROUBLE);
	return EXIT_YES;
}

/* What only reads does not write the file again. */
static int
commandread(const char *name, struct options *o)
{
	struct tune *t = opened(o, false);
	int status = EXIT_YES;

	if (strcmp(name, "show") == 0)
		tune_summary(t, stdout);
	else if (strcmp(name, "export") == 0)
		tune_export(t, stdout, o->csv ? TUNE_CSV : TUNE_JSON);
	else
		status = recommend(t, NULL, o->json);
	closed(t);
	return status;
}

static int
isoperation(void *name, const struct tune_recommendation *r)
{
	return strcmp(name, r->operation) == 0;
}

static int
commandreset(struct options *o)
{
	struct tune *t = opened(o, true);

	if (o->operation && !tune_recommend(t, isoperation, (void *)o->operation))
		fatal("reset '%s': no such operation is known", o->operation);
	if (tune_reset(t, o->operation))
		fatal("reset the profiles: there is no memory");
	saved(t);
	closed(t);
	return EXIT_YES;
}

/* Which of the words; fatal when it is none. */
static int
oneof(const char *option, const char *text, const char *const words[])
{
	int i;

	for (i = 0; words[i]; i++)
		if (strcmp(words[i], text) == 0)
			return i;
	fatal("read %s '%s': no such one; see variant-tune -h", option, text);
}

static void
parse(struct options *o, int argc, char **argv, bool run)
{
	enum {
		TARGET = 256,
		OP,
		OPS,
		MODEL,
		LIMIT,
		POLICY,
		OBJECTIVE,
		WARMUP,
		EXPLORATION,
		SWITCH,
		CONFIDENCE,
		POWERCAP,
		SEED,
		TIMEOUT,
		SHELL,
		OTHER,
		PROFILES,
		JSON,
		CSV,
		VERSION
	};
	static const struct option options[] = {{"target", 1, NULL, TARGET}, {"op", 1, NULL, OP},
		{"ops", 1, NULL, OPS}, {"model", 1, NULL, MODEL}, {"limit", 1, NULL, LIMIT},
		{"policy", 1, NULL, POLICY}, {"objective", 1, NULL, OBJECTIVE},
		{"warmup", 1, NULL, WARMUP}, {"exploration", 1, NULL, EXPLORATION},
		{"switch", 1, NULL, SWITCH}, {"confidence", 1, NULL, CONFIDENCE},
		{"powercap", 1, NULL, POWERCAP}, {"seed", 1, NULL, SEED},
		{"timeout", 1, NULL, TIMEOUT}, {"shell", 0, NULL, SHELL},
		{"other-output", 0, NULL, OTHER}, {"file", 1, NULL, PROFILES},
		{"json", 0, NULL, JSON}, {"csv", 0, NULL, CSV}, {"help", 0, NULL, 'h'},
		{"version", 0, NULL, VERSION}, {0}};
	static const char *const policies[] = {"epsilon", "ucb", "thompson", NULL};
	static const char *const objectives[] = {
		"performance", "efficiency", "battery", "score", NULL};
	int c;

	while ((c = getopt_long(argc, argv, "hC:o:", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'C':
			o->runner.dir = optarg;
			break;
		case 'o':
			o->out = optarg;
			break;
		case TARGET:
			targetadd(&o->runner, optarg);
			break;
		case OP:
			if (run)
				stepadd(&o->steps, optarg);
			o->operation = optarg;
			break;
		case OPS:
			stepsread(&o->steps, optarg);
			break;
		case MODEL:
			o->model = optarg;
			break;
		case LIMIT:
			o->limit = (unsigned)numint("--limit", optarg, 1, 1000000);
			break;
		case POLICY:
			o->config.policy = (enum tune_policy)oneof("--policy", optarg, policies);
			break;
		case OBJECTIVE:
			o->config.objective =
				(enum tune_objective)oneof("--objective", optarg, objectives);
			break;
		case WARMUP:
			o->config.warmup = (unsigned)numint("--warmup", optarg, 1, 10000);
			break;
		case EXPLORATION:
			o->config.exploration = numreal("--exploration", optarg, 0, 1);
			break;
		case SWITCH:
			o->config.switch_threshold = numreal("--switch", optarg, 1, 1e9);
			break;
		case CONFIDENCE:
			o->config.confidence = numreal("--confidence", optarg, 0, 1);
			break;
		case POWERCAP:
			o->config.powercap = optarg;
			break;
		case SEED:
			o->config.seed = (uint64_t)numint("--seed", optarg, 1, INT64_MAX);
			break;
		case TIMEOUT:
			o->runner.timeout_s = numreal("--timeout", optarg, .01, 86400);
			break;
		case SHELL:
			o->runner.shell = true;
			break;
		case OTHER:
			o->otheroutput = true;
			break;
		case PROFILES:
			o->config.path = optarg;
			break;
		case JSON:
			o->json = true;
			break;
		case CSV:
			o->csv = true;
			break;
		default:
			usagefail(usage);
		}
	}
	o->rest = argv + optind;
	o->nrest = argc - optind;
}

int
main(int argc, char **argv)
{
	static const char *const commands[] = {
		"run", "show", "recommend", "export", "merge", "reset", NULL};
	struct options o = {.config = tune_defaults(),
		.model = "model",
		.limit = 200,
		.runner = {.timeout_s = 600}};
	const char *name = argc > 1 ? argv[1] : "";
	bool known = false;
	size_t i;

	progname = "variant-tune";
	o.config.report = report;
	for (i = 0; commands[i]; i++)
		known = known || strcmp(commands[i], name) == 0;
	if (known)
		parse(&o, argc - 1, argv + 1, strcmp(name, "run") == 0);
	else
		parse(&o, argc, argv, false);
	if (!known || (o.nrest > 0 && strcmp(name, "merge") != 0))
		usagefail(usage);
	if (strcmp(name, "run") == 0)
		return commandrun(&o);
	if (strcmp(name, "merge") == 0)
		return commandmerge(&o);
	if (strcmp(name, "reset") == 0)
		return commandreset(&o);
	return commandread(name, &o);
}
