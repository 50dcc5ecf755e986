/* MD5 (RFC 1321): LLVM names a function in its profiles by it. Not for security. */
#ifndef MD5_H
#define MD5_H

#include <stddef.h>
#include <stdint.h>

void md5(const void *p, size_t n, unsigned char sum[static 16]);

/* LLVM's NameRef of a function's PGO name: the first eight bytes of its MD5 as a number. */
uint64_t md5ref(const void *name, size_t n);

#endif
