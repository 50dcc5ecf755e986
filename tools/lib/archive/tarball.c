/* Tarballs of one strict form. */
#include "archive/tarball.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"

/* POSIX 1003.1 ustar: blocks of 512 bytes, records of 20 blocks. */
enum { BLOCK = 512, RECORD = 20 * BLOCK, MEMBERS = 100000 };

static struct buf said;

/* What is wrong, of a member where it is known. */
static const char *
wrong(const char *name, const char *why)
{
	said.n = 0;
	if (name)
		bufprintf(&said, "'%s' in it: ", name);
	bufputs(&said, why);
	return bufstr(&said);
}

/* gzip -n9: deflate, no flags, no time, best compression, Unix. */
static const unsigned char GZIP[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3};

static const char *
inflateall(const struct buf *in, size_t max, struct buf *out)
{
	z_stream z = {0};
	int status = Z_OK;

	if (in->n < sizeof(GZIP) || memcmp(in->p, GZIP, sizeof(GZIP)) != 0)
		return wrong(NULL, "it does not begin as gzip -n9 begins a file");
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		fatal("unpack: zlib does not start");
	z.next_in = (unsigned char *)in->p;
	z.avail_in = (unsigned)in->n;
	while (status == Z_OK) {
		bufroom(out, 1 << 16);
		z.next_out = (unsigned char *)out->p + out->n;
		z.avail_out = 1 << 16;
		status = inflate(&z, Z_NO_FLUSH);
		out->n += (1 << 16) - z.avail_out;
		if (out->n > max)
			break;
	}
	inflateEnd(&z);
	if (out->n > max)
		return wrong(NULL, "it unpacks to more than --max bytes");
	if (status != Z_STREAM_END)
		return wrong(NULL, "it is no whole gzip file, or a sum of it is wrong");
	return z.avail_in ? wrong(NULL, "something stands behind the end of its gzip file") : NULL;
}

/* A number of n - 1 octal digits and a NUL; false for any other form. */
static bool
octal(const char *p, size_t n, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i + 1 < n; i++) {
		if (p[i] < '0' || p[i] > '7')
			return false;
		*value = *value << 3 | (uint64_t)(p[i] - '0');
	}
	return p[n - 1] == '\0';
}

/* The header that tar writes for a member: whatever differs from it was not written so. */
static void
header(char h[BLOCK], const char *was, const struct member *m, uint64_t time)
{
	static const char magic[] = {'u', 's', 't', 'a', 'r', '\0', '0', '0'};
	unsigned sum = 0;

	memset(h, 0, BLOCK);
	memcpy(h, was, 100);
	memcpy(h + 345, was + 345, 155);
	snprintf(h + 100, 8, "%07o", m->folder || m->executable ? 0755U : 0644U);
	snprintf(h + 108, 8, "%07o", 0U);
	snprintf(h + 116, 8, "%07o", 0U);
	snprintf(h + 124, 12, "%011zo", m->size);
	snprintf(h + 136, 12, "%011llo", (unsigned long long)time);
	h[156] = m->folder ? '5' : '0';
	memcpy(h + 257, magic, sizeof(magic));
	snprintf(h + 329, 8, "%07o", 0U);
	snprintf(h + 337, 8, "%07o", 0U);
	memset(h + 148, ' ', 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	h[155] = ' ';
}

/* prefix/name, both of which end at a NUL or are full; behind it there is nothing. */
static char *
membername(const char *h)
{
	size_t prefix = strnlen(h + 345, 155), n = strnlen(h, 100);
	char *name = xcalloc(prefix + n + 2, 1);

	if (prefix) {
		memcpy(name, h + 345, prefix);
		name[prefix++] = '/';
	}
	memcpy(name + prefix, h, n);
	for (size_t i = n; i < 100; i++)
		if (h[i]) /* hidden from whoever reads the name */
			name[0] = '\0';
	return name;
}

/* Why a name may not be unpacked, or NULL. */
static const char *
badname(const char *name)
{
	const char *end;

	if (!*name)
		return "it has no name, or one with something behind its end";
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return "a control character is in its name";
	for (const char *p = name;; p = end + 1) {
		end = strchrnul(p, '/');
		if (end == p)
			return "its path begins at the root, or has an empty part";
		if ((end - p == 1 && p[0] == '.') || (end - p == 2 && p[0] == '.' && p[1] == '.'))
			return "its path has a part '.' or '..'";
		if (!*end)
			return NULL;
	}
}

/* As tar --sort=name puts them: the members of a folder behind it, by their bytes. */
static int
inorder(const char *a, const char *b)
{
	for (; *a && *a == *b; a++)
		b++;
	return (*a == '/' ? 1 : (unsigned char)*a) - (*b == '/' ? 1 : (unsigned char)*b);
}

/* Whether the folder that a member lies in came before it. */
static bool
foldercame(const struct tarball *t, const char *name)
{
	const char *slash = strrchr(name, '/');

	for (size_t i = t->n; slash && i-- > 0;)
		if (t->member[i].folder && strlen(t->member[i].name) == (size_t)(slash - name) &&
			strncmp(t->member[i].name, name, (size_t)(slash - name)) == 0)
			return true;
	return !slash && t->n == 0;
}

static const char *
readmember(struct tarball *t, size_t *at)
{
	const char *h = t->tar.p + *at, *why;
	char want[BLOCK];
	struct member m = {0};
	uint64_t size, mode, time;
	size_t n, padded;

	m.name = membername(h);
	n = strlen(m.name);
	m.folder = h[156] == '5';
	if (m.folder && n && m.name[n - 1] == '/')
		m.name[n - 1] = '\0';
	else if (m.folder)
		m.name[0] = '\0';
	t->member = t->n < t->cap ? t->member
				  : xreallocarray(t->member, t->cap = 2 * t->cap + 16, sizeof(m));
	t->member[t->n] = m; /* released with the others */
	why = badname(m.name);
	if (!why && !m.folder && h[156] != '0')
		why = "it is a link, a device or another thing than a file or a folder";
	if (!why && !foldercame(t, m.name))
		why = t->n ? "it lies outside of the first folder, or its own does not come before it"
			   : "the first member is no folder";
	if (!why && t->n == 0 && !m.folder)
		why = "the first member is no folder";
	if (!why && t->n && inorder(t->member[t->n - 1].name, m.name) >= 0)
		why = "it is there twice, or not in order";
	if (!why && (!octal(h + 100, 8, &mode) || !octal(h + 124, 12, &size) ||
			    !octal(h + 136, 12, &time)))
		why = "its header has no proper numbers";
	if (why) {
		t->n++;
		return wrong(m.name, why);
	}
	m.executable = mode & 0111;
	m.size = (size_t)size;
	m.at = *at + BLOCK;
	if (t->n == 0)
		t->time = time;
	header(want, h, &m, t->time);
	padded = (m.size + BLOCK - 1) / BLOCK * BLOCK;
	t->member[t->n++] = m;
	if (memcmp(h, want, BLOCK) != 0 || (m.folder && m.size))
		return wrong(m.name, "its header is not the one that pgokit package writes");
	if (padded > t->tar.n - m.at)
		return wrong(m.name, "its content is cut off");
	for (size_t i = m.at + m.size; i < m.at + padded; i++)
		if (t->tar.p[i])
			return wrong(m.name, "something stands behind its content");
	*at = m.at + padded;
	return NULL;
}

const char *
tarballread(struct tarball *t, const char *path, size_t max)
{
	struct buf packed = {0};
	const char *why;
	size_t at = 0;

	if (slurp(path, max, &packed))
		return wrong(NULL, filewhy());
	why = inflateall(&packed, max, &t->tar);
	bufrelease(&packed);
	if (why)
		return why;
	while (at + BLOCK <= t->tar.n && t->tar.p[at]) {
		if (t->n == MEMBERS)
			return wrong(NULL, "it has more than 100000 members");
		if ((why = readmember(t, &at)))
			return why;
	}
	if (!t->n)
		return wrong(NULL, "nothing is in it");
	/* Two blocks of zeros, up to a whole record. */
	if (t->tar.n != (at + 2 * BLOCK + RECORD - 1) / RECORD * RECORD)
		return wrong(NULL, "it does not end where tar ends it");
	for (; at < t->tar.n; at++)
		if (t->tar.p[at])
			return wrong(NULL, "something stands behind its last member");
	return NULL;
}

void
tarballunpack(const struct tarball *t, const char *dir)
{
	int top, fd;

	if (mkdir(dir, 0777) || (top = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)) < 0)
		fatal("create '%s':", dir);
	for (size_t i = 0; i < t->n; i++) {
		const struct member *m = &t->member[i];

		if (m->folder) {
			if (mkdirat(top, m->name, 0755))
				fatal("create '%s/%s':", dir, m->name);
			continue;
		}
		fd = openat(top, m->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
			m->executable ? 0755 : 0644);
		if (fd < 0 || writeall(fd, t->tar.p + m->at, m->size) || close(fd))
			fatal("write '%s/%s':", dir, m->name);
	}
	close(top);
}

void
tarballrelease(struct tarball *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->member[i].name);
	free(t->member);
	bufrelease(&t->tar);
	*t = (struct tarball){0};
}
