#include <stdlib.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "pool/workers.h"

void
poolsources(const struct poolrun *r, const char *out, struct buf *b)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct poolread *got = &r->read[i];
		char *path;

		if (!*got->sha256 || samefile(r->in[i].path, out))
			continue;
		path = xstrdup(r->in[i].path);
		printable(path);
		bufprintf(b, "%s\t%llu\t%s\n", got->sha256, (unsigned long long)got->bytes, path);
		free(path);
	}
}
