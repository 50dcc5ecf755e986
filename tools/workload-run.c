/*
 * workload-run: runs one command once as bench-run does (no shell, its own process group, a
 * timeout) and says how it ended: the runner of training workloads.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/err.h"
#include "base/file.h"
#include "base/num.h"
#include "json/json.h"
#include "run/launch.h"
#include "run/supervise.h"
#include "run/tracelog.h"
#include "run/watch.h"

static const char usage[] =
	"usage: workload-run [-C DIR] [--shell] [--timeout S] [--hold FILE]\n"
	"                    [--log FILE] [--stdout FILE]\n"
	"                    [--trace FILE | --watch DIR | --watch-bolt DIR] CMD";

static const char help[] =
	"Runs CMD once and prints one line of JSON on standard output:\n"
	"  {\"status\": exit status, or 128 + signal, \"signal\": number or null, \"timedout\": bool,\n"
	"   \"ended\": the same in words,\n"
	"   \"wall_s\", \"user_s\", \"sys_s\": seconds, \"maxrss_kb\": KiB}\n"
	"\n"
	"  -C DIR        run it in DIR\n"
	"  --shell       through sh -c; otherwise CMD is split into words, its variables and patterns\n"
	"                expanded as a shell would, a variable's value staying one word\n"
	"  --timeout S   seconds, then its whole process group is killed (default: 600)\n"
	"  --hold FILE   stop its process group (SIGSTOP) while there is such a file, for a minute at\n"
	"                most; this time counts\n"
	"  --log FILE    append what it prints to FILE (default: nowhere)\n"
	"  --stdout FILE what it prints on standard output goes to FILE alone, made afresh\n"
	"  --trace FILE  which programs it started and how its processes ended, to FILE, made afresh\n"
	"  --watch DIR   which of its processes left no raw profile in DIR, where LLVM_PROFILE_FILE\n"
	"                has to lead\n"
	"  --watch-bolt DIR   which of them left no profile of llvm-bolt's instrumentation in DIR,\n"
	"                where -instrumentation-file leads, with -instrumentation-file-append-pid\n"
	"\n"
	"A trace follows the command and all that comes of it (ptrace; Linux). A line of JSON for\n"
	"each program that begins, and one for each process that ends:\n"
	"  {\"pid\", \"ppid\": who made the process, \"exe\", \"cwd\": null where unreadable,\n"
	"   \"argv\": [...], \"cut\": true where argv has more than 128 KiB and the rest is left out}\n"
	"  {\"pid\", \"exit\" or \"signal\": number, \"left\": true where it outlived the command}\n"
	"Bytes that are not UTF-8 are U+FFFD, each. The last line, and what is printed here, say\n"
	"whether that is all:\n"
	"  {\"traced\": bool, \"reason\": where not, \"execs\", \"processes\": how many there were}\n"
	"It is not where the system forbids it, the file cannot be written, or has 1 GiB; the command\n"
	"runs all the same. What traces itself (gdb, LeakSanitizer) fails while it is traced, and a\n"
	"program that changes its user (sudo) stays who it is.\n"
	"\n"
	"To watch is to trace as well. It adds \"processes\" to what is printed here:\n"
	"  {\"watched\": true, \"forks\": bool, \"ran\": processes of programs with LLVM's counters (or\n"
	"   BOLT's), \"lost\": [{\"exe\", \"how\", \"count\": those of them that left no profile}]},\n"
	"or {\"watched\": false, \"reason\"}. how is\n"
	"  signal   one killed it: \"signal\" is its number\n"
	"  left     it outlived the command, and was killed then\n"
	"  exec     it became another program\n"
	"  exit     it ended by itself: by _exit or quick_exit, or it may not write there\n"
	"  unset    it had no LLVM_PROFILE_FILE; \"cwd\" is the folder in which it began\n"
	"  reset    it had one that leads elsewhere (/dev/null does so on purpose); \"cwd\"\n"
	"A process that a fork made and that became another program is not counted, nor is one of a\n"
	"program without counters that loads a library with some. Without forks (no fanotify here),\n"
	"of a process and its forks all that end by themselves are taken to have written where one did.\n"
	"\n"
	"exit status: 0 the command exited with 0, 1 it did not (standard error says how), 2 usage or\n"
	"trouble\n";

static int
openout(const char *path, int how)
{
	int fd;

	if (!path)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666);
	if (fd < 0)
		fatal("open '%s':", path);
	return fd;
}

int
main(int argc, char **argv)
{
	enum { SHELL = 256, TIMEOUT, HOLD, LOG, STDOUT, TRACE, WATCH, WATCH_BOLT, VERSION };
	static const struct option options[] = {{"shell", 0, NULL, SHELL},
		{"timeout", 1, NULL, TIMEOUT}, {"hold", 1, NULL, HOLD}, {"log", 1, NULL, LOG},
		{"stdout", 1, NULL, STDOUT}, {"trace", 1, NULL, TRACE}, {"watch", 1, NULL, WATCH},
		{"watch-bolt", 1, NULL, WATCH_BOLT}, {"help", 0, NULL, 'h'},
		{"version", 0, NULL, VERSION}, {0}};
	const char *dir = NULL, *log = NULL, *out = NULL, *trace = NULL, *why;
	const char *watch = NULL;
	struct run r = {.timeout_s = 600};
	struct command command;
	struct tracelog tl;
	struct watch w;
	struct outcome o;
	bool shell = false, bolt = false;
	json_t *v;
	int c;

	progname = "workload-run";
	while ((c = getopt_long(argc, argv, "+hC:", options, NULL)) != -1) {
		switch (c) {
		case 'h':
			showhelp(usage, help);
		case VERSION:
			showversion();
		case 'C':
			dir = optarg;
			break;
		case SHELL:
			shell = true;
			break;
		case TIMEOUT:
			r.timeout_s = numreal("--timeout", optarg, .01, 86400);
			break;
		case HOLD:
			holdwhile(absolute(optarg));
			break;
		case LOG:
			log = optarg;
			break;
		case STDOUT:
			out = optarg;
			break;
		case TRACE:
			trace = optarg;
			break;
		case WATCH:
		case WATCH_BOLT:
			watch = absolute(optarg);
			bolt = c == WATCH_BOLT;
			break;
		default:
			usagefail(usage);
		}
	}
	if (optind + 1 != argc || (trace && watch))
		usagefail(usage);

	guard();
	adopt();
	r.out = r.err = openout(log, O_APPEND);
	if (out)
		r.out = openout(out, O_TRUNC);
	if (trace) {
		tracelogopen(&tl, trace);
		r.trace = &tl.trace;
	}
	if (watch) {
		watchopen(&w, watch, bolt);
		r.trace = &w.trace;
	}
	if (dir && chdir(dir))
		fatal("enter '%s':", dir);
	if (!commandparse(&command, argv[optind], shell, &why))
		fatal("read command '%s': %s", argv[optind], why);
	r.command = &command;
	if (!procrun(&r, &o))
		fatal("start a process:");
	if (*outcometext(&o))
		warn("run '%s': %s", argv[optind], outcometext(&o));
	v = jsonpack("{s:i, s:o, s:b, s:s, s:f, s:f, s:f, s:I}", "status", o.status, "signal",
		o.signal ? json_integer(o.signal) : json_null(), "timedout", o.timedout, "ended",
		*outcometext(&o) ? outcometext(&o) : "exit status 0", "wall_s", o.wall_s, "user_s",
		o.user_s, "sys_s", o.sys_s, "maxrss_kb", (json_int_t)o.maxrss_kb);
	if (trace) {
		why = tracelogclose(&tl);
		if (why)
			warn("trace '%s': %s", argv[optind], why);
		json_object_set_new(v, "traced", json_boolean(!why));
		if (why)
			json_object_set_new(v, "reason", jsonstr(why));
	}
	if (watch)
		json_object_set_new(v, "processes", watchclose(&w));
	jsonwriteline("-", v);
	closeout();
	return *outcometext(&o) ? EXIT_NO : EXIT_YES;
}
