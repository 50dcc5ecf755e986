/*
 * Nothing runs on behind a script that was killed, however it was killed.
 */
#ifndef RUN_SUPERVISE_H
#define RUN_SUPERVISE_H

/*
 * Returns in a new process, in a session of its own; the caller's process stays behind as its guard
 * and ends as it ends. A SIGKILL of the caller's whole process group thus leaves one alive that
 * kills what the command started. SIGINT, SIGTERM and SIGHUP to the guard, its end by any signal,
 * and the end of the process that PGOKIT_TETHER names, reach the new process as SIGTERM. Linux
 * only; does nothing elsewhere.
 */
void guard(void);

#endif
