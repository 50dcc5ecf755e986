/* Adding up what callgrind wrote, whatever it wrote. */
#include <stdlib.h>

#include "check.h"
#include "run/callgrind.h"

/* The instructions in a text, or -1. */
static double
sum(const char *text)
{
	char *copy = strdup(text);
	double n = 0;
	bool ok = callgrindsum(copy, &n);

	free(copy);
	return ok ? n : -1;
}

static void
testsums(void)
{
	CHECKNEAR(sum("version: 1\nevents: Ir\nsummary: 42\nfn=(1) f\n1 42\ntotals: 42\n"), 42, 0);
	/* Where the two differ, the end counts. */
	CHECKNEAR(sum("events: Ir\nsummary: 40\n\ntotals: 42"), 42, 0);
	CHECKNEAR(sum("events: Ir\nsummary: 42\n"), 42, 0);
	CHECKNEAR(sum("events: Ir\ntotals: 42\n"), 42, 0);
	/* The place of Ir among the events. */
	CHECKNEAR(sum("events: Dr Ir Dw\ntotals: 1 42 3\n"), 42, 0);
	CHECKNEAR(sum("events: Irx  Ir\ntotals: 1   42\n"), 42, 0);
	CHECKNEAR(sum("events: Ir Dr Dw\ntotals: 42 1\n"), 42, 0);
	/* Parts, each with events of its own. */
	CHECKNEAR(sum("events: Ir\nsummary: 1\ntotals: 1\nevents: Dr Ir\nsummary: 9 2\ntotals: 9 "
		      "2\n"),
		3, 0);
	CHECKNEAR(sum("events: Ir\nsummary: 1\ntotals: 1\nsummary: 2\n"), 3, 0);
	CHECKNEAR(sum("events: Ir\ntotals: 9007199254740991\n"), 9007199254740991., 0);
	CHECKNEAR(sum("events: Ir\ntotals: 0\n"), 0, 0);
}

static void
testothers(void)
{
	static const char *const texts[] = {"", "\n", "events: Ir\n", "totals: 42\n",
		"totals: 42\nevents: Ir\n", "events: Dr\ntotals: 42\n",
		"events: Dr Ir\ntotals: 42\n", "events: Ir\ntotals: -42\n",
		"events: Ir\ntotals: 4x\n", "events: Ir\ntotals: 0x42\n", "events: Ir\ntotals:\n",
		"events: Ir\ntotals: 99999999999999999999\n",
		"events: Ir\ntotals: 18446744073709551615\ntotals: 1\n",
		"events: Ir\ntotals: 1\ntotals: x\n", "events:\ntotals:\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		CHECKNEAR(sum(texts[i]), -1, 0);
}

int
main(void)
{
	testsums();
	testothers();
	return checkdone();
}
