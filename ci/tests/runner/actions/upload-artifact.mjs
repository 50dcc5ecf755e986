// actions/upload-artifact: files under a name that nothing else in this run has.
import { statSync } from "node:fs";
import { dirname, relative } from "node:path";
import { fail, unsupported } from "../core/errors.mjs";
import { glob } from "../core/glob.mjs";
import { artifactsOf, remove, store } from "../hub/artifacts.mjs";
import { booleanOf } from "./index.mjs";

export const inputs = {
  name: "artifact",
  path: null,
  "if-no-files-found": "warn",
  "retention-days": "0",
  "compression-level": "6",
  overwrite: "false",
  "include-hidden-files": "false",
};

const MAX_DAYS = 90;
// What Windows cannot have in a name, nobody may.
const BAD_IN_NAME = /["':<>|*?\r\n\\/]/;
const BAD_IN_PATH = /[":<>|*?\r\n]/;

// Where paths inside the artifact begin: a single folder's or file's own parent, else what all searches share.
function rootOf(roots, files) {
  if (roots.length === 1) return roots[0] === files[0] ? dirname(files[0]) : roots[0];
  const parts = roots.map((root) =>
    (statSync(root, { throwIfNoEntry: false })?.isDirectory() ? root : dirname(root)).split("/"),
  );
  const shared = parts[0].findIndex((part, i) => parts.some((other) => other[i] !== part));
  return parts[0].slice(0, shared < 0 ? undefined : shared).join("/") || "/";
}

function daysOf(given) {
  const days = Number(given["retention-days"]);
  if (!Number.isInteger(days) || days < 0) fail(`retention-days '${given["retention-days"]}': not a number of days`);
  return Math.min(days === 0 ? MAX_DAYS : days, MAX_DAYS);
}

function hidden(file, root) {
  return relative(root, file)
    .split("/")
    .some((part) => part.startsWith("."));
}

function nothingFound(given, warn) {
  const message = `No files were found with the provided path: ${given.path}. No artifacts will be uploaded.`;
  switch (given["if-no-files-found"]) {
    case "error":
      return fail(message);
    case "warn":
      return warn(message);
    case "ignore":
      return undefined;
    default:
      return unsupported(`if-no-files-found '${given["if-no-files-found"]}' is not known here`);
  }
}

export async function run({ inputs: given, job, run, log, warn, output }) {
  if (!given.path) fail("Input required and not supplied: path");
  if (BAD_IN_NAME.test(given.name)) fail(`The artifact name is not valid: ${JSON.stringify(given.name)}.`);
  const { files: all, roots } = glob(given.path, { cwd: job.workspace, home: job.home });
  const root = all.length === 0 ? "/" : rootOf(roots, all);
  const files = booleanOf(given, "include-hidden-files") ? all : all.filter((file) => !hidden(file, root));
  if (files.length === 0) return nothingFound(given, warn);
  const bad = files.find((file) => BAD_IN_PATH.test(relative(root, file)));
  if (bad) fail(`The path for one of the files in artifact is not valid: ${JSON.stringify(relative(root, bad))}.`);
  const namesake = artifactsOf(run.state, run.id).find((artifact) => artifact.name === given.name);
  if (namesake) {
    if (!booleanOf(given, "overwrite")) {
      fail(
        `Failed to CreateArtifact: Received non-retryable error: (409) Conflict: an artifact with this name already exists on the workflow run`,
      );
    }
    remove(run.state, namesake);
  }
  const record = run.state.read("runs", String(run.id), "run.json");
  const artifact = store(run.state, { name: given.name, files, root, run: record, retentionDays: daysOf(given) });
  output("artifact-id", artifact.id);
  output("artifact-digest", artifact.digest.replace("sha256:", ""));
  output("artifact-url", `${record.html_url}/artifacts/${artifact.id}`);
  log(`Artifact ${given.name} has ${files.length} files, ${artifact.size_in_bytes} bytes, ${artifact.digest}`);
  return undefined;
}
