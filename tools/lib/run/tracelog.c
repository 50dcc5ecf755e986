/* The records of a trace: one line of JSON for each exec and each end of a process. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "json/json.h"
#include "run/tracelog.h"

/* One line, whole or not at all. */
static void
line(struct tracelog *l, json_t *v)
{
	struct buf b = {0};

	jsonexact(&b, v);
	bufputs(&b, "\n");
	if (writeall(l->fd, b.p, b.n))
		l->error = errno;
	if (!l->error)
		l->bytes += b.n;
	else if (ftruncate(l->fd, (off_t)l->bytes) && errno != EINVAL) /* a device has no length */
		l->error = errno;
	bufrelease(&b);
	json_decref(v);
}

/* After the first that has no room none comes any more. */
static void
record(struct tracelog *l, json_t *v)
{
	if (!l->error && l->bytes < TRACE_BYTES_MAX) {
		line(l, v);
	} else {
		l->lost++;
		json_decref(v);
	}
}

/* Where the link /proc/PID/NAME leads, null where it cannot be read. */
static json_t *
linkof(pid_t pid, const char *name)
{
	char path[64], to[4096 + 1];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	n = readlink(path, to, sizeof(to) - 1);
	to[n < 0 ? 0 : n] = '\0';
	return n < 0 ? json_null() : jsonstr(to);
}

/* The words of its command, at most TRACE_ARGV_MAX bytes; whether there are more. */
static json_t *
argvof(pid_t pid, bool *cut)
{
	static char text[TRACE_ARGV_MAX + 1];
	json_t *words = json_array();
	char path[64];
	size_t n = 0;
	ssize_t got = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && n < sizeof(text) && (got = read(fd, text + n, sizeof(text) - n)) > 0)
		n += (size_t)got;
	*cut = fd < 0 || got < 0 || n > TRACE_ARGV_MAX;
	if (fd >= 0)
		close(fd);
	if (n)
		text[n - 1] = '\0'; /* as it is, or where it was cut */
	for (const char *p = text; p < text + n; p += strlen(p) + 1)
		json_array_append_new(words, jsonstr(p));
	return words;
}

static void
onexec(void *to, struct traced *p)
{
	struct tracelog *l = to;
	bool cut;
	json_t *argv = argvof(p->pid, &cut);
	json_t *v =
		jsonpack("{s:i, s:i, s:o, s:o, s:o}", "pid", (int)p->pid, "ppid", (int)p->parent,
			"exe", linkof(p->pid, "exe"), "cwd", linkof(p->pid, "cwd"), "argv", argv);

	if (cut)
		json_object_set_new(v, "cut", json_true());
	l->execs++;
	record(l, v);
}

static void
onend(void *to, const struct traced *p, int status, bool left)
{
	struct tracelog *l = to;
	bool killed = WIFSIGNALED(status);
	json_t *v = jsonpack("{s:i, s:i}", "pid", (int)p->pid, killed ? "signal" : "exit",
		killed ? WTERMSIG(status) : WEXITSTATUS(status));

	if (left)
		json_object_set_new(v, "left", json_true());
	l->processes++;
	record(l, v);
}

void
tracelogopen(struct tracelog *l, const char *path)
{
	*l = (struct tracelog){.trace = {.onexec = onexec, .onend = onend, .to = l}};
	l->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (l->fd < 0)
		fatal("open '%s':", path);
}

const char *
tracelogclose(struct tracelog *l)
{
	static char why[128];
	json_t *last;

	why[0] = '\0';
	if (l->trace.error)
		snprintf(why, sizeof(why), "it cannot be traced: %s", strerror(l->trace.error));
	else if (l->lost && !l->error)
		snprintf(why, sizeof(why), "%llu records past %d MiB are missing",
			(unsigned long long)l->lost, TRACE_BYTES_MAX >> 20);
	last = jsonpack("{s:b, s:I, s:I}", "traced", !*why && !l->error, "execs",
		(json_int_t)l->execs, "processes", (json_int_t)l->processes);
	if (*why)
		json_object_set_new(last, "reason", jsonstr(why));
	line(l, last);
	if (close(l->fd) && !l->error)
		l->error = errno;
	if (l->error)
		snprintf(why, sizeof(why), "its records cannot be written: %s", strerror(l->error));
	return *why ? why : NULL;
}
