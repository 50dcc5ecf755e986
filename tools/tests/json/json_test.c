/* JSON that is refused, strings that are not UTF-8, numbers that survive. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "check.h"
#include "json/json.h"

static char dir[] = "/tmp/json_test.XXXXXX";

/* Whether jsonread takes text; its warnings are hidden. */
static bool
taken(const char *text, size_t max)
{
	struct buf b = {0};
	int status = 0;
	pid_t pid;

	bufputs(&b, text);
	writefile("in.json", &b);
	bufrelease(&b);
	pid = fork();
	if (!pid) {
		json_t *v;

		if (!freopen("/dev/null", "w", stderr))
			_exit(99);
		v = jsonread("in.json", max);
		_exit(v ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
	return status == 0;
}

static void
testread(void)
{
	struct buf deep = {0};

	CHECK(taken("{\"a\": [1, 2.5, null]}", 1000));
	CHECK(!taken("", 1000));
	CHECK(!taken("{\"a\": 1", 1000));
	CHECK(!taken("{\"a\": 1} x", 1000));
	CHECK(!taken("{\"a\": 1, \"a\": 2}", 1000));
	CHECK(!taken("[NaN]", 1000));
	CHECK(!taken("[Infinity]", 1000));
	CHECK(!taken("[1e999]", 1000));
	CHECK(!taken("[123456789012345678901234567890]", 1000));
	CHECK(!taken("[\"\\u0000\"]", 1000));
	CHECK(!taken("[\"\xff\"]", 1000));
	CHECK(!taken("[1, 2, 3]", 8));
	CHECK(taken("[1, 2, 3]", 9));
	for (int i = 0; i < 100000; i++)
		bufputs(&deep, "[");
	CHECK(!taken(bufstr(&deep), 1000000));
	bufrelease(&deep);
}

static void
checkstring(const char *in, const char *want)
{
	json_t *v = jsonstr(in);

	CHECKSTR(json_string_value(v), want);
	json_decref(v);
}

#define FFFD "\xef\xbf\xbd"

static void
teststrings(void)
{
	json_t *none = jsonstr(NULL);

	CHECK(json_is_null(none));
	json_decref(none);
	checkstring("", "");
	checkstring("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
		"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
	checkstring("a\xff"
		    "b",
		"a" FFFD "b");
	checkstring("\x80\xbf", FFFD FFFD);		      /* continuation bytes alone */
	checkstring("x\xc3", "x" FFFD);			      /* cut off */
	checkstring("\xe2\x82", FFFD FFFD);		      /* cut off */
	checkstring("\xc0\xaf", FFFD FFFD);		      /* overlong */
	checkstring("\xe0\x80\xaf", FFFD FFFD FFFD);	      /* overlong */
	checkstring("\xed\xa0\x80", FFFD FFFD FFFD);	      /* a surrogate */
	checkstring("\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD); /* above U+10FFFF */
	checkstring("\xf5", FFFD);
	checkstring("\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"); /* U+10FFFF */
	checkstring("\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80");
	checkstring("\033[1m\n", "\033[1m\n"); /* escaped when written */
}

static void
testnumbers(void)
{
	static const double samples[] = {.016210982600000003, 1.0 / 3, 1e-9, 123456789.123456789};
	json_t *v = json_array(), *back;
	struct buf b = {0};

	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		json_array_append_new(v, json_real(samples[i]));
	jsonwrite("out.json", v);
	back = jsonread("out.json", 1000);
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		CHECKNEAR(json_real_value(json_array_get(back, i)), samples[i], 1e-11);
	json_decref(back);
	/* What is to be computed again elsewhere keeps every bit. */
	jsonexact(&b, v);
	writefile("out.json", &b);
	bufrelease(&b);
	back = jsonread("out.json", 1000);
	for (size_t i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		CHECKNEAR(json_real_value(json_array_get(back, i)), samples[i], 0);
	json_decref(back);
	json_decref(v);
}

int
main(void)
{
	CHECK(mkdtemp(dir) && !chdir(dir));
	testread();
	teststrings();
	testnumbers();
	unlink("in.json");
	unlink("out.json");
	CHECK(!chdir("/") && !rmdir(dir));
	return checkdone();
}
