/* What a tuner holds: shared by the library's files, seen by none of its users. */
#ifndef TUNE_STATE_H
#define TUNE_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "tune/pgokit-tune.h"

/*
 * What a sample, an estimate of work and a count may be: then all that follows from them (joules,
 * sums of squares) is finite in single precision, and what is saved can be loaded again.
 */
static const double LEAST_SECONDS = 1e-12, MOST_SECONDS = 1e9;
static const double LEAST_WATTS = 1e-6, MOST_WATTS = 1e6, MOST_FLOPS = 1e300;
static const int64_t MOST_RUNS = INT64_C(1) << 53;
enum { MOST_MEMORY = 100000 };

/* Running moments of watts or joules; single precision, for each target of each profile has two. */
struct moments {
	float min, max;
	float mean, m2; /* m2: sum of the squared distances from the mean */
};

/* What is known of one target at one size: 104 bytes. */
struct known {
	uint64_t runs;	 /* measured or not */
	double mean, m2; /* seconds */
	double log_mean; /* of ln(seconds) */
	float log_m2;
	float min, max;	      /* seconds */
	float weight;	      /* samples that count */
	float power_weight;   /* of them, those with known power */
	float slower, faster; /* change detection: CUSUM of either direction */
	float rate; /* tune_split: units per second; 0: not known; below: only of a first run */
	struct moments watts, joules;
	uint32_t count;	    /* samples ever */
	uint8_t tries;	    /* in this warm-up */
	uint8_t distrusted; /* samples in a row */
	bool dropped;
	bool tried; /* in a child */
};

struct tune_profile {
	struct tune_op *op;
	pthread_mutex_t lock;	/* of all below, but what is atomic */
	_Atomic int quick;	/* the target to run without a look, or -1 */
	_Atomic unsigned since; /* runs of `quick` since the last look */
	int best;		/* -1: none yet */
	unsigned iteration;	/* choices since this warm-up began */
	bool warm;		/* warm-up is over */
	bool settled;  /* the first warm-up was over once: the best changes only for a reason */
	uint8_t watch; /* measurements to come of `watched`, which looked changed */
	uint8_t watched;
	float confidence; /* that no other is better by more than MARGIN */
	int nknown;
	struct known *known;
	double flops;
	int ndims;
	int64_t dims[TUNE_MAX_DIMS];
};

struct slot {
	char name[TUNE_MAX_NAME + 1];
	struct tune_target target;
	struct tune_adapter adapter; /* run is NULL where it is none */
};

/* Open addressing; at most half full. Readers take no lock: a table that grew stays until the end. */
struct table {
	struct table *before;
	size_t n, size; /* size: a power of two */
	_Atomic(struct tune_profile *) at[];
};

struct tune_op {
	struct tune *tune;
	struct tune_op *next;
	char name[TUNE_MAX_NAME + 1];
	_Atomic uint32_t ready; /* bits of targets that are registered and available */
	_Atomic int nslots;
	_Atomic int baseline; /* the first that was registered; -1 */
	_Atomic(struct table *) table;
	struct slot slot[TUNE_MAX_TARGETS];
};

/* A configuration with strings of its own. */
struct settings {
	struct settings *before;
	struct tune_config c;
	char *owned[4];
};

struct model {
	struct model *next;
	char name[TUNE_MAX_NAME + 1];
	int n;
	struct {
		struct tune_profile *profile;
		unsigned repeat;
	} step[];
};

/* A profile file as it was when this tuner last read or wrote it; saving replaces files. */
struct synced {
	struct synced *next;
	int fd;
	char path[];
};

/* One zone of powercap. */
enum { ZONES = 16, ZONE_PATH = 256, ZONE_NAME = 32 };
struct zone {
	char path[ZONE_PATH]; /* of energy_uj */
	char name[ZONE_NAME]; /* "package-0"; empty: it has none */
	int64_t last, range;  /* microjoules */
};

struct tune {
	pthread_mutex_t lock;	   /* of lists and tables, where they grow */
	pthread_mutex_t file_lock; /* of synced; taken before any other */
	_Atomic(struct settings *) settings;
	struct tune_op *_Atomic ops; /* the newest first */
	struct model *models;
	struct synced *synced;
	char machine[160];
	_Atomic uint64_t random;
	_Atomic uint64_t distrusted, failures, dropped, changes;
	_Atomic bool told_no_power;
	pthread_mutex_t power_lock;
	const char *power_path; /* whose zones these are */
	int nzones;
	struct zone zone[ZONES];
	double joules; /* so far, all zones */
};

static inline const struct tune_config *
config(struct tune *t)
{
	return &atomic_load_explicit(&t->settings, memory_order_acquire)->c;
}

#endif
