// actions/cache with its halves, restore and save. An entry belongs to the ref that saved it: others
// read it only from their base or the default branch, and nobody changes it.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { relative } from "node:path";
import { fail } from "../core/errors.mjs";
import { glob } from "../core/glob.mjs";
import { booleanOf } from "./index.mjs";

const COMMON = { path: null, key: null, enableCrossOsArchive: "false", "upload-chunk-size": null };
const RESTORE = { ...COMMON, "restore-keys": "", "fail-on-cache-miss": "false", "lookup-only": "false" };
const MAX_KEY = 512;

function checkKey(key) {
  if (!key) fail("Input required and not supplied: key");
  if (key.length > MAX_KEY || key.includes(","))
    fail(`Key Validation Error: ${key}: at most ${MAX_KEY} characters, no comma.`);
}

// Entries of other paths are never found.
function versionOf(given) {
  return createHash("sha256").update(given.path.trim()).digest("hex");
}

// Where a run looks, in this order.
function readableRefs({ event, hub }) {
  const refs = [event.ref];
  if (event.base_ref) refs.push(`refs/heads/${event.base_ref}`);
  return [...new Set([...refs, `refs/heads/${hub.repository.default_branch}`])];
}

// An exact key first, then the newest with the prefix; ref by ref.
function find(given, run) {
  const keys = [
    given.key,
    ...given["restore-keys"]
      .split("\n")
      .map((key) => key.trim())
      .filter(Boolean),
  ];
  const entries = run.state
    .all("caches", "cache.json")
    .filter((entry) => entry.version === versionOf(given))
    .reverse();
  for (const ref of readableRefs(run)) {
    const own = entries.filter((entry) => entry.ref === ref);
    const exact = own.find((entry) => entry.key === given.key);
    if (exact) return exact;
    for (const key of keys) {
      const prefixed = own.find((entry) => entry.key.startsWith(key));
      if (prefixed) return prefixed;
    }
  }
  return undefined;
}

function mayRead(job) {
  return !["none", "write-only"].includes(job.cacheMode);
}

// A run that others start (workflow_run) works on the default branch's cache: it only reads.
function mayWrite(job, run) {
  return !["none", "read"].includes(job.cacheMode) && run.event.name !== "workflow_run";
}

// Outputs {hit}: true only for the key itself.
async function restoreEntry({ inputs: given, job, run, log, output }) {
  checkKey(given.key);
  output("cache-primary-key", given.key);
  const entry = mayRead(job) ? find(given, run) : undefined;
  if (!entry) {
    if (booleanOf(given, "fail-on-cache-miss")) fail(`Failed to restore cache entry. Input key: ${given.key}`);
    log(`Cache not found for input keys: ${given.key}`);
    return false;
  }
  if (!booleanOf(given, "lookup-only")) {
    const archive = run.state.path("caches", String(entry.id), "content.tar");
    execFileSync("tar", ["-P", "-C", job.workspace, "-xf", archive]);
  }
  output("cache-matched-key", entry.key);
  output("cache-hit", entry.key === given.key);
  log(`Cache restored from key: ${entry.key} of ${entry.ref}`);
  return entry.key === given.key;
}

async function saveEntry({ inputs: given, job, run, log }) {
  checkKey(given.key);
  if (!mayWrite(job, run)) {
    log("##[warning]Failed to save: this run may not write the cache.");
    return;
  }
  const version = versionOf(given);
  const taken = (entry) => entry.key === given.key && entry.version === version && entry.ref === run.event.ref;
  if (run.state.all("caches", "cache.json").some(taken)) {
    log(`Failed to save: Unable to reserve cache with key ${given.key}, it exists already.`);
    return;
  }
  const { files } = glob(given.path, { cwd: job.workspace, home: job.home, follow: false });
  if (files.length === 0) {
    log("##[warning]Path Validation Error: Path(s) specified in the action for caching do(es) not exist.");
    return;
  }
  const id = run.state.nextId();
  const archive = run.state.path("caches", String(id), "content.tar");
  mkdirSync(run.state.path("caches", String(id)), { recursive: true });
  const names = files.map((file) => relative(job.workspace, file)).join("\0");
  execFileSync("tar", ["-P", "-C", job.workspace, "--null", "-T", "-", "-cf", archive], { input: names });
  const entry = {
    id,
    key: given.key,
    version,
    ref: run.event.ref,
    run_id: run.id,
    created_at: run.state.now().toISOString(),
  };
  run.state.write(entry, "caches", String(id), "cache.json");
  log(`Cache saved with key: ${given.key} for ${run.event.ref}`);
}

export const restore = { inputs: RESTORE, run: restoreEntry };
export const save = { inputs: COMMON, run: saveEntry };

// Restores, and saves when the job has succeeded without a hit.
export const both = {
  inputs: RESTORE,
  async run(context) {
    const hit = await restoreEntry(context);
    if (!hit) context.post((log) => saveEntry({ ...context, log }));
  },
};
