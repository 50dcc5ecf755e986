/*
 * profdata-find: which llvm-profdata reads this raw profile, or belongs to this compiler? Each one
 * reads exactly one raw version, and the one in PATH is often of another LLVM.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/num.h"
#include "base/packages.h"
#include "llvm/choose.h"
#include "llvm/print.h"
#include "llvm/search.h"
#include "profraw/reader.h"

/* Raw version of the newest LLVM whose profiles are read in full. */
enum { CURRENT = 10 };

static const char usage[] =
	"usage: profdata-find [-a] [--json] [--for PROFRAW] [--cc CC] [--tool NAME] [--timeout S]";

static const char help[] =
	"Prints the path of the llvm-profdata that reads a raw profile, or that belongs to a\n"
	"compiler; or that of llvm-bolt.\n"
	"\n"
	"  --for PROFRAW  the profile\n"
	"  --cc CC        the compiler that will use the merged profile (default: $CC, or clang):\n"
	"                 clang, rustc, or a command of several words\n"
	"  -a             list all candidates, a line each, tab-separated: verdict (best, match,\n"
	"                 other, broken), raw version that it reads (llvm-bolt: LLVM release) or -,\n"
	"                 path, where it was found and why not\n"
	"  --json         one object: wanted (raw version), readers (LLVM releases), path,\n"
	"                 candidates: verdict, version, llvm (release), path, source, reason;\n"
	"                 of BOLT also llvm_bolt (where to call it), merge_fdata, runtime\n"
	"  --tool NAME    print the path of another program of the same LLVM (llvm-cov); or that\n"
	"                 of llvm-bolt or merge-fdata, see below\n"
	"  --timeout S    seconds that a candidate may take for one answer (default 10)\n"
	"\n"
	"Candidates: $LLVM_PROFDATA; the compiler's own; those of Rust toolchains (component\n"
	"llvm-tools); PATH, with llvm-profdata-NN; /usr/lib/llvm-*/bin and the like; Homebrew; Xcode.\n"
	"Each is fed an empty profile of the version that is wanted, and one of a version that does\n"
	"not exist: its answers count, not its name. Those that crash, hang or answer nonsense are\n"
	"passed over. Of those that match, $LLVM_PROFDATA wins, then the compiler's own release, then\n"
	"the next older one, because a compiler does not read the .profdata of a newer release.\n"
	"\n"
	"llvm-bolt is looked for in the same places ($LLVM_BOLT first), whatever the compiler. It has\n"
	"to be complete: libbolt_rt_instr.a where it will look for it, and beside it a merge-fdata\n"
	"of the same release that adds up two small profiles. Of those that are, the compiler's own\n"
	"release wins, then the next newer one; for a compiler that is not LLVM the newest. The path\n"
	"is the real one: up to LLVM 19 a symbolic link to llvm-bolt does not find the runtime.\n"
	"\n"
	"exit status: 0 found, 1 none, standard error says what to install, 2 usage or trouble\n";

/* The raw version of a profile; fatal when it is none. */
static unsigned
versionof(const char *path)
{
	struct profdiag d = {0};
	struct profraw pr;
	unsigned char p[4096];
	unsigned version;
	uint64_t variant;
	ssize_t n;
	int fd = openfile(path);

	if (fd < 0)
		fatal("read '%s': %s", path, filewhy());
	n = pread(fd, p, sizeof(p), 0);
	if (n < 0)
		fatal("read '%s':", path);
	close(fd);
	if (profrawsniff(p, (size_t)n, &version, &variant))
		return version;
	profrawinit(&pr, p, (size_t)n);
	profrawnext(&pr, &d);
	fatal("read '%s': %s: %s", path, profclassname(d.class), d.bad.what);
}

/* The newest release that reads the version. */
static unsigned
newest(unsigned version)
{
	unsigned major = 0;

	for (unsigned i = 3; i < 100; i++)
		if (version && profrawversion(i) == version)
			major = i;
	return major;
}

static void
advise(struct search *s, const struct want *w)
{
	static const char *const llvm[] = {"llvm-N"}, *const bolt[] = {"bolt-N", "libbolt-N-dev"};
	unsigned major = wantmajor(s, w), n = major ? major : newest(w->version);
	char by[64];

	profrawreaders(w->version, by, sizeof(by));
	if (w->bolt)
		warn("find '%s': none of %zu candidates is complete; -a says why not", w->tool,
			s->n);
	else if (!w->version)
		warn("find '%s': none of %zu candidates belongs to the compiler", w->tool, s->n);
	else
		warn("find '%s': none of %zu candidates is for raw version %u%s%s", w->tool, s->n,
			w->version, *by ? ", which is " : "", by);
	if (!n && !w->bolt) {
		warn("install the LLVM tools that come with the compiler");
		return;
	}
	warn("install one of these, or set %s", s->env + 1);
	if (w->bolt) {
		packagehints(bolt, 2, n ? n : newest(CURRENT));
		return;
	}
	packagehints(llvm, 1, n);
	warn("  Rust: rustup component add llvm-tools, in a toolchain with LLVM %u", n);
}

/*
 * The raw version that is wanted: by the profile if there is one, else by the compiler, which then
 * must answer; but BOLT is for the programs of any compiler.
 */
static unsigned
decide(struct search *s, const char *profile)
{
	int major;

	if (profile)
		return versionof(profile);
	major = searchmajor(s);
	if (major < 0)
		fatal("run '%s --version': %s; name the compiler with --cc, or a profile with "
		      "--for",
			s->cc, s->ccwhy);
	return profrawversion((unsigned)major);
}

/* What is printed is of another release than the compiler, in the direction that can hurt. */
static void
tellrelease(struct search *s, const struct want *w, struct candidate *c, const char *path)
{
	unsigned is = choicemajor(s, w, c), wanted = wantmajor(s, w);

	if (!is || !wanted)
		return;
	if (w->bolt && is < wanted)
		warn("use '%s': LLVM %u may not know what a compiler of LLVM %u writes", path, is,
			wanted);
	if (!w->bolt && is > wanted)
		warn("use '%s': LLVM %u writes .profdata files that LLVM %u may not read", path, is,
			wanted);
}

int
main(int argc, char **argv)
{
	enum { FOR = 256, CC, JSON, TOOL, TIMEOUT, VERSION };
	static const struct option options[] = {{"for", required_argument, NULL, FOR},
		{"cc", required_argument, NULL, CC}, {"json", no_argument, NULL, JSON},
		{"tool", required_argument, NULL, TOOL},
		{"timeout", required_argument, NULL, TIMEOUT}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, VERSION}, {0}};
	struct search s = {.timeout_s = 10};
	struct want w = {.tool = "llvm-profdata"};
	const char *profile = NULL, *path;
	struct candidate *best;
	struct buf b = {0}, reason = {0};
	bool all = false, json = false;
	int c;

	progname = "profdata-find";
	/* A candidate may itself be instrumented: its profile is not wanted. */
	setenv("LLVM_PROFILE_FILE", "/dev/null", 1);
	s.cc = getenv("CC");
	while ((c = getopt_long(argc, argv, "+ah", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'a':
			all = true;
			break;
		case FOR:
			profile = optarg;
			break;
		case CC:
			s.cc = optarg;
			break;
		case JSON:
			json = true;
			break;
		case TOOL:
			w.tool = optarg;
			break;
		case TIMEOUT:
			s.timeout_s = numreal("--timeout", optarg, .1, 3600);
			break;
		default:
			usagefail(usage);
		}
	}
	if (optind != argc || strchr(w.tool, '/') || !*w.tool)
		usagefail(usage);
	if (!s.cc || !*s.cc)
		s.cc = "clang";
	w.bolt = wantsbolt(w.tool);
	if (w.bolt && profile)
		fatal("use --for '%s': %s has nothing to do with raw profiles", profile, w.tool);
	s.tool = w.bolt ? "llvm-bolt" : "llvm-profdata";
	s.env = w.bolt ? "$LLVM_BOLT" : "$LLVM_PROFDATA";
	w.version = w.bolt ? 0 : decide(&s, profile);
	best = choose(&s, &w, all);
	if (s.n && s.v[0].source == BY_ENV && !s.v[0].match)
		warn("use '%s': %s is passed over: it %s", s.v[0].path, s.env,
			choicewhy(&w, &s.v[0], &reason));
	path = best ? choicepath(&w, best, &b) : NULL;
	if (path && best->source != BY_ENV)
		tellrelease(&s, &w, best, path);
	if (json)
		choiceprintjson(&s, &w, best, path);
	else if (all)
		choiceprint(&s, &w, best);
	else if (path)
		printf("%s\n", path);
	if (!path)
		advise(&s, &w);
	searchrelease(&s);
	bufrelease(&b);
	bufrelease(&reason);
	closeout();
	return path ? EXIT_YES : EXIT_NO;
}
