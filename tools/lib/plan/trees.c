/* Which tree lies at the present folder. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/mem.h"
#include "plan/trees.h"

static char place[PATH_MAX]; /* the path of all; "": none was there yet */
static const char *lying;    /* where the tree belongs that lies there, or NULL */
static pid_t owner;	     /* who puts it back: no child of bench-run does */

/* Whoever comes next finds the empty folder that this one found. */
static int
leave(void)
{
	if (lying && (rename(place, lying) || mkdir(place, 0777)))
		return -1;
	lying = NULL;
	return 0;
}

static void
leaveatend(void)
{
	if (getpid() == owner && leave())
		warn("move '%s' back to '%s': %s", place, lying, strerror(errno));
}

void
treescheck(struct plan *p)
{
	size_t n = 0;

	for (struct arm *a = p->arms; a < p->arms + p->narms; a++) {
		if (!a->tree)
			continue;
		a->tree = absolute(a->tree);
		n++;
	}
	if (n && n < p->narms)
		fatal("read arms: %zu of %zu have a tree; all must have one, or none", n, p->narms);
}

void
treeenter(const struct arm *a)
{
	if (!a->tree || (lying && !strcmp(lying, a->tree)))
		return;
	if (!*place) {
		if (!getcwd(place, sizeof(place)))
			fatal("find the present folder:");
		owner = getpid();
		atexit(leaveatend);
	}
	if (leave())
		fatal("move '%s' back to '%s':", place, lying);
	if (rename(a->tree, place))
		fatal("move the tree of arm '%s', '%s', to '%s':", a->name, a->tree, place);
	lying = a->tree;
	if (chdir(place))
		fatal("enter '%s':", place);
}
