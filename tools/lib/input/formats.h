/*
 * Measurements in other programs' formats: the filters in ci/formats, run by jq, turn each into the
 * table that ci/formats/lib.jq describes.
 */
#ifndef INPUT_FORMATS_H
#define INPUT_FORMATS_H

#include "base/buf.h"
#include "decision/metric.h"
#include "json/json.h"

struct foreign {
	const char *format;  /* the name of a filter; "auto", "hyperfine" */
	enum metric metric;  /* METRIC_CPU where the format has it beside the time on the clock */
	const char *counter; /* of Google Benchmark, instead of the time; or NULL */
	json_t *better;	     /* {unit: "lower" or "higher"} where nobody else says, "": of all other
			       units; or NULL */
	const char *jq; /* of the format "command": a filter that gives rows, as lib.jq has them */
};

/*
 * Puts the table of the file in `path`, which may be compressed by gzip, into b. A folder is that
 * of criterion, of which `arm` is read (NULL: "new"). "auto" takes the file for what it looks like
 * and says so; what bench-compare reads by itself stays as it is. Fatal when there is no table.
 */
void foreignread(struct buf *b, const char *path, const struct foreign *f, const char *arm);

#endif
