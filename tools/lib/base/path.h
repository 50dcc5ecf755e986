/* Programs on PATH. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>

/* Whether it is a file that can be run: a folder is executable, too. */
bool isprogram(const char *path);

/* The program that execvp would run for the name; NULL if there is none, else the caller's. */
char *onpath(const char *name);

#endif
