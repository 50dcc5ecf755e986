// The jobs of a run: in the order of their needs, each for every combination of its matrix, one at
// a time. GitHub runs them side by side; here two would share a machine and disturb what they measure.

import { permissionsOf } from "../hub/permissions.mjs";
import { Failed, unsupported } from "./errors.mjs";
import { condition, evaluate, evaluateText } from "./expression.mjs";
import { Job } from "./job.mjs";
import { combinations } from "./matrix.mjs";

function needsOf(definition) {
  return definition.needs ? [evaluate(definition.needs, { contexts: {} })].flat() : [];
}

// All that a job waits for, directly or not.
function ancestors(id, jobs) {
  const direct = needsOf(jobs[id]);
  return [...new Set([...direct, ...direct.flatMap((need) => ancestors(need, jobs))])];
}

// The functions of a job's `if`. A job that was skipped is no success: what needs it is skipped too,
// however far down, unless its condition says otherwise.
function statusFunctions(id, run, results) {
  const before = ancestors(id, run.workflow.jobs).map((need) => results[need].result);
  const plain =
    (answer) =>
    (...args) =>
      args.length === 0 ? answer : unsupported("a status function with arguments");
  return {
    always: plain(true),
    cancelled: plain(run.cancel.reason !== undefined),
    success: plain(before.every((result) => result === "success")),
    failure: plain(before.includes("failure")),
  };
}

// One result for a job from those of its combinations; a failure that is tolerated is none.
function summarize(runs) {
  const results = runs.map((r) => (r.tolerated && r.conclusion === "failure" ? "success" : r.conclusion));
  const result = ["failure", "cancelled", "success"].find((r) => results.includes(r)) ?? "skipped";
  // The last one that says something has the word.
  const outputs = {};
  for (const { outputs: own } of runs) {
    for (const [name, value] of Object.entries(own ?? {}))
      if (value !== "" || !(name in outputs)) outputs[name] = value;
  }
  return { result, outputs, runs };
}

function combinationsOf({ strategy }, scope) {
  if (!strategy?.matrix) return [undefined];
  const matrix = evaluate(strategy.matrix, scope);
  return combinations(
    typeof matrix === "object" && matrix !== null ? matrix : unsupported("a matrix that is no mapping"),
  );
}

function nameOf(id, definition, scope) {
  if (definition.name) return evaluateText(definition.name, scope);
  const { matrix } = scope.contexts;
  const words = (value) =>
    value !== null && typeof value === "object" ? Object.values(value).flatMap(words) : [value];
  return matrix ? `${id} (${words(matrix).join(", ")})` : id;
}

// The environment a job runs in, and what it adds; a branch that its rules do not let in fails the job.
function environmentOf(definition, scope, run) {
  if (!definition.environment) return { secrets: {}, vars: {} };
  const value = evaluate(definition.environment, scope);
  const name = typeof value === "object" ? value.name : value;
  const rules = run.given.environments[name] ?? {};
  const branch = run.event.ref.replace(/^refs\/heads\//, "");
  if (rules.branches && !rules.branches.includes(branch)) {
    throw new Failed(`Branch '${branch}' is not allowed to deploy to ${name} due to environment protection rules.`);
  }
  return { name, secrets: rules.secrets ?? {}, vars: rules.vars ?? {} };
}

export function concurrencyOf(token, scope) {
  if (!token) return undefined;
  const value = evaluate(token, scope);
  return typeof value === "string" ? { group: value } : value;
}

async function runCombination(id, definition, setup, scope, run) {
  const { secrets, fork } = run.trust;
  const name = nameOf(id, definition, scope);
  const permissions = permissionsOf({
    workflow: run.workflow.permissions && evaluate(run.workflow.permissions, scope),
    job: definition.permissions && evaluate(definition.permissions, scope),
    fork,
  });
  const record = {
    id,
    name,
    matrix: setup.matrix,
    permissions,
    cache_mode: definition.cacheMode ?? run.workflow.cacheMode,
  };
  const tolerated = definition["continue-on-error"] ? evaluate(definition["continue-on-error"], scope) === true : false;
  run.report(`job ${name}`);
  try {
    const environment = environmentOf(definition, scope, run);
    const job = new Job(run, {
      ...setup,
      ...{ id, name, definition, permissions, cacheMode: record.cache_mode, environment: environment.name },
      secrets: { ...secrets, ...(fork ? {} : environment.secrets) },
      vars: { ...run.given.vars, ...environment.vars },
    });
    await job.execute();
    const { status: conclusion, outputs, labels, annotations, summaries, records: steps, seconds } = job;
    Object.assign(record, { conclusion, outputs, seconds, runs_on: labels, environment: environment.name });
    Object.assign(record, { concurrency: concurrencyOf(definition.concurrency, scope), annotations, summaries, steps });
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    Object.assign(record, {
      conclusion: "failure",
      outputs: {},
      annotations: [{ level: "error", message: error.message }],
    });
  }
  run.report(`job ${name}: ${record.conclusion}`);
  return { ...record, tolerated };
}

async function runJob(id, run, results) {
  const definition = run.workflow.jobs[id];
  const needs = Object.fromEntries(
    needsOf(definition).map((need) => [need, { result: results[need].result, outputs: results[need].outputs }]),
  );
  const contexts = { github: run.github(), needs, inputs: run.event.inputs, vars: run.given.vars };
  const scope = { contexts, functions: statusFunctions(id, run, results) };
  const alone = (conclusion, message) => {
    run.report(`job ${id}: ${conclusion}${message ? `: ${message}` : ""}`);
    const annotations = message ? [{ level: "error", message }] : [];
    return summarize([{ id, name: id, conclusion, outputs: {}, annotations }]);
  };
  try {
    if (!condition(definition.if, scope)) return alone(run.cancel.reason === undefined ? "skipped" : "cancelled");
    const all = combinationsOf(definition, scope);
    const failFast = definition.strategy?.["fail-fast"] ? evaluate(definition.strategy["fail-fast"], scope) : true;
    const runs = [];
    for (const [index, matrix] of all.entries()) {
      const strategy = {
        "fail-fast": failFast,
        "job-index": index,
        "job-total": all.length,
        "max-parallel": all.length,
      };
      const inner = { contexts: { ...contexts, matrix: matrix ?? null, strategy }, functions: {} };
      const stopped = failFast && runs.some((r) => r.conclusion === "failure" && !r.tolerated);
      if (stopped) runs.push({ id, name: nameOf(id, definition, inner), matrix, conclusion: "cancelled", outputs: {} });
      else runs.push(await runCombination(id, definition, { matrix: matrix ?? null, strategy, needs }, inner, run));
    }
    return summarize(runs);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return alone("failure", error.message);
  }
}

// {conclusion, jobs: [record of each combination]}
export async function runJobs(run) {
  const { jobs } = run.workflow;
  const results = {};
  const waiting = Object.keys(jobs);
  while (waiting.length > 0) {
    const next = waiting.findIndex((id) => needsOf(jobs[id]).every((need) => results[need]));
    const [id] = waiting.splice(next, 1);
    results[id] = await runJob(id, run, results);
  }
  const all = Object.values(results);
  const conclusion =
    ["failure", "cancelled", "success"].find((r) => all.some(({ result }) => result === r)) ?? "skipped";
  return { conclusion, jobs: all.flatMap(({ runs }) => runs) };
}
