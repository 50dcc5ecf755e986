/*
 * pgokit-tune: learns, while the program runs, which implementation of an operation is best at
 * which size on this machine, and runs that one.
 *
 *	struct tune *t = tune_open(NULL);
 *	struct tune_op *gemm = tune_operation(t, "GEMM");
 *	tune_target(gemm, &(struct tune_target){.name = "plain", .run = gemm_plain});
 *	tune_target(gemm, &(struct tune_target){.name = "avx2", .run = gemm_avx2, .available = avx2});
 *	int64_t size[] = {64, 64, 64};
 *	tune_run(gemm, size, 3, &args);
 *	tune_close(t);
 *
 * Words: a *target* is one implementation of an *operation*; a *profile* is what is known of all
 * targets of an operation at one size. The target registered first is the *baseline*.
 *
 * In C++ types are written with `struct`, as in C: some functions have the name of one.
 *
 * Units: seconds, watts, joules, FLOP. NAN stands for "unknown".
 * Errors: a function that returns int returns 0, or one of enum tune_error, which are below 0; one
 * that returns a pointer returns NULL. Why goes to the report function of the configuration, by
 * default to standard error. That function may be called with locks held: it must not call the
 * library. The library never ends the process.
 * Threads: all functions may be called from any thread, but nothing else may use a tuner while
 * tune_close() runs. Handles are the tuner's and live until then.
 * A chosen target runs without any lock held. After fork() parent and child each have what was learned
 * before; where both save, only one of them should have samples that were not saved then.
 */
#ifndef PGOKIT_TUNE_H
#define PGOKIT_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TUNE_API __attribute__((visibility("default")))

enum {
	TUNE_MAX_DIMS = 8,     /* dimensions of an operation */
	TUNE_MAX_TARGETS = 16, /* targets of an operation */
	TUNE_MAX_NAME = 63,    /* bytes of a name: UTF-8 without control characters */
};

enum tune_error {
	TUNE_NOMEM = -1,    /* no memory */
	TUNE_INVALID = -2,  /* an argument is out of range */
	TUNE_NOTARGET = -3, /* no target is available, or all were dropped */
	TUNE_IO = -4,	    /* a file could not be read, written or locked */
	TUNE_FORMAT = -5,   /* a file is none of ours, damaged, or of a newer version */
	TUNE_EXISTS = -6,   /* the operation has a target of that name */
	TUNE_CRASHED = -7,  /* a target ended its child by a signal or ran into the time limit */
};

struct tune;	     /* a tuner: configuration, operations, totals */
struct tune_op;	     /* an operation and its targets */
struct tune_profile; /* an operation at one size */

/* --- Configuration ------------------------------------------------------------------------- */

enum tune_policy {
	/*
	 * Warm-up in turn; then the best, with probability `exploration` another one at random.
	 * Until its end the warm-up leaves out targets that are slower beyond doubt.
	 */
	TUNE_EPSILON,
	/* The lowest lower confidence bound of the mean log cost: UCB1 (Auer and others, 2002). */
	TUNE_UCB,
	/* The lowest draw from the posterior of each mean log cost (Thompson, 1933). */
	TUNE_THOMPSON,
};

/*
 * What is to be small. For one piece of work performance per watt is 1 / (seconds x watts), so
 * efficiency and battery differ only where watts and joules come from different sources. Where
 * power is not known of every target that counts, performance decides (of scores: all are compared
 * without it), and that is reported once.
 */
enum tune_objective {
	TUNE_PERFORMANCE, /* time */
	TUNE_EFFICIENCY,  /* time x watts: 1 / performance per watt */
	TUNE_BATTERY,	  /* joules */
	TUNE_SCORE,	  /* 1 / tune_score */
};

struct tune_config {
	bool enabled;		 /* true; false: the baseline runs, nothing is measured */
	bool auto_tune;		 /* true; false: the best as known runs, nothing is tried */
	unsigned warmup;	 /* 10: iterations that try all targets in turn, 1 to 10,000; longer
				    where a target that may be the best has fewer than 3 samples */
	unsigned sample_rate;	 /* 100: once converged, each how-many-th run is measured; from 1 */
	double exploration;	 /* 0.1: share of measured runs that try another target, 0 to 1 */
	double switch_threshold; /* 1.2: ratio of costs from which another target becomes the best
				    at `confidence`; below it takes a probability of 0.999; from 1 */
	double confidence; /* 0.8: tune_confidence() at which a profile has converged, 0 to 1 */
	enum tune_policy policy;
	enum tune_objective objective;
	unsigned memory;	/* 1000: samples of a target that count, 10 to 100,000; older ones
				    fade */
	bool persistent;	/* false: load at tune_open, save at tune_close */
	const char *path;	/* NULL: pgokit-tune.json in $XDG_CACHE_HOME, else ~/.cache */
	bool try_in_child;	/* false: each target's first run at a size is in a forked child, so
				    that a crash drops the target instead of ending the program. The
				    child's memory is a copy: the run is made again in the process */
	unsigned child_limit_s; /* 60: seconds after which that child counts as crashed; from 1 */
	bool distrust;		/* true: samples during which the thread was preempted, the machine
				    had steal time or the clock rate changed are not counted, three
				    at most in a row */
	const char *powercap;  /* "/sys/class/powercap": the kernel's energy counters; NULL: none */
	const char *proc_stat; /* "/proc/stat": steal time; NULL: not looked at */
	const char *cpufreq;   /* "/sys/devices/system/cpu": clock rates; NULL: not looked at */
	uint64_t seed;	       /* of random choices; 0: from the clock */
	void (*report)(void *arg, const char *message); /* NULL: standard error */
	void *report_arg;
};

/* The defaults, as above; policy TUNE_EPSILON, objective TUNE_PERFORMANCE. */
TUNE_API struct tune_config tune_defaults(void);

/*
 * A tuner; NULL: the defaults. The strings of the configuration are copied. NULL when there is no
 * memory or a value is out of range. A persistent one loads its file; one that cannot be used is
 * renamed to FILE.corrupt, reported, and the tuner starts empty.
 */
TUNE_API struct tune *tune_open(const struct tune_config *config);

/* Changes the configuration of a tuner in use; the earlier one is kept until tune_close. */
TUNE_API int tune_configure(struct tune *t, const struct tune_config *config);

/* The configuration as it is; its strings stay valid until tune_close. */
TUNE_API struct tune_config tune_configuration(struct tune *t);

/* Saves if persistent, then frees everything. What tune_save says; NULL is allowed. */
TUNE_API int tune_close(struct tune *t);

/* --- Operations and targets ---------------------------------------------------------------- */

struct tune_target {
	const char *name;
	/*
	 * Does the work: 0, or what it failed with; a target that fails is dropped and reported.
	 * NULL for the caller's own code between tune_begin and tune_end.
	 */
	int (*run)(void *context, void *args);
	/* Whether this machine can run it, asked at registration; NULL: always. */
	bool (*available)(void *context);
	/* Watts that it draws now, or NAN; NULL: what powercap says, if anything. */
	double (*watts)(void *context);
	/* For tune_split: `count` units of the work, from `first` on. */
	int (*part)(void *context, void *args, int64_t first, int64_t count);
	void *context;
};

/* The operation of that name, new or the one that is there. */
TUNE_API struct tune_op *tune_operation(struct tune *t, const char *name);

/*
 * Adds a target; the struct is copied. Its number, or an error: TUNE_NOTARGET when it is not
 * available here. Numbers count from 0 in order of registration, unless a file that was loaded
 * names targets: those are numbered as there, and give their places to others when there is no room.
 */
TUNE_API int tune_target(struct tune_op *op, const struct tune_target *target);

/* How many targets there are, and the name of one; NULL when there is no such number. */
TUNE_API int tune_targets(const struct tune_op *op);
TUNE_API const char *tune_target_name(const struct tune_op *op, int target);

/*
 * Estimated FLOP of one operation:
 *	GEMM {m, n, k}                  2 m n k
 *	Conv2D {n, h, w, c, k[, r, s]}  2 n h w k c r s; r = s = 3 unless given; same padding
 *	Transformer {b, s, d}           24 b s d^2 + 4 b s^2 d: four projections, attention, and an
 *	                                MLP of width 4 d
 * NAN for other names or shapes; tune_work() tells the tuner then.
 */
TUNE_API double tune_flops(const char *name, const int64_t dims[], int ndims);

/* The profile of op at a size: 1 to TUNE_MAX_DIMS numbers from 0 on. NULL: invalid, no memory. */
TUNE_API struct tune_profile *tune_at(struct tune_op *op, const int64_t dims[], int ndims);

/* Sets the FLOP of one operation of that profile; above 0, 1e300 at most. */
TUNE_API int tune_work(struct tune_profile *p, double flops);

/* --- Running ------------------------------------------------------------------------------- */

/*
 * Runs the operation on the target of choice. 0, or what the target failed with; the baseline is
 * not tried in its place, since args may be half-written. TUNE_NOTARGET when none is left.
 */
TUNE_API int tune_run(struct tune_op *op, const int64_t dims[], int ndims, void *args);

/* The same with the profile at hand: no look-up. */
TUNE_API int tune_run_at(struct tune_profile *p, void *args);

/*
 * A measurement around the caller's own code:
 *	struct tune_scope s = tune_begin(p);
 *	switch (s.target) { ... }
 *	tune_end(&s, failed);
 * target is below 0 when there is none. The other fields are the library's.
 */
struct tune_scope {
	struct tune_profile *profile;
	int target;
	bool measured;
	double start;	   /* monotonic seconds */
	double joules;	   /* powercap's sum at the start, NAN */
	int64_t preempted; /* involuntary switches of the thread so far */
	int64_t steal;	   /* ticks of steal time so far; -1: not looked at */
	int64_t khz;	   /* clock rate; -1: not looked at */
};
TUNE_API struct tune_scope tune_begin(struct tune_profile *p);

/* failed: 0, or the target's error: it is dropped. */
TUNE_API void tune_end(struct tune_scope *s, int failed);

/*
 * The parts of it, for those who measure elsewhere. tune_choose: the target to run next, or
 * TUNE_NOTARGET; it sets *measure (unless NULL) to whether a sample is wanted. tune_record: one
 * sample; watts may be NAN. TUNE_INVALID for times that are not from 1e-12 to 1e9 s (NAN, or a clock
 * that went backwards) and for watts that are not from 1e-6 to 1e6: such a sample counts as
 * distrusted.
 */
TUNE_API int tune_choose(struct tune_profile *p, bool *measure);
TUNE_API int tune_record(struct tune_profile *p, int target, double seconds, double watts);

/* Drops a target of a profile: until tune_reset or tune_close it is not chosen there any more. */
TUNE_API int tune_drop(struct tune_profile *p, int target, const char *why);

/* --- What is known ------------------------------------------------------------------------- */

struct tune_moments {
	double min, max;
	double mean;	 /* running mean and variance: Welford, Technometrics 4, 1962; */
	double variance; /* beyond `memory` samples older ones fade. NAN below two samples */
};

struct tune_stats {
	uint64_t count;	     /* samples */
	uint64_t runs;	     /* runs, measured or not */
	double weight;	     /* samples that still count: at most `memory` */
	double power_weight; /* the same of those whose power is known */
	struct tune_moments seconds;
	struct tune_moments watts;  /* NAN: unknown */
	struct tune_moments joules; /* NAN: unknown */
	double log_mean;	    /* of ln(seconds) */
	double log_variance;
	bool dropped;
};

/* What is known of one target. */
TUNE_API int tune_stats(struct tune_profile *p, int target, struct tune_stats *stats);

/* The target that is best so far by the objective; TUNE_NOTARGET before the first sample. */
TUNE_API int tune_best(struct tune_profile *p);

/*
 * Whether warm-up is over and the configured confidence is reached that no other target is better
 * by more than 2 %: two that are as good as equal converge, too.
 */
TUNE_API bool tune_converged(struct tune_profile *p);

/*
 * The probability, from 0 to 1, that the best target's true mean log cost is below that of every
 * other, given the samples that count: 1 - the sum over the others of P(t > z), Bonferroni's bound
 * (so the probability is at least that), with z = difference of means / standard error and Welch's
 * degrees of freedom (Biometrika 34, 1947). A target with one sample takes the variance of the
 * others. 0 while one has none, 1 with one target.
 */
TUNE_API double tune_confidence(struct tune_profile *p);

/*
 * The published score: 0.5 P + 0.3 P / watts + 0.2 / (1 + sqrt(variance of ms)), where P is
 * 1000 / (mean ms + 1). Without known power the middle term is left out and *without_power (unless
 * NULL) is true: compare such scores only with one another. It tells little of times far below
 * 1 ms. NAN below two samples.
 */
TUNE_API double tune_score(struct tune_profile *p, int target, bool *without_power);

struct tune_totals {
	uint64_t profiles;
	uint64_t operations; /* runs, measured or not, with those that a file told of */
	uint64_t samples;    /* of them, measured and counted */
	uint64_t distrusted; /* samples not counted; from here on, of this tuner alone */
	uint64_t failures;   /* runs that failed */
	uint64_t dropped;    /* targets of profiles that were dropped */
	uint64_t changes;    /* changes of speed that were noticed */
	double seconds;	     /* in all operations: runs x mean of their target */
	double saved;	     /* seconds less than if the baseline had run; below 0 where it cost */
};
TUNE_API struct tune_totals tune_totals(struct tune *t);

struct tune_recommendation {
	const char *operation;
	const int64_t *dims;
	int ndims;
	const char *target;
	const char *baseline;
	double speedup;	   /* expected: ratio of the geometric mean times baseline / target; NAN
			      where the baseline has no sample */
	double confidence; /* tune_confidence */
	bool converged;
	double flops; /* per second, on that target; NAN */
};

/*
 * Calls each() for every profile that has a sample, by operation and size; a result other than 0
 * ends it and is returned. The strings are valid during the call; it may call no function that
 * changes the tuner.
 */
TUNE_API int tune_recommend(
	struct tune *t, int (*each)(void *arg, const struct tune_recommendation *r), void *arg);

/* A table of all profiles and totals for people. */
TUNE_API int tune_summary(struct tune *t, FILE *out);

enum tune_format { TUNE_CSV, TUNE_JSON };

/* A record per target and profile: all of struct tune_stats, score and best. */
TUNE_API int tune_export(struct tune *t, FILE *out, enum tune_format format);

/* Forgets all samples of one operation (NULL: of all), dropped targets included. */
TUNE_API int tune_reset(struct tune *t, const char *operation);

/* --- Profiles on disk ---------------------------------------------------------------------- */

/*
 * JSON, version 1, one file for many machines, by CPU model. path NULL: that of the configuration.
 * Saving locks PATH.lock, adds what other processes have saved there since this one loaded or saved
 * it, writes a temporary file, syncs and renames it. Loading adds what the file has and this tuner
 * has not seen. A file that is damaged or none of ours is renamed to PATH.corrupt and reported; what
 * is no regular file, or cannot be read, stays as it is (TUNE_IO), and nothing is saved over it.
 */
TUNE_API int tune_save(struct tune *t, const char *path);
TUNE_API int tune_load(struct tune *t, const char *path);

/* Adds up the profiles of n files, of one or many machines, into `out`. */
TUNE_API int tune_merge(const char *out, const char *const in[], int n);

/* The CPU model that profiles of this machine are kept under. */
TUNE_API const char *tune_machine(struct tune *t);

/* --- Models -------------------------------------------------------------------------------- */

struct tune_step {
	struct tune_op *op;
	int64_t dims[TUNE_MAX_DIMS];
	int ndims;
	unsigned repeat; /* times in one pass of the model; from 1 */
	void *args;
};

struct tune_model {
	double baseline;   /* expected seconds of one pass on baselines; NAN: not known of a step */
	double best;	   /* on each step's best target */
	double confidence; /* the least of the steps' */
	bool converged;	   /* all steps have */
	uint64_t operations; /* run to find out */
};

/*
 * Runs the steps in passes until all have converged, or each step `limit` times, and remembers the
 * list under `name`, so that tune_summary tells of the model. A target that fails is dropped, and all
 * goes on with the others; a step that has none left is left out. The first error is the result.
 */
TUNE_API int tune_model(struct tune *t, const char *name, const struct tune_step steps[], int n,
	unsigned limit, struct tune_model *result);

/* --- One operation on several targets at once ---------------------------------------------- */

/*
 * Runs `units` pieces (rows of GEMM, images of Conv2D) on all targets with a part(), each in a
 * thread and on a contiguous share, so that all end together: shares follow the units per second
 * that each had before, equal ones in the first two, of which the first does not count. 0, or the error of a part: its target is dropped, and
 * the work is not whole.
 */
TUNE_API int tune_split(struct tune_profile *p, int64_t units, void *args);

/* The learned share of a target, 0 to 1; NAN before the second split. */
TUNE_API double tune_share(struct tune_profile *p, int target);

/* --- Accelerators -------------------------------------------------------------------------- */

/*
 * What an accelerator has to offer to be a target. None ships: neither Metal nor ANE nor CUDA has
 * been at hand, and nothing ships here that no test has run.
 */
struct tune_adapter {
	const char *name;
	int (*init)(void *context); /* once, at registration; NULL: nothing to do */
	bool (*available)(void *context);
	int (*run)(
		void *context, const char *operation, const int64_t dims[], int ndims, void *args);
	double (*watts)(void *context); /* NULL or NAN: unknown */
	const char *(*error)(
		void *context, int status); /* what a status of init or run means; NULL */
	void (*release)(void *context);	    /* at tune_close; NULL */
	void *context;
};

/* Adds it as a target of op, as tune_target does. */
TUNE_API int tune_adapt(struct tune_op *op, const struct tune_adapter *adapter);

#ifdef __cplusplus
}
#endif

#endif
