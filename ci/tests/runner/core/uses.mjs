// `uses` steps: composite actions of the checked-out tree (./x) or of another repository that the
// caller gave a copy of, and the local replacements of GitHub's own actions.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { replacementOf } from "../actions/index.mjs";
import { GIT_ENV } from "../hub/repository.mjs";
import { fail, unsupported } from "./errors.mjs";
import { evaluateText } from "./expression.mjs";
import { runSteps } from "./steps.mjs";
import { readAction } from "./syntax.mjs";

const MAX_DEPTH = 9;

// owner/repository[/path]@ref
function parseRemote(uses) {
  const match = /^([A-Za-z0-9-]+\/[A-Za-z0-9._-]+)((?:\/[^@]+)?)@(.+)$/.exec(uses);
  return match
    ? { repository: match[1], path: match[2], ref: match[3] }
    : unsupported(`uses '${uses}' is not known here`);
}

// Says before anything runs that an action is not known.
export function checkUses(uses, remotes) {
  if (uses.startsWith("./") || replacementOf(uses)) return;
  const { repository, ref } = parseRemote(uses);
  if (!remotes[repository]) unsupported(`uses '${uses}': no local replacement, and no copy given of '${repository}'`);
  if (!/^[0-9a-f]{40}$/.test(ref)) unsupported(`uses '${uses}': only a commit's hash says what would run`);
}

// The folder of an action, and what its steps' github context says of it.
function locate(uses, job) {
  if (uses.startsWith("./")) {
    return { dir: resolve(job.workspace, uses), origin: { action_repository: "", action_ref: "" } };
  }
  checkUses(uses, job.run.remotes);
  const { repository, path, ref } = parseRemote(uses);
  const root = job.run.state.path("work", "_actions", repository, ref);
  if (!existsSync(root)) {
    mkdirSync(root, { recursive: true });
    const options = { env: GIT_ENV, maxBuffer: 1 << 30 };
    const source = ["-C", job.run.remotes[repository], "-c", "safe.directory=*"];
    const archive = execFileSync("git", [...source, "archive", "--format=tar", ref], options);
    execFileSync("tar", ["-xf", "-", "-C", root], { input: archive });
  }
  return { dir: join(root, path), origin: { action_repository: repository, action_ref: ref } };
}

function definitionIn(dir, uses) {
  const file = ["action.yml", "action.yaml"].map((name) => join(dir, name)).find(existsSync);
  if (!file) fail(`uses '${uses}': no action.yml in '${dir}'; is the repository checked out?`);
  return readAction(file, readFileSync(file, "utf8"));
}

// GitHub takes both in silence; they are mistakes in the workflow.
function checkInputs(uses, given, inputs) {
  for (const name of Object.keys(given)) if (!inputs[name]) unsupported(`uses '${uses}': it has no input '${name}'`);
  for (const [name, { required, default: byDefault }] of Object.entries(inputs)) {
    if (required?.toString() === "true" && !byDefault && !given[name]) {
      unsupported(`uses '${uses}': input '${name}' is required`);
    }
  }
}

async function runComposite({ uses, given, own, frame, record, cancel }) {
  const { job } = frame;
  if ((frame.depth ?? 0) >= MAX_DEPTH) fail(`uses '${uses}': nested more than ${MAX_DEPTH} deep`);
  const { dir, origin } = locate(uses, job);
  const { inputs, outputs, steps } = definitionIn(dir, uses);
  checkInputs(uses, given, inputs);
  const contexts = { ...job.contexts(), github: job.github() };
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, definition]) => [
      name,
      given[name] ?? (definition.default ? evaluateText(definition.default, { contexts }) : ""),
    ]),
  );
  const inner = {
    job,
    inputs: values,
    env: own,
    cancel,
    steps: {},
    status: "success",
    depth: (frame.depth ?? 0) + 1,
    action: { action_path: dir, ...origin },
  };
  record.steps = await runSteps(steps, inner);
  // Also after a failure: what was made is there.
  const results = { contexts: { ...contexts, env: { ...job.env, ...own }, steps: inner.steps, inputs: values } };
  Object.assign(
    record.outputs,
    Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, evaluateText(value, results)])),
  );
  if (inner.status === "failure") fail("The action failed.");
}

async function runReplacement(replacement, { uses, given, frame, record, log, cancel }) {
  const { job } = frame;
  const byDefault = Object.fromEntries(Object.entries(replacement.inputs).map(([k, v]) => [k, v ?? undefined]));
  for (const name of Object.keys(given)) {
    if (!(name in byDefault)) unsupported(`uses '${uses}': input '${name}' is not carried out here`);
  }
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
  await replacement.run({
    inputs: { ...byDefault, ...set },
    job,
    run: job.run,
    log: (text) => log.line(text),
    warn: (message) => {
      log.line(`##[warning]${message}`);
      job.annotate([{ level: "warning", message }]);
    },
    output: (name, value) => (record.outputs[name] = String(value)),
    // What is left to do when the job's steps are done and went well.
    post: (work) => job.posts.push({ name: `Post ${uses}`, work }),
    cancel,
  });
}

export async function runAction(call) {
  const replacement = call.uses.startsWith("./") ? undefined : replacementOf(call.uses);
  if (replacement) await runReplacement(replacement, call);
  else await runComposite(call);
}
