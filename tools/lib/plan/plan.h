/* What bench-run is asked to measure: arms, benchmarks, and the command of each pair of them. */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "decision/metric.h"
#include "elf/notes.h"
#include "receipt/receipt.h"
#include "receipt/role.h"
#include "run/command.h"

enum { SLOW_MAX = 1000 }; /* percent */

struct arm {
	char *name;
	char *binary;	      /* exported as PGOKIT_BINARY for this arm, or NULL */
	char *slowed;	      /* a slowed copy of it that is exported instead, or NULL */
	size_t slow_at;	      /* where in the copy its slowness is (elf/slow.h) */
	const char *unslowed; /* why its launcher has to burn the time instead, or NULL */
	char *moved; /* a copy of what is exported, which is instead: measure/places.h; or NULL */
	const char *unmoved;   /* why there can be none, or NULL */
	char *tree;	       /* a built tree in which its commands run (plan/trees.h), or NULL */
	char hash[SHA256_HEX]; /* of the binary, or what the plan has for the tree; else "" */
	enum role role;
	unsigned layout; /* which of several arms of one role, from 1; 0: the only one */
	double slow_pct; /* CPU time burned in each execution, of the pilot's (measure/measure.h) */
	char *own; /* its HOME and TMPDIR are in here, or NULL: those of the caller (plan/arm_folders.h) */
	char *dir; /* where its commands run, or NULL: in the present folder */
};

/* One arm of one benchmark: the command, and the file that really runs. */
struct lane {
	char *text; /* the command as written */
	struct command command;
	char *path;	       /* what argv[0] resolves to */
	char *file;	       /* the program: path, or the arm's binary that a shell starts */
	char hash[SHA256_HEX]; /* of that file */
	char id[BUILDID_HEX];  /* its build id, "" when it has none */
};

/* A number that a command prints. */
struct quantity {
	struct receiptnumber is;
	regex_t pattern; /* of is.regex: its first group is the number, or all of it */
	double scale;	 /* what it is to be multiplied by, so that times are in seconds */
};

/* A command that measures benchmarks of its own, and says in a format of its own what they took. */
struct suite {
	char *name;    /* as the plan has it */
	char *format;  /* of ci/formats, "hyperfine", or "command": rows says where they stand */
	char *results; /* a file or folder that it writes where it runs; NULL: its standard output */
	json_t *better;	      /* {unit: "lower" or "higher"} where nobody else says, or NULL */
	struct quantity rows; /* of "command": what finds all of them, and what they are */
};

struct bench {
	char *name;
	struct suite *suite;	/* that has measured it with others, or NULL */
	size_t member;		/* which of those, which stand together in the plan; from 0 */
	size_t members;		/* how many they are; 0: not known yet, and this stands for them */
	enum metric metric;	/* wall and cpu are both measured */
	struct quantity number; /* of METRIC_NUMBER */
	char *prepare; /* run by sh -c before each execution of each arm, untimed; or NULL */
	char *cleanup; /* the same after each, also after one that failed */
	bool shell;
	bool other_output; /* arms may print different things: whoever planned it compares them */
	double timeout_s;  /* of one execution; NAN: as for all */
	/* For its judge; NAN: as for all. */
	double min_effect_pct, margin_pct, max_undetected_pct;
	struct lane *lanes; /* one per arm */
};

struct plan {
	struct arm *arms;
	size_t narms;
	struct bench *benches;
	size_t nbenches;
};

/* The program that the arm runs, or NULL. */
const char *armprogram(const struct arm *a);

/* A benchmark with nothing but its name. */
struct bench benchnew(const char *name);

/* A new arm or benchmark at the end of the plan; names must be new, non-empty UTF-8, else fatal. */
struct arm *planarm(struct plan *p, const char *name);
struct bench *planbench(struct plan *p, const char *name);

/* The arm of that name, or NULL. */
struct arm *planfind(const struct plan *p, const char *name);

/* The arm of that role and layout (0: the only one), or NULL. */
struct arm *planrolearm(const struct plan *p, enum role role, unsigned layout);

/* The base that a is compared with: of its own layout; without one, the only base or the first. */
struct arm *planbase(const struct plan *p, const struct arm *a);

/* Gives a the role of that name; fatal when there is no such role, or an arm of the same layout has it. */
void planrole(struct plan *p, struct arm *a, const char *name);

/* Whether no clock gives its numbers, so that no canary is slower by them. */
bool benchclockless(const struct bench *b);

/* Whether its instructions are counted, instead of its time measured. */
bool benchcounted(const struct bench *b);

/* Whether the one that is the first of its suite is measured for it, too. */
bool benchfollows(const struct bench *b);

/* How many benchmarks are timed, those of a suite as one. */
size_t plantimed(const struct plan *p);

/*
 * Adds the plan in a JSON file:
 *   {"arms":    [{"name": str, "binary": str?, "tree": str?, "sha256": str?, "role": str?,
 *                 "layout": int?, "slow_pct": num?}, ...],
 *    "benches": [{"name": str, "run": str, "prepare": str?, "cleanup": str?, "shell": bool?,
 *                 "metric": (str or {"name": str?, "unit": str, "better": str?,
 *                 "from": {"regex": str} or {"jq": str}})?, "timeout_s": num?, "min_effect_pct": num?,
 *                 "margin_pct": num?, "max_undetected_pct": num?, "other_output": bool?,
 *                 "runs": {arm: str}?,
 *                 "suite": {"format": str, "results": str?, "better": {unit: str}?,
 *                 "rows": {"regex": str, "unit": str, "better": str?} or {"jq": str}?}?}, ...]}
 * Every benchmark runs `run` once per arm, or what `runs` has for the arm, with PGOKIT_BINARY set
 * to the arm's binary. An arm that is a tree says by sha256 what makes it what it is; arms with the
 * same are the same. Fatal when the file is not of that shape.
 */
void planread(struct plan *p, const char *path);

/* Splits the commands into words and hashes the files they run; fatal, naming the benchmark. */
void planresolve(struct plan *p);

/* Splits the commands of a benchmark anew, since the programs of its arms have become others. */
void planexpand(struct plan *p, struct bench *b);

/* A seed from names, commands and hashes: who measures the same thing again gets the same orders.
 */
uint64_t planseed(const struct plan *p);

/* True while every file still has the hash that planresolve saw; warns about each that has not. */
bool planunchanged(const struct plan *p);

#endif
