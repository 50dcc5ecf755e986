/* Commands split into words. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "check.h"
#include "run/command.h"

static char dir[] = "/tmp/command_test.XXXXXX";

/* The words of text, each in brackets; or "!" and the reason. */
static const char *
words(const char *text)
{
	static struct buf b;
	struct command c;
	const char *why = "";

	b.n = 0;
	if (!commandparse(&c, text, false, &why)) {
		bufprintf(&b, "!%s", why);
		return bufstr(&b);
	}
	for (char **w = c.argv; *w; w++)
		bufprintf(&b, "[%s]", *w);
	commandrelease(&c);
	return bufstr(&b);
}

static void
testwords(void)
{
	setenv("SPACED", "/a b/c  d", 1);
	setenv("WILD", "*.c", 1);
	setenv("EMPTY", "", 1);
	setenv("HOME", "/home/me", 1);
	unsetenv("UNSET");

	CHECKSTR(words("a b\tc "), "[a][b][c]");
	CHECKSTR(words("  a"), "[a]");
	CHECKSTR(words("a 'b c' \"d e\" f\\ g ''"), "[a][b c][d e][f g][]");
	CHECKSTR(words("a'b'\"c\"d"), "[abcd]");
	CHECKSTR(words("'$SPACED \\' \"\\$X \\\" \\n\""), "[$SPACED \\][$X \" \\n]");
	CHECKSTR(words("it\\'s #1"), "[it's][#1]");

	/* A value is one word, never split, never a pattern, and gone when empty as in sh. */
	CHECKSTR(words("$SPACED x"), "[/a b/c  d][x]");
	CHECKSTR(words("--in=$SPACED/x \"$SPACED\""), "[--in=/a b/c  d/x][/a b/c  d]");
	CHECKSTR(words("${SPACED}x"), "[/a b/c  dx]");
	CHECKSTR(words("a $WILD"), "[a][*.c]");
	CHECKSTR(words("a $EMPTY b"), "[a][b]");
	CHECKSTR(words("a \"$EMPTY\" b x$EMPTY"), "[a][][b][x]");
	CHECKSTR(words("${UNSET:-d} ${EMPTY:-e f} ${SPACED:-g}"), "[d][e f][/a b/c  d]");
	CHECKSTR(words("a$ $ b$/ \"$\""), "[a$][$][b$/][$]");
	CHECKSTR(words("~ ~/x a~ ~you \"~\""), "[/home/me][/home/me/x][a~][~you][~]");

	CHECKSTR(words("a $UNSET"), "!variable UNSET is not set");
	CHECKSTR(words("a \"${UNSET}\""), "!variable UNSET is not set");
	CHECKSTR(words("a $(id)"), "!command substitution or arithmetic: set \"shell\": true");
	CHECKSTR(words("a \"$(id)\""), "!command substitution or arithmetic: set \"shell\": true");
	CHECKSTR(words("a $((1+2))"), "!command substitution or arithmetic: set \"shell\": true");
	CHECKSTR(words("a `id`"), "!command substitution: set \"shell\": true");
	CHECKSTR(words("a \"`id`\""), "!command substitution: set \"shell\": true");
	CHECKSTR(words("awk \"$1\""), "!of $ only $NAME, ${NAME} and ${NAME:-text} can be used: "
				      "set \"shell\": true");
	for (const char *s = "1@*#?$!-"; *s; s++) {
		char text[] = {'a', ' ', '$', *s, '\0'};

		CHECK(*words(text) == '!');
	}
	CHECK(*words("${") == '!');
	CHECK(*words("${}") == '!');
	CHECK(*words("${SPACED") == '!');
	CHECK(*words("${SPACED%c}") == '!');
	CHECK(*words("${#SPACED}") == '!');
	CHECK(*words("${UNSET:-$SPACED}") == '!');
	CHECKSTR(words("'a"), "!a quote is not closed");
	CHECKSTR(words("a \"b"), "!a quote is not closed");
	CHECKSTR(words("a \\"), "!a backslash at the end");
	CHECKSTR(words(""), "!there is no command in it");
	CHECKSTR(words(" \t"), "!there is no command in it");
	CHECKSTR(words("'' a"), "!there is no command in it");
	for (const char *s = "|&;<>(){}\n"; *s; s++) {
		char bare[] = {'a', ' ', *s, ' ', 'b', '\0'}, kept[] = {'\'', *s, '\'', '\0'};
		char want[] = {'[', *s, ']', '\0'};

		CHECK(*words(bare) == '!');
		CHECKSTR(words(kept), want);
	}
}

static void
testpatterns(void)
{
	int a, b;

	CHECK(!chdir(dir));
	a = open("one.txt", O_CREAT | O_WRONLY, 0600);
	b = open("t*o.txt", O_CREAT | O_WRONLY, 0600);
	close(a);
	close(b);
	CHECKSTR(words("ls *.txt"), "[ls][one.txt][t*o.txt]");
	CHECKSTR(words("ls t[*]o.txt o??.txt"), "[ls][t*o.txt][one.txt]");
	CHECKSTR(words("ls '*'.txt \"*.txt\" \\*.txt"), "[ls][*.txt][*.txt][*.txt]");
	CHECKSTR(words("ls *\"t*o\"*"), "[ls][t*o.txt]");
	CHECKSTR(words("ls *.none ["), "[ls][*.none][[]");
	unlink("one.txt");
	unlink("t*o.txt");
}

static void
testifs(void)
{
	setenv("IFS", ":", 1);
	setenv("SPACED", "a:b c", 1);
	CHECKSTR(words("x $SPACED"), "[x][a:b c]");
	CHECKSTR(getenv("IFS"), ":");
	unsetenv("IFS");
	words("x $SPACED");
	CHECK(!getenv("IFS"));
}

int
main(void)
{
	CHECK(mkdtemp(dir) != NULL);
	testwords();
	testpatterns();
	testifs();
	CHECK(!chdir("/") && !rmdir(dir));
	return checkdone();
}
