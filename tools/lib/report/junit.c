#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"
#include "compare/verdict.h"
#include "report/junit.h"
#include "report/wording.h"

/*
 * Text of an attribute in XML 1.0, which has no way to write most control characters, U+FFFE and
 * U+FFFF; a reader would turn line ends and tabs into blanks unless they are references.
 */
static void
putxml(struct buf *out, const char *s)
{
	static const char replacement[] = "\xef\xbf\xbd";
	size_t left = strlen(s), n;

	for (; left; s += n, left -= n) {
		unsigned char c = (unsigned char)*s;

		n = utf8len((const unsigned char *)s, left);
		if (c == '\t' || c == '\n' || c == '\r' || strchr("&<>\"'", c))
			bufprintf(out, "&#%d;", c);
		else if (c < 0x20 || !n || !strncmp(s, "\xef\xbf\xbe", 3) ||
			 !strncmp(s, "\xef\xbf\xbf", 3))
			bufputs(out, replacement);
		else
			bufadd(out, s, n);
		n = n ? n : 1;
	}
}

enum result { PASSED, FAILURE, ERROR, SKIPPED, NRESULTS };

static enum result
resultof(const json_t *bench)
{
	static const enum verdict doubtful[] = {
		REGRESSED, INVALID, CHANGED, DIFFERS, INCONCLUSIVE, LAYOUT_SUSPECT, APPEARED};
	int code = (int)json_integer_value(json_object_get(bench, "exit"));

	if (code)
		return code == EXIT_NO ? FAILURE : ERROR;
	for (size_t i = 0; i < sizeof(doubtful) / sizeof(*doubtful); i++)
		if (verdictis(bench, doubtful[i]))
			return SKIPPED;
	return PASSED;
}

/* A test case that ended like this, with a message that is plain text. */
static void
putcase(struct buf *out, enum result r, const char *class, const char *name, double seconds,
	const char *message)
{
	static const char *const words[NRESULTS] = {NULL, "failure", "error", "skipped"};

	bufprintf(out, "    <testcase classname=\"%s\" name=\"", class);
	putxml(out, name);
	bufputs(out, "\"");
	if (isfinite(seconds))
		bufprintf(out, " time=\"%.9f\"", seconds);
	if (r == PASSED) {
		bufputs(out, "/>\n");
		return;
	}
	bufprintf(out, "><%s message=\"", words[r]);
	putxml(out, message);
	bufputs(out, "\"/></testcase>\n");
}

static void
putbench(struct buf *out, const json_t *bench)
{
	struct buf message = {0};

	bufprintf(&message, "%s: ", textof(bench, "verdict"));
	putchange(&message, bench);
	bufputs(&message, " ");
	putinterval(&message, bench);
	putremarks(&message, bench, bufputs);
	putcase(out, resultof(bench), trueof(bench, "gated") ? "gated" : "not gated",
		textof(bench, "name"), numberof(bench, "cand_s"), bufstr(&message));
	bufrelease(&message);
}

void
junitwrite(const char *path, const json_t *verdict)
{
	const json_t *benches = json_object_get(verdict, "benches"), *b;
	int code = (int)json_integer_value(json_object_get(verdict, "exit"));
	enum result whole = !code ? PASSED : code == EXIT_NO ? FAILURE : ERROR;
	size_t count[NRESULTS] = {[PASSED] = 0}, i;
	struct buf out = {0}, numbers = {0};

	count[whole]++;
	json_array_foreach(benches, i, b) count[resultof(b)]++;
	bufprintf(&numbers, "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		json_array_size(benches) + 1, count[FAILURE], count[ERROR], count[SKIPPED]);
	bufprintf(&out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuites name=\"bench-compare\" %s>\n"
		"  <testsuite name=\"",
		bufstr(&numbers));
	putxml(&out, textof(verdict, "base"));
	bufputs(&out, " -&gt; ");
	putxml(&out, textof(verdict, "cand"));
	bufprintf(&out, "\" %s>\n", bufstr(&numbers));
	putcase(&out, whole, "comparison", "all gated benchmarks together", NAN,
		textof(verdict, "outcome"));
	json_array_foreach(benches, i, b) putbench(&out, b);
	bufputs(&out, "  </testsuite>\n</testsuites>\n");
	writefile(path, &out);
	bufrelease(&numbers);
	bufrelease(&out);
}
