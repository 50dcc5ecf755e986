// gh attestation verify: is there a statement about this very file, by whom and of what is asked?
import { existsSync } from "node:fs";
import { unsupported } from "../core/errors.mjs";
import { hashOf } from "../hub/artifacts.mjs";
import { GhError, need } from "./errors.mjs";
import { checkRepository, readOptions } from "./options.mjs";

const SPEC = {
  repo: "string",
  "signer-workflow": "string",
  "signer-digest": "string",
  "source-ref": "string",
  "source-digest": "string",
  "predicate-type": "string",
  "deny-self-hosted-runners": "boolean",
  format: "string",
};

// What the options ask of a statement.
function fits(statement, values) {
  const asked = [
    [values["signer-workflow"], statement.signer_workflow],
    [values["signer-digest"], statement.signer_digest],
    [values["source-ref"], statement.source_ref],
    [values["source-digest"], statement.source_digest],
    [values["predicate-type"] ?? "https://slsa.dev/provenance/v1", statement.predicate_type],
    [values.repo, statement.source_repository],
  ];
  return asked.every(([wanted, is]) => wanted === undefined || wanted === is);
}

function shown(statement) {
  return {
    attestation: { id: statement.id },
    verificationResult: {
      statement: {
        subject: statement.subjects.map(({ name, digest }) => ({
          name,
          digest: { sha256: digest.replace("sha256:", "") },
        })),
        predicateType: statement.predicate_type,
        predicate: statement.predicate,
      },
      signature: {
        certificate: {
          buildSignerURI: `https://github.com/${statement.signer_workflow}@${statement.source_ref}`,
          sourceRepositoryDigest: statement.source_digest,
          sourceRepositoryRef: statement.source_ref,
          buildTrigger: statement.event,
          runnerEnvironment: statement.runner_environment,
        },
      },
    },
  };
}

export function attestation([verb, ...args], session) {
  if (verb !== "verify") unsupported(`gh attestation ${verb} is not known here`);
  const { values, positionals } = readOptions("attestation verify", args, SPEC, { R: "repo" });
  if (values.repo === undefined) throw new GhError(1, "one of --repo or --owner is required");
  checkRepository(session, values.repo);
  need(session, "read", "attestations");
  const [file] = positionals;
  if (!existsSync(file)) throw new GhError(1, `failed to open local artifact: open ${file}: no such file or directory`);
  const digest = hashOf(file);
  const about = session.state
    .all("attestations", "attestation.json")
    .filter((s) => s.subjects.some((subject) => subject.digest === digest));
  if (about.length === 0) throw new GhError(1, `HTTP 404: Not Found: no attestations found for ${digest}`);
  const good = about.filter((statement) => fits(statement, values));
  if (good.length === 0)
    throw new GhError(1, 'verifying with issuer "sigstore.dev": no attestation matches what is asked');
  if (values.format === "json") process.stdout.write(JSON.stringify(good.map(shown)));
  else process.stdout.write(`Loaded digest ${digest} for file://${file}\nVerification succeeded!\n`);
}
