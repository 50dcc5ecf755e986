/* SHA-256, the fingerprint of files and outputs, and MD5, by which LLVM names functions. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_HEX = 65 }; /* 64 hexadecimal digits and a NUL */

/* The SHA-256 (FIPS 180-4) of p[n] in lower-case hexadecimal. */
void sha256(const void *p, size_t n, char hex[SHA256_HEX]);

/* The same of what can be read from fd, from its present offset on; -1 with errno. */
int sha256fd(int fd, char hex[SHA256_HEX]);

/* MD5 (RFC 1321). Not for security. */
void md5(const void *p, size_t n, unsigned char sum[static 16]);

/* LLVM's NameRef of a function's PGO name: the first eight bytes of its MD5 as a number. */
uint64_t md5ref(const void *name, size_t n);

#endif
