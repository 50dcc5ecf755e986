#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "changes/fit.h"
#include "stats/stats.h"

/* Of a column's square beside the others, at least: what is less is rounding. */
static const double LEAST = 1e-9;

double
columnat(struct column c, size_t place)
{
	if (place == NOWHERE || place < c.at)
		return 0;
	return place - c.at + 1 >= c.over ? 1 : (double)(place - c.at + 1) / (double)c.over;
}

static double
columnof(struct column c, const struct run *r)
{
	if (!c.over)
		return r->base == NOWHERE;
	return columnat(c, r->head) - columnat(c, r->base);
}

void
fitbegin(struct fit *f, const struct run runs[], size_t n, size_t places)
{
	*f = (struct fit){.runs = runs, .n = n, .places = places};
	f->weight = xcalloc(n, sizeof(*f->weight));
	f->residual = xcalloc(n, sizeof(*f->residual));
	f->flow = xcalloc(places + 2, sizeof(*f->flow));
	for (size_t i = 0; i < n; i++)
		f->weight[i] = 1 / (runs[i].se * runs[i].se);
	f->unit = n ? medianof(f->weight, n) : 1;
	for (size_t i = 0; i < n; i++) {
		f->weight[i] /= f->unit;
		f->residual[i] = runs[i].theta;
	}
}

void
fitrelease(struct fit *f)
{
	free(f->weight);
	free(f->residual);
	free(f->flow);
}

/* x'Wy of two columns. */
static double
product(const struct fit *f, struct column a, struct column b)
{
	double sum = 0;

	for (size_t i = 0; i < f->n; i++)
		sum += f->weight[i] * columnof(a, &f->runs[i]) * columnof(b, &f->runs[i]);
	return sum;
}

void
fitproject(const struct fit *f, const double *y, double *r)
{
	double right[COLUMNS_MAX] = {0};

	memcpy(r, y, f->n * sizeof(*r));
	for (size_t j = 0; j < f->k; j++)
		for (size_t i = 0; i < f->n; i++)
			right[j] += f->weight[i] * columnof(f->of[j], &f->runs[i]) * y[i];
	for (size_t j = 0; j < f->k; j++) {
		double theta = 0;

		for (size_t l = 0; l < f->k; l++)
			theta += f->inverse[j][l] * right[l];
		for (size_t i = 0; i < f->n; i++)
			r[i] -= theta * columnof(f->of[j], &f->runs[i]);
	}
}

/* Inverts X'WX by Gauss and Jordan, and fits; false where a column is a sum of others. */
static bool
fitagain(struct fit *f)
{
	double m[COLUMNS_MAX][2 * COLUMNS_MAX] = {{0}}, diagonal[COLUMNS_MAX];
	size_t k = f->k;

	for (size_t i = 0; i < k; i++) {
		for (size_t j = 0; j < k; j++)
			m[i][j] = product(f, f->of[i], f->of[j]);
		m[i][k + i] = 1;
		diagonal[i] = m[i][i];
	}
	/* Positive definite: the diagonal needs no pivoting. */
	for (size_t i = 0; i < k; i++) {
		if (!(m[i][i] > LEAST * diagonal[i]))
			return false;
		for (size_t j = 2 * k; j-- > i;)
			m[i][j] /= m[i][i];
		for (size_t l = 0; l < k; l++)
			for (size_t j = 2 * k; l != i && j-- > i;)
				m[l][j] -= m[l][i] * m[i][j];
	}
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			f->inverse[i][j] = m[i][k + j];
	for (size_t j = 0; j < k; j++) {
		f->theta[j] = 0;
		for (size_t l = 0; l < k; l++) {
			double right = 0;

			for (size_t i = 0; i < f->n; i++)
				right += f->weight[i] * columnof(f->of[l], &f->runs[i]) *
					 f->runs[i].theta;
			f->theta[j] += f->inverse[j][l] * right;
		}
	}
	for (size_t i = 0; i < f->n; i++) {
		f->residual[i] = f->runs[i].theta;
		for (size_t j = 0; j < k; j++)
			f->residual[i] -= f->theta[j] * columnof(f->of[j], &f->runs[i]);
	}
	return true;
}

void
fitset(struct fit *f, const struct column of[], size_t k)
{
	memmove(f->of, of, k * sizeof(*of));
	f->k = k;
	fitagain(f);
}

bool
fitadd(struct fit *f, struct column c)
{
	if (f->k == COLUMNS_MAX)
		return false;
	f->of[f->k++] = c;
	if (fitagain(f))
		return true;
	f->k--;
	fitagain(f);
	return false;
}

void
fitremove(struct fit *f, size_t j)
{
	memmove(&f->of[j], &f->of[j + 1], (--f->k - j) * sizeof(*f->of));
	fitagain(f);
}

double
fitworth(const struct fit *f, size_t j)
{
	return f->theta[j] * f->theta[j] / f->inverse[j][j];
}

/*
 * x'Wr of all steps at once, into f->flow: a step is gone over by the runs whose base is before it and
 * whose head is not.
 */
static void
steps(const struct fit *f, const double *r)
{
	double *flow = f->flow, sum = 0;

	memset(flow, 0, (f->places + 2) * sizeof(*flow));
	for (size_t i = 0; i < f->n; i++) {
		double v = f->weight[i] * r[i];

		flow[f->runs[i].base == NOWHERE ? 0 : f->runs[i].base + 1] += v;
		flow[f->runs[i].head + 1] -= v;
	}
	for (size_t p = 0; p < f->places; p++)
		flow[p] = sum += flow[p];
}

/* A ramp is the mean of its steps: from flow[] to the sums of what is before each. */
static void
sums(const struct fit *f)
{
	double before = 0;

	for (size_t p = 0; p <= f->places; p++) {
		double v = f->flow[p];

		f->flow[p] = before;
		before += v;
	}
}

static double
along(const struct fit *f, struct column c)
{
	return (f->flow[c.at + c.over] - f->flow[c.at]) / (double)c.over;
}

bool
columnsingle(const struct fit *f, struct column c)
{
	size_t over = 0, next = 0;

	for (size_t i = 0; i < f->n; i++)
		if (f->runs[i].head >= c.at &&
			(f->runs[i].base == NOWHERE || f->runs[i].base < c.at)) {
			over++;
			next += f->runs[i].base == c.at - 1;
		}
	return c.over == 1 && over == 1 && next == 1;
}

struct candidate *
fitcandidates(const struct fit *f, size_t *n)
{
	struct candidate *all = NULL;
	double *own, *(shared[COLUMNS_MAX]);
	size_t room = 0;

	*n = 0;
	for (size_t over = 1; over <= f->places / 2; over *= 2)
		room += f->places;
	all = xcalloc(room + 1, sizeof(*all));
	for (size_t over = 1; over <= f->places / 2; over *= 2)
		for (size_t at = 1; at + over <= f->places; at++)
			all[(*n)++] = (struct candidate){.c = {at, over},
				.single = columnsingle(f, (struct column){at, over})};
	own = xcalloc(f->n, sizeof(*own));
	for (size_t j = 0; j < f->k; j++) {
		shared[j] = xcalloc(*n + 1, sizeof(**shared));
		for (size_t i = 0; i < f->n; i++)
			own[i] = columnof(f->of[j], &f->runs[i]);
		steps(f, own);
		sums(f);
		for (size_t c = 0; c < *n; c++)
			shared[j][c] = along(f, all[c].c);
	}
	for (size_t c = 0; c < *n; c++) {
		double square = product(f, all[c].c, all[c].c), taken = 0;

		for (size_t j = 0; j < f->k; j++)
			for (size_t l = 0; l < f->k; l++)
				taken += shared[j][c] * f->inverse[j][l] * shared[l][c];
		all[c].carried = square - taken > LEAST * square ? square - taken : 0;
	}
	for (size_t j = 0; j < f->k; j++)
		free(shared[j]);
	free(own);
	return all;
}

void
fitgains(const struct fit *f, const double *r, const struct candidate c[], size_t n, double *gain)
{
	steps(f, r);
	sums(f);
	for (size_t i = 0; i < n; i++) {
		double v = along(f, c[i].c);

		gain[i] = c[i].carried > 0 ? v * v / c[i].carried : 0;
	}
}
