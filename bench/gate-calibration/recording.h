/* Times of four arms, recorded round by round: what the experiments are drawn from. */
#ifndef RECORDING_H
#define RECORDING_H

#include <stddef.h>

enum { A, A2, B1, B2, ARMS };
enum { WALL, CPU, METRICS };

struct recording {
	double (*log)[METRICS][ARMS]; /* [round]: natural logarithm of seconds */
	size_t rounds;
	/*
	 * All runs of all arms, in the order in which they ran, as if they were of one program:
	 * what B1 and B2 take longer than A (the median) is taken off.
	 */
	double *runs[METRICS];
	size_t nruns; /* ARMS * rounds */
};

/*
 * Reads a table with a header and the tab-separated columns round (from 0, in order), slot (the
 * position in the round, from 1), arm, wall_s, cpu_s. Fatal when it is not one.
 */
struct recording recordingread(const char *path);
void recordingrelease(struct recording *rec);

#endif
