/* A verdict (compare/verdict.h) as JUnit XML. */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include "json/json.h"

/*
 * Writes it to path: a test case for the comparison as a whole, and one per benchmark. What lets
 * the comparison fail is a failure (regressed) or an error (invalid, inconclusive); what would, but
 * is not gated, waived or small enough, is skipped with a message.
 */
void junitwrite(const char *path, const json_t *verdict);

#endif
