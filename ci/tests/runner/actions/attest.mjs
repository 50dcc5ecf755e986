// actions/attest and actions/attest-build-provenance: who says what of which files, recorded.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fail } from "../core/errors.mjs";
import { glob } from "../core/glob.mjs";
import { hashOf } from "../hub/artifacts.mjs";
import { allows } from "../hub/permissions.mjs";

const SUBJECT = {
  "subject-path": null,
  "subject-checksums": null,
  "subject-digest": null,
  "subject-name": null,
  "show-summary": "true",
  "github-token": null,
};
const PROVENANCE = "https://slsa.dev/provenance/v1";
const MAX_SUBJECTS = 1024;
const MAX_PREDICATE = 16 * 1024 * 1024;

function checksums(path) {
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => {
    const match =
      /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? fail(`subject-checksums '${path}': '${line}' is no checksum`);
    return { name: match[2], digest: `sha256:${match[1]}` };
  });
}

function subjectsOf(given, job) {
  const ways = ["subject-path", "subject-checksums", "subject-digest"].filter((name) => given[name]);
  if (ways.length !== 1) fail("One of subject-path, subject-digest, or subject-checksums must be provided");
  const lists = {
    "subject-path": () => {
      const patterns = given["subject-path"].split(/[\n,]/).join("\n");
      return glob(patterns, { cwd: job.workspace, home: job.home }).files.map((file) => ({
        name: basename(file),
        digest: hashOf(file),
      }));
    },
    "subject-checksums": () => checksums(resolve(job.workspace, given["subject-checksums"])),
    "subject-digest": () => [
      { name: given["subject-name"] ?? fail("subject-name must be provided"), digest: given["subject-digest"] },
    ],
  };
  const subjects = lists[ways[0]]();
  if (subjects.length === 0) fail(`Could not find subject at path ${given[ways[0]]}`);
  if (subjects.length > MAX_SUBJECTS)
    fail(`Too many subjects specified. The maximum number of subjects is ${MAX_SUBJECTS}.`);
  return subjects;
}

function checkRights(job, run) {
  for (const scope of ["id-token", "attestations"]) {
    if (!allows(job.permissions, scope, "write")) fail(`attest: the token has no permission ${scope}: write`);
  }
  if (run.hub.repository.private) fail("attest: this repository's plan has no attestations for private repositories");
}

async function record({ inputs: given, job, run, log, output }, { type, predicate }) {
  checkRights(job, run);
  const subjects = subjectsOf(given, job);
  const id = run.state.nextId();
  const github = run.github();
  const attestation = {
    id,
    run_id: run.id,
    subjects,
    predicate_type: type,
    predicate,
    signer_workflow: `${github.repository}/${run.file}`,
    signer_digest: github.workflow_sha,
    source_repository: github.repository,
    source_ref: github.ref,
    source_digest: github.sha,
    event: github.event_name,
    runner_environment: "github-hosted",
    created_at: run.state.now().toISOString(),
  };
  run.state.write(attestation, "attestations", String(id), "attestation.json");
  const bundle = join(job.temp, `attestation-${id}.json`);
  writeFileSync(bundle, `${JSON.stringify(attestation)}\n`);
  output("bundle-path", bundle);
  output("attestation-id", id);
  output("attestation-url", `${run.hub.repository.html_url}/attestations/${id}`);
  log(`Attested ${subjects.length} subject(s): ${subjects.map((s) => s.name).join(", ")}`);
}

function predicateOf(given, job) {
  if (!given["predicate-type"]) return { type: PROVENANCE, predicate: {} };
  const path = given["predicate-path"] && resolve(job.workspace, given["predicate-path"]);
  const text =
    given.predicate ??
    (path ? readFileSync(path, "utf8") : fail("One of predicate-path or predicate must be provided"));
  if (Buffer.byteLength(text) > MAX_PREDICATE) fail("predicate exceeds the maximum size");
  return { type: given["predicate-type"], predicate: JSON.parse(text) };
}

export const statement = {
  inputs: { ...SUBJECT, "predicate-type": null, predicate: null, "predicate-path": null },
  run: (context) => record(context, predicateOf(context.inputs, context.job)),
};

export const provenance = {
  inputs: SUBJECT,
  run: (context) => record(context, { type: PROVENANCE, predicate: {} }),
};
