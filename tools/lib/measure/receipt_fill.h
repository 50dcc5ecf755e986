/* From what was measured to its receipt. */
#ifndef MEASURE_RECEIPT_FILL_H
#define MEASURE_RECEIPT_FILL_H

#include <stdbool.h>

#include "measure/measure.h"
#include "plan/plan.h"
#include "measure/samples.h"
#include "receipt/receipt.h"

/* The receipt of a measurement, ser[] one per benchmark, for now; takes over `machine`. */
struct receipt receiptof(const struct plan *p, const struct settings *set, const struct series *ser,
	bool complete, json_t *machine);

#endif
