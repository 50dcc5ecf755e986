#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "json.h"
#include "mem.h"
#include "plan.h"

enum { PLAN_MAX = 16 << 20 }; /* bytes of a plan file */

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
	for (size_t i = 0; i < p->narms; i++)
		if (!strcmp(p->arms[i].name, name))
			fatal("add arm '%s': the name is taken", name);
	p->arms = xreallocarray(p->arms, p->narms + 1, sizeof(*p->arms));
	a = &p->arms[p->narms++];
	*a = (struct arm){.name = xstrdup(name)};
	return a;
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
	*b = (struct bench){.name = xstrdup(name), .metric = xstrdup("wall")};
	return b;
}

static char *
copied(const char *s)
{
	return s ? xstrdup(s) : NULL;
}

/* json_unpack_ex names a missing or unknown key; the path to the object is ours to say. */
static void
readbench(struct plan *p, const char *path, json_t *v, size_t i)
{
	const char *name, *run, *prepare = NULL, *metric = "wall";
	struct bench *b;
	json_error_t e;
	int shell = 0;

	if (json_unpack_ex(v, &e, JSON_STRICT, "{s:s, s:s, s?s, s?b, s?s}", "name", &name, "run",
		    &run, "prepare", &prepare, "shell", &shell, "metric", &metric))
		fatal("read '%s': benches[%zu]: %s", path, i, e.text);
	if (strcmp(metric, "wall") && strcmp(metric, "cpu"))
		fatal("read '%s': benches[%zu].metric '%s': expected wall or cpu", path, i, metric);
	b = planbench(p, name);
	free(b->metric);
	b->metric = xstrdup(metric);
	b->prepare = copied(prepare);
	b->shell = shell;
	b->lanes = xcalloc(p->narms, sizeof(*b->lanes));
	for (size_t k = 0; k < p->narms; k++)
		b->lanes[k].text = xstrdup(run);
}

/* The array under key of the plan's root, with something in it. */
static json_t *
readlist(const json_t *root, const char *path, const char *key)
{
	json_t *v = json_object_get(root, key);

	if (!json_is_array(v) || !json_array_size(v))
		fatal("read '%s': %s: expected an array with something in it", path, key);
	return v;
}

void
planread(struct plan *p, const char *path)
{
	json_t *root = jsonread(path, PLAN_MAX), *v;
	const char *key;
	json_error_t e;
	size_t i;

	if (!root)
		exit(EXIT_TROUBLE);
	if (!json_is_object(root))
		fatal("read '%s': expected an object", path);
	json_object_foreach(root, key, v)
	{
		if (strcmp(key, "arms") && strcmp(key, "benches"))
			fatal("read '%s': %s: unknown key", path, key);
	}
	json_array_foreach(readlist(root, path, "arms"), i, v)
	{
		const char *name, *binary = NULL;

		if (json_unpack_ex(
			    v, &e, JSON_STRICT, "{s:s, s?s}", "name", &name, "binary", &binary))
			fatal("read '%s': arms[%zu]: %s", path, i, e.text);
		planarm(p, name)->binary = copied(binary);
	}
	json_array_foreach(readlist(root, path, "benches"), i, v) readbench(p, path, v, i);
	json_decref(root);
}

void
armenter(const struct arm *a)
{
	if (a->binary)
		setenv("PGOKIT_BINARY", a->binary, 1);
	else
		unsetenv("PGOKIT_BINARY");
}

static void
resolvelane(const struct arm *a, const struct bench *b, struct lane *l)
{
	const char *why;

	armenter(a);
	if (!commandparse(&l->command, l->text, b->shell, &why))
		fatal("read command '%s' of benchmark '%s': %s", l->text, b->name, why);
	/* A shell line is known by its arm's binary, if there is one. */
	if (b->shell && a->binary)
		l->file = xstrdup(a->binary);
	else
		l->file = commandfile(&l->command);
	if (!l->file)
		fatal("find '%s' of benchmark '%s', arm '%s': no such executable file",
			l->command.argv[0], b->name, a->name);
	if (sha256file(l->file, l->hash))
		fatal("read '%s':", l->file);
}

void
planresolve(struct plan *p)
{
	for (size_t j = 0; j < p->narms; j++) {
		struct arm *a = &p->arms[j];

		if (a->binary && sha256file(a->binary, a->hash))
			fatal("read '%s' of arm '%s':", a->binary, a->name);
		for (size_t i = 0; i < p->nbenches; i++)
			resolvelane(a, &p->benches[i], &p->benches[i].lanes[j]);
	}
}

uint64_t
planseed(const struct plan *p)
{
	struct sha256 s;
	char hex[SHA256_HEX];

	sha256init(&s);
	for (size_t i = 0; i < p->nbenches; i++) {
		sha256add(&s, p->benches[i].name, strlen(p->benches[i].name) + 1);
		for (size_t j = 0; j < p->narms; j++) {
			const struct lane *l = &p->benches[i].lanes[j];

			sha256add(&s, l->text, strlen(l->text) + 1);
			sha256add(&s, l->hash, strlen(l->hash) + 1);
			sha256add(&s, p->arms[j].hash, strlen(p->arms[j].hash) + 1);
		}
	}
	sha256hex(&s, hex);
	hex[16] = '\0';
	return strtoull(hex, NULL, 16);
}

static bool
fileunchanged(const char *file, const char *was)
{
	char now[SHA256_HEX];

	if (sha256file(file, now)) {
		warn("read '%s':", file);
		return false;
	}
	if (strcmp(now, was)) {
		warn("check '%s': the file changed while it was measured", file);
		return false;
	}
	return true;
}

bool
planunchanged(const struct plan *p)
{
	bool same = true;

	for (size_t j = 0; j < p->narms; j++) {
		const struct arm *a = &p->arms[j];

		if (a->binary)
			same = fileunchanged(a->binary, a->hash) && same;
		for (size_t i = 0; i < p->nbenches; i++) {
			const struct lane *l = &p->benches[i].lanes[j];

			/* Said once, not once per benchmark. */
			if (!a->binary || strcmp(l->file, a->binary))
				same = fileunchanged(l->file, l->hash) && same;
		}
	}
	return same;
}
