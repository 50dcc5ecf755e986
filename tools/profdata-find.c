/*
 * profdata-find: which llvm-profdata reads this raw profile, or belongs to this compiler? Each one
 * reads exactly one raw version, and the one in PATH is often of another LLVM.
 */
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "json.h"
#include "num.h"
#include "profraw.h"
#include "profraw_search.h"

static const char usage[] =
	"usage: profdata-find [-a] [--json] [--for PROFRAW] [--cc CC] [--tool NAME] [--timeout S]";

static const char help[] =
	"Prints the path of the llvm-profdata that reads a raw profile, or that belongs to a\n"
	"compiler.\n"
	"\n"
	"  --for PROFRAW  the profile\n"
	"  --cc CC        the compiler that will use the merged profile (default: $CC, or clang):\n"
	"                 clang, rustc, or a command of several words\n"
	"  -a             list all candidates, a line each, tab-separated: verdict (best, match,\n"
	"                 other, broken), raw version that it reads or -, path, where it was "
	"found\n"
	"                 and why not\n"
	"  --json         one object: wanted (raw version), readers (LLVM releases), path,\n"
	"                 candidates: verdict, version, llvm (release), path, source, reason\n"
	"  --tool NAME    print the path of another program of the same LLVM (llvm-cov, "
	"llvm-bolt)\n"
	"  --timeout S    seconds that a candidate may take for one answer (default 10)\n"
	"\n"
	"Candidates: $LLVM_PROFDATA; the compiler's own; those of Rust toolchains (component\n"
	"llvm-tools); PATH, with llvm-profdata-NN; /usr/lib/llvm-*/bin and the like; Homebrew; "
	"Xcode.\n"
	"Each is fed an empty profile of the version that is wanted, and one of a version that "
	"does\n"
	"not exist: its answers count, not its name. Those that crash, hang or answer nonsense "
	"are\n"
	"passed over. Of those that match, $LLVM_PROFDATA wins, then the compiler's own release, "
	"then\n"
	"the next older one, because a compiler does not read the .profdata of a newer release.\n"
	"\n"
	"exit status: 0 found, 1 none, standard error says what to install, 2 usage or trouble\n";

/* What is looked for, and the compiler's LLVM release. */
struct want {
	unsigned version; /* raw version, 0: that of the compiler's own tool */
	unsigned major;	  /* 0: not known */
	const char *tool;
};

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
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st))
		fatal("read '%s':", path);
	if (!S_ISREG(st.st_mode))
		fatal("read '%s': not a regular file", path);
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

/* The tool that is wanted, beside this llvm-profdata: llvm-cov-22 for llvm-profdata-22. In b. */
static const char *
toolof(const struct want *w, const struct candidate *c, struct buf *b)
{
	static const char profdata[] = "llvm-profdata";
	const char *slash = strrchr(c->path, '/'), *suffix = strstr(slash, profdata);

	b->n = 0;
	if (!strcmp(w->tool, profdata)) {
		bufputs(b, c->path);
		return bufstr(b);
	}
	if (suffix) {
		bufprintf(b, "%.*s/%s%s", (int)(slash - c->path), c->path, w->tool,
			suffix + strlen(profdata));
		if (!access(bufstr(b), X_OK))
			return b->p;
	}
	b->n = 0;
	bufprintf(b, "%.*s/%s", (int)(strrchr(c->real, '/') - c->real), c->real, w->tool);
	return access(bufstr(b), X_OK) ? NULL : b->p;
}

/*
 * How far a match is from the best one, which is 0. A compiler reads the .profdata files of its own
 * release and of older ones, but not those of newer ones.
 */
static unsigned
distance(const struct want *w, const struct candidate *c)
{
	if (c->source == BY_ENV || !w->major || c->probe.major == w->major)
		return 0;
	if (!c->probe.major)
		return 500;
	return c->probe.major < w->major ? w->major - c->probe.major
					 : 1000 + c->probe.major - w->major;
}

/* Asks the candidates, all of them or until the best one is sure, and returns the best. */
static const struct candidate *
ask(struct search *s, const struct want *w, bool all)
{
	const struct candidate *best = NULL;
	struct buf b = {0};

	for (size_t i = 0; i < s->n && (all || !best || distance(w, best)); i++) {
		struct candidate *c = &s->v[i];
		bool own = c->source == BY_COMPILER || c->source == BY_XCODE;

		profprobe(c->path, w->version, all || !w->version || c->source == BY_ENV,
			s->timeout_s, &c->probe);
		c->asked = true;
		c->match = c->probe.sound && c->probe.version &&
			   (w->version ? c->probe.version == w->version : own) && toolof(w, c, &b);
		if (c->match && (!best || distance(w, c) < distance(w, best)))
			best = c;
	}
	bufrelease(&b);
	return best;
}

/* Why a candidate does not match, "" if it does. In b. */
static const char *
why(const struct want *w, const struct candidate *c, struct buf *b)
{
	char by[64];

	b->n = 0;
	profrawreaders(c->probe.version, by, sizeof(by));
	if (!c->probe.sound)
		bufputs(b, c->probe.why);
	else if (!c->match && w->version && c->probe.version == w->version)
		bufprintf(b, "has no %s beside it", w->tool);
	else if (!c->match && c->probe.version)
		bufprintf(b, "reads version %u%s%s", c->probe.version, *by ? ", as " : "", by);
	else if (!c->match)
		bufprintf(b, "does not read version %u", w->version);
	return bufstr(b);
}

static const char *
verdict(const struct candidate *c, const struct candidate *best)
{
	return c == best ? "best" : c->match ? "match" : c->probe.sound ? "other" : "broken";
}

static void
printall(const struct search *s, const struct want *w, const struct candidate *best)
{
	struct buf b = {0};

	for (size_t i = 0; i < s->n; i++) {
		const struct candidate *c = &s->v[i];
		char version[16] = "-";

		if (c->probe.version)
			snprintf(version, sizeof(version), "%u", c->probe.version);
		why(w, c, &b);
		printf("%s\t%s\t%s\t%s%s%s\n", verdict(c, best), version, c->path,
			searchsource(c->source), b.n ? ": " : "", b.p);
	}
	bufrelease(&b);
}

static void
printjson(const struct search *s, const struct want *w, const struct candidate *best,
	const char *path)
{
	json_t *list = json_array(), *v;
	struct buf b = {0};
	char by[64];

	for (size_t i = 0; i < s->n; i++) {
		const struct candidate *c = &s->v[i];

		if (!c->asked)
			continue;
		why(w, c, &b);
		json_array_append_new(list,
			jsonpack("{ss, so, so, so, ss, so}", "verdict", verdict(c, best), "version",
				c->probe.version ? json_integer(c->probe.version) : json_null(),
				"llvm", c->probe.major ? json_integer(c->probe.major) : json_null(),
				"path", jsonstr(c->path), "source", searchsource(c->source),
				"reason", b.n ? jsonstr(b.p) : json_null()));
	}
	profrawreaders(w->version, by, sizeof(by));
	v = jsonpack("{so, so, so, so}", "wanted",
		w->version ? json_integer(w->version) : json_null(), "readers",
		*by ? json_string(by) : json_null(), "path", jsonstr(path), "candidates", list);
	jsonwrite("-", v);
	json_decref(v);
	bufrelease(&b);
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
advise(const struct search *s, const struct want *w)
{
	unsigned n = w->major ? w->major : newest(w->version);
	char by[64];

	profrawreaders(w->version, by, sizeof(by));
	if (!w->version)
		warn("find '%s': none of %zu candidates belongs to the compiler", w->tool, s->n);
	else
		warn("find '%s': none of %zu candidates is for raw version %u%s%s", w->tool, s->n,
			w->version, *by ? ", which is " : "", by);
	if (!n) {
		warn("install the LLVM tools that come with the compiler");
		return;
	}
	warn("install one of these, or set LLVM_PROFDATA");
	warn("  Debian, Ubuntu: apt-get install llvm-%u (from apt.llvm.org if it is not there)", n);
	warn("  Fedora: dnf install llvm%u, or llvm where that is %u", n, n);
	warn("  Arch: pacman -S llvm%u, or llvm where that is %u", n, n);
	warn("  macOS: brew install llvm@%u", n);
	warn("  Rust: rustup component add llvm-tools, in a toolchain with LLVM %u", n);
}

/* What is wanted: by the profile if there is one, else by the compiler, which then must answer. */
static void
decide(const struct search *s, const char *profile, const char *cc, struct want *w)
{
	const char *reason;
	int major = searchmajor(s, cc, &reason);

	if (profile) {
		w->version = versionof(profile);
		w->major = major > 0 && profrawversion((unsigned)major) == w->version
				   ? (unsigned)major
				   : 0;
		return;
	}
	if (major < 0)
		fatal("run '%s --version': %s; name the compiler with --cc, or a profile with "
		      "--for",
			cc, reason);
	w->major = (unsigned)major;
	w->version = profrawversion(w->major);
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
	const char *cc, *profile = NULL, *path;
	const struct candidate *best;
	struct buf b = {0}, reason = {0};
	bool all = false, json = false;
	int c;

	progname = "profdata-find";
	/* A candidate may itself be instrumented: its profile is not wanted. */
	setenv("LLVM_PROFILE_FILE", "/dev/null", 1);
	cc = getenv("CC");
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
			cc = optarg;
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
	if (!cc || !*cc)
		cc = "clang";
	decide(&s, profile, cc, &w);
	searchall(&s, cc);
	best = ask(&s, &w, all);
	if (s.n && s.v[0].source == BY_ENV && !s.v[0].match)
		warn("use '%s': $LLVM_PROFDATA is passed over: it %s", s.v[0].path,
			why(&w, &s.v[0], &reason));
	path = best ? toolof(&w, best, &b) : NULL;
	if (path && distance(&w, best) >= 1000)
		warn("use '%s': LLVM %u writes .profdata files that LLVM %u may not read", path,
			best->probe.major, w.major);
	if (json)
		printjson(&s, &w, best, path);
	else if (all)
		printall(&s, &w, best);
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
