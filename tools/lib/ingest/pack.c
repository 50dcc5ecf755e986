#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "ingest/pack.h"
#include "json/json.h"

#define MAGIC "pgokit-ingest-1"

/* A pack is as large as its source's uploads have made it, each of which was bounded. */
enum { MAXPARTS = 10000 };

bool
istier(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("-_.", s[i]))
			return false;
	return n > 0 && n < TIER_SIZE;
}

_Noreturn static void
damaged(const char *path, const char *what)
{
	fatal("read '%s': %s; the disk has damaged it: remove it, and ingest the uploads of its "
	      "source again",
		path, what);
}

static void
readbytes(FILE *f, const char *path, uint64_t n, struct buf *b)
{
	if (n > FILEMAX)
		damaged(path, "a part is too large to be true");
	bufroom(b, n);
	if (fread(b->p + b->n, 1, n, f) != n)
		damaged(path, "it ends too early");
	b->n += n;
}

static void
setline(struct packline *line, const char *upload, const char *counts, char *json)
{
	*line = (struct packline){.json = json};
	snprintf(line->upload, sizeof(line->upload), "%s", upload);
	snprintf(line->counts, sizeof(line->counts), "%s", counts ? counts : "");
}

static struct packline *
newline(struct pack *p)
{
	if (p->nline == p->capline) {
		p->capline = p->capline ? 2 * p->capline : 64;
		p->line = xreallocarray(p->line, p->capline, sizeof(*p->line));
	}
	return &p->line[p->nline++];
}

/* The lines of the ledger, which this program has written. */
static void
readledger(struct pack *p, const char *path, struct buf *ledger)
{
	char *at = bufstr(ledger), *end;

	for (; (end = strchr(at, '\n')); at = end + 1) {
		json_t *v = json_loadb(at, (size_t)(end - at), JSON_REJECT_DUPLICATES, NULL);
		const char *upload = json_string_value(json_object_get(v, "upload")),
			   *counts = json_string_value(json_object_get(v, "counts_sha256"));

		if (!upload || strlen(upload) != SHA256_HEX - 1 ||
			(counts && strlen(counts) != SHA256_HEX - 1))
			damaged(path, "a line of the ledger is none");
		*end = '\0';
		setline(newline(p), upload, counts, xstrdup(at));
		json_decref(v);
	}
}

/* The next word of a line, ended by a blank or the line's end; false when there is none. */
static bool
nextword(char **at, const char **word)
{
	*word = *at;
	*at += strcspn(*at, " \n");
	if (!**at || *at == *word)
		return false;
	*(*at)++ = '\0';
	return true;
}

static bool
nextnumber(char **at, uint64_t max, uint64_t *n)
{
	const char *word;
	char *end;

	if (!nextword(at, &word) || !isdigit((unsigned char)*word))
		return false;
	errno = 0;
	*n = strtoull(word, &end, 10);
	return !errno && !*end && *n <= max;
}

/* A line of the parts; false when it is none. */
static bool
setpart(struct packpart *part, char *line, uint64_t *bytes)
{
	const char *tier;
	uint64_t week;

	if (!nextword(&line, &tier) || !istier(tier) || !nextnumber(&line, UINT32_MAX, &week) ||
		!nextnumber(&line, UINT64_MAX, &part->uploads) ||
		!nextnumber(&line, FILEMAX, bytes))
		return false;
	memcpy(part->tier, tier, strlen(tier) + 1);
	part->week = (uint32_t)week;
	return !*line;
}

static void
readparts(FILE *f, struct pack *p, const char *path, struct buf *lines, uint64_t *bytes)
{
	char line[128];

	for (size_t i = 0; i < p->npart; i++) {
		if (!fgets(line, sizeof(line), f))
			damaged(path, "it ends too early");
		bufputs(lines, line);
		if (!setpart(&p->part[i], line, &bytes[i]))
			damaged(path, "it does not say what its parts are");
	}
}

static void
checkhash(const struct pack *p, const char *path, const struct buf *head, const char *is)
{
	struct buf all = {0};
	char hex[SHA256_HEX];

	bufadd(&all, head->p, head->n);
	for (size_t i = 0; i < p->npart; i++)
		bufadd(&all, p->part[i].raw.p, p->part[i].raw.n);
	sha256(all.p, all.n, hex);
	bufrelease(&all);
	if (strcmp(hex, is) != 0)
		damaged(path, "its hash is another");
}

bool
packread(struct pack *p, const char *path, const char *source, bool whole)
{
	char line[256], *at = line;
	const char *magic, *is, *hex;
	struct buf head = {0}, ledger = {0};
	uint64_t *bytes, nparts, nledger;
	FILE *f = fopen(path, "re");

	*p = (struct pack){0};
	snprintf(p->source, sizeof(p->source), "%s", source);
	if (!f && errno == ENOENT)
		return false;
	if (!f)
		fatal("read '%s':", path);
	if (!fgets(line, sizeof(line), f) || !nextword(&at, &magic) || strcmp(magic, MAGIC) != 0 ||
		!nextword(&at, &is) || strcmp(is, source) != 0 ||
		!nextnumber(&at, MAXPARTS, &nparts) || !nextnumber(&at, FILEMAX, &nledger) ||
		!nextnumber(&at, UINT64_MAX, &p->unlisted) || !nextword(&at, &hex))
		damaged(path, "its first line is none of a pack of this source");
	p->npart = nparts;
	p->part = xcalloc(p->npart + 1, sizeof(*p->part));
	bytes = xcalloc(p->npart + 1, sizeof(*bytes));
	readparts(f, p, path, &head, bytes);
	readbytes(f, path, nledger, &ledger);
	bufadd(&head, ledger.p, ledger.n);
	readledger(p, path, &ledger);
	for (size_t i = 0; whole && i < p->npart; i++)
		readbytes(f, path, bytes[i], &p->part[i].raw);
	if (whole)
		checkhash(p, path, &head, hex);
	fclose(f);
	free(bytes);
	bufrelease(&head);
	bufrelease(&ledger);
	return true;
}

void
packwrite(const struct pack *p, const char *path)
{
	struct buf rest = {0}, all = {0}, ledger = {0};
	char hex[SHA256_HEX];

	for (size_t i = 0; i < p->nline; i++)
		bufprintf(&ledger, "%s\n", p->line[i].json);
	for (size_t i = 0; i < p->npart; i++)
		bufprintf(&rest, "%s %" PRIu32 " %" PRIu64 " %zu\n", p->part[i].tier,
			p->part[i].week, p->part[i].uploads, p->part[i].raw.n);
	bufadd(&rest, ledger.p, ledger.n);
	for (size_t i = 0; i < p->npart; i++)
		bufadd(&rest, p->part[i].raw.p, p->part[i].raw.n);
	sha256(rest.p, rest.n, hex);
	bufprintf(&all, MAGIC " %s %zu %zu %" PRIu64 " %s\n", p->source, p->npart, ledger.n,
		p->unlisted, hex);
	writeparts(path, (struct buf[]){all, rest}, 2);
	bufrelease(&ledger);
	bufrelease(&rest);
	bufrelease(&all);
}

struct packpart *
packpart(struct pack *p, const char *tier, uint32_t week)
{
	for (size_t i = 0; i < p->npart; i++)
		if (p->part[i].week == week && !strcmp(p->part[i].tier, tier))
			return &p->part[i];
	if (p->npart == MAXPARTS)
		fatal("take: a source has uploads of more than %d weeks and tiers", MAXPARTS);
	p->part = xreallocarray(p->part, p->npart + 1, sizeof(*p->part));
	p->part[p->npart] = (struct packpart){.week = week};
	snprintf(p->part[p->npart].tier, TIER_SIZE, "%s", tier);
	return &p->part[p->npart++];
}

const struct packline *
packfind(const struct pack *p, const char *upload)
{
	for (size_t i = 0; i < p->nline; i++)
		if (!memcmp(p->line[i].upload, upload, SHA256_HEX))
			return &p->line[i];
	return NULL;
}

void
packline(struct pack *p, const char *upload, const char *counts, char *json)
{
	struct packline *line = (struct packline *)packfind(p, upload);

	if (line)
		free(line->json);
	else
		line = newline(p);
	setline(line, upload, counts, json);
}

void
packrelease(struct pack *p)
{
	for (size_t i = 0; i < p->npart; i++)
		bufrelease(&p->part[i].raw);
	for (size_t i = 0; i < p->nline; i++)
		free(p->line[i].json);
	free(p->part);
	free(p->line);
	*p = (struct pack){0};
}
