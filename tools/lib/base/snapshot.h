/* What lies in a folder, to see what a command has changed there. */
#ifndef BASE_SNAPSHOT_H
#define BASE_SNAPSHOT_H

#include <stddef.h>

struct snapshot {
	struct entry *of; /* by path */
	size_t n;
};

/* Of all that is below the folder; 0, or -1 with errno: EFBIG where that is more than a million. */
int snapshottake(struct snapshot *s, const char *dir);
void snapshotrelease(struct snapshot *s);

/*
 * Tells of each path that is in one of two only, or another file or content in them: in order,
 * relative to the folder. A folder has changed when it is new or gone.
 */
void snapshotcompare(const struct snapshot *a, const struct snapshot *b,
	void (*changed)(void *to, const char *path), void *to);

#endif
