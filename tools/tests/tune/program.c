/* A program as users write it, C and C++; label() is a name that the library has inside, too. */
#include <pgokit-tune.h>

int label(void);

int
label(void)
{
	return 3;
}

static int
run(void *context, void *args)
{
	*(int *)args += *(int *)context;
	return 0;
}

int
main(void)
{
	int one = 1, sum = 0;
	int64_t dims[] = {8, 8};
	struct tune *t = tune_open(NULL);
	struct tune_op *op = tune_operation(t, "op");
	struct tune_target target = {"a", run, NULL, NULL, NULL, &one};

	tune_target(op, &target);
	target.name = "b";
	tune_target(op, &target);
	for (int i = 0; i < 30; i++)
		if (tune_run(op, dims, 2, &sum))
			return 1;
	printf("%d %d\n", sum, label());
	return tune_close(t);
}
