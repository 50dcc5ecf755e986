// A job's logs, one file for each of its steps, with what must not be seen replaced.
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export class Masks {
  #values = [];

  // Longest first, so that a part of a secret does not hide where the whole one was.
  add(value) {
    const lines = String(value)
      .split(/\r?\n/)
      .map((line) => line.trim());
    for (const line of lines) if (line && !this.#values.includes(line)) this.#values.push(line);
    this.#values.sort((a, b) => b.length - a.length);
  }

  apply(text) {
    return this.#values.reduce((masked, value) => masked.replaceAll(value, "***"), text);
  }

  hides(text) {
    return this.apply(text) !== text;
  }
}

// A name that is safe as a file's: no slash, no control character, not hidden, short.
export function fileName(name) {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[-.]+|-+$/g, "")
      .slice(0, 60) || "x"
  );
}

export class StepLog {
  #masks;

  constructor(dir, name, masks) {
    this.path = join(dir, `${fileName(name)}.txt`);
    this.#masks = masks;
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, "");
  }

  line(text) {
    appendFileSync(this.path, `${this.#masks.apply(text)}\n`);
  }
}
