/*
 * workload-run: runs one command once as bench-run does (no shell, its own process group, a
 * timeout) and says how it ended: the runner of training workloads.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <unistd.h>

#include "err.h"
#include "file.h"
#include "guard.h"
#include "json.h"
#include "num.h"
#include "proc.h"

static const char usage[] = "usage: workload-run [-C DIR] [--shell] [--timeout S] [--hold FILE]\n"
			    "                    [--log FILE] [--stdout FILE] CMD";

static const char help[] =
	"Runs CMD once and prints one line of JSON on standard output:\n"
	"  {\"status\": exit status, or 128 + signal, \"signal\": number or null, \"timedout\": "
	"bool,\n"
	"   \"ended\": the same in words,\n"
	"   \"wall_s\", \"user_s\", \"sys_s\": seconds, \"maxrss_kb\": KiB}\n"
	"\n"
	"  -C DIR        run it in DIR\n"
	"  --shell       through sh -c; otherwise CMD is split into words, its variables and "
	"patterns\n"
	"                expanded as a shell would, a variable's value staying one word\n"
	"  --timeout S   seconds, then its whole process group is killed (default: 600)\n"
	"  --hold FILE   stop its process group (SIGSTOP) while there is such a file, for a minute "
	"at\n"
	"                most; this time counts\n"
	"  --log FILE    append what it prints to FILE (default: nowhere)\n"
	"  --stdout FILE what it prints on standard output goes to FILE alone, made afresh\n"
	"\n"
	"exit status: 0 the command exited with 0, 1 it did not (standard error says how), 2 usage "
	"or\n"
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
	enum { SHELL = 256, TIMEOUT, HOLD, LOG, STDOUT, VERSION };
	static const struct option options[] = {{"shell", 0, NULL, SHELL},
		{"timeout", 1, NULL, TIMEOUT}, {"hold", 1, NULL, HOLD}, {"log", 1, NULL, LOG},
		{"stdout", 1, NULL, STDOUT}, {"help", 0, NULL, 'h'}, {"version", 0, NULL, VERSION},
		{0}};
	const char *dir = NULL, *log = NULL, *out = NULL, *why;
	struct run r = {.timeout_s = 600};
	struct command command;
	struct outcome o;
	bool shell = false;
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
		default:
			usagefail(usage);
		}
	}
	if (optind + 1 != argc)
		usagefail(usage);

	guard();
	adopt();
	r.out = r.err = openout(log, O_APPEND);
	if (out)
		r.out = openout(out, O_TRUNC);
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
	jsonwriteline("-", v);
	closeout();
	return *outcometext(&o) ? EXIT_NO : EXIT_YES;
}
