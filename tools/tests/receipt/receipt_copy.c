/* receipt_copy FILE: reads a receipt and writes it to standard output. */
#include <stdlib.h>

#include "base/err.h"
#include "receipt/receipt.h"

int
main(int argc, char **argv)
{
	struct buf text = {0};
	struct span v, list;
	struct receipt r;
	json_t *head;

	progname = "receipt_copy";
	if (argc != 2)
		usagefail("usage: receipt_copy FILE");
	if (!spanread(argv[1], 1 << 30, &text, &v))
		return EXIT_TROUBLE;
	head = spanloadrest(v, (const char *const[]){"benches", NULL}, &list, REST_MAX);
	receiptread(&r, argv[1], head, list);
	receiptwrite("-", &r);
	closeout();
	return EXIT_YES;
}
