/*
 * The receipt of a measurement: every sample in the order it was taken, so that whoever doubts a
 * verdict can compute it again. JSON, format "pgokit-receipt-1":
 *
 *   format, tool, finished   what this is, who wrote it, when (UTC)
 *   complete                 false when a command failed (the rounds before are all here) or a
 *                            file changed while it was measured
 *   seed                     16 hexadecimal digits: roundorder() gives `order` from it
 *   machine                  machinefacts()
 *   arms                     [{name, binary, sha256 of the binary}]
 *   benches                  [{name, metric, shell, prepare, executions, commands, files, sha256,
 *                              order, steal_ticks, samples}]
 *     metric                 "wall" or "cpu": which of the two is judged
 *     executions             runs of the command per sample; a sample is their mean
 *     commands, files, sha256   per arm: as written, what really ran, and its hash
 *     order                  per round: arm numbers in the order they ran
 *     steal_ticks            per round: stealticks() spent in it
 *     samples                {arm: {wall_s, user_s, sys_s, maxrss_kb, nivcsw: one number a round;
 *                             output: SHA-256 of standard output, null when runs differ}}
 */
#ifndef RECEIPT_H
#define RECEIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "json.h"
#include "plan.h"
#include "proc.h"

struct sample {
	double wall_s;
	double user_s;
	double sys_s;
	double maxrss_kb;
	double nivcsw;
	char output[SHA256_HEX]; /* of the last execution */
};

void sampleadd(struct sample *s, const struct outcome *o);
void samplemean(struct sample *s, unsigned executions);
double samplecpu(const struct sample *s); /* user and system time */

/* The rounds of one benchmark. */
struct series {
	unsigned executions;
	size_t rounds;
	struct sample *samples; /* [round * arms + arm] */
	size_t *order;		/* [round * arms + slot] */
	long long *steal;	/* [round] */
};

/* Appends a round: order[narms], samples[narms] by arm, steal ticks. */
void seriesadd(struct series *s, size_t narms, const size_t *order, const struct sample *samples,
	long long steal);
const struct sample *seriesat(const struct series *s, size_t narms, size_t round, size_t arm);

/* Writes the receipt of plan p, series per benchmark; takes over `machine`. */
void receiptwrite(const char *path, const struct plan *p, const struct series *ser, uint64_t seed,
	bool complete, json_t *machine);

/* Writes the samples in the format of `hyperfine --export-json`. */
void hyperfinewrite(const char *path, const struct plan *p, const struct series *ser);

#endif
