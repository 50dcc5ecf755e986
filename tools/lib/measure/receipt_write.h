/*
 * The receipt of a measurement: every sample in the order it was taken, so that whoever doubts a
 * verdict can compute it again. JSON, format "pgokit-receipt-1":
 *
 *   format, tool, finished   what this is, who wrote it, when (UTC)
 *   complete                 false when a command failed (the rounds before are all here) or a
 *                            file changed while it was measured
 *   seed                     16 hexadecimal digits: roundorder() gives `order` from it
 *   machine                  machinefacts()
 *   arms                     [{name, binary, sha256 of the binary, role, layout, slow_pct, slowed}]
 *     role                   "base", "cand", "control", "canary", "release" or null
 *     layout                 which of several arms of one role this is, from 1; or null
 *     slow_pct               what it was slowed down by, in percent; 0: not
 *     slowed                 "program": the binary was, a copy of it that idles each time it is
 *                            started; else why its launcher was, before the command; null: not
 *   settings                 {rounds, budget_s, warmup, timeout_s, cpus, decide}, as asked for:
 *                            `rounds` or `budget_s` is null, `cpus` a list like "0,2-3" or null,
 *                            `decide` null or {match, alpha, min_effect_pct, margin_pct}: rules
 *                            by which measuring ended (decision/criteria.h)
 *   benches                  [{name, metric, shell, prepare, cleanup, timeout_s, executions,
 *                              planned, commands, files, sha256, build_ids, burn_s, seen, leaves,
 *                              shared, order,
 *                              steal_ticks, samples,
 *                              min_effect_pct?, margin_pct?, max_undetected_pct?, other_output?}]
 *     metric                 "wall" or "cpu": which of the two is judged; or "instructions"
 *     executions             runs of the command per sample; a sample is their mean
 *     planned                rounds that were planned before the first (decision/sequential.h), or null
 *     other_output           true: arms may print different things, which whoever planned the
 *                            measurement compared
 *     commands               per arm: as written
 *     files, sha256          per arm: the program that really ran, and its hash
 *     build_ids              per arm: the GNU build id of that program, or null
 *     burn_s                 per arm: time that each execution had to lose, by the clock of the
 *                            metric: on the wall, or of the CPU; in the last round
 *     seen                   per arm: what was seen in two runs that were traced: {runs: how often
 *                            each executed the arm's program, left: a program that outlived the
 *                            command or null, instead: what else it executed or null},
 *                            {untraced: why nothing was seen}, or null: the arm has no program
 *                            but its command; null for all where none has; older receipts have
 * nothing leaves, shared         files that its runs left in their folder, after which each arm ran
 * in a copy of it; null: not looked at. One that it changed there even then order per round: arm
 * numbers in the order they ran steal_ticks            per round: stealticks() spent in it samples
 * {arm: {wall_s, user_s, sys_s, maxrss_kb, nvcsw, nivcsw: one number a round; output: SHA-256 of
 * standard output, null when runs differ}}; of the metric instructions {arm: {instructions: two
 * counts, output}} the optional ones      the rules of this benchmark, as its plan has them
 */
#ifndef MEASURE_RECEIPT_WRITE_H
#define MEASURE_RECEIPT_WRITE_H

#include <stdbool.h>

#include "json/json.h"
#include "measure/measure.h"
#include "measure/plan.h"
#include "measure/samples.h"

/* Writes the receipt of a measurement, ser[] one per benchmark; takes over `machine`. */
void receiptwrite(const char *path, const struct plan *p, const struct settings *set,
	const struct series *ser, bool complete, json_t *machine);

#endif
