/* Counting the processes of instrumented programs, and the raw profiles that they close. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "elf/section.h"
#include "json/json.h"
#include "run/watch.h"

#ifdef __linux__

#include <sys/fanotify.h>
#include <sys/inotify.h>

enum { ENVIRON_MAX = 8 << 20 }; /* bytes of one environment; the kernel has 6 MiB at most */
enum { SIGNALS = 65 };

static const char UNSET[] = "unset", RESET[] = "reset";

struct program {
	dev_t dev;
	ino_t ino;
	struct timespec made;
	char *exe; /* NULL where it is not instrumented */
};

/* The raw profiles of one family by the part of their name in front of the pid. */
struct module {
	char *name;
	uint64_t closed; /* how often one was */
};

/* What the runtime was told when the program began; BOLT's when it was made. */
enum told {
	HERE,	/* to write into dir */
	MAPPED, /* the same, and to count there (%c): whatever ends it, the counts stay */
	AWAY,	/* to write elsewhere */
	NOTHING
};

/*
 * LLVM's runtime forms the name of the file when a program begins, so what comes of it by fork writes
 * to the same one, and adds to what is there: how many of them wrote is known, not which. BOLT's has
 * a file for each.
 */
struct family {
	pid_t pid; /* 0: there is none here */
	const char *exe;
	enum told told;
	char *cwd; /* NULL unless told is AWAY or NOTHING */
	struct module *modules;
	size_t nmodules;
	uint64_t exits, lefts, execs, signals[SIGNALS];
};

struct loss {
	const char *exe, *how;
	char *cwd;
	int signal;
	uint64_t count;
};

/* Where the link /proc/PID/NAME leads; the caller's to free. */
static char *
linkof(pid_t pid, const char *name)
{
	char path[64], to[PATH_MAX + 1];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	n = readlink(path, to, sizeof(to) - 1);
	to[n < 0 ? 0 : n] = '\0';
	return xstrdup(to);
}

/* Where what the process runs lies; NULL when that is not instrumented, or cannot be read. */
static const char *
instrumented(struct watch *w, pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	if (stat(path, &st))
		return NULL;
	for (size_t i = 0; i < w->nprograms; i++) {
		const struct program *p = &w->programs[i];

		if (p->dev == st.st_dev && p->ino == st.st_ino &&
			p->made.tv_sec == st.st_mtim.tv_sec &&
			p->made.tv_nsec == st.st_mtim.tv_nsec)
			return p->exe;
	}
	w->programs = xreallocarray(w->programs, w->nprograms + 1, sizeof(*w->programs));
	w->programs[w->nprograms] = (struct program){st.st_dev, st.st_ino, st.st_mtim,
		elfhas(path, w->bolt ? ".bolt.instr.counters" : "__llvm_prf_cnts")
			? linkof(pid, "exe")
			: NULL};
	return w->programs[w->nprograms++].exe;
}

/* The value of LLVM_PROFILE_FILE in an environment, NULL when it has none. */
static const char *
profilefile(struct buf *environment)
{
	static const char name[] = "LLVM_PROFILE_FILE=";
	const char *p = bufstr(environment), *end = p + environment->n;

	for (; p < end; p += strlen(p) + 1)
		if (!strncmp(p, name, sizeof(name) - 1))
			return p + sizeof(name) - 1;
	return NULL;
}

/* False when its profile is thrown away, and is meant to be. */
static bool
tell(const struct watch *w, struct family *f)
{
	size_t n = strlen(w->dir);
	struct buf b = {0};
	const char *file;
	char path[64];
	bool kept = true;

	if (w->bolt)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/environ", (int)f->pid);
	if (!slurp(path, ENVIRON_MAX, &b)) {
		file = profilefile(&b);
		kept = !file || strcmp(file, "/dev/null");
		f->told = !file || !*file ? NOTHING : AWAY;
		if (file && !strncmp(file, w->dir, n) && file[n] == '/')
			f->told = strstr(file + n, "%c") ? MAPPED : HERE;
		if (f->told == AWAY || f->told == NOTHING)
			f->cwd = linkof(f->pid, "cwd");
	}
	bufrelease(&b);
	return kept;
}

static void
closed(struct family *f, const char *module, size_t n)
{
	for (size_t i = 0; i < f->nmodules; i++) {
		struct module *m = &f->modules[i];

		if (!strncmp(m->name, module, n) && !m->name[n]) {
			m->closed++;
			return;
		}
	}
	f->modules = xreallocarray(f->modules, f->nmodules + 1, sizeof(*f->modules));
	f->modules[f->nmodules] = (struct module){xcalloc(n + 1, 1), 1};
	memcpy(f->modules[f->nmodules++].name, module, n);
}

/* The family whose file has that pid in its name; NULL for none. */
static struct family *
familyof(struct watch *w, long pid)
{
	for (size_t i = 0; w->bolt && i < w->trace.nprocesses; i++)
		if (w->trace.processes[i].pid == pid && w->trace.processes[i].mark)
			return &w->families[w->trace.processes[i].mark - 1];
	for (size_t i = 0; !w->bolt && i < w->nfamilies; i++)
		if (w->families[i].pid == pid)
			return &w->families[i];
	return NULL;
}

/* A file was closed: MODULE_PID.profraw, PID.profraw, or NAME.PID.fdata of BOLT's. */
static void
noteclosed(struct watch *w, const char *name)
{
	const char *end = strrchr(name, '.'), *pid = end;
	struct family *f;

	if (!end || strcmp(end, w->bolt ? ".fdata" : ".profraw") != 0)
		return;
	while (pid > name && pid[-1] >= '0' && pid[-1] <= '9')
		pid--;
	if (pid > name && pid[-1] != (w->bolt ? '.' : '_'))
		return;
	f = familyof(w, strtol(pid, NULL, 10));
	if (f)
		closed(f, name, (size_t)(pid - name));
}

/* One event of fanotify: the folder and the name in it, behind a header. */
static void
notefile(struct watch *w, const char *p, size_t n)
{
	struct fanotify_event_metadata e;
	struct fanotify_event_info_header info;
	size_t at;

	memcpy(&e, p, sizeof(e));
	if (e.mask & FAN_Q_OVERFLOW)
		w->why = "the kernel dropped some of what it told of raw profiles";
	at = e.metadata_len;
	if (at + sizeof(struct fanotify_event_info_fid) + sizeof(struct file_handle) >= n)
		return;
	memcpy(&info, p + at, sizeof(info));
	if (info.info_type == FAN_EVENT_INFO_TYPE_DFID_NAME) {
		unsigned bytes; /* of the handle, the first in it */

		at += sizeof(struct fanotify_event_info_fid);
		memcpy(&bytes, p + at, sizeof(bytes));
		at += sizeof(struct file_handle) + bytes;
		if (at < n)
			noteclosed(w, p + at);
	}
}

/* Takes in which files were closed until now. */
static void
hear(struct watch *w)
{
	struct fanotify_event_metadata e;
	struct inotify_event i;
	char b[16384];
	ssize_t n;

	while ((n = read(w->events, b, sizeof(b))) > 0 || (n < 0 && errno == EINTR)) {
		const char *p = b, *end = b + (n > 0 ? n : 0);

		while (!w->coarse && p < end) {
			memcpy(&e, p, sizeof(e));
			notefile(w, p, e.event_len);
			p += e.event_len;
		}
		while (w->coarse && p < end) {
			memcpy(&i, p, sizeof(i));
			if (i.mask & IN_Q_OVERFLOW)
				w->why = "the kernel dropped some of what it told of raw profiles";
			else if (i.len)
				noteclosed(w, p + sizeof(i));
			p += sizeof(i) + i.len;
		}
	}
}

/*
 * By fanotify, which keeps apart what two processes do to one file. inotify, for where that is
 * forbidden or not there, may tell once of what they did at one time.
 */
static bool
hearken(struct watch *w)
{
	w->events = fanotify_init(
		FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_DFID_NAME, 0);
	if (w->events >= 0 && !fanotify_mark(w->events, FAN_MARK_ADD,
				      FAN_CLOSE_WRITE | FAN_EVENT_ON_CHILD, AT_FDCWD, w->dir))
		return true;
	w->coarse = true;
	if (w->events >= 0)
		close(w->events);
	w->events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	return w->events >= 0 && inotify_add_watch(w->events, w->dir, IN_CLOSE_WRITE) >= 0;
}

static void
lose(struct watch *w, const struct family *f, const char *how, int sig, uint64_t count)
{
	const char *cwd = how == UNSET || how == RESET ? f->cwd : NULL;

	if (!count)
		return;
	for (size_t i = 0; i < w->nlosses; i++) {
		struct loss *l = &w->losses[i];

		if (l->exe == f->exe && l->how == how && l->signal == sig &&
			(cwd && l->cwd ? !strcmp(cwd, l->cwd) : cwd == l->cwd)) {
			l->count += count;
			return;
		}
	}
	w->losses = xreallocarray(w->losses, w->nlosses + 1, sizeof(*w->losses));
	w->losses[w->nlosses++] = (struct loss){f->exe, how, cwd ? xstrdup(cwd) : NULL, sig, count};
}

/* What is left of n when up to *kept of them have a profile all the same. */
static uint64_t
without(uint64_t n, uint64_t *kept)
{
	uint64_t k = n < *kept ? n : *kept;

	*kept -= k;
	return n - k;
}

/* No process of the family is left: who has a profile, and who has none. */
static void
settle(struct watch *w, struct family *f)
{
	uint64_t kept = 0;

	for (size_t i = 0; i < f->nmodules; i++)
		kept = f->modules[i].closed > kept ? f->modules[i].closed : kept;
	if (kept && f->told == MAPPED)
		kept = UINT64_MAX;
	if (kept && w->coarse && !w->bolt)
		kept = f->exits > kept ? f->exits : kept;
	w->ran += f->exits + f->lefts + f->execs;
	/* In this order: the end of main writes one, what is killed hardly ever. */
	lose(w, f,
		f->told == NOTHING ? UNSET
		: f->told == AWAY  ? RESET
				   : "exit",
		0, without(f->exits, &kept));
	for (int s = 0; s < SIGNALS; s++) {
		w->ran += f->signals[s];
		lose(w, f, "signal", s, without(f->signals[s], &kept));
	}
	lose(w, f, "exec", 0, without(f->execs, &kept));
	lose(w, f, "left", 0, without(f->lefts, &kept));
	for (size_t i = 0; i < f->nmodules; i++)
		free(f->modules[i].name);
	free(f->modules);
	free(f->cwd);
	*f = (struct family){0};
}

/* The process is no longer of its family. */
static void
leave(struct watch *w, const struct traced *p)
{
	for (size_t i = 0; i < w->trace.nprocesses; i++) {
		const struct traced *q = &w->trace.processes[i];

		if (q != p && q->mark == p->mark)
			return;
	}
	hear(w);
	settle(w, &w->families[p->mark - 1]);
}

static void
onexec(void *to, struct traced *p)
{
	struct watch *w = to;
	struct family f = {.pid = p->pid};
	size_t i = 0;

	if (p->mark) {
		/* What a fork alone made, to become another program, did nothing of its own. */
		if (w->families[p->mark - 1].pid == p->pid)
			w->families[p->mark - 1].execs++;
		leave(w, p);
		p->mark = 0;
	}
	f.exe = instrumented(w, p->pid);
	if (!f.exe || !tell(w, &f))
		return;
	while (i < w->nfamilies && w->families[i].pid)
		i++;
	if (i == w->nfamilies)
		w->families = xreallocarray(w->families, ++w->nfamilies, sizeof(*w->families));
	w->families[i] = f;
	p->mark = (unsigned)i + 1;
}

static void
onend(void *to, const struct traced *p, int status, bool left)
{
	struct watch *w = to;
	struct family *f;

	if (!p->mark)
		return;
	hear(w);
	f = &w->families[p->mark - 1];
	if (left)
		f->lefts++;
	else if (WIFSIGNALED(status))
		f->signals[WTERMSIG(status) % SIGNALS]++;
	else
		f->exits++;
	leave(w, p);
}

void
watchopen(struct watch *w, const char *dir, bool bolt)
{
	*w = (struct watch){
		.trace = {.onexec = onexec, .onend = onend, .to = w}, .dir = dir, .bolt = bolt};
	if (!hearken(w))
		w->why = strerror(errno);
}

static json_t *
lossjson(const struct loss *l)
{
	json_t *v = jsonpack("{s:o, s:s}", "exe", jsonstr(l->exe), "how", l->how);

	if (l->signal)
		json_object_set_new(v, "signal", json_integer(l->signal));
	if (l->cwd)
		json_object_set_new(v, "cwd", jsonstr(l->cwd));
	json_object_set_new(v, "count", json_integer((json_int_t)l->count));
	return v;
}

json_t *
watchclose(struct watch *w)
{
	const char *why = w->trace.error ? strerror(w->trace.error) : w->why;
	json_t *lost = json_array(), *v;

	for (size_t i = 0; i < w->nlosses; i++) {
		json_array_append_new(lost, lossjson(&w->losses[i]));
		free(w->losses[i].cwd);
	}
	v = why ? jsonpack("{s:b, s:s}", "watched", 0, "reason", why)
		: jsonpack("{s:b, s:b, s:I, s:O}", "watched", 1, "forks", !w->coarse || w->bolt,
			  "ran", (json_int_t)w->ran, "lost", lost);
	json_decref(lost);
	for (size_t i = 0; i < w->nprograms; i++)
		free(w->programs[i].exe);
	free(w->programs);
	free(w->families);
	free(w->losses);
	if (w->events >= 0)
		close(w->events);
	return v;
}

#else

void
watchopen(struct watch *w, const char *dir, bool bolt)
{
	*w = (struct watch){.dir = dir, .bolt = bolt};
}

json_t *
watchclose(struct watch *w)
{
	return jsonpack("{s:b, s:s}", "watched", 0, "reason", strerror(w->trace.error));
}

#endif
