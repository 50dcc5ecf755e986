#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/packages.h"
#include "input/document.h"
#include "input/formats.h"
#include "input/load.h"
#include "run/capture.h"

/* What jq may take: a text of GATHER_MAX fits several times over. */
enum { TIMEOUT_S = 120 };
static const size_t memory_max = (size_t)4 << 30;

/* ci/formats in the folder where build/bin with this program is, in the source or installed. */
static char *
filtersfolder(void)
{
	static const char bin[] = "/build/bin/";
	char *self = realpath("/proc/self/exe", NULL), *at = NULL;
	struct buf b = {0};

	for (char *p = self; p && (p = strstr(p, bin)); p++)
		at = p;
	if (!at)
		fatal("find 'ci/formats': this program is not in a folder build/bin beside it");
	*at = '\0';
	bufprintf(&b, "%s/ci/formats", self);
	free(self);
	return bufstr(&b);
}

static int
isfilter(const struct dirent *e)
{
	const char *dot = strchr(e->d_name, '.');

	return dot > e->d_name && !strcmp(dot, ".jq") && strcmp(e->d_name, "lib.jq") != 0;
}

/* The names of the filters, sorted, NULL at the end. */
static char **
filternames(const char *folder, size_t *n)
{
	struct dirent **entries;
	int found = scandir(folder, &entries, isfilter, alphasort);
	char **names;

	if (found < 0)
		fatal("read '%s':", folder);
	*n = (size_t)found;
	names = xcalloc(*n + 1, sizeof(*names));
	for (size_t i = 0; i < *n; i++) {
		*strchr(entries[i]->d_name, '.') = '\0';
		names[i] = xstrdup(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return names;
}

/* All names in a message. */
static const char *
listed(char *const names[], struct buf *b)
{
	for (size_t i = 0; names[i]; i++)
		bufprintf(b, "%s%s", i ? ", " : "", names[i]);
	return bufstr(b);
}

/*
 * The program for jq: prints the names of the formats that fit, and if it is just one the table;
 * for a single format, or a filter of somebody's own, no more than the table.
 */
static void
writeprogram(struct buf *b, char *const names[], size_t n, const char *format, const char *jq)
{
	bufputs(b, "import \"lib\" as lib;\n");
	if (!strcmp(format, "command")) {
		/* The end of the line also ends a comment in it. */
		bufprintf(b,
			"lib::prepare($about) | (.json // .text) | lib::tableof(%s\n) | "
			"lib::completed($about)",
			jq);
		return;
	}
	if (strcmp(format, "auto") != 0) {
		bufprintf(b,
			"import \"%s\" as f; lib::prepare($about) | if [try f::fits catch "
			"false][0] then "
			"f::table | lib::completed($about) else error(\"it does not look like that\") end",
			format);
		return;
	}
	for (size_t i = 0; i < n; i++)
		bufprintf(b, "import \"%s\" as f%zu;\n", names[i], i);
	bufputs(b, "lib::prepare($about) as $in | $in | [");
	for (size_t i = 0; i < n; i++)
		bufprintf(b, "%s(if try f%zu::fits catch false then \"%s\" else empty end)",
			i ? ", " : "", i, names[i]);
	bufputs(b, "] | ., (");
	for (size_t i = 0; i < n; i++)
		bufprintf(b,
			"if . == [\"%s\"] then $in | f%zu::table | lib::completed($about) else ",
			names[i], i);
	bufputs(b, "empty");
	for (size_t i = 0; i < n; i++)
		bufputs(b, " end");
	bufputs(b, ")");
}

/* Runs jq on the text; what it prints is in c->out. */
static void
runjq(struct capture *c, const struct buf *text, const char *path, const struct foreign *f,
	const char *arm, const char *folder, const char *program)
{
	json_t *about = json_object();
	struct allowance a = {.max = DOCUMENT_MAX, .memory = memory_max, .timeout_s = TIMEOUT_S};
	char *argument, *why, digest[SHA256_HEX];
	FILE *in = tmpfile();

	json_object_set_new(about, "metric", jsonstr(metricname(f->metric)));
	json_object_set(about, "better", f->better ? f->better : json_null());
	json_object_set_new(about, "arm", jsonstr(arm));
	json_object_set_new(about, "counter", jsonstr(f->counter));
	sha256(text->p, text->n, digest);
	json_object_set_new(about, "source", json_string(digest));
	argument = json_dumps(about, JSON_COMPACT);
	if (!in || !argument || fwrite(text->p, 1, text->n, in) != text->n ||
		fseek(in, 0, SEEK_SET))
		fatal("write a temporary file:");
	a.in = fileno(in);
	if (captureallowed(c,
		    (char *[]){"jq", "-R", "-s", "-c", "-L", (char *)folder, "--argjson", "about",
			    argument, (char *)program, NULL},
		    &a)) {
		warn("run 'jq':");
		packagehints((const char *const[]){"jq"}, 1, 0);
		exit(EXIT_TROUBLE);
	}
	fclose(in);
	if (!captureok(c)) {
		/* "jq: error (at <stdin>:0): what the filter says" */
		why = strstr(c->err.p, "): ");
		why = why ? why + 3 : c->err.p;
		why[strcspn(why, "\n")] = '\0';
		fatal("read '%s' as %s: %s", path, f->format, *why ? why : capturehow(c));
	}
	free(argument);
	json_decref(about);
}

/* Which format "auto" found, from the first line of jq's answer; returns what is behind it. */
static char *
taken(const char *path, char *answer, char *const names[])
{
	size_t n = strcspn(answer, "\n");
	json_t *fit = json_loadb(answer, n, 0, NULL);
	const char *first = json_string_value(json_array_get(fit, 0));
	struct buf all = {0};

	if (!first)
		fatal("read '%s': it is in none of the formats %s, hyperfine", path,
			listed(names, &all));
	if (json_array_size(fit) > 1)
		fatal("read '%s': it may be %s or %s; say which with --format", path, first,
			json_string_value(json_array_get(fit, 1)));
	warn("read '%s': taken for %s", path, first);
	json_decref(fit);
	return answer + n + (answer[n] == '\n');
}

/* Says what the filter has to say to whoever compares this. */
static void
tell(const char *path, const struct buf *table)
{
	struct span v, note = {0};
	size_t at;

	if (spancheck(table->p, table->n, &v, &at) || !spanisobject(v))
		fatal("read '%s': jq did not print a table", path);
	v = spanmember(v, "notes");
	while (spannext(v, &note)) {
		json_t *text = spanload(note, 1000);

		if (json_is_string(text))
			warn("read '%s': %s", path, json_string_value(text));
		json_decref(text);
	}
}

/* What bench-compare reads by itself. */
static bool
isown(const struct buf *text, const char *path, const char *format)
{
	bool known = strcmp(format, "auto") != 0;
	struct span v;
	size_t at;

	if (known)
		return !strcmp(format, "hyperfine");
	if (spancheck(text->p, text->n, &v, &at) || !documentknown(v))
		return false;
	warn("read '%s': taken for what bench-run, hyperfine or a filter wrote", path);
	return true;
}

void
foreignread(struct buf *b, const char *path, const struct foreign *f, const char *arm)
{
	struct buf text = {0}, program = {0}, all = {0};
	char *folder = filtersfolder(), **names, *table;
	struct capture c;
	struct stat st;
	size_t n, i = 0;

	names = filternames(folder, &n);
	while (names[i] && strcmp(names[i], f->format) != 0)
		i++;
	if (i == n && !f->jq && strcmp(f->format, "auto") != 0 &&
		strcmp(f->format, "hyperfine") != 0)
		fatal("read --format '%s': expected auto, hyperfine, %s", f->format,
			listed(names, &all));
	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		gatherfolder(&text, path, arm ? arm : "new");
	else
		gatherfile(&text, path);
	bufstr(&text);
	if (isown(&text, path, f->format)) {
		bufadd(b, text.p, text.n);
	} else {
		writeprogram(&program, names, n, f->format, f->jq);
		runjq(&c, &text, path, f, arm, folder, bufstr(&program));
		table = i == n && !f->jq ? taken(path, c.out.p, names) : c.out.p;
		bufputs(b, table);
		bufstr(b);
		tell(path, b);
		capturerelease(&c);
	}
	bufrelease(&program);
	bufrelease(&text);
	bufrelease(&all);
	for (i = 0; i < n; i++)
		free(names[i]);
	free(names);
	free(folder);
}
