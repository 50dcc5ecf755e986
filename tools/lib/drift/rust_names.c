#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "drift/rust_names.h"

enum { HASHDIGITS = 16 };

/* From "17h" on: a hash and the end of the name, or of what LLVM has not added to it. */
static bool
legacyhash(const char *s, size_t n)
{
	static const char mark[] = "17h";
	size_t k = sizeof(mark) - 1;

	if (n < k + HASHDIGITS + 1 || memcmp(s, mark, k) != 0 || s[k + HASHDIGITS] != 'E')
		return false;
	for (size_t i = k; i < k + HASHDIGITS; i++)
		if (!isxdigit((unsigned char)s[i]))
			return false;
	return n == k + HASHDIGITS + 1 || s[k + HASHDIGITS + 1] == '.';
}

static bool
legacy(const char *s, size_t n, struct buf *b)
{
	if (n < 3 || memcmp(s, "_ZN", 3) != 0)
		return false;
	for (size_t i = 3; i < n; i++)
		if (legacyhash(s + i, n - i)) {
			bufadd(b, s, i);
			return true;
		}
	return false;
}

/* The length of a number to the base 62 with its "_" at s, 0 when there is none. */
static size_t
base62(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && isalnum((unsigned char)s[i]))
		i++;
	return i < n && s[i] == '_' ? i + 1 : 0;
}

/*
 * Identifiers are copied: they start with their length. Of the rest only hashes are left out, and
 * back references ("B", a position to the base 62), since positions change with the hashes'
 * lengths.
 */
static bool
v0(const char *s, size_t n, struct buf *b)
{
	bool any = false;
	size_t i = 2, k;

	if (n < 3 || memcmp(s, "_R", 2) != 0)
		return false;
	bufadd(b, s, i);
	while (i < n && s[i] != '.') {
		if (s[i] >= '1' && s[i] <= '9') {
			size_t len = 0, from = i;

			while (i < n && isdigit((unsigned char)s[i]) && len < n)
				len = 10 * len + (size_t)(s[i++] - '0');
			i += i < n &&
			     s[i] == '_'; /* where the identifier looks like more of the number */
			i += len < n - i ? len : n - i;
			bufadd(b, s + from, i - from);
			continue;
		}
		bufadd(b, &s[i], 1);
		if (s[i] == 'C' && i + 1 < n && s[i + 1] == 's' &&
			(k = base62(s + i + 2, n - i - 2))) {
			any = true;
			i += 1 + k;
		} else if (s[i] == 'B' && (k = base62(s + i + 1, n - i - 1))) {
			i += k;
		}
		i++;
	}
	return any;
}

bool
driftcratename(const char *name, size_t n, struct buf *b)
{
	const char *sep = memchr(name, ';', n);
	size_t skip = sep ? (size_t)(sep + 1 - name) : 0;

	b->n = 0;
	return legacy(name + skip, n - skip, b) || v0(name + skip, n - skip, b);
}

/* The function of a name without its hashes. */
struct bare {
	uint64_t key;
	const struct driftfn *fn;
};

static int
order(const void *va, const void *vb)
{
	const struct bare *a = va, *b = vb;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	if (a->fn->hash != b->fn->hash)
		return a->fn->hash < b->fn->hash ? -1 : 1;
	if (a->fn->count != b->fn->count)
		return a->fn->count < b->fn->count ? 1 : -1;
	/* In one array, by name hash and hash. */
	return (a->fn > b->fn) - (a->fn < b->fn);
}

/* Keeps v[n] if the name is Rust's; returns how many there are then. */
static size_t
keep(struct bare *v, size_t n, const struct driftset *s, const struct driftfn *f, struct buf *b)
{
	size_t len = 0;
	const char *name = profnamesfind(&s->names, f->ref, &len);

	if (!name || !driftcratename(name, len, b))
		return n;
	v[n] = (struct bare){md5ref(b->p, b->n), f};
	return n + 1;
}

struct driftsum
driftcrates(const struct drift *d)
{
	struct bare *gone = xreallocarray(NULL, d->nlost, sizeof(*gone)),
		    *added = xreallocarray(NULL, d->nadded, sizeof(*added));
	struct driftsum sum = {0};
	struct buf b = {0};
	size_t n = 0, m = 0, k = 0;

	for (size_t i = 0; i < d->nlost; i++)
		if (d->lost[i].state == DRIFT_GONE)
			n = keep(gone, n, d->old, d->lost[i].fn, &b);
	for (size_t i = 0; n && i < d->nadded; i++)
		m = keep(added, m, d->new, d->added[i], &b);
	qsort(gone, n, sizeof(*gone), order);
	qsort(added, m, sizeof(*added), order);
	for (size_t i = 0; i < n; i++) {
		const struct bare *g = &gone[i];

		while (k < m && (added[k].key < g->key || (added[k].key == g->key &&
								  added[k].fn->hash < g->fn->hash)))
			k++;
		if (k < m && added[k].key == g->key && added[k].fn->hash == g->fn->hash) {
			driftadd(&sum, g->fn);
			k++;
		}
	}
	bufrelease(&b);
	free(gone);
	free(added);
	return sum;
}
