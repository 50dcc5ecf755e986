// A list of steps, a job's or a composite action's, one after the other.
//
// A frame is what the steps of one list share: {job, steps (context), inputs, status, cancel}, and in
// an action: {action (its github context), env (of the steps that called it), depth}.

import { GH_NOTE } from "../hub/state.mjs";
import { Cancel } from "./cancel.mjs";
import { Failed, fail, unsupported } from "./errors.mjs";
import { condition, evaluate, evaluateText, evaluateTexts } from "./expression.mjs";
import { hashFiles } from "./hash-files.mjs";
import { runScript } from "./shell.mjs";
import { runAction } from "./uses.mjs";

const NO_LIMIT_MINUTES = 360;

function scopeOf(frame, env) {
  const { job } = frame;
  return {
    contexts: {
      ...job.contexts(),
      github: { ...job.github(), ...frame.action, action_status: frame.action && frame.status },
      env,
      steps: frame.steps,
      inputs: frame.inputs,
    },
    functions: {
      always: () => true,
      cancelled: () => job.status === "cancelled",
      success: () => (frame.action ? frame.status : job.status) === "success",
      failure: () => (frame.action ? frame.status : job.status) === "failure",
      hashFiles: (...patterns) => hashFiles(patterns, job),
    },
  };
}

function nameOf(step, scope) {
  if (step.name) return evaluateText(step.name, scope);
  return `Run ${step.uses ?? evaluateText(step.run, scope).split("\n")[0]}`;
}

// What frame and job make of a step that has ended.
function settle(frame, step, record) {
  if (step.id) {
    const { outcome, conclusion, outputs } = record;
    frame.steps[step.id.toString()] = { outcome, conclusion, outputs };
  }
  if (record.conclusion === "failure" || record.conclusion === "cancelled") {
    if (frame.status === "success") frame.status = record.conclusion;
    if (!frame.action) frame.job.fail(record.conclusion);
  }
}

async function carryOut(step, frame, { own, scope, record, log, cancel }) {
  const { job } = frame;
  if (step.uses) {
    const given = evaluateTexts(step.with, scope);
    await runAction({ uses: step.uses.toString(), given, own, frame, record, log, cancel });
    return;
  }
  // A composite action's steps name their shell themselves.
  const { shell, "working-directory": directory } = { ...(frame.action ? {} : job.defaults), ...step };
  const { outputs, failure } = await runScript({
    script: evaluateText(step.run, scope),
    shell: shell && evaluateText(shell, scope),
    directory: directory && evaluateText(directory, scope),
    env: job.processEnv(scope.contexts.env, frame.action),
    job,
    log,
    cancel,
  });
  Object.assign(record.outputs, outputs);
  const unknown = job.run.state.read(GH_NOTE);
  if (unknown) unsupported(`job '${job.id}', step '${record.name}': ${unknown}`);
  if (failure instanceof Error) throw failure;
  if (failure) fail(failure);
}

// Does what may fail or be stopped; says how it went.
async function outcomeOf(work, { parent, log, job }) {
  // Once stopped, only what asks for it (always, cancelled) still runs, and it is not stopped again.
  const stoppedBefore = parent.reason !== undefined;
  const cancel = new Cancel(stoppedBefore ? undefined : parent);
  let outcome;
  try {
    outcome = await work(cancel);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    log.line(`##[error]${error.message}`);
    job.annotate([{ level: "error", message: job.masks.apply(error.message) }]);
    outcome = "failure";
  }
  if (cancel.reason === undefined) return outcome;
  log.line(`##[error]${cancel.reason}`);
  return !stoppedBefore && parent.reason !== undefined ? "cancelled" : "failure";
}

async function runStep(step, frame, record) {
  const { job } = frame;
  const before = scopeOf(frame, { ...job.env, ...frame.env });
  const log = job.openLog(frame, record, step);
  let tolerated = false;
  record.log = log.path;
  record.outcome = await outcomeOf(
    async (cancel) => {
      if (!condition(step.if, before)) return "skipped";
      record.name = nameOf(step, before);
      tolerated = step["continue-on-error"] ? evaluate(step["continue-on-error"], before) === true : false;
      const minutes = step["timeout-minutes"] ? Number(evaluate(step["timeout-minutes"], before)) : NO_LIMIT_MINUTES;
      const own = { ...frame.env, ...evaluateTexts(step.env, before) };
      const scope = scopeOf(frame, { ...job.env, ...own });
      const late = `The step has timed out after ${minutes} minutes.`;
      await cancel.within(minutes, late, () => carryOut(step, frame, { own, scope, record, log, cancel }));
      return "success";
    },
    { parent: frame.cancel, log, job },
  );
  record.conclusion = record.outcome === "failure" && tolerated ? "success" : record.outcome;
}

// Runs them all and returns their records.
export async function runSteps(steps, frame) {
  const records = [];
  for (const step of steps) {
    const record = {
      name: step.name?.toString() ?? step.uses?.toString() ?? "run",
      id: step.id?.toString(),
      outputs: {},
    };
    const began = Date.now();
    records.push(record);
    await runStep(step, frame, record);
    record.seconds = (Date.now() - began) / 1000;
    settle(frame, step, record);
    frame.job.progress(frame, record);
  }
  return records;
}
