/* Facts about the machine that a reader of a measurement needs. */
#ifndef MEASURE_MACHINE_H
#define MEASURE_MACHINE_H

#include <stdbool.h>

#include "json/json.h"

/*
 * {"cpu", "cores", "kernel", "virtual", "governor", "load1"}: model name, CPUs online, kernel
 * release, whether under a hypervisor, cpufreq governor, load average. Unknown facts are null.
 */
json_t *machinefacts(void);

/*
 * Ticks (1/100 s) that a hypervisor gave to others while this machine wanted to run, over all CPUs
 * since boot; 0 where the system does not tell.
 */
long long stealticks(void);

#endif
