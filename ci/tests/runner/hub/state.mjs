// GitHub's side of things as a folder of JSON files: runs, artifacts, caches, releases, comments,
// tokens. It outlives a run, so that one run's artifacts are there for the next.
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unsupported } from "../core/errors.mjs";

// Where `gh` says what it did not know.
export const GH_NOTE = "gh-unsupported.json";

export class State {
  // Milliseconds from the machine's clock to the one the run is told: an event may lie in the past.
  clockOffset = 0;

  constructor(dir) {
    this.dir = dir;
    mkdirSync(dir, { recursive: true });
  }

  path(...parts) {
    return join(this.dir, ...parts);
  }

  now() {
    return new Date(Date.now() + this.clockOffset);
  }

  read(...parts) {
    const path = this.path(...parts);
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  }

  write(value, ...parts) {
    const path = this.path(...parts);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
    renameSync(`${path}.tmp`, path);
    return value;
  }

  // What lies in folder/*/file, oldest first: the folders are numbers.
  all(folder, file) {
    const path = this.path(folder);
    const names = existsSync(path) ? readdirSync(path) : [];
    return names
      .filter((name) => /^\d+$/.test(name))
      .sort((a, b) => a - b)
      .map((name) => this.read(folder, name, file))
      .filter(Boolean);
  }

  // Numbers that no two things of the state share.
  nextId() {
    const id = (this.read("ids.json") ?? 1000) + 1;
    return this.write(id, "ids.json");
  }

  // One runner at a time: jobs of two runs would share a workspace.
  lock() {
    try {
      mkdirSync(this.path("lock"));
    } catch {
      unsupported(
        `lock '${this.path("lock")}': another run is at work in this state, or one was killed; then remove it`,
      );
    }
    rmSync(this.path(GH_NOTE), { force: true });
    process.on("exit", () => rmSync(this.path("lock"), { recursive: true, force: true }));
  }

  // What a job's token may do. Only its hash is kept: a step that reads the state learns no token.
  issueToken(grant) {
    const token = `ghs_${randomBytes(18).toString("hex")}`;
    this.write({ ...grant, clockOffset: this.clockOffset }, "tokens", `${hashOf(token)}.json`);
    return token;
  }

  grantOf(token) {
    return this.read("tokens", `${hashOf(token)}.json`);
  }
}

function hashOf(token) {
  return createHash("sha256").update(token).digest("hex");
}
