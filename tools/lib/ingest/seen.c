#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ingest/seen.h"

/* Both 0: the slot is free. No SHA-256 is known that starts like that. */
struct seenkey {
	uint64_t a, b;
};

static uint64_t
word(const char *hex)
{
	char s[17];

	memcpy(s, hex, 16);
	s[16] = '\0';
	return strtoull(s, NULL, 16);
}

static struct seenkey *
find(const struct seen *s, struct seenkey key)
{
	size_t k = key.a & (s->cap - 1);

	while ((s->slot[k].a | s->slot[k].b) && (s->slot[k].a != key.a || s->slot[k].b != key.b))
		k = (k + 1) & (s->cap - 1);
	return &s->slot[k];
}

bool
seenhas(const struct seen *s, const char *hex)
{
	struct seenkey key = {word(hex), word(hex + 16)}, *at = s->cap ? find(s, key) : NULL;

	return at && (at->a | at->b);
}

void
seenadd(struct seen *s, const char *hex)
{
	struct seenkey key = {word(hex), word(hex + 16)};

	if (2 * s->n >= s->cap) {
		struct seen old = *s;

		s->cap = s->cap ? 2 * s->cap : 1024;
		s->slot = xcalloc(s->cap, sizeof(*s->slot));
		for (size_t i = 0; i < old.cap; i++)
			if (old.slot[i].a | old.slot[i].b)
				*find(s, old.slot[i]) = old.slot[i];
		free(old.slot);
	}
	if (seenhas(s, hex))
		return;
	*find(s, key) = key;
	s->n++;
}

void
seenrelease(struct seen *s)
{
	free(s->slot);
	*s = (struct seen){0};
}
