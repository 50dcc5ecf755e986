/* What to install where: ci/data/packages.tsv, which `make` turns into C. */
#ifndef BASE_PACKAGES_H
#define BASE_PACKAGES_H

#include <stddef.h>

/*
 * Warns, a line per distribution, how to install the packages that Debian calls by these names
 * (with N for the LLVM release) of that release.
 */
void packagehints(const char *const debian[], size_t n, unsigned major);

#endif
