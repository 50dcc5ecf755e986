/* What the machine tells, from made folders: energy counters, steal time, clock rates, the CPU. */
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "told.h"
#include "tune/machine.h"

static char folder[] = "/tmp/tune-machine.XXXXXX";

static const char *
in(const char *name)
{
	static char path[4][128];
	static int n;

	n = (n + 1) % 4;
	snprintf(path[n], sizeof(path[n]), "%s/%s", folder, name);
	return path[n];
}

static void
put(const char *name, const char *text)
{
	FILE *f = fopen(in(name), "we");

	CHECK(f && fputs(text, f) >= 0);
	if (f)
		fclose(f);
}

static void
zone(const char *name, const char *now, const char *range)
{
	char file[96];

	mkdir(in(name), 0755);
	snprintf(file, sizeof(file), "%s/energy_uj", name);
	put(file, now);
	snprintf(file, sizeof(file), "%s/max_energy_range_uj", name);
	put(file, range);
}

static void
energy(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	double before;

	mkdir(in("powercap"), 0755);
	zone("powercap/intel-rapl:0", "1000000", "10000000");
	zone("powercap/intel-rapl:1", "9000000", "10000000");
	/* A part of a package, which must not count twice, and the folder of the driver. */
	zone("powercap/intel-rapl:0:0", "500000", "10000000");
	mkdir(in("powercap/intel-rapl"), 0755);
	put("powercap/intel-rapl:0/name", "package-0\n");
	put("powercap/intel-rapl:1/name", "package-1\n");
	/* The platform, which has all packages in it, and the first one as another driver tells it. */
	zone("powercap/intel-rapl:2", "100", "10000000");
	put("powercap/intel-rapl:2/name", "psys\n");
	zone("powercap/intel-rapl-mmio:0", "1000000", "10000000");
	put("powercap/intel-rapl-mmio:0/name", "package-0\n");
	c.powercap = in("powercap");
	t = tune_open(&c);
	before = joules(t);
	CHECKNEAR(before, 0, 0);
	put("powercap/intel-rapl:0/energy_uj", "3000000");
	put("powercap/intel-rapl-mmio:0/energy_uj", "3000000");
	put("powercap/intel-rapl:2/energy_uj", "4000000");
	put("powercap/intel-rapl:0:0/energy_uj", "900000");
	CHECKNEAR(joules(t), 2, 1e-9);
	/* The second one wraps around: 1 up to its range, 0.5 from 0 on. */
	put("powercap/intel-rapl:1/energy_uj", "500000");
	CHECKNEAR(joules(t), 3.5, 1e-9);
	CHECKNEAR(joules(t), 3.5, 1e-9);
	put("powercap/intel-rapl:1/energy_uj", "none");
	CHECK(isnan(joules(t)));
	put("powercap/intel-rapl-mmio:0/name", "core\n");
	tune_close(t);
	c.powercap = in("nowhere");
	t = tune_open(&c);
	CHECK(isnan(joules(t)));
	tune_close(t);
}

/* The target's run counts the energy up: 10 ms for 0.3 J are 30 W or a little less. */
static int
burn(void *context, void *args)
{
	static long used = 1000000;
	struct timespec ms = {.tv_nsec = 10000000};
	char text[32];

	(void)args;
	nanosleep(&ms, NULL);
	used += *(const long *)context;
	snprintf(text, sizeof(text), "%ld", used);
	put("powercap/intel-rapl:0/energy_uj", text);
	return 0;
}

static void
watts(void)
{
	struct tune_config c = plainly();
	long much = 300000, little = 100000;
	struct tune *t;
	struct tune_op *op;
	struct tune_profile *p;
	double power;
	bool without = true;

	zone("powercap/intel-rapl:0", "1000000", "100000000000");
	zone("powercap/intel-rapl:1", "0", "10000000");
	c.powercap = in("powercap");
	c.objective = TUNE_BATTERY;
	t = tune_open(&c);
	op = tune_operation(t, "op");
	tune_target(op, &(struct tune_target){.name = "much", .run = burn, .context = &much});
	tune_target(op, &(struct tune_target){.name = "little", .run = burn, .context = &little});
	p = tune_at(op, (const int64_t[]){1}, 1);
	for (int i = 0; i < 10; i++)
		CHECKINT(tune_run_at(p, NULL), 0);
	power = statsof(p, 0).watts.mean;
	CHECK(power > 3 && power <= 30);
	CHECKNEAR(statsof(p, 0).joules.mean, 0.3, 1e-3);
	CHECKNEAR(statsof(p, 1).joules.mean, 0.1, 1e-3);
	/* As fast as the other one, with a third of the energy. */
	CHECKINT(tune_best(p), 1);
	CHECK(tune_score(p, 0, &without) > 0);
	CHECK(!without);
	CHECKSTR(told, "");
	tune_close(t);
}

static bool
trusted(const struct tune_config *c, const char *stat, const char *khz)
{
	struct tune_scope s = {0};
	char rate[64];

	snprintf(rate, sizeof(rate), "cpu%d/cpufreq/scaling_cur_freq", sched_getcpu());
	put("stat", "cpu  10 20 30 40 50 60 70 80 90 100\ncpu0 1 2 3\n");
	put(rate, "2000000\n");
	witness(&s, c, true);
	put("stat", stat);
	put(rate, khz);
	/* Whether this thread was preempted meanwhile is not what this is about. */
	for (int i = 0; i < 100; i++) {
		struct tune_scope now = {0};

		witness(&now, c, false);
		s.preempted = now.preempted;
		if (believable(&s, c, 1.0))
			return true;
	}
	return false;
}

static void
trust(void)
{
	static const char SAME[] = "cpu  11 22 33 44 55 66 77 80 90 100\n";
	struct tune_config c = plainly();
	cpu_set_t one;
	struct tune_scope s = {0};
	char name[32], stat[128];

	/* On one CPU, whose clock rate is the one that is made up. */
	CPU_ZERO(&one);
	CPU_SET((size_t)sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	snprintf(name, sizeof(name), "cpu%d", sched_getcpu());
	mkdir(in(name), 0755);
	snprintf(name, sizeof(name), "cpu%d/cpufreq", sched_getcpu());
	mkdir(in(name), 0755);
	snprintf(stat, sizeof(stat), "%s/stat", folder);
	c.distrust = true;
	c.proc_stat = stat;
	c.cpufreq = folder;
	CHECK(trusted(&c, SAME, "2000000\n"));
	CHECK(trusted(&c, SAME, "2100000\n"));
	CHECK(trusted(&c, "cpu  11 22 33 44 55 66 77 81 90 100\n", "2000000\n"));
	CHECK(!trusted(&c, "cpu  11 22 33 44 55 66 77 90 90 100\n", "2000000\n"));
	CHECK(!trusted(&c, SAME, "3000000\n"));
	CHECK(!trusted(&c, SAME, "1500000\n"));
	/* What is not told is no reason. */
	CHECK(trusted(&c, "cpu\n", "none\n"));
	/* A switch of the thread that it did not ask for. */
	witness(&s, &c, false);
	s.preempted--;
	CHECK(!believable(&s, &c, 1.0));
	c.distrust = false;
	CHECK(believable(&s, &c, 1.0));
	CHECK(trusted(&c, "cpu  11 22 33 44 55 66 77 90 90 100\n", "3000000\n"));
}

static int
rest(void *context, void *args)
{
	struct timespec ms = {.tv_nsec = 2000000};
	static int ticks = 80;
	char text[64];

	(void)context;
	(void)args;
	nanosleep(&ms, NULL);
	snprintf(text, sizeof(text), "cpu  1 2 3 4 5 6 7 %d\n", ticks++);
	put("stat", text);
	return 0;
}

/* Steal time during each run: one of four counts, the others are told apart. */
static void
stolen(void)
{
	struct tune_config c = plainly();
	struct tune *t;
	struct tune_op *op;

	c.distrust = true;
	c.proc_stat = in("stat");
	put("stat", "cpu  1 2 3 4 5 6 7 8\n");
	t = tune_open(&c);
	op = tune_operation(t, "op");
	tune_target(op, &(struct tune_target){.name = "a", .run = rest});
	for (int i = 0; i < 8; i++)
		CHECKINT(tune_run(op, (const int64_t[]){1}, 1, NULL), 0);
	CHECKINT((int)tune_totals(t).samples, 2);
	CHECKINT((int)tune_totals(t).distrusted, 6);
	tune_close(t);
}

static void
cpu(void)
{
	char name[160];

	put("x86",
		"processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 17\n"
		"model name\t: AMD EPYC 9654\nstepping\t: 1\n\nprocessor\t: 1\nmodel name\t: x\n");
	machine(name, sizeof(name), in("x86"));
	CHECKSTR(name, "AMD EPYC 9654 family 25 model 17");
	put("arm", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n\n");
	machine(name, sizeof(name), in("arm"));
	CHECKSTR(name, "implementer 0x41 part 0xd0c");
	put("evil", "model name\t: a\"\x1b[2J\xff\n");
	machine(name, sizeof(name), in("evil"));
	CHECKSTR(name, "a\"?[2J?");
	machine(name, sizeof(name), in("nowhere"));
	CHECK(*name);
}

int
main(void)
{
	char clean[96];

	if (!mkdtemp(folder))
		return 2;
	energy();
	watts();
	trust();
	stolen();
	cpu();
	snprintf(clean, sizeof(clean), "rm -r -- %s", folder);
	CHECKINT(system(clean), 0);
	return checkdone();
}
