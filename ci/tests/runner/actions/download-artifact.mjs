// actions/download-artifact: artifacts of this run, or of another one with a token that may read it.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fail, unsupported } from "../core/errors.mjs";
import { artifactsOf, contentPath, extract, hashOf } from "../hub/artifacts.mjs";
import { allows } from "../hub/permissions.mjs";
import { booleanOf } from "./index.mjs";

export const inputs = {
  name: null,
  "artifact-ids": null,
  path: null,
  pattern: null,
  "merge-multiple": "false",
  "github-token": null,
  repository: null,
  "run-id": null,
  "digest-mismatch": "error",
};

function runIdOf(given, run) {
  if (given.repository && given.repository !== run.hub.repository.full_name) {
    unsupported(`repository '${given.repository}': only this one's artifacts are here`);
  }
  const token = given["github-token"];
  // Without a token, only this run's can be had, whatever run-id says.
  if (!token) return given["run-id"] === undefined ? run.id : fail("run-id: github-token is needed for another run");
  if (!allows(run.state.grantOf(token)?.permissions, "actions", "read")) {
    fail("Resource not accessible by integration: the token has no permission actions: read");
  }
  return given["run-id"] ?? run.id;
}

function matcher(pattern) {
  const text = pattern.replace(/\*|\?|[.^${}()|\\[\]+]/g, (c) => ({ "*": "[^/]*", "?": "[^/]" })[c] ?? `\\${c}`);
  return new RegExp(`^${text}$`, "s");
}

function chosen(given, all) {
  if (given["artifact-ids"]) {
    const ids = given["artifact-ids"].split(",").map((id) => id.trim());
    const found = all.filter((a) => ids.includes(String(a.id)));
    return found.length === ids.length ? found : fail(`artifact-ids '${given["artifact-ids"]}': not found`);
  }
  if (given.name) {
    const found = all.filter((a) => a.name === given.name);
    return found.length > 0
      ? found
      : fail(`Unable to download artifact(s): Artifact not found for name: ${given.name}`);
  }
  return given.pattern ? all.filter((a) => matcher(given.pattern).test(a.name)) : all;
}

function checkDigest(given, state, artifact, warn) {
  if (hashOf(contentPath(state, artifact)) === artifact.digest) return;
  const message = `Artifact ${artifact.name}: digest mismatch, expected ${artifact.digest}`;
  switch (given["digest-mismatch"]) {
    case "error":
      fail(message);
      break;
    case "warn":
      warn(message);
      break;
    case "ignore":
      break;
    default:
      unsupported(`digest-mismatch '${given["digest-mismatch"]}' is not known here`);
  }
}

export async function run({ inputs: given, job, run, log, warn, output }) {
  const to = resolve(job.workspace, (given.path ?? ".").replace(/^~(?=\/|$)/, job.home));
  const artifacts = chosen(given, artifactsOf(run.state, runIdOf(given, run)));
  const single = given.name || (given["artifact-ids"] && artifacts.length === 1);
  mkdirSync(to, { recursive: true });
  for (const artifact of artifacts) {
    if (artifact.expired) fail(`Unable to download artifact(s): Artifact ${artifact.name} has expired`);
    checkDigest(given, run.state, artifact, warn);
    const flat = single || booleanOf(given, "merge-multiple");
    extract(run.state, artifact, flat ? to : join(to, artifact.name));
    log(`Artifact ${artifact.name} (${artifact.id}) downloaded`);
  }
  log(`Total of ${artifacts.length} artifact(s) downloaded`);
  output("download-path", to);
}
