/*
 * profraw-pool: adds up thousands of raw profiles into one, as llvm-profdata merge would have it.
 * pool/add.h says what is added how, pool/workers.h and pool_share.c what --max-share does.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "pool/report.h"
#include "pool/restrict.h"
#include "pool/workers.h"
#include "profraw/files.h"

typedef unsigned long long ull;

static const char usage[] = "usage: profraw-pool -o OUT [-H] [--weight N] [--jobs N] "
			    "[--max-share PCT] [--of PROGRAM] [--sources FILE] [--json] "
			    "IN...";

static const char help[] =
	"Adds up raw profiles (.profraw, LLVM 13 to 22) into one raw profile for each program or\n"
	"shared object. IN is a file, a folder (all *.profraw below it), or - for a list of such\n"
	"paths on standard input, each ended by a NUL.\n"
	"\n"
	"  -o OUT            where to write; in one step, so that a kill leaves the old OUT. OUT\n"
	"                    may be an IN, and is then added to; in a folder it is left out\n"
	"  -H                first print a line with the names of the columns\n"
	"  --weight N        multiplies the counts of the INs that follow (1 to 1000000; 1)\n"
	"  --jobs N          threads (1); the result is the same\n"
	"  --max-share PCT   no IN has more than PCT percent of all counts: those that have are\n"
	"                    scaled down to L, where L is PCT percent of what is left. A folder\n"
	"                    is one IN, and so is each path of a list. A count x of an IN of\n"
	"                    total T becomes x L / T, rounded to the nearest, but not to 0: an\n"
	"                    IN with more counters that ran than L keeps more. With fewer than\n"
	"                    100 / PCT INs all get the total of the smallest. Reads all twice\n"
	"  --of PROGRAM      only counts of functions that PROGRAM, an instrumented program or\n"
	"                    shared object, has with the same name and hash; others become 0, and\n"
	"                    modules without any are left out. So the profile of test programs\n"
	"                    becomes one of the program that is made of what they test\n"
	"  --sources FILE    write a line for each file that was added: SHA-256, bytes, path;\n"
	"                    tab-separated. It is written before OUT, of which it says nothing\n"
	"  --json            print one JSON object instead of lines\n"
	"\n"
	"Counters are added, up to 2^56, which llvm-profdata reads at most. Byte coverage:\n"
	"covered in one is covered. Values (call targets, sizes, vtables) are added per site;\n"
	"targets in no record, as in other shared objects, become one target 0; the 255 most\n"
	"frequent of a site are kept. The same profiles give the same bytes in whatever order;\n"
	"where a site has more than 255, only if they are added at once and not in steps.\n"
	"Profiles that continuous mode left without value data are repaired. Programs are told\n"
	"apart by what is in their profiles (names, hashes, counters), not by file names; binary\n"
	"ids are united.\n"
	"\n"
	"A file that profraw-verify calls bad is named, left where it is, and adds nothing. So is\n"
	"one that is refused: +temporal profiles; raw versions, widths and byte orders other than\n"
	"those of most profiles; modules that disagree with one of more profiles on the counters\n"
	"of a function.\n"
	"\n"
	"llvm-profdata merges OUT to what it makes of the files, byte for byte, except: it keeps\n"
	"several targets 0 of one site apart, and byte coverage counts files there. Files that %m\n"
	"has merged may hold call targets of earlier runs, which nothing can find any more.\n"
	"\n"
	"--json has for --of, under \"of\": program; functions that ran and count, the sum of their\n"
	"counters; functions_kept and count_kept, those of PROGRAM; functions_changed, count_changed\n"
	"and hottest_changed, those that PROGRAM has with another control flow, as other options of\n"
	"the build make it; percent that is kept, of the count\n"
	"\n"
	"standard output: a line per module, tab-separated:\n"
	"  profiles, version, kind, functions, functions hit, counters, counters hit, sum, sites,\n"
	"  id; as for profraw-verify\n"
	"\n"
	"exit status: 0 all added; 1 a file is bad or refused, the others were added; or there was\n"
	"none to add, or nothing of PROGRAM, OUT is then not touched; 2 usage or unreadable\n";

static const char columns[] = "profiles\tversion\tkind\tfunctions\tfunctions_hit\tcounters\t"
			      "counters_hit\tsum\tsites\tid\n";

struct inputs {
	struct proffiles files;
	struct poolinput *v;
	size_t n, cap, nsource;
	unsigned missing, trouble; /* folders without profiles; unreadable ones */
	const char *out;
};

static void
addpath(struct inputs *in, const char *path, uint64_t weight)
{
	struct stat st;
	bool folder = !stat(path, &st) && S_ISDIR(st.st_mode);
	size_t i = in->files.n;
	long n = proffilesadd(&in->files, path);

	in->trouble += n < 0;
	in->missing += !n;
	for (; i < in->files.n; i++) {
		/* OUT as an input is meant if it is named, but not if it happens to be in a folder.
		 */
		if (folder && samefile(in->files.path[i], in->out)) {
			warn("read '%s': left out, it is the output; name it to add to it",
				in->files.path[i]);
			continue;
		}
		if (in->n == in->cap) {
			in->cap = in->cap ? 2 * in->cap : 64;
			in->v = xreallocarray(in->v, in->cap, sizeof(*in->v));
		}
		in->v[in->n++] = (struct poolinput){in->files.path[i], in->nsource, weight};
	}
	in->nsource++;
}

static void
addlist(struct inputs *in, uint64_t weight)
{
	char *path = NULL;
	size_t cap = 0;

	while (getdelim(&path, &cap, '\0', stdin) > 0)
		if (*path)
			addpath(in, path, weight);
	if (ferror(stdin))
		fatal("read '<stdin>':");
	free(path);
}

static void
addoperand(struct inputs *in, const char *path, uint64_t weight)
{
	if (!strcmp(path, "-"))
		addlist(in, weight);
	else
		addpath(in, path, weight);
}

static void
tell(const struct poolrun *r)
{
	for (size_t i = 0; i < r->nbad; i++) {
		const struct poolbad *b = &r->bad[i];
		const char *path = r->in[b->input].path;

		if (b->class == PROFRAW_UNREADABLE)
			warn("read '%s': %s", path, b->bad.what);
		else
			warn("add '%s': %s: %s: %s at offset %llu; %s", path, poolverdict(b),
				b->bad.section, b->bad.what, (ull)b->bad.off, b->next);
	}
	if (r->nbad)
		warn("add %zu files: %zu were not added, they are where they were", r->n, r->nbad);
	if (r->odd)
		warn("add %zu files: profraw-verify has warnings about %llu of them", r->n,
			(ull)r->odd);
	if (r->repaired)
		warn("add %zu files: %llu had no value data, as continuous mode (%%c) leaves it",
			r->n, (ull)r->repaired);
	if (r->files && r->zero == r->files)
		warn("add %zu files: no counter in any of them counted; the workload runs nothing "
		     "that is instrumented",
			r->n);
	if (r->toofew)
		warn("share: too few inputs for the share wanted; all get the same");
}

static void
tellinfo(const struct poolinfo *v, size_t n)
{
	uint64_t variants = 0;
	char kind[64];

	for (size_t i = 0; i < n; i++) {
		variants |= v[i].variant;
		if (v[i].saturated)
			warn("add up: %llu counters reached the limit of 2^56",
				(ull)v[i].saturated);
		if (v[i].unknown > v[i].calls / 2)
			warn("add up: most indirect calls lead to no function of the module; that "
			     "is so for calls into other shared objects, and after merging by %%m, "
			     "which spoils addresses: give each process its own file (%%p)");
	}
	if (!n || variants == v[0].variant)
		return;
	profrawkind(v[0].variant, kind, sizeof(kind));
	warn("add up: modules of several kinds: llvm-profdata takes all for the first, %s", kind);
}

static void
printlines(const struct poolinfo *v, size_t n)
{
	for (; n; n--, v++) {
		char kind[64];

		profrawkind(v->variant, kind, sizeof(kind));
		printf("%llu\t%u\t%s\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%s\n", (ull)v->profiles,
			v->version, kind, (ull)v->functions, (ull)v->functions_hit,
			(ull)v->counters, (ull)v->counters_hit, (ull)v->sum, (ull)v->sites,
			v->ids.n ? v->ids.p : "-");
	}
}

int
main(int argc, char **argv)
{
	enum { JSON = 256, VERSION, WEIGHT, JOBS, SHARE, OF, SOURCES };
	static const struct option options[] = {{"json", no_argument, NULL, JSON},
		{"weight", required_argument, NULL, WEIGHT},
		{"jobs", required_argument, NULL, JOBS},
		{"max-share", required_argument, NULL, SHARE}, {"of", required_argument, NULL, OF},
		{"sources", required_argument, NULL, SOURCES}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, VERSION}, {0}};
	struct inputs in = {0};
	struct poolrun r = {.jobs = 1};
	struct poolinfo *info = NULL;
	struct poolshare share = {0};
	struct buf b = {0}, list = {0};
	const char *sources = NULL, *of = NULL;
	bool header = false, json = false;
	uint64_t *weight = xcalloc((size_t)argc + 1, sizeof(*weight)), now = 1;
	const char **operand = xcalloc((size_t)argc + 1, sizeof(char *));
	size_t noperand = 0, n;
	int c;

	progname = "profraw-pool";
	/* "-": operands come up in their place, as --weight needs it. */
	while ((c = getopt_long(argc, argv, "-hHo:", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'H':
			header = true;
			break;
		case 'o':
			in.out = optarg;
			break;
		case JSON:
			json = true;
			break;
		case WEIGHT:
			now = (uint64_t)numint("--weight", optarg, 1, POOL_MAXWEIGHT);
			break;
		case JOBS:
			r.jobs = (unsigned)numint("--jobs", optarg, 1, 256);
			break;
		case SHARE:
			r.maxshare = numreal("--max-share", optarg, 0.001, 100);
			break;
		case OF:
			of = optarg;
			break;
		case SOURCES:
			sources = optarg;
			break;
		case 1:
			weight[noperand] = now;
			operand[noperand++] = optarg;
			break;
		default:
			usagefail(usage);
		}
	}
	for (; optind < argc; optind++) {
		weight[noperand] = now;
		operand[noperand++] = argv[optind];
	}
	/* Standard output is for what is told about the pool. */
	if (!in.out || !strcmp(in.out, "-") || !noperand)
		usagefail(usage);
	for (size_t i = 0; i < noperand; i++)
		addoperand(&in, operand[i], weight[i]);
	r.in = in.v;
	r.n = in.n;
	r.nsource = in.nsource;
	if (sources)
		r.read = xcalloc(in.n, sizeof(*r.read));
	poolrun(&r);
	tell(&r);
	if (of)
		poolprogram(r.pool, of, &share);
	n = poolwrite(r.pool, &b, &info);
	tellinfo(info, n);
	if (n && sources) {
		poolsources(&r, in.out, &list);
		writefile(sources, &list);
	}
	if (n)
		writefile(in.out, &b);
	else
		warn("write '%s': no profile to add up%s, the file is not touched", in.out,
			of && r.files ? ", as none has counts of the program's functions" : "");
	if (json)
		pooljson(&r, in.out, b.n, info, n, of, &share);
	else {
		printf("%s", header ? columns : "");
		printlines(info, n);
	}
	c = in.trouble || r.nunreadable	 ? EXIT_TROUBLE
	    : r.nbad || in.missing || !n ? EXIT_NO
					 : EXIT_YES;
	for (size_t i = 0; i < n; i++)
		bufrelease(&info[i].ids);
	free(info);
	free(weight);
	free(operand);
	free(r.read);
	poolsharerelease(&share);
	bufrelease(&list);
	poolrunrelease(&r);
	proffilesrelease(&in.files);
	free(in.v);
	bufrelease(&b);
	closeout();
	return c;
}
