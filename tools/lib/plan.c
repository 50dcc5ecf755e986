#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "json.h"
#include "mem.h"
#include "plan.h"

enum { PLAN_MAX = 16 << 20 }; /* bytes of a plan file */

struct arm *
planarm(struct plan *p, const char *name)
{
	struct arm *a;

	for (size_t i = 0; i < p->narms; i++)
		if (!strcmp(p->arms[i].name, name))
			fatal("add arm '%s': the name is taken", name);
	if (!*name)
		fatal("add arm '%s': the name is empty", name);
	p->arms = xreallocarray(p->arms, p->narms + 1, sizeof(*p->arms));
	a = &p->arms[p->narms++];
	*a = (struct arm){.name = xstrdup(name)};
	return a;
}

struct bench *
planbench(struct plan *p, const char *name)
{
	struct bench *b;

	for (size_t i = 0; i < p->nbenches; i++)
		if (!strcmp(p->benches[i].name, name))
			fatal("add benchmark '%s': the name is taken", name);
	if (!*name)
		fatal("add benchmark '%s': the name is empty", name);
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

static void
readbench(struct plan *p, const char *path, json_t *v)
{
	const char *name, *run, *prepare = NULL, *metric = "wall";
	struct bench *b;
	json_error_t e;
	int shell = 0;

	if (json_unpack_ex(v, &e, JSON_STRICT, "{s:s, s:s, s?s, s?b, s?s}", "name", &name, "run",
		    &run, "prepare", &prepare, "shell", &shell, "metric", &metric))
		fatal("read '%s': benches[%zu]: %s", path, p->nbenches, e.text);
	if (strcmp(metric, "wall") && strcmp(metric, "cpu"))
		fatal("read '%s': benches[%zu].metric '%s': expected wall or cpu", path,
			p->nbenches, metric);
	b = planbench(p, name);
	free(b->metric);
	b->metric = xstrdup(metric);
	b->prepare = copied(prepare);
	b->shell = shell;
	b->lanes = xcalloc(p->narms, sizeof(*b->lanes));
	for (size_t i = 0; i < p->narms; i++)
		b->lanes[i].text = xstrdup(run);
}

void
planread(struct plan *p, const char *path)
{
	json_t *root = jsonread(path, PLAN_MAX), *arms, *benches, *v;
	json_error_t e;
	size_t i;

	if (!root)
		exit(EXIT_TROUBLE);
	if (json_unpack_ex(root, &e, JSON_STRICT, "{s:o, s:o}", "arms", &arms, "benches", &benches))
		fatal("read '%s': %s", path, e.text);
	json_array_foreach(arms, i, v)
	{
		const char *name, *binary = NULL;

		if (json_unpack_ex(
			    v, &e, JSON_STRICT, "{s:s, s?s}", "name", &name, "binary", &binary))
			fatal("read '%s': arms[%zu]: %s", path, i, e.text);
		planarm(p, name)->binary = copied(binary);
	}
	json_array_foreach(benches, i, v) readbench(p, path, v);
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

void
planresolve(struct plan *p)
{
	for (size_t i = 0; i < p->nbenches; i++) {
		struct bench *b = &p->benches[i];

		for (size_t j = 0; j < p->narms; j++) {
			struct lane *l = &b->lanes[j];
			const char *why;

			armenter(&p->arms[j]);
			if (!commandparse(&l->command, l->text, b->shell, &why))
				fatal("read command '%s' of benchmark '%s': %s", l->text, b->name,
					why);
			/* A shell line is known by its arm's binary, if there is one. */
			if (b->shell && p->arms[j].binary)
				l->file = xstrdup(p->arms[j].binary);
			else
				l->file = commandfile(&l->command);
			if (!l->file)
				fatal("find '%s' of benchmark '%s', arm '%s': "
				      "no such executable file",
					l->command.argv[0], b->name, p->arms[j].name);
			if (sha256file(l->file, l->hash))
				fatal("read '%s':", l->file);
		}
	}
}

bool
planunchanged(const struct plan *p)
{
	bool same = true;

	for (size_t i = 0; i < p->nbenches; i++) {
		for (size_t j = 0; j < p->narms; j++) {
			const struct lane *l = &p->benches[i].lanes[j];
			char hash[SHA256_HEX];

			if (sha256file(l->file, hash)) {
				warn("read '%s':", l->file);
				same = false;
			} else if (strcmp(hash, l->hash)) {
				warn("check '%s': the file changed while it was measured", l->file);
				same = false;
			}
		}
	}
	return same;
}
