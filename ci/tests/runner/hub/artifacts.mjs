// The artifacts of runs: a tar each, beside what the API says of it. Like GitHub's: a name is given
// once in a run, modes are lost, the hash is that of what was sent, and there is an end to keep it.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const DAY_MS = 86_400_000;

export function hashOf(path) {
  return `sha256:${createHash("sha256").update(readFileSync(path)).digest("hex")}`;
}

export function artifactsOf(state, runId) {
  return state
    .all("artifacts", "artifact.json")
    .filter((a) => runId === undefined || a.run_id === Number(runId))
    .map((a) => ({ ...a, expired: new Date(a.expires_at) <= state.now() }));
}

export function contentPath(state, artifact) {
  return state.path("artifacts", String(artifact.id), "content.tar");
}

// files: absolute paths under root.
export function store(state, { name, files, root, run, retentionDays }) {
  const id = state.nextId();
  const dir = state.path("artifacts", String(id));
  const copy = join(dir, "files");
  for (const file of files) {
    const to = join(copy, relative(root, file));
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(file, to); // what a link points to
  }
  const tar = join(dir, "content.tar");
  const plain = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX,a-x+X"];
  execFileSync("tar", ["-C", copy, ...plain, "-cf", tar, "."]);
  rmSync(copy, { recursive: true });
  const now = state.now();
  const artifact = {
    id,
    name,
    run_id: run.id,
    size_in_bytes: statSync(tar).size,
    digest: hashOf(tar),
    retention_days: retentionDays,
    created_at: now.toISOString(),
    expires_at: new Date(now.getTime() + retentionDays * DAY_MS).toISOString(),
    workflow_run: {
      id: run.id,
      head_branch: run.head_branch,
      head_sha: run.head_sha,
      head_repository_id: run.head_repository.id,
    },
  };
  return state.write(artifact, "artifacts", String(id), "artifact.json");
}

export function remove(state, artifact) {
  rmSync(state.path("artifacts", String(artifact.id)), { recursive: true });
}

export function extract(state, artifact, to) {
  mkdirSync(to, { recursive: true });
  execFileSync("tar", ["-C", to, "--no-same-owner", "-xf", contentPath(state, artifact)]);
}
