// The event that starts a run: from a short description to what GitHub would send.
//
// Keys of the description (a JSON file), with their defaults:
//   event               schedule, workflow_dispatch, push, pull_request, merge_group or workflow_run
//   repository          "local/project"; default_branch "main"; private false; actor "octocat"
//   now                 the time that the run is told; the machine's
//   secrets, vars       {}; environments {NAME: {branches: [NAME...], secrets, vars}}
//   payload             {}: laid over the payload made here
//   schedule: schedule, the cron line; the workflow's first
//   workflow_dispatch: ref, inputs; push: ref; the default branch
//   pull_request: number, head, base, action, title, author, head_repository {name, path} of a fork
//   merge_group: number, head, base  a pull request that the merge queue tests
//   workflow_run: run   the id of an earlier run in this state; the last one; action "completed"
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { unsupported } from "../core/errors.mjs";

const COMMON = "event repository default_branch private actor now secrets vars environments payload";
const KEYS = {
  schedule: "schedule",
  workflow_dispatch: "ref inputs",
  push: "ref",
  pull_request: "number head base action title author head_repository",
  merge_group: "number head base",
  workflow_run: "run action",
};

export function readEvent(file) {
  const given = JSON.parse(readFileSync(file, "utf8"));
  const own = KEYS[given.event] ?? unsupported(`${file}: event '${given.event}' is not known here`);
  for (const key of Object.keys(given)) {
    if (!`${COMMON} ${own}`.split(" ").includes(key)) unsupported(`${file}: '${key}' is no key of ${given.event}`);
  }
  return {
    repository: "local/project",
    default_branch: "main",
    private: false,
    actor: "octocat",
    secrets: {},
    vars: {},
    environments: {},
    payload: {},
    ...given,
  };
}

// Stable numbers for names, as GitHub has them for repositories and users.
export function idOf(name) {
  return createHash("sha256").update(name).digest().readUInt32BE(0);
}

export function userOf(login) {
  return { login, id: idOf(login), type: "User" };
}

export function repositoryOf(fullName, { isPrivate, defaultBranch, fork = false }) {
  const [owner, name] = fullName.split("/");
  return {
    id: idOf(fullName),
    name,
    full_name: fullName,
    owner: userOf(owner),
    private: isPrivate,
    visibility: isPrivate ? "private" : "public",
    fork,
    default_branch: defaultBranch,
    html_url: `https://github.com/${fullName}`,
  };
}

// Each gives {ref, sha, payload} and what differs from the plain case: head_ref, base_ref, fork,
// head: {branch, sha, repository} of the run's record.
const MAKERS = {
  schedule(given, hub) {
    // The payload has no repository here.
    return { ...atBranch(given.default_branch, hub), payload: { schedule: given.schedule } };
  },

  workflow_dispatch(given, hub) {
    const at = atBranch(given.ref ?? given.default_branch, hub);
    return { ...at, payload: { ref: at.ref, repository: hub.repository, sender: hub.sender } };
  },

  push(given, hub) {
    const at = atBranch(given.ref ?? given.default_branch, hub);
    return { ...at, payload: { ref: at.ref, after: at.sha, repository: hub.repository, sender: hub.sender } };
  },

  pull_request(given, hub) {
    const number = given.number ?? 1;
    const base = given.base ?? given.default_branch;
    const fork = given.head_repository;
    const shas = hub.git.openPull({ number, base, source: fork ? resolve(fork.path) : hub.source, head: given.head });
    const from = fork ? repositoryOf(fork.name, { ...hub.traits, fork: true }) : hub.repository;
    const pull = {
      number,
      state: "open",
      title: given.title ?? "a change",
      user: userOf(given.author ?? given.actor),
      html_url: `${hub.repository.html_url}/pull/${number}`,
      head: { ref: given.head, sha: shas.head, label: `${from.owner.login}:${given.head}`, repo: from },
      base: { ref: base, sha: shas.base, label: `${hub.repository.owner.login}:${base}`, repo: hub.repository },
    };
    hub.state.write(pull, "pulls", String(number), "pull.json");
    return {
      ref: `refs/pull/${number}/merge`,
      sha: shas.merge,
      head_ref: given.head,
      base_ref: base,
      fork: from.id !== hub.repository.id,
      head: { branch: given.head, sha: shas.head, repository: from },
      payload: {
        action: given.action ?? "synchronize",
        number,
        pull_request: pull,
        repository: hub.repository,
        sender: hub.sender,
      },
    };
  },

  merge_group(given, hub) {
    const { number = 1, base = given.default_branch } = given;
    const shas = hub.git.openPull({ number, base, source: hub.source, head: given.head });
    const ref = `refs/heads/gh-readonly-queue/${base}/pr-${number}-${shas.base}`;
    hub.git.point(ref, shas.merge);
    const group = { head_sha: shas.merge, head_ref: ref, base_sha: shas.base, base_ref: `refs/heads/${base}` };
    return {
      ref,
      sha: shas.merge,
      payload: { action: "checks_requested", merge_group: group, repository: hub.repository, sender: hub.sender },
    };
  },

  workflow_run(given, hub) {
    const runs = hub.state.all("runs", "run.json");
    const run = given.run ? runs.find((r) => r.id === given.run) : runs.at(-1);
    if (!run) unsupported(`event workflow_run: no run ${given.run ?? ""} in this state`);
    const payload = {
      action: given.action ?? "completed",
      workflow_run: run,
      workflow: { name: run.name, path: run.path },
    };
    return {
      ...atBranch(given.default_branch, hub),
      payload: { ...payload, repository: hub.repository, sender: hub.sender },
    };
  },
};

function atBranch(name, hub) {
  const ref = hub.git.fullRef(name) ?? unsupported(`event: the repository has no branch or tag '${name}'`);
  return { ref, sha: hub.git.commit(ref) };
}

function dispatchInputs(definitions, given) {
  for (const name of Object.keys(given)) {
    if (!definitions[name]) unsupported(`event: the workflow has no input '${name}'`);
  }
  return Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, dispatchInput(name, definition, given[name])]),
  );
}

function dispatchInput(name, { type, required, options, default: byDefault }, given) {
  const value = given ?? byDefault;
  const missing = value === undefined || value === "";
  if (missing && required) unsupported(`event: input '${name}' is required`);
  switch (type) {
    case "boolean":
      return value === true || value === "true";
    case "number":
      return missing ? "" : Number(value);
    case "choice":
      if (!missing && !options.includes(value)) unsupported(`event: input '${name}': '${value}' is none of ${options}`);
      return value ?? options[0];
    default:
      return value ?? "";
  }
}

export function makeEvent(given, hub) {
  const made = MAKERS[given.event](given, hub);
  return { name: given.event, fork: false, inputs: {}, ...made, payload: { ...made.payload, ...given.payload } };
}

// What only the workflow file knows, which lies in the commit that the event is about.
export function fitEvent(event, given, workflow) {
  if (event.name === "schedule") event.payload.schedule ??= workflow.events.schedule?.[0].cron;
  if (event.name !== "workflow_dispatch") return;
  event.inputs = dispatchInputs(workflow.events.workflow_dispatch?.inputs ?? {}, given.inputs ?? {});
  event.payload.inputs = Object.fromEntries(Object.entries(event.inputs).map(([name, value]) => [name, String(value)]));
}
