// Does the workflow's `on` let this event start it? Filters that are not known here are refused.
import { unsupported } from "../core/errors.mjs";

const KNOWN = {
  schedule: [],
  workflow_dispatch: ["inputs"],
  push: ["branches", "branches-ignore", "tags", "tags-ignore"],
  pull_request: ["branches", "branches-ignore", "types"],
  merge_group: ["types"],
  workflow_run: ["workflows", "branches", "branches-ignore", "types"],
};
const DEFAULT_TYPES = { pull_request: ["opened", "synchronize", "reopened"] };

// A filter's pattern: * within a name, ** across /, ! takes back.
function matches(patterns, name) {
  return patterns.reduce((is, pattern) => {
    const not = pattern.startsWith("!");
    const body = not ? pattern.slice(1) : pattern;
    const text = body.replace(/\*\*|\*|[.^${}()|\\[\]+?]/g, (c) => ({ "**": ".*", "*": "[^/]*" })[c] ?? `\\${c}`);
    return new RegExp(`^${text}$`, "s").test(name) ? !not : is;
  }, false);
}

function passes(filter, name, key) {
  if (filter[key] && !matches(filter[key], name)) return false;
  const ignore = filter[`${key}-ignore`];
  return !(ignore && matches(ignore, name));
}

// Why not, or undefined when it does.
export function refusal(workflow, event) {
  const filter = workflow.events[event.name];
  if (filter === undefined) return `the workflow is not started by ${event.name}`;
  if (event.name === "schedule") {
    const crons = filter.map((entry) => entry.cron);
    return crons.includes(event.payload.schedule)
      ? undefined
      : `schedule '${event.payload.schedule}' is none of its own`;
  }
  for (const key of Object.keys(filter)) {
    if (!KNOWN[event.name].includes(key)) unsupported(`on.${event.name}.${key} is not carried out here`);
  }
  const types = filter.types ?? DEFAULT_TYPES[event.name];
  if (types && !types.includes(event.payload.action)) return `action '${event.payload.action}' is none of ${types}`;
  if (filter.workflows && !filter.workflows.includes(event.payload.workflow.name)) {
    return `workflow '${event.payload.workflow.name}' is none of ${filter.workflows}`;
  }
  return branchRefusal(filter, event);
}

function branchRefusal(filter, event) {
  const [, kind, name] = /^refs\/(heads|tags|pull)\/(.*)$/s.exec(event.ref);
  if (event.name === "push" && kind === "tags") {
    const filtered = filter.tags || filter["tags-ignore"] || filter.branches || filter["branches-ignore"];
    const ok = filter.tags || filter["tags-ignore"] ? passes(filter, name, "tags") : !filtered;
    return ok ? undefined : `tag '${name}' is filtered out`;
  }
  const branch = event.base_ref ?? (event.name === "workflow_run" ? event.payload.workflow_run.head_branch : name);
  if (
    event.name === "push" &&
    !filter.branches &&
    !filter["branches-ignore"] &&
    (filter.tags || filter["tags-ignore"])
  ) {
    return `branch '${branch}' is filtered out`;
  }
  return passes(filter, branch, "branches") ? undefined : `branch '${branch}' is filtered out`;
}
