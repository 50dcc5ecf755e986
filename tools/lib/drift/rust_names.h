/*
 * rustc puts a hash into the names of functions that depends on the crate's version, features and
 * flags and on the compiler: when one of them changes, all functions of the crate are gone and new
 * again. Legacy mangling ends in "17h", 16 hexadecimal digits and "E"; v0 (_R...) has "Cs", digits
 * to the base 62 and "_" in front of the name of each crate. Functions that are not exported carry,
 * instead of a path, the part of the crate that they were compiled in ("app.1f3...-cgu.0;_ZN...").
 * https://doc.rust-lang.org/rustc/symbol-mangling/v0.html
 */
#ifndef DRIFT_RUST_NAMES_H
#define DRIFT_RUST_NAMES_H

#include "drift/compare.h"

/* What is left of a Rust name, in b, without all that; false when it is none. */
bool driftcratename(const char *name, size_t n, struct buf *b);

/*
 * The old functions that are gone, but in the new set under a name that differs by nothing else,
 * with the same hash; each new one explains one of them, the hottest first.
 */
struct driftsum driftcrates(const struct drift *d);

#endif
