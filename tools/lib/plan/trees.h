/*
 * Arms that are built trees, which take turns at one path: what a build has written into its files
 * (a shebang, an rpath) leads to the tree of the arm that runs, and no arm's path is longer.
 */
#ifndef PLAN_TREES_H
#define PLAN_TREES_H

#include "plan/plan.h"

/* Makes the paths of all trees absolute; fatal unless all arms have one or none has. */
void treescheck(struct plan *p);

/*
 * Renames the arm's tree to the present folder, which has to be empty where no tree lies there, and
 * the one that lies there back to where it was. At the end of the process each is back. Nothing
 * happens where the arm has no tree.
 */
void treeenter(const struct arm *a);

#endif
