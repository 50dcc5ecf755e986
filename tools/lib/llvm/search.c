#include <glob.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "llvm/search.h"
#include "run/capture.h"

const char *
searchsource(const struct search *s, enum toolsource source)
{
	static const char *const names[] = {NULL, "compiler", "Rust", "PATH", "system", "Xcode"};

	return source == BY_ENV ? s->env : names[source];
}

/* Adds what can be executed and is not there yet under another name. */
static void
add(struct search *s, enum toolsource source, const char *path)
{
	char real[PATH_MAX];

	if (!isprogram(path) || !realpath(path, real))
		return;
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i].real, real))
			return;
	s->v = xreallocarray(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] =
		(struct candidate){.path = xstrdup(path), .real = xstrdup(real), .source = source};
}

static void
addglob(struct search *s, enum toolsource source, const char *pattern)
{
	glob_t g;

	if (!glob(pattern, 0, NULL, &g))
		for (size_t i = 0; i < g.gl_pathc; i++)
			add(s, source, g.gl_pathv[i]);
	globfree(&g);
}

/* What a command prints, "" if it fails. In b. */
static const char *
answer(const struct search *s, char *const argv[], struct buf *b)
{
	struct capture c;

	b->n = 0;
	if (!capturerun(&c, argv, s->timeout_s) && captureok(&c))
		bufputs(b, c.out.p);
	capturerelease(&c);
	return bufstr(b);
}

/* The same up to the end of the first line. */
static const char *
line(struct buf *b)
{
	b->n = strcspn(bufstr(b), "\n");
	return bufstr(b);
}

/* The compiler's words, of which there are at most MAXWORD, with one more argument behind. */
enum { MAXWORD = 16 };

static const char *
askcompiler(const struct search *s, const char *arg, struct buf *b)
{
	char *words = xstrdup(s->cc), *argv[MAXWORD + 2], *save = NULL;
	int n = 0;

	for (char *w = strtok_r(words, " \t", &save); w && n < MAXWORD;
		w = strtok_r(NULL, " \t", &save))
		argv[n++] = w;
	argv[n] = (char *)(uintptr_t)arg;
	argv[n + 1] = NULL;
	b->n = 0;
	if (n)
		answer(s, argv, b);
	free(words);
	return bufstr(b);
}

/* Beside the file that the compiler's command name leads to at last. */
static void
addbeside(struct search *s)
{
	char *words = xstrdup(s->cc), real[PATH_MAX], *save = NULL, *slash;
	struct buf b = {0};

	for (char *w = strtok_r(words, " \t", &save); w; w = strtok_r(NULL, " \t", &save)) {
		char *found = onpath(w);

		if (found && realpath(found, real) && (slash = strrchr(real, '/'))) {
			b.n = 0;
			bufprintf(&b, "%.*s/%s", (int)(slash - real), real, s->tool);
			add(s, BY_COMPILER, bufstr(&b));
		}
		free(found);
	}
	bufrelease(&b);
	free(words);
}

static void
addrust(struct search *s)
{
	static char rustc[] = "rustc", print[] = "--print", sysroot[] = "sysroot";
	char *argv[] = {rustc, print, sysroot, NULL};
	const char *home = getenv("RUSTUP_HOME"), *user = getenv("HOME");
	struct buf b = {0}, pattern = {0};

	if (*answer(s, argv, &b)) {
		bufprintf(&pattern, "%s/lib/rustlib/*/bin/%s", line(&b), s->tool);
		addglob(s, BY_RUST, bufstr(&pattern));
	}
	pattern.n = 0;
	bufprintf(&pattern, "%s%s/toolchains/*/lib/rustlib/*/bin/%s",
		home   ? home
		: user ? user
		       : "",
		home ? "" : "/.rustup", s->tool);
	addglob(s, BY_RUST, bufstr(&pattern));
	bufrelease(&pattern);
	bufrelease(&b);
}

/* Absolute entries only: what lies in the current folder is not run unasked. */
static void
addpath(struct search *s)
{
	char *path = xstrdup(getenv("PATH") ? getenv("PATH") : ""), *save = NULL;
	struct buf b = {0};

	for (char *d = strtok_r(path, ":", &save); d; d = strtok_r(NULL, ":", &save)) {
		if (*d != '/')
			continue;
		b.n = 0;
		bufprintf(&b, "%s/%s", d, s->tool);
		add(s, BY_PATH, bufstr(&b));
		bufputs(&b, "-[0-9]*");
		addglob(s, BY_PATH, bufstr(&b));
	}
	bufrelease(&b);
	free(path);
}

/* What another program says; a bare name means that it knows none. */
static void
addanswer(struct search *s, enum toolsource source, struct buf *b)
{
	if (*line(b) == '/')
		add(s, source, b->p);
}

static void
addenv(struct search *s)
{
	const char *env = getenv(s->env + 1);
	char *found;

	if (!env || !*env)
		return;
	found = onpath(env);
	if (found)
		add(s, BY_ENV, found);
	free(found);
	if (!s->n)
		warn("find '%s': %s is no program", env, s->env);
}

static void
addcompiler(struct search *s)
{
	struct buf b = {0}, option = {0};

	bufprintf(&option, "-print-prog-name=%s", s->tool);
	askcompiler(s, bufstr(&option), &b);
	addanswer(s, BY_COMPILER, &b);
	addbeside(s);
	bufrelease(&b);
	bufrelease(&option);
}

static void
addsystem(struct search *s)
{
	/* Debian; Fedora; Gentoo; Homebrew on Apple silicon and on Intel. */
	static const char *const folders[] = {"/usr/lib/llvm-*/bin", "/usr/lib64/llvm*/bin",
		"/usr/lib/llvm/*/bin", "/opt/homebrew/opt/llvm*/bin", "/usr/local/opt/llvm*/bin"};
	struct buf b = {0};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		b.n = 0;
		bufprintf(&b, "%s/%s", folders[i], s->tool);
		addglob(s, BY_SYSTEM, bufstr(&b));
	}
	bufrelease(&b);
}

static void
addxcode(struct search *s)
{
	static char xcrun[] = "xcrun", f[] = "-f";
	char *argv[] = {xcrun, f, (char *)(uintptr_t)s->tool, NULL};
	struct buf b = {0};

	answer(s, argv, &b);
	addanswer(s, BY_XCODE, &b);
	bufrelease(&b);
}

bool
searchmore(struct search *s)
{
	static void (*const sources[NSOURCE])(struct search *) = {[BY_ENV] = addenv,
		[BY_COMPILER] = addcompiler,
		[BY_RUST] = addrust,
		[BY_PATH] = addpath,
		[BY_SYSTEM] = addsystem,
		[BY_XCODE] = addxcode};

	if (s->next == NSOURCE)
		return false;
	sources[s->next++](s);
	return true;
}

int
searchmajor(struct search *s)
{
	static const char clang[] = "clang version ", rust[] = "LLVM version: ";
	struct buf b = {0};
	const char *text, *at;
	int major = 0;

	if (s->askedcc)
		return s->ccmajor;
	text = askcompiler(s, "--version", &b);
	if (!*text)
		s->ccwhy = "no answer";
	if (!strncmp(text, "rustc ", 6))
		text = askcompiler(s, "-vV", &b);
	if ((at = strstr(text, rust)))
		major = (int)strtol(at + sizeof(rust) - 1, NULL, 10);
	else if (!(at = strstr(text, clang)))
		s->ccwhy = s->ccwhy ? s->ccwhy
				    : "not clang and not rustc, whose programs write raw profiles";
	else if (!strstr(text, "Apple"))
		major = (int)strtol(at + sizeof(clang) - 1, NULL, 10);
	bufrelease(&b);
	s->askedcc = true;
	s->ccmajor = s->ccwhy ? -1 : major;
	return s->ccmajor;
}

void
searchrelease(struct search *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].path);
		free(s->v[i].real);
		boltproberelease(&s->v[i].bolt);
	}
	free(s->v);
	s->v = NULL;
	s->n = 0;
}
