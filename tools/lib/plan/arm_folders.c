/* Folders of each arm's own: HOME, TMPDIR, and the working folder where it has to be. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "elf/slow.h"
#include "plan/arm_folders.h"
#include "run/capture.h"
#include "run/launch.h"

enum { COPY_S = 600 }; /* seconds for one copy of the working folder */

/* dir/sub of the arm in a static buffer. */
static const char *
within(const char *dir, const char *sub)
{
	static struct buf b;

	b.n = 0;
	bufprintf(&b, "%s/%s", dir, sub);
	return bufstr(&b);
}

void
ownmake(struct plan *p)
{
	const char *tmp = getenv("TMPDIR");
	struct buf b = {0};
	char *root;

	bufprintf(&b, "%s/bench-run.XXXXXX", tmp && *tmp ? tmp : "/tmp");
	root = xstrdup(bufstr(&b));
	if (!mkdtemp(root))
		fatal("create '%s':", root);
	removeatend(root);
	atexit(removenow);
	for (size_t i = 0; i < p->narms; i++) {
		b.n = 0;
		bufprintf(&b, "%s/%04zu", root, i);
		p->arms[i].own = xstrdup(bufstr(&b));
		if (mkdir(p->arms[i].own, 0700) || mkdir(within(p->arms[i].own, "home"), 0700) ||
			mkdir(within(p->arms[i].own, "tmp"), 0700))
			fatal("create '%s':", p->arms[i].own);
	}
	bufrelease(&b);
}

void
ownslow(struct plan *p)
{
	for (struct arm *a = p->arms; a < p->arms + p->narms; a++) {
		const char *base = a->binary ? strrchr(a->binary, '/') : NULL, *why;
		struct statvfs fs;
		struct buf b = {0};

		if (!(a->slow_pct > 0) || !a->binary)
			continue;
		bufprintf(&b, "%s/bin/%s", a->own, base ? base + 1 : a->binary);
		if (mkdir(within(a->own, "bin"), 0700))
			fatal("create '%s':", within(a->own, "bin"));
		if (!statvfs(a->own, &fs) && fs.f_flag & ST_NOEXEC)
			a->unslowed = "programs in TMPDIR cannot be executed";
		else if (slowcopy(a->binary, bufstr(&b), &a->slow_at, &why))
			a->unslowed = why;
		else
			a->slowed = xstrdup(bufstr(&b));
		bufrelease(&b);
	}
}

/* What is installed below HOME rather than kept there: found where it is. */
static void
keepinstalled(const char *home)
{
	static const char *const installed[][2] = {
		{"CARGO_HOME", ".cargo"}, {"RUSTUP_HOME", ".rustup"}, {"PYTHONUSERBASE", ".local"}};

	for (size_t i = 0; i < sizeof(installed) / sizeof(*installed); i++)
		setenv(installed[i][0], within(home, installed[i][1]), 0);
}

void
ownenter(const struct arm *a)
{
	static const char *const inhome[] = {"XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
		"XDG_STATE_HOME", "XDG_RUNTIME_DIR"};
	static const char *const temporary[] = {"TMPDIR", "TMP", "TEMP", "TEMPDIR"};
	static bool kept;

	if (!a->own)
		return;
	if (!kept && getenv("HOME")) {
		char *home = xstrdup(getenv("HOME"));

		keepinstalled(home);
		free(home);
	}
	kept = true;
	setenv("HOME", within(a->own, "home"), 1);
	for (size_t i = 0; i < sizeof(inhome) / sizeof(*inhome); i++)
		unsetenv(inhome[i]); /* then they are in HOME */
	for (size_t i = 0; i < sizeof(temporary) / sizeof(*temporary); i++)
		setenv(temporary[i], within(a->own, "tmp"), 1);
}

/* Copies the present folder; NULL, or why not. */
static const char *
copyhere(char *to)
{
	static char why[256];
	char *argv[] = {"cp", "-a", "--", ".", to, NULL};
	struct capture c;
	const char *reason = NULL;

	if (capturerun(&c, argv, COPY_S))
		reason = strerror(errno);
	else if (!captureok(&c))
		reason = c.err.n ? strtok(c.err.p, "\n") : capturehow(&c);
	why[0] = '\0';
	if (reason)
		snprintf(why, sizeof(why), "%s", reason);
	capturerelease(&c);
	return reason ? why : NULL;
}

const char *
ownfolders(struct plan *p, const char *under)
{
	const char *why = NULL;

	if (mkdir(under, 0777) && errno != EEXIST)
		return strerror(errno);
	for (size_t i = 0; i < p->narms && !why; i++) {
		struct buf b = {0};

		if (p->arms[i].binary)
			p->arms[i].binary = absolute(p->arms[i].binary); /* it is not copied */
		bufprintf(&b, "%s/%04zu", under, i);
		p->arms[i].dir = xstrdup(bufstr(&b));
		bufrelease(&b);
		why = mkdir(p->arms[i].dir, 0777) ? strerror(errno) : copyhere(p->arms[i].dir);
	}
	for (size_t i = 0; why && i < p->narms; i++) {
		free(p->arms[i].dir);
		p->arms[i].dir = NULL;
	}
	return why;
}
