/* Commands as targets: how they are written, run and compared. */
#include "tuner/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/num.h"
#include "json/json.h"
#include "run/launch.h"

enum { OPS_MAX = 1 << 20 }; /* bytes of a file of operations */

void
targetadd(struct runner *r, const char *text)
{
	const char *end = strchr(text, '=');
	struct target *t;
	size_t i;

	if (!end || end == text || !end[1])
		fatal("read --target '%s': expected NAME=COMMAND", text);
	if (r->ntargets == TUNE_MAX_TARGETS)
		fatal("read --target '%s': at most %d targets", text, TUNE_MAX_TARGETS);
	r->targets = xreallocarray(r->targets, r->ntargets + 1, sizeof *r->targets);
	t = &r->targets[r->ntargets];
	t->name = xstrdup(text);
	t->name[end - text] = '\0';
	t->command = end + 1;
	for (i = 0; i < r->ntargets; i++)
		if (strcmp(r->targets[i].name, t->name) == 0)
			fatal("read --target '%s': there is one of that name", text);
	r->ntargets++;
}

static struct step *
stepnew(struct steps *steps, const char *operation)
{
	struct step *s;

	steps->at = xreallocarray(steps->at, steps->n + 1, sizeof *steps->at);
	s = &steps->at[steps->n++];
	*s = (struct step){.operation = xstrdup(operation), .repeat = 1};
	return s;
}

void
stepadd(struct steps *steps, const char *text)
{
	char *copy = xstrdup(text), *colon = strrchr(copy, ':'), *repeat, *dim, *next;
	struct step *s;

	if (!colon || colon == copy)
		fatal("read --op '%s': expected NAME:64x64x64, or NAME:64x64x64*10 for ten of them",
			text);
	*colon = '\0';
	s = stepnew(steps, copy);
	repeat = strchr(colon + 1, '*');
	if (repeat) {
		*repeat++ = '\0';
		s->repeat = (unsigned)numint("--op (after *)", repeat, 1, 1000000);
	}
	for (dim = colon + 1; dim; dim = next) {
		next = strchr(dim, 'x');
		if (next)
			*next++ = '\0';
		if (s->ndims == TUNE_MAX_DIMS)
			fatal("read --op '%s': at most %d dimensions", text, TUNE_MAX_DIMS);
		s->dims[s->ndims++] = numint("--op (a dimension)", dim, 0, INT64_MAX);
	}
	free(copy);
}

void
stepsread(struct steps *steps, const char *path)
{
	static const char form[] =
		"[{\"operation\": text, \"dims\": [integer...], \"repeat\": integer}]";
	json_t *all = jsonread(path, OPS_MAX), *one, *dims, *dim;
	size_t i, k;

	if (!all)
		exit(EXIT_TROUBLE);
	if (!json_is_array(all) || json_array_size(all) == 0)
		fatal("read '%s': expected %s", path, form);
	json_array_foreach(all, i, one)
	{
		const char *operation = json_string_value(json_object_get(one, "operation"));
		json_t *repeat = json_object_get(one, "repeat");
		struct step *s;

		dims = json_object_get(one, "dims");
		if (!operation || !json_is_array(dims) || json_array_size(dims) < 1 ||
			json_array_size(dims) > TUNE_MAX_DIMS ||
			(repeat && (json_integer_value(repeat) < 1 ||
					   json_integer_value(repeat) > 1000000)))
			fatal("read '%s': entry %zu: expected %s", path, i + 1, form);
		s = stepnew(steps, operation);
		if (repeat)
			s->repeat = (unsigned)json_integer_value(repeat);
		json_array_foreach(dims, k, dim)
		{
			if (!json_is_integer(dim) || json_integer_value(dim) < 0)
				fatal("read '%s': entry %zu: a dimension is an integer from 0 on",
					path, i + 1);
			s->dims[s->ndims++] = json_integer_value(dim);
		}
	}
	json_decref(all);
}

const char *
dimstext(const int64_t dims[], int ndims)
{
	static char text[TUNE_MAX_DIMS * 21 + 1];
	size_t n = 0;
	int i;

	text[0] = '\0';
	for (i = 0; i < ndims; i++)
		n += (size_t)snprintf(
			text + n, sizeof text - n, "%s%lld", i ? "x" : "", (long long)dims[i]);
	return text;
}

/* A dimension that the step has not is not there, rather than the one of another step. */
static void
environment(const struct step *step)
{
	char name[16], value[24];
	int i;

	setenv("TUNE_OPERATION", step->operation, 1);
	setenv("TUNE_DIMS", dimstext(step->dims, step->ndims), 1);
	for (i = 0; i < TUNE_MAX_DIMS; i++) {
		snprintf(name, sizeof name, "TUNE_%d", i + 1);
		snprintf(value, sizeof value, "%lld", (long long)step->dims[i]);
		if (i < step->ndims)
			setenv(name, value, 1);
		else
			unsetenv(name);
	}
}

int
steprun(const struct runner *r, size_t target, const struct step *step, int out)
{
	const struct target *t = &r->targets[target];
	struct run run = {
		.out = out, .err = STDERR_FILENO, .dir = r->dir, .timeout_s = r->timeout_s};
	struct command command;
	struct outcome o;
	const char *why;

	environment(step);
	if (!commandparse(&command, t->command, r->shell, &why))
		fatal("read --target '%s': %s", t->name, why);
	run.command = &command;
	if (!procrun(&run, &o))
		fatal("start a process:");
	commandrelease(&command);
	if (*outcometext(&o))
		warn("run '%s' for %s:%s: %s", t->name, step->operation,
			dimstext(step->dims, step->ndims), outcometext(&o));
	return *outcometext(&o) && o.status == 0 ? 1 : o.status;
}

bool
stepprints(const struct runner *r, size_t target, const struct step *step, char hex[SHA256_HEX])
{
	int fd = memfd_create("stdout", MFD_CLOEXEC), status;

	if (fd < 0)
		fatal("keep what '%s' prints:", r->targets[target].name);
	status = steprun(r, target, step, fd);
	if (lseek(fd, 0, SEEK_SET) < 0 || sha256fd(fd, hex))
		fatal("read what '%s' printed:", r->targets[target].name);
	close(fd);
	return status == 0;
}
