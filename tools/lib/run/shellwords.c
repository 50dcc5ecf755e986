#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "run/shellwords.h"

struct splitter {
	const char *p; /* what is still to be read */
	struct buf word;
	struct buf pattern; /* the same, with a backslash before each pattern character in quotes */
	bool started;	    /* there is a word, even if it is empty ("") */
	bool wild;	    /* it has a pattern character outside quotes */
	char **words;
	size_t n;
	const char *why; /* NULL while all is well */
};

static void
push(struct splitter *s, const char *word)
{
	s->words = xreallocarray(s->words, s->n + 2, sizeof(*s->words));
	s->words[s->n++] = xstrdup(word);
	s->words[s->n] = NULL;
}

static void
endword(struct splitter *s)
{
	glob_t g;

	if (!s->started)
		return;
	if (s->wild && !glob(bufstr(&s->pattern), 0, NULL, &g)) {
		for (size_t i = 0; i < g.gl_pathc; i++)
			push(s, g.gl_pathv[i]);
		globfree(&g);
	} else {
		push(s, bufstr(&s->word));
	}
	s->word.n = s->pattern.n = 0;
	s->started = s->wild = false;
}

/* One character that stands for itself. */
static void
quoted(struct splitter *s, char c)
{
	if (strchr("*?[]\\", c))
		bufadd(&s->pattern, "\\", 1);
	bufadd(&s->pattern, &c, 1);
	bufadd(&s->word, &c, 1);
}

static void
value(struct splitter *s, const char *text)
{
	for (; *text; text++) {
		quoted(s, *text);
		s->started = true;
	}
}

static size_t
namelength(const char *p)
{
	static const char legal[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

	return *p >= '0' && *p <= '9' ? 0 : strspn(p, legal);
}

/* At a $: a variable, or the character itself where nothing that could be meant follows. */
static void
dollar(struct splitter *s)
{
	static char unset[300];
	const char *p = s->p + 1, *name, *found, *text = NULL;
	bool brace = *p == '{';
	size_t n, textlen = 0;
	char *key;

	if (*p == '(') {
		s->why = "command substitution or arithmetic: set \"shell\": true";
		return;
	}
	name = p += brace;
	n = namelength(p);
	p += n;
	if (!n && !brace && (!*p || !strchr("0123456789*@#?$!-", *p))) {
		quoted(s, *s->p++);
		s->started = true;
		return;
	}
	if (brace && n && !strncmp(p, ":-", 2)) {
		text = p + 2;
		textlen = strcspn(text, "}$`\"'\\{");
		p = text + textlen;
	}
	if (!n || (brace && *p++ != '}')) {
		s->why = "of $ only $NAME, ${NAME} and ${NAME:-text} can be used: "
			 "set \"shell\": true";
		return;
	}
	s->p = p;
	key = xcalloc(n + 1, 1);
	memcpy(key, name, n);
	found = getenv(key);
	if (text && (!found || !*found)) {
		for (size_t i = 0; i < textlen; i++)
			quoted(s, text[i]);
		s->started |= textlen > 0;
	} else if (found) {
		value(s, found);
	} else {
		snprintf(unset, sizeof(unset), "variable %s is not set", key);
		s->why = unset;
	}
	free(key);
}

static void
singlequotes(struct splitter *s)
{
	s->started = true;
	for (s->p++; *s->p && *s->p != '\''; s->p++)
		quoted(s, *s->p);
	if (*s->p)
		s->p++;
	else
		s->why = "a quote is not closed";
}

static void
doublequotes(struct splitter *s)
{
	s->started = true;
	s->p++;
	while (!s->why && *s->p != '"') {
		if (!*s->p) {
			s->why = "a quote is not closed";
		} else if (*s->p == '$') {
			dollar(s);
		} else if (*s->p == '`') {
			s->why = "command substitution: set \"shell\": true";
		} else {
			if (*s->p == '\\' && s->p[1] && strchr("$`\"\\", s->p[1]))
				s->p++;
			quoted(s, *s->p++);
		}
	}
	s->p += !s->why;
}

/* The next piece of the text: a blank, a quoted part, a variable or one character. */
static void
piece(struct splitter *s)
{
	const char *home = getenv("HOME");

	switch (*s->p) {
	case ' ':
	case '\t':
		endword(s);
		s->p++;
		return;
	case '\'':
		singlequotes(s);
		return;
	case '"':
		doublequotes(s);
		return;
	case '$':
		dollar(s);
		return;
	case '`':
		s->why = "command substitution: set \"shell\": true";
		return;
	case '\\':
		if (!s->p[1]) {
			s->why = "a backslash at the end";
			return;
		}
		s->started = true;
		quoted(s, s->p[1]);
		s->p += 2;
		return;
	default:
		break;
	}
	if (strchr("|&;<>(){}\n", *s->p)) {
		s->why = "one of | & ; < > ( ) { } or a newline outside quotes: "
			 "quote it, or set \"shell\": true";
		return;
	}
	if (*s->p == '~' && !s->started && (!s->p[1] || strchr("/ \t", s->p[1])) && home) {
		s->started = true;
		value(s, home);
		s->p++;
		return;
	}
	s->started = true;
	s->wild |= strchr("*?[", *s->p) != NULL;
	bufadd(&s->pattern, s->p, 1);
	bufadd(&s->word, s->p, 1);
	s->p++;
}

char **
wordsplit(const char *text, const char **why)
{
	struct splitter s = {.p = text, .words = xcalloc(1, sizeof(char *))};

	while (*s.p && !s.why)
		piece(&s);
	if (!s.why)
		endword(&s);
	bufrelease(&s.word);
	bufrelease(&s.pattern);
	if (!s.why)
		return s.words;
	*why = s.why;
	wordsfree(s.words);
	return NULL;
}

void
wordsfree(char **words)
{
	for (char **w = words; w && *w; w++)
		free(*w);
	free(words);
}
