#include <math.h>
#include <stddef.h>
#include <string.h>

#include "decision/unit.h"

double
unitseconds(const char *unit)
{
	static const struct {
		const char *name;
		double s;
	} units[] = {{"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};

	for (size_t k = 0; k < sizeof(units) / sizeof(*units); k++)
		if (!strcmp(unit, units[k].name))
			return units[k].s;
	return NAN;
}
