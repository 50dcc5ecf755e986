// One reason to stop for a run, its jobs and their steps: asking a run to stop stops what is in it,
// a step's time limit only the step.
export class Cancel {
  reason = undefined;
  #listeners = new Set();

  constructor(parent) {
    parent?.listen((reason) => this.cancel(reason));
  }

  cancel(reason) {
    if (this.reason !== undefined) return;
    this.reason = reason;
    for (const listener of [...this.#listeners]) listener(reason);
  }

  // Calls back once, now if it has already happened. Returns how to stop listening.
  listen(listener) {
    if (this.reason !== undefined) listener(this.reason);
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // Runs it with a limit in minutes, past which the reason is given.
  async within(minutes, reason, work) {
    const timer = setTimeout(() => this.cancel(reason), Math.min(minutes * 60_000, 2 ** 31 - 1));
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }
}
