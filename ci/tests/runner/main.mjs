// The command line: one workflow file, one event, one run.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Cancel } from "./core/cancel.mjs";
import { Failed, Unsupported, unsupported } from "./core/errors.mjs";
import { evaluateText } from "./core/expression.mjs";
import { readWorkflow } from "./core/syntax.mjs";
import { checkUses } from "./core/uses.mjs";
import { concurrencyOf, runJobs } from "./core/workflow.mjs";
import { fitEvent, makeEvent, readEvent, repositoryOf, userOf } from "./hub/event.mjs";
import { Repository } from "./hub/repository.mjs";
import { Run } from "./hub/run.mjs";
import { State } from "./hub/state.mjs";
import { refusal } from "./hub/triggers.mjs";

const TAIL_LINES = 30;
const EXIT = { success: 0, skipped: 0 };

function readArguments() {
  const options = {
    repo: { type: "string" },
    event: { type: "string" },
    workflow: { type: "string" },
    state: { type: "string" },
    remote: { type: "string", multiple: true, default: [] },
  };
  try {
    const { values } = parseArgs({ options });
    for (const name of ["repo", "event", "workflow", "state"]) if (!values[name]) unsupported(`--${name} is needed`);
    return values;
  } catch (error) {
    return unsupported(`${error.message}; see run -h`);
  }
}

// OWNER/NAME=FOLDER, as a table.
function remotesOf(list) {
  return Object.fromEntries(
    list.map((entry) => {
      const [, name, dir] =
        /^([^=/]+\/[^=/]+)=(.+)$/.exec(entry) ?? unsupported(`--remote '${entry}': OWNER/NAME=FOLDER is expected`);
      return [name, resolve(dir)];
    }),
  );
}

// What stands for GitHub while the event is made.
function hubOf(state, given, source) {
  const traits = { isPrivate: given.private, defaultBranch: given.default_branch };
  const repository = repositoryOf(given.repository, traits);
  const git = new Repository(state.path("repo.git"));
  git.update(source);
  return { state, git, source, traits, repository, sender: userOf(given.actor) };
}

// The workflow file is read from the commit that the event is about.
async function start(values, state) {
  const given = readEvent(values.event);
  if (given.now) state.clockOffset = new Date(given.now) - Date.now();
  const hub = hubOf(state, given, resolve(values.repo));
  const event = makeEvent(given, hub);
  const workflow = await readWorkflow(values.workflow, hub.git.file(event.sha, values.workflow));
  fitEvent(event, given, workflow);
  const no = refusal(workflow, event);
  if (no) unsupported(`${values.workflow}: ${no}`);
  const remotes = remotesOf(values.remote);
  for (const job of Object.values(workflow.jobs)) {
    for (const step of job.steps) if (step.uses) checkUses(step.uses.toString(), remotes);
  }
  return new Run({ state, hub, given, event, workflow, file: values.workflow, remotes, cancel: new Cancel() });
}

function tail(path) {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n").slice(-TAIL_LINES);
  return lines.map((line) => `    | ${line}`).join("\n");
}

async function main() {
  const values = readArguments();
  mkdirSync(values.state, { recursive: true });
  const state = new State(resolve(values.state));
  state.lock();
  const run = await start(values, state);
  // Names and logs may be a stranger's.
  run.report = (text) => process.stderr.write(`${text.replace(/[^\P{Cc}\n]/gu, "?")}\n`);
  run.reportLog = (path) => run.report(tail(path));
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => run.cancel.cancel("The run was canceled."));
  const scope = { contexts: { github: run.github(), inputs: run.event.inputs, vars: run.given.vars } };
  const head = {
    run_name: run.workflow["run-name"] && evaluateText(run.workflow["run-name"], scope),
    concurrency: concurrencyOf(run.workflow.concurrency, scope),
  };
  const { conclusion, jobs } = await runJobs(run);
  const result = run.finish({ ...head, conclusion, jobs });
  const path = join(run.dir, "result.json");
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${path}\n`);
  return EXIT[conclusion] ?? 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  // An event or a repository that does not fit is not the workflow's failure either.
  const known = error instanceof Unsupported || error instanceof Failed;
  process.stderr.write(`run: ${known ? error.message : error.stack}\n`);
  process.exitCode = 2;
}
