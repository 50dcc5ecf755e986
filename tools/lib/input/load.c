#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/err.h"
#include "base/file.h"
#include "input/load.h"
#include "json/span.h"

enum { DEPTH_MAX = 16 }; /* folders inside each other; criterion makes five */

void
gunzip(struct buf *b, const char *path)
{
	z_stream z = {.next_in = (unsigned char *)b->p, .avail_in = (uInt)b->n};
	struct buf out = {0};
	int rc;

	/* 16: gzip's header, not zlib's. */
	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		fatal("unpack '%s': no memory", path);
	do {
		bufroom(&out, 1 << 20);
		z.next_out = (unsigned char *)out.p + out.n;
		z.avail_out = (uInt)(out.cap - out.n);
		rc = inflate(&z, Z_NO_FLUSH);
		out.n = out.cap - z.avail_out;
		if (out.n > GATHER_MAX)
			fatal("unpack '%s': more than %d bytes", path, GATHER_MAX);
		if (rc == Z_STREAM_END && z.avail_in)
			rc = inflateReset(&z); /* gzip files put one behind the other are one */
	} while (rc == Z_OK);
	if (rc != Z_STREAM_END)
		fatal("unpack '%s': damaged or cut off", path);
	inflateEnd(&z);
	bufrelease(b);
	*b = out;
}

void
gatherfile(struct buf *b, const char *path)
{
	if (slurpwarn(path, GATHER_MAX, b))
		exit(EXIT_TROUBLE);
	if (b->n > 2 && !memcmp(b->p, "\x1f\x8b", 2))
		gunzip(b, path);
	if (strspn(bufstr(b), " \t\r\n") == b->n)
		fatal("read '%s': it is empty", path);
}

static bool
wanted(const char *file)
{
	return !strcmp(file, "benchmark.json") || !strcmp(file, "sample.json") ||
	       !strcmp(file, "estimates.json");
}

static void
addfile(struct buf *b, const char *path)
{
	json_t *name = jsonstr(path);
	struct buf text = {0};
	struct span v;

	if (!spanread(path, GATHER_MAX, &text, &v))
		exit(EXIT_TROUBLE);
	if (b->n + v.n > GATHER_MAX)
		fatal("read '%s': more than %d bytes in all", path, GATHER_MAX);
	bufputs(b, b->n > 1 ? ",{\"path\":" : "{\"path\":");
	jsonexact(b, name);
	bufputs(b, ",\"json\":");
	bufadd(b, v.p, v.n);
	bufputs(b, "}");
	bufrelease(&text);
	json_decref(name);
}

static void
addfolder(struct buf *b, const char *path, const char *arm, bool inside, int depth)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);

	if (n < 0)
		fatal("read '%s':", path);
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		struct buf below = {0};
		struct stat st;

		bufprintf(&below, "%s/%s", path, name);
		/* Links are not followed: they could lead round in a circle. */
		if (strcmp(name, ".") && strcmp(name, "..") && !lstat(bufstr(&below), &st)) {
			if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
				addfolder(b, below.p, arm, !strcmp(name, arm), depth + 1);
			else if (S_ISREG(st.st_mode) && inside && wanted(name))
				addfile(b, below.p);
		}
		bufrelease(&below);
		free(entries[i]);
	}
	free(entries);
}

void
gatherfolder(struct buf *b, const char *path, const char *arm)
{
	bufputs(b, "[");
	addfolder(b, path, arm, false, 0);
	if (b->n == 1)
		fatal("read '%s': no folder '%s' with a benchmark of criterion in it", path, arm);
	bufputs(b, "]");
}
