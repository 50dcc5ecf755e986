/*
 * The receipt of a measurement: every sample in the order it was taken, so that whoever doubts a
 * verdict can compute it again. JSON, format "pgokit-receipt-1":
 *
 *   format, tool, finished   what this is, who wrote it, when (UTC)
 *   complete                 false when a command failed (the rounds before are all here) or a
 *                            file changed while it was measured
 *   seed                     16 hexadecimal digits: roundorder() gives `order` from it
 *   machine                  machinefacts()
 *   arms                     [{name, binary, sha256 of the binary, role, layout}]
 *     role                   "base", "cand", "control", "canary", "release" or null
 *     layout                 which of several arms of one role this is, from 1; or null
 *   benches                  [{name, metric, shell, prepare, cleanup, timeout_s, executions,
 *                              commands, files, sha256, order, steal_ticks, samples,
 *                              min_effect_pct?, margin_pct?, max_undetected_pct?}]
 *     metric                 "wall" or "cpu": which of the two is judged
 *     executions             runs of the command per sample; a sample is their mean
 *     commands, files, sha256   per arm: as written, what really ran, and its hash
 *     order                  per round: arm numbers in the order they ran
 *     steal_ticks            per round: stealticks() spent in it
 *     samples                {arm: {wall_s, user_s, sys_s, maxrss_kb, nvcsw, nivcsw: one number a
 *                             round; output: SHA-256 of standard output, null when runs differ}}
 *     the optional ones      the rules of this benchmark, as its plan has them
 */
#ifndef RECEIPT_H
#define RECEIPT_H

#include <stdbool.h>

#include "json.h"
#include "plan.h"
#include "series.h"

/* Writes the receipt of plan p, series per benchmark; takes over `machine`. */
void receiptwrite(const char *path, const struct plan *p, const struct series *ser, uint64_t seed,
	bool complete, json_t *machine);

#endif
