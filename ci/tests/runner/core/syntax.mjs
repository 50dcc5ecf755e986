// Workflow files and action.yml as GitHub's parser reads them. What the runner does not carry out is
// refused here, before anything runs: a key that was passed over would be a test that lies.
import {
  convertActionTemplate,
  convertWorkflowTemplate,
  isMapping,
  NoOperationTraceWriter,
  parseAction,
  parseWorkflow,
} from "../node_modules/.bundle/core.mjs";
import { takeCacheModes } from "./cache-mode.mjs";
import { unsupported } from "./errors.mjs";

const KEYS = {
  workflow: "name run-name description on env defaults permissions concurrency jobs",
  job:
    "name needs if runs-on permissions environment concurrency outputs env defaults strategy steps " +
    "timeout-minutes continue-on-error",
  run: "id name if run env shell working-directory continue-on-error timeout-minutes",
  uses: "id name if uses with env continue-on-error timeout-minutes",
  defaults: "run",
  "defaults.run": "shell working-directory",
  strategy: "matrix fail-fast max-parallel",
  action: "name description author inputs outputs runs branding",
  runs: "using steps",
};

// The fields of a mapping by name, each a token.
export function fields(token, kind, where) {
  if (!isMapping(token)) unsupported(`${where}: a mapping is expected`);
  const known = KEYS[kind]?.split(" ");
  const all = {};
  for (const { key, value } of token) {
    if (known && !known.includes(key.toString())) unsupported(`${where}: '${key}' is not carried out here`);
    all[key.toString()] = value;
  }
  return all;
}

function checked(file, errors) {
  if (errors.length > 0) unsupported(`${file}: ${errors.map((e) => e.message ?? e.Message).join("; ")}`);
}

function stepsOf(token, where) {
  return Array.from(token ?? [], (step, i) => {
    const at = `${where}, step ${i + 1}`;
    return fields(step, fields(step).run ? "run" : "uses", at);
  });
}

function defaultsOf(token, where) {
  const run = token && fields(token, "defaults", `${where}, defaults`).run;
  return run ? fields(run, "defaults.run", `${where}, defaults.run`) : {};
}

// {name, on, env, defaults, permissions, concurrency, jobs: {id: {..., steps: [fields]}}}
export async function readWorkflow(file, text) {
  const { content, modes } = takeCacheModes(file, text);
  const { context, value } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter());
  checked(file, context.errors.getErrors());
  const template = await convertWorkflowTemplate(context, value);
  checked(file, template.errors ?? []);
  const workflow = fields(value, "workflow", file);
  workflow.events = template.events;
  workflow.defaults = defaultsOf(workflow.defaults, file);
  workflow.cacheMode = modes.workflow;
  workflow.jobs = Object.fromEntries(
    Object.entries(fields(workflow.jobs)).map(([id, token]) => {
      const where = `${file}, job '${id}'`;
      const job = fields(token, "job", where);
      job.steps = stepsOf(job.steps, where);
      job.defaults = defaultsOf(job.defaults, where);
      if (job.strategy) job.strategy = fields(job.strategy, "strategy", `${where}, strategy`);
      job.cacheMode = modes.jobs[id];
      return [id, job];
    }),
  );
  return workflow;
}

// {inputs: {name: fields}, outputs: {name: fields}, steps: [fields]} of a composite action.
export function readAction(file, content) {
  const { context, value } = parseAction({ name: file, content }, new NoOperationTraceWriter());
  checked(file, context.errors.getErrors());
  convertActionTemplate(context, value);
  checked(file, context.errors.getErrors());
  const action = fields(value, "action", file);
  const using = fields(action.runs).using?.toString();
  if (using !== "composite") unsupported(`${file}: runs.using '${using}'; only composite actions run here`);
  const each = (token) =>
    Object.fromEntries(Object.entries(token ? fields(token) : {}).map(([name, t]) => [name, fields(t)]));
  return {
    inputs: each(action.inputs),
    outputs: each(action.outputs),
    steps: stepsOf(fields(action.runs, "runs", file).steps, file),
  };
}
