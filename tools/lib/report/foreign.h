/* A name or a reason from whoever wrote the documents, short and harmless to a terminal. */
#ifndef REPORT_FOREIGN_H
#define REPORT_FOREIGN_H

#include <stdbool.h>

enum { FOREIGN_MAX = 200 }; /* bytes that are shown */

/* A copy that printable() has seen, cut between characters where it is longer; the caller's to free. */
char *foreignshort(const char *s, bool *cut);

#endif
