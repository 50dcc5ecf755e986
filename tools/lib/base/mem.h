/* Memory that is there or the tool ends: no caller checks for NULL. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* n elements of size bytes each, the product checked; fatal when there is no memory. */
void *xreallocarray(void *p, size_t n, size_t size);
void *xcalloc(size_t n, size_t size);
char *xstrdup(const char *s);

#endif
