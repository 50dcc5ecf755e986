/* Operations and their targets. */
#include <stdlib.h>
#include <string.h>

#include "tune/message.h"
#include "tune/profile.h"

static struct tune_op *
mkop(struct tune *t, const char *name)
{
	struct tune_op *op = calloc(1, sizeof(*op));

	if (!op)
		return NULL;
	op->tune = t;
	snprintf(op->name, sizeof(op->name), "%s", name);
	atomic_init(&op->baseline, -1);
	op->next = atomic_load(&t->ops);
	atomic_store(&t->ops, op);
	return op;
}

void
delop(struct tune_op *op)
{
	for (int i = 0; i < atomic_load(&op->nslots); i++) {
		struct tune_adapter *a = &op->slot[i].adapter;

		if (a->run && a->release && atomic_load(&op->ready) >> i & 1)
			a->release(a->context);
	}
	delprofiles(op);
	free(op);
}

struct tune_op *
tune_operation(struct tune *t, const char *name)
{
	struct tune_op *op;

	if (!validname(name)) {
		say(t, "register an operation: its name is empty, too long or no text");
		return NULL;
	}
	pthread_mutex_lock(&t->lock);
	for (op = atomic_load(&t->ops); op && strcmp(op->name, name); op = op->next)
		;
	if (!op)
		op = mkop(t, name);
	pthread_mutex_unlock(&t->lock);
	if (!op)
		say(t, "register '%s': no memory", name);
	return op;
}

int
slotof(struct tune_op *op, const char *name, bool make)
{
	int n = atomic_load(&op->nslots);

	for (int i = 0; i < n; i++)
		if (!strcmp(op->slot[i].name, name))
			return i;
	/* makeroom() leaves one without a name. */
	for (int i = 0; make && i < n; i++)
		if (!*op->slot[i].name) {
			snprintf(op->slot[i].name, sizeof(op->slot[i].name), "%s", name);
			return i;
		}
	if (!make || n == TUNE_MAX_TARGETS)
		return -1;
	snprintf(op->slot[n].name, sizeof(op->slot[n].name), "%s", name);
	atomic_store(&op->nslots, n + 1);
	return n;
}

/* Fills the slot of that name; the lock is held. */
static int
enter(struct tune_op *op, const struct tune_target *target, const struct tune_adapter *adapter)
{
	int i = slotof(op, target->name, true);

	if (i < 0)
		return TUNE_INVALID;
	if (atomic_load(&op->ready) >> i & 1)
		return TUNE_EXISTS;
	op->slot[i].target = *target;
	op->slot[i].target.name = op->slot[i].name;
	if (adapter)
		op->slot[i].adapter = *adapter;
	if (atomic_load(&op->baseline) < 0)
		atomic_store(&op->baseline, i);
	/* Last: from here on other threads choose it. */
	atomic_fetch_or(&op->ready, 1U << i);
	return i;
}

/*
 * Makes room: of a full operation one target goes that only a file told of, for programs rename theirs.
 * With the lock of files, so that no file is being read or written, and the tuner's.
 */
static void
makeroom(struct tune_op *op)
{
	struct table *table = atomic_load(&op->table);
	uint32_t ready = atomic_load(&op->ready);
	int i = ready + 1 ? __builtin_ctz(~ready) : TUNE_MAX_TARGETS;

	if (atomic_load(&op->nslots) < TUNE_MAX_TARGETS || i >= TUNE_MAX_TARGETS)
		return;
	for (size_t k = 0; table && k < table->size; k++) {
		struct tune_profile *p = atomic_load(&table->at[k]);

		if (!p)
			continue;
		pthread_mutex_lock(&p->lock);
		if (i < p->nknown)
			p->known[i] = (struct known){0};
		if (p->best == i)
			p->best = -1;
		pthread_mutex_unlock(&p->lock);
	}
	op->slot[i].name[0] = '\0';
}

static int
add(struct tune_op *op, const struct tune_target *target, const struct tune_adapter *adapter)
{
	struct tune *t = op->tune;
	int i;

	if (!validname(target->name))
		return fail(t, TUNE_INVALID,
			"register a target of '%s': its name is empty, too long or no text",
			op->name);
	if (target->available && !target->available(target->context))
		return TUNE_NOTARGET;
	pthread_mutex_lock(&t->file_lock);
	pthread_mutex_lock(&t->lock);
	if (slotof(op, target->name, false) < 0)
		makeroom(op);
	i = enter(op, target, adapter);
	pthread_mutex_unlock(&t->lock);
	pthread_mutex_unlock(&t->file_lock);
	if (i == TUNE_INVALID)
		say(t, "register '%s': '%s' has %d targets, and no room for more", target->name,
			op->name, TUNE_MAX_TARGETS);
	if (i == TUNE_EXISTS)
		say(t, "register '%s': '%s' has a target of that name", target->name, op->name);
	if (i >= 0)
		reconsider(op);
	return i;
}

int
tune_target(struct tune_op *op, const struct tune_target *target)
{
	return add(op, target, NULL);
}

static bool
registered(struct tune_op *op, const char *name)
{
	int i;

	pthread_mutex_lock(&op->tune->lock);
	i = slotof(op, name, false);
	pthread_mutex_unlock(&op->tune->lock);
	return i >= 0 && atomic_load(&op->ready) >> i & 1;
}

int
tune_adapt(struct tune_op *op, const struct tune_adapter *a)
{
	struct tune_target target = {.name = a->name, .watts = a->watts, .context = a->context};
	int status, i;

	if (!a->run || !validname(a->name))
		return fail(op->tune, TUNE_INVALID,
			"register an adapter of '%s': it has no run() or no name", op->name);
	/* Before init(), and without release(): the context may be the one that is in use. */
	if (registered(op, a->name))
		return fail(op->tune, TUNE_EXISTS, "register '%s': '%s' has a target of that name",
			a->name, op->name);
	if (a->available && !a->available(a->context))
		return TUNE_NOTARGET;
	status = a->init ? a->init(a->context) : 0;
	if (status)
		return fail(op->tune, TUNE_NOTARGET, "start '%s': %s", a->name,
			a->error ? a->error(a->context, status) : "init() failed");
	i = add(op, &target, a);
	if (i < 0 && a->release)
		a->release(a->context);
	return i;
}

int
tune_targets(const struct tune_op *op)
{
	return atomic_load(&op->nslots);
}

const char *
tune_target_name(const struct tune_op *op, int target)
{
	return target >= 0 && target < tune_targets(op) ? op->slot[target].name : NULL;
}
