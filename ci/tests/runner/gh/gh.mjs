// A `gh` for the steps of a local run: the few commands that the workflows use, on the state. What it
// does not know it notes there, and the run ends as not understood, whatever the step makes of it.

import { Unsupported, unsupported } from "../core/errors.mjs";
import { GH_NOTE, State } from "../hub/state.mjs";
import { api } from "./api.mjs";
import { attestation } from "./attestation.mjs";
import { GhError } from "./errors.mjs";
import { release } from "./release.mjs";

function sessionOf(state) {
  const token = process.env.GH_TOKEN || process.env.GITHUB_TOKEN;
  if (!token) {
    throw new GhError(4, "To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.");
  }
  const grant = state.grantOf(token);
  if (!grant) throw new GhError(1, "HTTP 401: Bad credentials");
  state.clockOffset = grant.clockOffset;
  return { state, permissions: grant.permissions, repository: grant.repository, login: grant.login };
}

function main([stateDir, command, ...args]) {
  const state = new State(stateDir);
  try {
    const commands = { api, attestation, release };
    if (!commands[command]) unsupported(`gh ${command} is not known here`);
    commands[command](args, sessionOf(state));
  } catch (error) {
    if (error instanceof GhError) {
      process.stderr.write(`gh: ${error.message}\n`);
      process.exitCode = error.status;
    } else if (error instanceof Unsupported) {
      state.write(error.message, GH_NOTE);
      process.stderr.write(`gh: ${error.message}\n`);
      process.exitCode = 70;
    } else {
      throw error;
    }
  }
}

main(process.argv.slice(2));
