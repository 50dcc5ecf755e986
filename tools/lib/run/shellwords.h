/* A command line split into words as a shell would, without a shell. */
#ifndef RUN_SHELLWORDS_H
#define RUN_SHELLWORDS_H

/*
 * The words of text, NULL at the end; NULL and *why (static storage) when it cannot be read.
 *
 * Quotes '...', "..." and \ as in sh. $NAME, ${NAME} and ${NAME:-text} are expanded outside single
 * quotes; an unset NAME is an error, and a value is never split nor taken for a pattern, so that a
 * path with spaces stays one word without quotes. Outside quotes * ? [...] match files (a pattern
 * without a match stays as it is) and a leading ~/ is HOME. Everything that needs a shell is
 * refused: command substitution, arithmetic, $1 and its like, and | & ; < > ( ) { } or a newline
 * outside quotes.
 */
char **wordsplit(const char *text, const char **why);
void wordsfree(char **words);

#endif
