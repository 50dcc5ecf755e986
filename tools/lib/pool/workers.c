#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/num.h"
#include "pool/workers.h"
#include "profraw/diag.h"

/* What one thread has done. */
struct worker {
	struct poolrun *run;
	struct pass *pass;
	struct pool *pool, *one; /* one: of the source at hand */
	struct buf file;
	struct poolrun part; /* the counts and the bad files */
	size_t capbad;
};

/* One reading of all inputs. */
struct pass {
	const struct pool *refuse;
	bool share;	     /* source by source, scaled; else file by file */
	const size_t *first; /* input of each source */
	atomic_size_t next;
	pthread_mutex_t lock; /* of run->total */
};

static void
bad(struct worker *w, size_t input, const struct poolfile *f)
{
	struct poolrun *r = &w->part;

	if (r->nbad == w->capbad) {
		w->capbad = w->capbad ? 2 * w->capbad : 16;
		r->bad = xreallocarray(r->bad, w->capbad, sizeof(*r->bad));
	}
	r->bad[r->nbad++] = (struct poolbad){.input = input,
		.class = f->d.class,
		.refused = f->refused,
		.bad = f->d.bad,
		.next = f->d.next};
	r->nunreadable += f->d.class == PROFRAW_UNREADABLE;
}

static void
fingerprint(const struct buf *file, struct poolread *r)
{
	sha256(file->p, file->n, r->sha256);
	r->bytes = file->n;
}

static void
addfile(struct worker *w, struct pool *pool, size_t input)
{
	const struct poolinput *in = &w->run->in[input];
	struct poolfile f = {0};
	uint64_t *total = &w->run->total[in->source];

	w->file.n = 0;
	if (slurp(in->path, FILEMAX, &w->file)) {
		profbad(&f.d, PROFRAW_UNREADABLE, "file", 0, "%s", filewhy());
		bad(w, input, &f);
		return;
	}
	if (pooladd(pool, w->file.p, w->file.n, in->weight, &f)) {
		bad(w, input, &f);
		return;
	}
	if (w->run->read)
		fingerprint(&w->file, &w->run->read[input]);
	w->part.files++;
	w->part.bytes += w->file.n;
	w->part.profiles += f.profiles;
	w->part.zero += f.zero;
	w->part.odd += f.odd;
	w->part.repaired += f.repaired;
	if (w->pass->share || w->run->maxshare <= 0)
		return;
	pthread_mutex_lock(&w->pass->lock);
	*total = addmost(*total, f.sum);
	pthread_mutex_unlock(&w->pass->lock);
}

static void
addsource(struct worker *w, size_t source)
{
	uint64_t total = w->run->total[source], limit = w->run->limit;

	for (size_t i = w->pass->first[source]; i < w->pass->first[source + 1]; i++)
		addfile(w, w->one, i);
	if (total > limit) {
		poolscale(w->one, limit, total);
		w->part.scaled++;
	}
	poolmerge(w->pool, w->one);
	poolclear(w->one);
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	size_t n = w->pass->share ? w->run->nsource : w->run->n, i;

	w->pool = mkpool(w->pass->refuse, w->run->maxshare > 0 && !w->pass->share);
	w->one = mkpool(w->pass->refuse, false);
	while ((i = atomic_fetch_add(&w->pass->next, 1)) < n)
		if (w->pass->share)
			addsource(w, i);
		else
			addfile(w, w->pool, i);
	bufrelease(&w->file);
	delpool(w->one);
	return NULL;
}

static int
order(const void *va, const void *vb)
{
	const struct poolbad *a = va, *b = vb;

	return (a->input > b->input) - (a->input < b->input);
}

/* Takes over what a worker has done. */
static void
collect(struct poolrun *r, struct worker *w)
{
	struct poolrun *p = &w->part;

	if (r->pool) {
		poolmerge(r->pool, w->pool);
		delpool(w->pool);
	} else {
		r->pool = w->pool;
	}
	r->files += p->files;
	r->bytes += p->bytes;
	r->profiles += p->profiles;
	r->zero += p->zero;
	r->odd += p->odd;
	r->repaired += p->repaired;
	r->scaled += p->scaled;
	r->nunreadable += p->nunreadable;
	r->bad = xreallocarray(r->bad, r->nbad + p->nbad, sizeof(*r->bad));
	if (p->nbad)
		memcpy(r->bad + r->nbad, p->bad, p->nbad * sizeof(*r->bad));
	r->nbad += p->nbad;
	free(p->bad);
}

static void
forget(struct poolrun *r)
{
	delpool(r->pool);
	free(r->bad);
	r->pool = NULL;
	r->bad = NULL;
	r->nbad = r->nunreadable = r->scaled = 0;
	r->files = r->bytes = r->profiles = r->zero = r->odd = r->repaired = 0;
}

static void
readall(struct poolrun *r, const struct pool *refuse, const size_t *first, bool share)
{
	struct pass pass = {.refuse = refuse, .first = first, .share = share};
	struct worker *w = xcalloc(r->jobs, sizeof(*w));
	pthread_t *thread = xcalloc(r->jobs, sizeof(*thread));

	forget(r);
	if (r->read)
		memset(r->read, 0, r->n * sizeof(*r->read));
	pthread_mutex_init(&pass.lock, NULL);
	for (unsigned i = 0; i < r->jobs; i++) {
		w[i].run = r;
		w[i].pass = &pass;
	}
	for (unsigned i = 1; i < r->jobs; i++) {
		errno = pthread_create(&thread[i], NULL, work, &w[i]);
		if (errno)
			fatal("start a thread:");
	}
	work(&w[0]);
	for (unsigned i = 0; i < r->jobs; i++) {
		if (i)
			pthread_join(thread[i], NULL);
		collect(r, &w[i]);
	}
	pthread_mutex_destroy(&pass.lock);
	if (r->nbad)
		qsort(r->bad, r->nbad, sizeof(*r->bad), order);
	free(w);
	free(thread);
}

void
poolrun(struct poolrun *r)
{
	struct pool *refuse = mkpool(NULL, false);
	size_t *first = xcalloc(r->nsource + 1, sizeof(*first)), more;

	r->total = xcalloc(r->nsource, sizeof(*r->total));
	for (size_t i = r->n; i-- > 0;)
		first[r->in[i].source] = i;
	first[r->nsource] = r->n;
	for (size_t i = r->nsource; i-- > 0;)
		if (first[i] > first[i + 1] || (!first[i] && i && r->in[0].source != i))
			first[i] = first[i + 1];
	do {
		memset(r->total, 0, r->nsource * sizeof(*r->total));
		readall(r, refuse, first, false);
		more = poolfit(r->pool, refuse);
	} while (more);
	if (r->maxshare > 0)
		r->limit = poollimit(r->total, r->nsource, r->maxshare, &r->toofew);
	if (r->limit)
		readall(r, refuse, first, true);
	delpool(refuse);
	free(first);
}

void
poolrunrelease(struct poolrun *r)
{
	forget(r);
	free(r->total);
	r->total = NULL;
}
