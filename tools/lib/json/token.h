/* The words of JSON: numbers, strings, true, false, null. The text ends with a NUL. */
#ifndef JSON_TOKEN_H
#define JSON_TOKEN_H

struct token {
	const char *p;	 /* what is still to be read; where it is wrong, when it is */
	const char *why; /* NULL while all is well */
};

/* Each goes behind the one at p, which begins as such a one does, or says why not. */
void tokennumber(struct token *t);
void tokenstring(struct token *t);
void tokenword(struct token *t);

/* For qsort of pointers to the opening quotes of strings that are good: by what they say. */
int tokenkeys(const void *a, const void *b);

#endif
