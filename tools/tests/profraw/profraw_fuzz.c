/* libFuzzer: the parser comes to a verdict on anything, and says where and what next. */
#include <stdio.h>
#include <stdlib.h>

#include "profraw/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct proftotal t = {0};
	struct proffile f;

	profcheck(p, n, &f, &t);
	if (profisbad(&f) && (!f.d.next || !f.d.bad.section || !*f.d.bad.what || f.d.bad.off > n)) {
		fprintf(stderr, "%s without section, offset or advice\n", profclassname(f.d.class));
		abort();
	}
	if (!profisbad(&f) && (f.count.hit > f.count.n || f.functions_hit > f.functions)) {
		fprintf(stderr, "more counters or functions hit than there are\n");
		abort();
	}
	bufrelease(&f.ids);
	proftotalrelease(&t);
	return 0;
}
