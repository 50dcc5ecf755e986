#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/filehash.h"
#include "base/mem.h"
#include "base/path.h"
#include "json/json.h"
#include "plan/environment.h"
#include "plan/plan.h"
#include "plan/trees.h"
#include "run/callgrind.h"

/* Names are keys of the receipt. */
static void
checkname(const char *what, const char *name)
{
	json_t *v = json_string(name); /* NULL unless it is UTF-8 */

	if (!*name || !v)
		fatal("add %s '%s': the name is %s", what, name, *name ? "not UTF-8" : "empty");
	json_decref(v);
}

struct arm *
planarm(struct plan *p, const char *name)
{
	struct arm *a;

	checkname("arm", name);
	if (planfind(p, name))
		fatal("add arm '%s': the name is taken", name);
	p->arms = xreallocarray(p->arms, p->narms + 1, sizeof(*p->arms));
	a = &p->arms[p->narms++];
	*a = (struct arm){.name = xstrdup(name)};
	return a;
}

const char *
armprogram(const struct arm *a)
{
	return a->moved ? a->moved : a->slowed ? a->slowed : a->binary;
}

struct bench
benchnew(const char *name)
{
	return (struct bench){.name = xstrdup(name),
		.metric = METRIC_WALL,
		.timeout_s = NAN,
		.min_effect_pct = NAN,
		.margin_pct = NAN,
		.max_undetected_pct = NAN};
}

struct bench *
planbench(struct plan *p, const char *name)
{
	struct bench *b;

	checkname("benchmark", name);
	for (size_t i = 0; i < p->nbenches; i++)
		if (!strcmp(p->benches[i].name, name))
			fatal("add benchmark '%s': the name is taken", name);
	p->benches = xreallocarray(p->benches, p->nbenches + 1, sizeof(*p->benches));
	b = &p->benches[p->nbenches++];
	*b = benchnew(name);
	return b;
}

bool
benchcounted(const struct bench *b)
{
	return b->metric == METRIC_INSTRUCTIONS;
}

bool
benchclockless(const struct bench *b)
{
	return b->metric == METRIC_PEAK_RSS ||
	       (b->metric == METRIC_NUMBER && (b->number.is.unit || !b->number.is.suite));
}

struct arm *
planrolearm(const struct plan *p, enum role role, unsigned layout)
{
	for (struct arm *a = p->arms; a < p->arms + p->narms; a++)
		if (a->role == role && a->layout == layout)
			return a;
	return NULL;
}

struct arm *
planbase(const struct plan *p, const struct arm *a)
{
	struct arm *base = planrolearm(p, ROLE_BASE, a->layout);

	return base || a->layout ? base : planrolearm(p, ROLE_BASE, 1);
}

bool
benchfollows(const struct bench *b)
{
	return b->suite && b->member;
}

size_t
plantimed(const struct plan *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->nbenches; i++)
		n += !benchcounted(&p->benches[i]) && !benchfollows(&p->benches[i]);
	return n;
}

void
planrole(struct plan *p, struct arm *a, const char *name)
{
	enum role role = rolenamed(name);
	const struct arm *taken;

	if (!role)
		fatal("give arm '%s' the role '%s': expected base, cand, control, canary or "
		      "release",
			a->name, name);
	taken = planrolearm(p, role, a->layout);
	if (taken && taken != a)
		fatal("give arm '%s' the role '%s': arm '%s' has it", a->name, name, taken->name);
	a->role = role;
}

struct arm *
planfind(const struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->narms; i++)
		if (!strcmp(p->arms[i].name, name))
			return &p->arms[i];
	return NULL;
}

static void
expandlane(const struct arm *a, const struct bench *b, struct lane *l)
{
	const char *why;

	armenter(a);
	if (!commandparse(&l->command, l->text, b->shell, &why))
		fatal("read command '%s' of benchmark '%s': %s", l->text, b->name, why);
	l->path = onpath(l->command.argv[0]);
	if (!l->path)
		fatal("find '%s' of benchmark '%s', arm '%s': no such executable file",
			l->command.argv[0], b->name, a->name);
}

void
planexpand(struct plan *p, struct bench *b)
{
	for (size_t i = 0; i < p->narms; i++) {
		commandrelease(&b->lanes[i].command);
		free(b->lanes[i].path);
		expandlane(&p->arms[i], b, &b->lanes[i]);
	}
}

static void
resolvelane(const struct arm *a, const struct bench *b, struct lane *l, struct filehashes *read)
{
	bool program;

	expandlane(a, b, l);
	/* A shell line is known by its arm's binary, if there is one; so is the slowed copy of it. */
	program = (b->shell && a->binary) || (a->slowed && !strcmp(l->path, a->slowed));
	l->file = xstrdup(program ? a->binary : l->path);
	if (filehash(read, l->file, l->hash))
		fatal("read '%s': %s", l->file, filewhy());
	buildid(l->file, l->id);
	if (benchcounted(b) && !callgrindfound())
		fatal("count the instructions of benchmark '%s': valgrind is not installed; its "
		      "package is called valgrind on Debian, Fedora and Arch alike",
			b->name);
}

void
planresolve(struct plan *p)
{
	struct filehashes read = {0};

	for (size_t j = 0; j < p->narms; j++) {
		struct arm *a = &p->arms[j];

		if (a->binary && filehash(&read, a->binary, a->hash))
			fatal("read '%s' of arm '%s': %s", a->binary, a->name, filewhy());
		for (size_t i = 0; i < p->nbenches; i++)
			resolvelane(a, &p->benches[i], &p->benches[i].lanes[j], &read);
	}
	filehashesrelease(&read);
}

uint64_t
planseed(const struct plan *p)
{
	struct buf said = {0};
	char hex[SHA256_HEX];

	for (size_t i = 0; i < p->nbenches; i++) {
		bufadd(&said, p->benches[i].name, strlen(p->benches[i].name) + 1);
		for (size_t j = 0; j < p->narms; j++) {
			const struct lane *l = &p->benches[i].lanes[j];

			bufadd(&said, l->text, strlen(l->text) + 1);
			bufadd(&said, l->hash, strlen(l->hash) + 1);
			bufadd(&said, p->arms[j].hash, strlen(p->arms[j].hash) + 1);
		}
	}
	sha256(said.p, said.n, hex);
	bufrelease(&said);
	hex[16] = '\0';
	return strtoull(hex, NULL, 16);
}

/* Counts the files that are not what they were. */
static void
checkfile(struct filehashes *read, const char *file, const char *was, size_t *changed)
{
	char now[SHA256_HEX];

	if (filehash(read, file, now)) {
		if (amongfirst(changed))
			warn("read '%s': %s", file, filewhy());
	} else if (strcmp(now, was) && amongfirst(changed)) {
		warn("check '%s': the file changed while it was measured", file);
	}
}

bool
planunchanged(const struct plan *p)
{
	struct filehashes read = {0};
	size_t changed = 0;

	for (size_t j = 0; j < p->narms; j++) {
		const struct arm *a = &p->arms[j];

		treeenter(a);
		if (a->binary)
			checkfile(&read, a->binary, a->hash, &changed);
		for (size_t i = 0; i < p->nbenches; i++) {
			const struct lane *l = &p->benches[i].lanes[j];

			/* Said once, not once per benchmark. */
			if (!a->binary || strcmp(l->file, a->binary))
				checkfile(&read, l->file, l->hash, &changed);
		}
	}
	filehashesrelease(&read);
	warnmore("check files", changed);
	return !changed;
}
