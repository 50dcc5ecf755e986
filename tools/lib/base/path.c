/* Programs on PATH. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"

bool
isprogram(const char *path)
{
	struct stat st;

	return !access(path, X_OK) && !stat(path, &st) && S_ISREG(st.st_mode);
}

char *
onpath(const char *name)
{
	const char *path = getenv("PATH");
	struct buf b = {0};

	if (strchr(name, '/'))
		return isprogram(name) ? xstrdup(name) : NULL;
	for (path = path ? path : "/bin:/usr/bin"; *path; path += *path == ':') {
		size_t n = strcspn(path, ":");

		b.n = 0;
		bufadd(&b, path, n);
		bufprintf(&b, "%s%s", n ? "/" : "./", name);
		if (isprogram(bufstr(&b)))
			return b.p; /* the caller's now */
		path += n;
	}
	bufrelease(&b);
	return NULL;
}
