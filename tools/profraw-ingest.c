/*
 * profraw-ingest: what strangers' machines send, into one profile that can be built with.
 * ingest/upload.h says what is asked of an upload, ingest/agree.h of a source, ingest/store.h what
 * is kept.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "ingest/agree.h"
#include "ingest/take.h"
#include "json/json.h"

typedef unsigned long long ull;

static const char usage[] =
	"usage: profraw-ingest --store DIR --of PROGRAM [--of OBJECT...] [--source NAME] "
	"[--tier NAME]\n"
	"                      [--weights FILE] [--half-life DAYS] [--max-share PCT] "
	"[--min-sources N]\n"
	"                      [--depart POINTS] [--drift PCT] [--max-bytes N] [--max-count N]\n"
	"                      [--max-counter PCT] [--max-uploads N] [--now YYYY-MM-DD] [--json] "
	"[IN...]";

static const char help[] =
	"Takes raw profiles (.profraw, LLVM 14 to 22) that others send, each from a source, into a\n"
	"store, and adds up those of the sources that agree with each other. IN is a file, a folder\n"
	"(all *.profraw below it), or - for a list of such files on standard input, each path ended\n"
	"by a NUL. Nothing of IN is changed. Without IN the pool is made again.\n"
	"\n"
	"  --store DIR        where what is known is kept, in a folder for each build\n"
	"  --of PROGRAM       the instrumented program that the uploads are of, as it was linked,\n"
	"                     with its symbols; once more for each instrumented shared object\n"
	"  --source NAME      of all INs. By default below a folder the first folder of the path, of\n"
	"                     a listed file the folder that it is in, else the file's name without\n"
	"                     .profraw. Names are kept as hashes with a secret of the store\n"
	"  --tier NAME        of all INs, such as beta (production)\n"
	"  --weights FILE     lines of: source or tier, name, weight of 0 to 1000; tab-separated.\n"
	"                     What is not named weighs 1; 0 leaves out what was taken, too\n"
	"  --half-life DAYS   counts weigh half as much after so many days, by weeks (30); 0: all\n"
	"                     the same\n"
	"  --max-share PCT    no source has more than PCT percent of all counts (5), as --max-share of\n"
	"                     profraw-pool\n"
	"  --min-sources N    fewer sources make no pool (10)\n"
	"  --depart POINTS    a source departs when its overlap with what most do is so many points\n"
	"                     below that of the median source (20), and four robust standard\n"
	"                     deviations; 0 to 100, at 100 none does\n"
	"  --drift PCT        from so many percent of the sources on, those that depart are taken: it\n"
	"                     is the use that has changed; and no function is hot that fewer have hot\n"
	"                     (20)\n"
	"  --max-bytes N      of an upload (four times a profile without values, and 1 MiB)\n"
	"  --max-count N      of a counter (2^52)\n"
	"  --max-counter PCT  of one counter in an upload's counts (99.9)\n"
	"  --max-uploads N    of a source (10000)\n"
	"  --now YYYY-MM-DD   the day from which age is counted (today)\n"
	"  --json             print one JSON object instead of a line\n"
	"\n"
	"An upload is refused, for one reason, that is in the ledger with its numbers:\n"
	"  truncated, corrupt, header-only, empty   not whole, as profraw-verify has it\n"
	"  foreign       of another build: by name, hash and number of counters of each function\n"
	"  too-large, too-many\n"
	"  zero          no counter counted\n"
	"  implausible   a counter, its share, or values of a site beyond their limits\n"
	"  duplicate     the same bytes as another source's upload\n"
	"  replay        the same counts as an earlier upload of its source, in other bytes\n"
	"The same bytes from the same source again are known, and count once.\n"
	"\n"
	"The median of each function's share over all sources is what most do. The overlap of a\n"
	"source with it is the sum over all functions of the smaller of both shares. Up to half of\n"
	"the sources may lie about it; who can make sources at will can lie. A function is hot when it\n"
	"is among those with 99 % of the counts, each source's share of it taken at most as large as\n"
	"--drift percent of the sources have it. Of others a source's counts are held down to that\n"
	"share, or to half of that of the least hot one. Within a hot function a source's counts are\n"
	"bounded by --max-share alone.\n"
	"\n"
	"A kill at any time leaves each source as it was or with all of its uploads; started again,\n"
	"it ends the same. Ingests into one store wait for each other. Memory does not depend on how\n"
	"many uploads there are, but for some 100 bytes each.\n"
	"\n"
	"files, in DIR and a folder named after the build: pool.profraw; ledger.jsonl, a JSON object\n"
	"a line, of each upload and then of each source: pooled, capped, aside or without counts; a\n"
	"pack for each source. No path, no name of a host, user or source is in any of them.\n"
	"\n"
	"standard output: the pool, if there is one; or with --json what became of everything\n"
	"\n"
	"exit status: 0 there is a pool; 1 too few sources, an older pool is not touched; 2 usage, or\n"
	"something could not be read\n";

enum { WEEK = 7 * 24 * 3600 };

static uint32_t
weekof(const char *day)
{
	struct tm tm = {0};
	time_t t = time(NULL);

	if (day) {
		if (!strptime(day, "%Y-%m-%d", &tm) || strlen(day) != 10)
			fatal("--now: '%s' is no day of the form YYYY-MM-DD", day);
		t = timegm(&tm);
	}
	return t > 0 ? (uint32_t)(t / WEEK) : 0;
}

static void
telltaken(const struct taken *t)
{
	struct buf b = {0};

	for (size_t i = 0; i < t->nby; i++)
		bufprintf(&b, "%s%llu %s", i ? ", " : "", (ull)t->by[i].n, t->by[i].reason);
	if (t->refused)
		warn("take %llu uploads: %llu were refused: %s; the ledger has why",
			(ull)(t->accepted + t->known + t->refused), (ull)t->refused, bufstr(&b));
	bufrelease(&b);
}

static void
tellagreed(const struct agreed *a, const struct terms *t)
{
	if (a->drift)
		warn("agree: %.1f %% of %zu sources are more than %.1f points below the median "
		     "overlap of %.1f %%: that is more than the %g %% that could be set aside, so "
		     "the use has changed, and all are taken",
			a->departing, a->n - a->without, a->middle - a->limit, a->middle, t->drift);
	if (a->n > a->without && !a->consensus)
		warn("agree: no function ran at most sources, so none could be set aside");
	if (a->bytes && a->before >= 0 && a->before < 90)
		warn("agree: the new pool has an overlap of %.1f %% with the one before it: most "
		     "sources have moved, so it is taken",
			a->before);
	if (!a->bytes)
		warn("add up %zu sources: %zu of them are left, and a pool takes %llu "
		     "(--min-sources); what was taken is kept",
			a->n, a->pooled, (ull)t->minsources);
}

static void
printjson(const struct store *s, const struct taken *t, const struct agreed *a)
{
	json_t *by = json_object(), *v;

	for (size_t i = 0; i < t->nby; i++)
		json_object_set_new(by, t->by[i].reason, json_integer((json_int_t)t->by[i].n));
	v = jsonpack("{so, so, so, sI, sI}", "pool",
		a->bytes ? jsonstr(storepath(s, "pool", ".profraw")) : json_null(), "ledger",
		jsonstr(storepath(s, "ledger", ".jsonl")), "build",
		jsonstr(strrchr(s->dir, '/') + 1), "bytes", (json_int_t)a->bytes, "counts",
		(json_int_t)a->counts);
	json_object_set_new(v, "uploads",
		jsonpack("{sI, sI, sI, sI, so}", "accepted", (json_int_t)t->accepted, "known",
			(json_int_t)t->known, "unreadable", (json_int_t)t->unreadable, "refused",
			(json_int_t)t->refused, "reasons", by));
	json_object_set_new(v, "sources",
		jsonpack("{sI, sI, sI, sI, sI, sI}", "all", (json_int_t)a->n, "pooled",
			(json_int_t)a->pooled, "capped", (json_int_t)a->capped, "held",
			(json_int_t)a->held, "aside", (json_int_t)a->aside, "without",
			(json_int_t)a->without));
	json_object_set_new(v, "agreement",
		jsonpack("{sf, sf, sf, sb, so}", "median_overlap_pct", a->middle, "limit_pct",
			a->limit, "departing_pct", a->departing, "drift", (int)a->drift,
			"overlap_before_pct", a->before < 0 ? json_null() : json_real(a->before)));
	jsonwrite("-", v);
	json_decref(v);
}

int
main(int argc, char **argv)
{
	enum {
		STORE = 256,
		OF,
		SOURCE,
		TIER,
		WEIGHTS,
		HALFLIFE,
		SHARE,
		SOURCES,
		DEPART,
		DRIFT,
		BYTES,
		COUNT,
		COUNTER,
		UPLOADS,
		NOW,
		JSON,
		VERSION
	};
	static const struct option options[] = {{"store", required_argument, NULL, STORE},
		{"of", required_argument, NULL, OF}, {"source", required_argument, NULL, SOURCE},
		{"tier", required_argument, NULL, TIER},
		{"weights", required_argument, NULL, WEIGHTS},
		{"half-life", required_argument, NULL, HALFLIFE},
		{"max-share", required_argument, NULL, SHARE},
		{"min-sources", required_argument, NULL, SOURCES},
		{"depart", required_argument, NULL, DEPART},
		{"drift", required_argument, NULL, DRIFT},
		{"max-bytes", required_argument, NULL, BYTES},
		{"max-count", required_argument, NULL, COUNT},
		{"max-counter", required_argument, NULL, COUNTER},
		{"max-uploads", required_argument, NULL, UPLOADS},
		{"now", required_argument, NULL, NOW}, {"json", no_argument, NULL, JSON},
		{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, VERSION}, {0}};
	struct limits limits = {.count = 1ULL << 52, .share = 99.9, .uploads = 10000};
	struct terms terms = {
		.maxshare = 5, .minsources = 10, .halflife = 30, .depart = 20, .drift = 20};
	const char *root = NULL, *source = NULL, *tier = "production", *weights = NULL, *now = NULL;
	char **of = xcalloc((size_t)argc + 1, sizeof(char *));
	struct inputs in = {0};
	struct store store;
	struct taken taken;
	struct agreed agreed;
	bool json = false;
	size_t nof = 0;
	int c;

	progname = "profraw-ingest";
	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case STORE:
			root = optarg;
			break;
		case OF:
			of[nof++] = optarg;
			break;
		case SOURCE:
			source = optarg;
			break;
		case TIER:
			tier = optarg;
			break;
		case WEIGHTS:
			weights = optarg;
			break;
		case HALFLIFE:
			terms.halflife = numreal("--half-life", optarg, 0, 36500);
			break;
		case SHARE:
			terms.maxshare = numreal("--max-share", optarg, 0.001, 100);
			break;
		case SOURCES:
			terms.minsources = (uint64_t)numint("--min-sources", optarg, 1, 1000000000);
			break;
		case DEPART:
			terms.depart = numreal("--depart", optarg, 0, 100);
			break;
		case DRIFT:
			terms.drift = numreal("--drift", optarg, 0.001, 50);
			break;
		case BYTES:
			limits.bytes = (uint64_t)numint("--max-bytes", optarg, 1, 1LL << 34);
			break;
		case COUNT:
			limits.count = (uint64_t)numint("--max-count", optarg, 1, 1LL << 56);
			break;
		case COUNTER:
			limits.share = numreal("--max-counter", optarg, 0.001, 100);
			break;
		case UPLOADS:
			limits.uploads = (uint64_t)numint("--max-uploads", optarg, 1, 1000000);
			break;
		case NOW:
			now = optarg;
			break;
		case JSON:
			json = true;
			break;
		default:
			usagefail(usage);
		}
	}
	if (!root || !nof)
		usagefail(usage);
	if (!istier(tier))
		fatal("--tier: '%s' is not 1 to 31 letters, digits, '-', '_' or '.'", tier);
	terms.now = weekof(now);
	storeopen(&store, root, of, nof);
	if (weights)
		weightsread(&terms.weights, &store, weights);
	if (!limits.bytes)
		limits.bytes = 4 * store.blank + (1 << 20);
	for (; optind < argc; optind++)
		inputsadd(&in, &store, argv[optind], source, terms.now);
	inputsort(&in);
	take(&store, &limits, &in, tier, &taken);
	storelist(&store);
	agree(&store, &terms, &agreed);
	telltaken(&taken);
	tellagreed(&agreed, &terms);
	if (json)
		printjson(&store, &taken, &agreed);
	else if (agreed.bytes)
		printf("%s\n", storepath(&store, "pool", ".profraw"));
	c = in.trouble || taken.unreadable ? EXIT_TROUBLE : agreed.bytes ? EXIT_YES : EXIT_NO;
	weightsrelease(&terms.weights);
	agreedrelease(&agreed);
	inputsrelease(&in);
	storeclose(&store);
	free(of);
	closeout();
	return c;
}
