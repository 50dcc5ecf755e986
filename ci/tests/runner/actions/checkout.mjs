// actions/checkout: the repository at the event's commit, from the state's bare copy.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fail } from "../core/errors.mjs";
import { allows } from "../hub/permissions.mjs";
import { git } from "../hub/repository.mjs";
import { booleanOf } from "./index.mjs";

export const inputs = {
  repository: null,
  ref: null,
  token: null,
  path: ".",
  clean: "true",
  "fetch-depth": "1",
  "fetch-tags": "false",
  "persist-credentials": "true",
  "show-progress": "true",
  "set-safe-directory": "true",
  "allow-unsafe-pr-checkout": "false",
};

// A workflow with rights must not run a stranger's code: v7 refuses it.
function refuseUnsafe(given, { event }) {
  if (event.name !== "workflow_run" || booleanOf(given, "allow-unsafe-pr-checkout")) return;
  const { head_repository: head, repository, head_sha: sha } = event.payload.workflow_run;
  if (head.id === repository.id) return;
  if (given.repository === head.full_name || given.ref === sha || /^(refs\/)?pull\//.test(given.ref ?? "")) {
    fail("Refusing to check out the code of a pull request from a fork in workflow_run.");
  }
}

function sourceOf(given, run) {
  const name = given.repository ?? run.hub.repository.full_name;
  if (name === run.hub.repository.full_name) return run.hub.git.path;
  return run.remotes[name] ?? fail(`repository '${name}': not found`);
}

// {fetch: what to ask for, as: where it is put locally, branch}
function wanted(given, run, other) {
  const { event } = run;
  if (given.ref === undefined && other) return { fetch: "HEAD", as: "refs/remotes/origin/HEAD" };
  const ref = given.ref ?? event.ref;
  if (/^[0-9a-f]{40}$/.test(ref)) return { fetch: ref };
  if (other) return { fetch: ref, as: "refs/remotes/origin/wanted" };
  const full = ref.startsWith("refs/") ? ref : (run.hub.git.fullRef(ref) ?? fail(`ref '${ref}': not found`));
  // The event's own ref may have moved since: its commit counts.
  const fetch = full === event.ref ? event.sha : full;
  const [, kind, name] = /^refs\/(heads|tags|pull)\/(.*)$/s.exec(full) ?? fail(`ref '${ref}': not found`);
  if (kind === "heads") return { fetch, as: `refs/remotes/origin/${name}`, branch: name };
  if (kind === "tags") return { fetch, as: `refs/tags/${name}` };
  return { fetch, as: `refs/remotes/pull/${name}` };
}

function empty(dir) {
  for (const name of existsSync(dir) ? readdirSync(dir) : []) rmSync(join(dir, name), { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
}

// Of the whole history first, then of what is wanted: a branch may have moved since.
function fetchAll(dir, given, { fetch, as }) {
  const depth = Number(given["fetch-depth"]);
  const tags = depth === 0 || booleanOf(given, "fetch-tags") ? "--tags" : "--no-tags";
  const limit = depth === 0 ? [] : [`--depth=${depth}`];
  const get = (...refs) => git(dir, "fetch", "-q", "--force", tags, ...limit, "origin", ...refs);
  if (depth === 0) get("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*");
  // All tags are there then, this one as what it is.
  if (depth > 0 || !as?.startsWith("refs/tags/")) get(as ? `+${fetch}:${as}` : fetch);
}

// The credential lies in the runner's temporary folder, and the repository's settings include it.
function persistCredentials(dir, job) {
  const file = join(job.temp, `git-credentials-${job.nextFile()}.config`);
  const header = Buffer.from(`x-access-token:${job.token}`).toString("base64");
  writeFileSync(file, `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${header}\n`, {
    mode: 0o600,
  });
  git(dir, "config", "include.path", file);
}

export async function run({ inputs: given, job, run, log, output }) {
  if (!allows(job.permissions, "contents", "read")) fail("checkout: the token has no permission contents: read");
  refuseUnsafe(given, run);
  const dir = resolve(job.workspace, given.path);
  if (dir !== job.workspace && !dir.startsWith(`${job.workspace}/`)) fail(`path '${given.path}': not in the workspace`);
  const source = sourceOf(given, run);
  const want = wanted(given, run, source !== run.hub.git.path);
  empty(dir);
  git(dir, "init", "-q", "-b", "main");
  git(dir, "remote", "add", "origin", `file://${source}`);
  fetchAll(dir, given, want);
  if (want.branch) git(dir, "checkout", "-q", "--force", "-B", want.branch, want.as);
  else git(dir, "checkout", "-q", "--force", "--detach", want.as ?? want.fetch);
  const head = git(dir, "rev-parse", "HEAD");
  if (booleanOf(given, "persist-credentials")) persistCredentials(dir, job);
  output("ref", given.ref ?? run.event.ref);
  output("commit", head);
  log(`HEAD is now at ${head}`);
}
