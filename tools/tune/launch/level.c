/* What this CPU is, by cpuid. The compiler's runtime asks for the kernel's part (XCR0), too. */
#include "level.h"
#include "bare.h"

#include <cpuid.h>
#include <stddef.h>

/* No array of pointers: nothing relocates what has no C library. */
static const char names[LEVELS][10] = {"x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"};

const char *
levelname(enum level level)
{
	return names[level];
}

enum level
levelnamed(const char *name)
{
	int i;

	for (i = 0; i < LEVELS && !same(names[i], name); i++)
		;
	return (enum level)i;
}

enum level
levelofcpu(void)
{
	__builtin_cpu_init();
	if (!__builtin_cpu_supports("x86-64-v2"))
		return LEVEL_1;
	if (!__builtin_cpu_supports("x86-64-v3"))
		return LEVEL_2;
	return __builtin_cpu_supports("x86-64-v4") ? LEVEL_4 : LEVEL_3;
}

/* Four bytes of text, as cpuid has them in a register. */
static void
add4(struct text *text, unsigned int reg)
{
	char four[5] = {(char)reg, (char)(reg >> 8), (char)(reg >> 16), (char)(reg >> 24), '\0'};

	add(text, four);
}

/* Leaves 0x80000002 to 0x80000004 have 16 bytes each of a text that ends in spaces or zeros. */
static void
addbrand(struct text *text)
{
	unsigned int leaf, a, b, c, d;

	if (__get_cpuid_max(0x80000000, NULL) < 0x80000004)
		return;
	for (leaf = 0x80000002; leaf <= 0x80000004; leaf++) {
		__cpuid(leaf, a, b, c, d);
		add4(text, a);
		add4(text, b);
		add4(text, c);
		add4(text, d);
	}
}

void
cpuname(char name[CPU_NAME_MAX])
{
	struct text text = {name, CPU_NAME_MAX, 0};
	unsigned int a, b, c, d, family, model;
	char *p;

	__cpuid(0, a, b, c, d);
	add4(&text, b);
	add4(&text, d);
	add4(&text, c);
	__cpuid(1, a, b, c, d);
	/* The extended fields count for family 15, the model's for family 6 as well. */
	family = (a >> 8) & 15;
	model = (a >> 4) & 15;
	if (family == 6 || family == 15)
		model += (a >> 12) & 0xf0;
	if (family == 15)
		family += (a >> 20) & 0xff;
	add(&text, "-");
	addnumber(&text, family);
	add(&text, "-");
	addnumber(&text, model);
	add(&text, "-");
	addnumber(&text, a & 15);
	add(&text, " ");
	addbrand(&text);
	for (p = name; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	while (p > name && p[-1] == ' ')
		*--p = '\0';
}
