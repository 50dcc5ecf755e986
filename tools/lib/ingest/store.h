/*
 * Where an ingest keeps what it knows: a folder for each build, with
 *
 *	build.profraw	the build's functions, without counts: what uploads are held against
 *	salt		32 random bytes, with which names of sources are hashed
 *	lock		held while an ingest is at work; another one waits
 *	SOURCE.pack	see ingest/pack.h
 *	pool.profraw	the sum of the sources that agree; and ledger.jsonl
 *
 * Each file is replaced by a rename. The ledger and the pool are made anew from the packs each time.
 */
#ifndef INGEST_STORE_H
#define INGEST_STORE_H

#include "ingest/pack.h"
#include "pool/closed.h"

struct store {
	char *dir;
	char salt[32];
	int lock;
	struct pool *one, *sum; /* closed to the build */
	size_t nfunction;
	uint64_t blank; /* bytes of build.profraw */
	char **source;	/* those that have a pack, sorted */
	size_t nsource;
};

/*
 * Opens the folder below `root` for the build that the n programs are of, which is made if need be,
 * and waits for its lock. What a killed ingest left half-written goes. Fatal on any failure.
 */
void storeopen(struct store *s, const char *root, char *const program[], size_t n);
void storeclose(struct store *s);

/* Looks again which sources have a pack. */
void storelist(struct store *s);

/* The opaque name of a source: 64 bits of a hash that takes the salt to compute. */
void storesource(const struct store *s, const char *name, char id[SOURCE_HEX]);

/* The path of a file in the store; valid until the next call. */
const char *storepath(const struct store *s, const char *name, const char *suffix);

#endif
