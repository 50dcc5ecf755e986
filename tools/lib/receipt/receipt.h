/*
 * The receipt of a measurement: every sample in the order it was taken, so that whoever doubts a
 * verdict can compute it again. bench-run writes it, bench-compare reads it. JSON, format
 * "pgokit-receipt-1":
 *
 *   format, tool, finished   what this is, who wrote it, when (UTC)
 *   complete                 false when a command failed (the rounds before are all here) or a
 *                            file changed while it was measured
 *   seed                     16 hexadecimal digits: roundorder() gives `order` from it
 *   machine                  machinefacts()
 *   settings                 {rounds, budget_s, warmup, timeout_s, cpus, decide}, as asked for:
 *                            `rounds` or `budget_s` is null, `cpus` a list like "0,2-3" or null,
 *                            `decide` null or {match, alpha, min_effect_pct, margin_pct}: rules
 *                            by which measuring ended (decision/criteria.h)
 *   arms                     [{name, binary, sha256 of the binary, role, layout, slow_pct, slowed}]
 *     role                   rolename() or null
 *     layout                 which of several arms of one role this is, from 1; or null
 *     slow_pct               what it was slowed down by, in percent; 0: not
 *     slowed                 "program": the binary was, a copy of it that idles each time it is
 *                            started; else why its launcher was, before the command; null: not;
 *                            the processes of a suite are stopped in turns, whatever this says
 *   benches                  [{name, metric, shell, prepare, cleanup, timeout_s, executions,
 *                              planned, commands, files, sha256, build_ids, burn_s, samples, seen,
 *                              leaves, shared, order, steal_ticks, unmoved?, number?,
 *                              min_effect_pct?, margin_pct?, max_undetected_pct?, other_output?}]
 *     metric                 metricname(): which of the times is judged, or that it was counted, or
 *                            that it is a number of its own
 *     executions             runs of the command per sample; a sample is their mean
 *     planned                rounds that were planned before the first (decision/sequential.h), or
 *                            null
 *     commands               per arm: as written
 *     files, sha256          per arm: the program that really ran, and its hash
 *     build_ids              per arm: the GNU build id of that program, or null
 *     burn_s                 per arm: time that each execution had to lose, by the clock of the
 *                            metric: on the wall, or of the CPU; in the last round
 *     samples                {arm: {wall_s, user_s, sys_s, maxrss_kb, nvcsw, nivcsw: one number a
 *                            round; output: SHA-256 of standard output, null when runs differ}};
 *                            of the metric instructions {arm: {instructions: counts, output}}, the
 *                            first where the program lies by itself, the others elsewhere; of a
 *                            number {arm: {number: one a round, output}}
 *     number                 of a number: {name, unit, better, count, from, suite, lacks?}
 *       name                 what it is called, or null
 *       unit                 null: seconds
 *       better               "lower", "higher", or null: nobody says
 *       count                whether it counts something, so that 0 is one
 *       from                 {"regex": text}, {"jq": text}: where it stands in the output; or null
 *       suite                the format of the suite that measured it, with others, or null
 *       lacks                which arm has none of it, or not in every round, in words
 *     seen                   per arm: what was seen in two runs that were traced: {runs: how often
 *                            each executed the arm's program, left: a program that outlived the
 *                            command or null, instead: what else it executed or null},
 *                            {untraced: why nothing was seen}, or null: the arm has no program
 *                            but its command; null for all where none has, or nobody looked
 *     leaves                 files that its runs left in their folder, after which each arm ran in
 *                            a copy of it; null: not looked at
 *     shared                 one that it changed there even then; or null
 *     order                  per round: arm numbers in the order they ran
 *     steal_ticks            per round: stealticks() spent in it
 *     unmoved                of counts, per arm: why its program did not lie elsewhere, or null
 *     other_output           true: arms may print different things, which whoever planned the
 *                            measurement compared
 *     the optional ones      the rules of this benchmark, as its plan has them
 */
#ifndef RECEIPT_RECEIPT_H
#define RECEIPT_RECEIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decision/metric.h"
#include "json/span.h"
#include "receipt/role.h"
#include "receipt/sighting.h"

/* Bytes of a document without its benchmarks, of a benchmark without its samples. */
enum { REST_MAX = 1 << 20 };

struct receiptarm {
	char *name;
	char *binary; /* NULL: nothing but its commands; "": the receipt does not say */
	char *tree;   /* in which they run, or NULL */
	char *sha256; /* of the binary, or what the tree is known by; or NULL */
	enum role role;
	size_t layout; /* which of several arms of one role, from 1; 0: the only one */
	double slow_pct;
	char *slowed; /* NULL: not, or the receipt does not say how */
};

/* Numbers, one a round. */
struct column {
	double *x; /* NULL: what stands there is no array of numbers */
	size_t n;
};

/* Those of an arm, and their names; that of NCOLUMNS is "output". */
enum samplecolumn { WALL_S, USER_S, SYS_S, MAXRSS_KB, NVCSW, NIVCSW, COUNTS, NUMBERS, NCOLUMNS };
extern const char *const receiptcolumns[NCOLUMNS + 2];

/* What an arm took and printed. */
struct receiptside {
	size_t arm;
	struct column of[NCOLUMNS];
	char *output; /* NULL: runs differ */
};

/* One text for each arm, NULL where there is none; or those of leaves. */
struct texts {
	char **of; /* NULL: no list at all */
	size_t n;
};

/* What the numbers of a benchmark are that are its own. */
struct receiptnumber {
	char *name;			/* what it is called, or NULL */
	char *unit;			/* NULL: seconds */
	bool higher, undirected, count; /* more is better; nobody says what is; 0 is one, too */
	char *regex, *jq;		/* where they stand in the output, or NULL */
	char *suite;			/* the format of the suite that measured them, or NULL */
	char *lacks;			/* which arm has no number of it, in words, or NULL */
};

struct receiptbench {
	char *name;
	enum metric metric;
	struct receiptnumber number; /* of METRIC_NUMBER */
	bool shell;
	char *prepare, *cleanup; /* or NULL */
	double timeout_s;
	size_t executions;
	size_t planned; /* 0: it is judged once, when all is measured */
	struct texts commands, files, sha256, build_ids, leaves, unmoved;
	struct column burn_s;
	struct receiptside *sides; /* of the arms that it has samples of, sorted by arm */
	size_t nsides;
	struct sighting *seen; /* NULL: nobody looked */
	size_t nseen;	       /* fewer than arms: of the others it is not told */
	char *shared;
	size_t rounds;	   /* that have an order */
	size_t misordered; /* the first of them whose order is not the seed's, from 1; 0: none */
	unsigned *order;   /* [round * arms + slot] of those before it */
	struct column steal_ticks;
	double min_effect_pct, margin_pct, max_undetected_pct; /* NAN: no rule of its own */
	bool other_output;
	char *flaw; /* why its plan or its rules cannot be, or NULL */
};

struct receipt {
	const char *file; /* its name, for messages */
	char *tool, *finished;
	bool complete;
	uint64_t seed;
	bool seeded; /* else the receipt has no seed */
	json_t *machine, *settings;
	struct receiptarm *arms;
	size_t narms;
	struct receiptbench *benches;
	size_t nbenches;
};

/*
 * Reads the receipt whose text has been checked, once, for all who judge it: its head without the
 * benchmarks, and these. Fatal when arms or benchmarks have no names, or two the same, or when a
 * role, layout or metric is none; what else is unfit is marked so, for it may never be judged.
 */
void receiptread(struct receipt *r, const char *file, const json_t *head, struct span benches);

/* Writes it to a path ("-": standard output), as receiptread() finds it again. */
void receiptwrite(const char *path, const struct receipt *r);

void receiptrelease(struct receipt *r);

/* The index of an arm, fatal when there is none of that name. */
size_t receiptarm(const struct receipt *r, const char *name);

/* What there is of an arm in a benchmark; nothing but empty columns where there is nothing. */
const struct receiptside *receiptsideof(const struct receiptbench *b, size_t arm);

/*
 * The *n numbers of an arm by a metric (METRIC_OWN: the benchmark's; peak_rss in bytes), or its
 * counts where it was counted, or those of its own, for the caller to free; NULL when they are not arrays of numbers of one length.
 */
double *receiptnumbers(const struct receiptbench *b, size_t arm, enum metric m, size_t *n);

/* Whether two arms ran files with the same hashes; and with the same command, equally slowed. */
bool receiptsamefiles(
	const struct receipt *r, const struct receiptbench *b, size_t arm, size_t other);
bool receiptsamerun(
	const struct receipt *r, const struct receiptbench *b, size_t arm, size_t other);

#endif
