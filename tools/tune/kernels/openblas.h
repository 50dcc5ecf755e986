/* OpenBLAS, loaded at run time where it is installed. */
#ifndef KERNELS_OPENBLAS_H
#define KERNELS_OPENBLAS_H

/* NULL when it is there, else why it is not (static storage). */
const char *openblas_missing(void);

/*
 * The core type whose kernels it uses, or "unknown". It chooses by the CPU when it is loaded; what
 * OPENBLAS_CORETYPE names in the environment of the process wins.
 */
const char *openblas_core(void);

#endif
