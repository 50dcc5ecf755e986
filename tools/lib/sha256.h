/* SHA-256 (FIPS 180-4), for fingerprints of binaries, outputs and raw profiles. */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_HEX = 65 }; /* 64 hexadecimal digits and a NUL */

struct sha256 {
	uint32_t h[8];
	uint64_t n; /* bytes taken so far */
	unsigned char block[64];
};

void sha256init(struct sha256 *s);
void sha256add(struct sha256 *s, const void *p, size_t n);

/* The digest in lower-case hexadecimal; s is used up. */
void sha256hex(struct sha256 *s, char hex[SHA256_HEX]);

/* The digest of what can be read from fd, from its present offset on; -1 with errno. */
int sha256fd(int fd, char hex[SHA256_HEX]);

/* The digest of a regular file; -1 with errno. */
int sha256file(const char *path, char hex[SHA256_HEX]);

#endif
