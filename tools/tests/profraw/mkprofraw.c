/* Writes a raw profile of any version to standard output, for tests: see profgen.h. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/num.h"
#include "profgen.h"

static const char usage[] =
	"usage: mkprofraw [-v VERSION] [-n FUNCTIONS] [-x VARIANT] [-h HASH] [-a ADDRESS]\n"
	"                 [-t "
	"narrow|big|plain|sites|novalues|bitmap|vtables|noid|zero|ahead|win]...";

static void
trait(struct gen *g, const char *name)
{
	const struct {
		const char *name;
		bool *p;
	} traits[] = {{"narrow", &g->narrow}, {"big", &g->big}, {"plain", &g->plain},
		{"sites", &g->sites}, {"novalues", &g->novalues}, {"bitmap", &g->bitmap},
		{"vtables", &g->vtables}, {"noid", &g->noid}, {"zero", &g->zero},
		{"ahead", &g->ahead}, {"win", &g->win}};

	for (size_t i = 0; i < sizeof(traits) / sizeof(traits[0]); i++)
		if (!strcmp(name, traits[i].name)) {
			*traits[i].p = true;
			return;
		}
	usagefail(usage);
}

int
main(int argc, char **argv)
{
	struct gen g = {.version = 10, .nfn = 8, .variant = 1ULL << 56};
	struct buf b = {0};
	int c;

	progname = "mkprofraw";
	while ((c = getopt(argc, argv, "v:n:x:h:a:t:")) != -1) {
		switch (c) {
		case 'v':
			g.version = (unsigned)numint("-v", optarg, 7, 10);
			break;
		case 'n':
			g.nfn = (unsigned)numint("-n", optarg, 0, 1000000);
			break;
		case 'x':
			g.variant = strtoull(optarg, NULL, 0);
			break;
		case 'h':
			g.hash = (unsigned)numint("-h", optarg, 0, 1000000);
			break;
		case 'a':
			g.aslr = strtoull(optarg, NULL, 0);
			break;
		case 't':
			trait(&g, optarg);
			break;
		default:
			usagefail(usage);
		}
	}
	gen(&g, &b);
	writefile("-", &b);
	bufrelease(&b);
	closeout();
	return EXIT_YES;
}
