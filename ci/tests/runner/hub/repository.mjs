// The repository as GitHub has it: a bare copy of the one under test, with the refs of pull
// requests. Only what is committed counts; the workflow file too is read from a commit.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "../core/errors.mjs";

// No settings of the caller's, and nothing that asks.
export const GIT_ENV = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_AUTHOR_NAME: "GitHub",
  GIT_AUTHOR_EMAIL: "noreply@github.com",
  GIT_COMMITTER_NAME: "GitHub",
  GIT_COMMITTER_EMAIL: "noreply@github.com",
};

export function git(dir, ...args) {
  try {
    const options = { env: GIT_ENV, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 };
    // The copy under test may belong to another user.
    return execFileSync("git", ["-C", dir, "-c", "safe.directory=*", ...args], options).trimEnd();
  } catch (error) {
    return fail(`git ${args[0]} in '${dir}': ${(error.stderr || error.message).trim()}`);
  }
}

export class Repository {
  constructor(path) {
    this.path = path;
    if (existsSync(path)) return;
    execFileSync("git", ["init", "-q", "--bare", path], { env: GIT_ENV });
    // As GitHub: any commit can be fetched by its hash.
    git(path, "config", "uploadpack.allowAnySHA1InWant", "true");
    git(path, "config", "uploadpack.allowFilter", "true");
    const hook = join(dirname(fileURLToPath(import.meta.url)), "push.mjs");
    mkdirSync(join(path, "hooks"), { recursive: true });
    const words = [process.execPath, hook, dirname(path)].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    writeFileSync(join(path, "hooks", "pre-receive"), `#!/bin/sh\nexec ${words.join(" ")}\n`, { mode: 0o755 });
  }

  // What the source has, and what jobs have pushed since: that is on GitHub alone.
  update(source) {
    const list = join(this.path, "pushed");
    const pushed = existsSync(list) ? readFileSync(list, "utf8").split("\n").filter(Boolean) : [];
    const before = pushed.map((ref) => [ref, git(this.path, "for-each-ref", "--format=%(objectname)", ref)]);
    this.fetchAll(source);
    for (const [ref, commit] of before)
      if (commit && !git(this.path, "for-each-ref", "--format=%(objectname)", ref)) this.point(ref, commit);
  }

  fetchAll(source) {
    git(
      this.path,
      "fetch",
      "-q",
      "--prune",
      "--force",
      source,
      "+refs/heads/*:refs/heads/*",
      "+refs/tags/*:refs/tags/*",
    );
  }

  commit(ref) {
    return git(this.path, "rev-parse", "--verify", "-q", `${ref}^{commit}`);
  }

  // Undefined where the name is none.
  fullRef(name) {
    const candidates = name.startsWith("refs/") ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
    return candidates.find((ref) => git(this.path, "for-each-ref", "--format=%(refname)", ref) === ref);
  }

  file(commit, path) {
    return `${git(this.path, "show", `${commit}:${path}`)}\n`;
  }

  point(ref, commit) {
    git(this.path, "update-ref", ref, commit);
  }

  // refs/pull/N/head, and refs/pull/N/merge as GitHub makes it.
  openPull({ number, base, source, head }) {
    const refs = `refs/pull/${number}`;
    git(this.path, "fetch", "-q", "--force", source, `+refs/heads/${head}:${refs}/head`);
    const parents = [this.commit(`refs/heads/${base}`), this.commit(`${refs}/head`)];
    const tree = git(this.path, "merge-tree", "--write-tree", ...parents).split("\n")[0];
    const message = `Merge ${parents[1]} into ${parents[0]}`;
    const merge = git(this.path, "commit-tree", tree, "-p", parents[0], "-p", parents[1], "-m", message);
    git(this.path, "update-ref", `${refs}/merge`, merge);
    return { base: parents[0], head: parents[1], merge };
  }
}
