/*
 * All that is kept of a source, in one file: what became of each upload, and the sums of those that
 * were accepted, one for each tier and week. It is replaced by one rename, so a kill leaves either
 * what was known before an ingest or all that it found of this source, and no upload can be in the
 * sum and not in the ledger, or the other way round.
 *
 *	pgokit-ingest-1 SOURCE PARTS LEDGER UNLISTED SHA256
 *	TIER WEEK UPLOADS BYTES			PARTS times
 *	one JSON object a line			LEDGER bytes
 *	raw profiles, without a gap		BYTES each
 *
 * SHA256 is of all that follows the first line. WEEK is in weeks of seven days since 1970-01-01.
 */
#ifndef INGEST_PACK_H
#define INGEST_PACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/digest.h"

enum { SOURCE_HEX = 17, TIER_SIZE = 32 };

/* The sum of the uploads of one tier and week. */
struct packpart {
	char tier[TIER_SIZE];
	uint32_t week;
	uint64_t uploads;
	struct buf raw;
};

/* A line of the ledger. */
struct packline {
	char upload[SHA256_HEX];
	char counts[SHA256_HEX]; /* of what was counted; "" when it was refused */
	char *json;
};

struct pack {
	char source[SOURCE_HEX];
	struct packpart *part;
	size_t npart;
	struct packline *line;
	size_t nline, capline;
	uint64_t unlisted; /* refused without a line, since there are too many */
};

/* Whether s can be the name of a tier: 1 to 31 letters, digits, "-", "_" and ".". */
bool istier(const char *s);

/*
 * Reads a pack; without `whole` no part has content, and the hash is not checked. False when there
 * is no such file. Fatal when it is damaged. Release the pack either way.
 */
bool packread(struct pack *p, const char *path, const char *source, bool whole);

void packwrite(const struct pack *p, const char *path);

/* The part of a tier and week, a new one if there was none. */
struct packpart *packpart(struct pack *p, const char *tier, uint32_t week);

/* Sets what became of an upload, in place of what was known; `json` is then the pack's. */
void packline(struct pack *p, const char *upload, const char *counts, char *json);

/* What is known of an upload, or NULL. */
const struct packline *packfind(const struct pack *p, const char *upload);

void packrelease(struct pack *p);

#endif
