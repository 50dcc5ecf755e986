// gh api: the calls that the workflows make, each with the permission it needs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unsupported } from "../core/errors.mjs";
import { artifactsOf, extract } from "../hub/artifacts.mjs";
import { allows } from "../hub/permissions.mjs";
import { git } from "../hub/repository.mjs";
import { GhError, need, notFound } from "./errors.mjs";
import { readOptions } from "./options.mjs";
import { releaseByTag, shownRelease } from "./release.mjs";

// A token that a test issued for somebody else says whose it is.
function userOf({ login = "github-actions[bot]" }) {
  return { login, type: "Bot" };
}

function runsOf({ state }) {
  return state.all("runs", "run.json").reverse(); // the newest first
}

function only(query, ...known) {
  for (const name of Object.keys(query))
    if (![...known, "per_page", "page"].includes(name)) unsupported(`gh api: ?${name} is not known here`);
}

function pullsWhere({ state }, test) {
  return state.all("pulls", "pull.json").filter(test);
}

function commentsOf({ state }, number) {
  return state.all("comments", "comment.json").filter((comment) => comment.issue === Number(number));
}

function textOf(body) {
  return typeof body.body === "string" ? body.body : unsupported("gh api: a comment needs a body");
}

function pullExists(session, number) {
  if (pullsWhere(session, (pull) => pull.number === Number(number)).length === 0) notFound();
}

function addComment(session, [number], _query, body) {
  pullExists(session, number);
  const { state } = session;
  const id = state.nextId();
  const now = state.now().toISOString();
  const comment = {
    id,
    issue: Number(number),
    user: userOf(session),
    body: textOf(body),
    created_at: now,
    updated_at: now,
  };
  return state.write(comment, "comments", String(id), "comment.json");
}

function changeComment(session, [id], _query, body) {
  const { state } = session;
  const comment = state.read("comments", id, "comment.json") ?? notFound();
  if (comment.user.login !== userOf(session).login)
    throw new GhError(1, "Must have admin rights to Repository. (HTTP 403)");
  return state.write(
    { ...comment, body: textOf(body), updated_at: state.now().toISOString() },
    "comments",
    id,
    "comment.json",
  );
}

// A pull request of this repository's own branch.
function openPull(session, _parts, _query, { title, head, base, body = "" }) {
  const { state, repository } = session;
  const sha = git(state.path("repo.git"), "for-each-ref", "--format=%(objectname)", `refs/heads/${head}`);
  if (!sha) throw new GhError(1, "Validation Failed (HTTP 422): head invalid");
  const label = `${repository.owner.login}:${head}`;
  if (pullsWhere(session, (pull) => pull.state === "open" && pull.head.label === label).length > 0)
    throw new GhError(1, `Validation Failed (HTTP 422): A pull request already exists for ${label}.`);
  const number = state.nextId();
  const pull = {
    number,
    state: "open",
    title,
    body,
    user: userOf(session),
    html_url: `${repository.html_url}/pull/${number}`,
    head: { ref: head, sha, label, repo: repository },
    base: { ref: base, sha: commitOf(state, base), label: `${repository.owner.login}:${base}`, repo: repository },
  };
  return state.write(pull, "pulls", String(number), "pull.json");
}

function changePull({ state }, [number], _query, { title, body, ...other }) {
  for (const name of Object.keys(other)) unsupported(`gh api: ${name} of a pull request is not known here`);
  const pull = state.read("pulls", number, "pull.json") ?? notFound();
  return state.write({ ...pull, title: title ?? pull.title, body: body ?? pull.body }, "pulls", number, "pull.json");
}

function workflowRuns(session, [file], query) {
  only(query, "event", "branch", "status", "exclude_pull_requests", "head_sha");
  const { event, branch, status, head_sha: sha } = query;
  const all = runsOf(session).filter(
    (run) =>
      run.path === `.github/workflows/${file}` &&
      (event === undefined || run.event === event) &&
      (branch === undefined || run.head_branch === branch) &&
      (status === undefined || run.status === status || run.conclusion === status) &&
      (sha === undefined || run.head_sha === sha),
  );
  return paged("workflow_runs", all, query);
}

function paged(name, all, { per_page: size = 30, page = 1 }) {
  return { total_count: all.length, [name]: all.slice((page - 1) * size, page * size) };
}

function oneRun(session, [id]) {
  return runsOf(session).find((run) => run.id === Number(id)) ?? notFound();
}

// As GitHub gives artifacts out: a zip without entries for folders.
function zipOf({ state }, [id]) {
  const artifact = artifactsOf(state).find((a) => a.id === Number(id)) ?? notFound();
  if (artifact.expired) throw new GhError(1, "Artifact has expired (HTTP 410)");
  const dir = mkdtempSync(join(tmpdir(), "artifact-"));
  try {
    extract(state, artifact, join(dir, "files"));
    execFileSync("zip", ["-q", "-r", "-y", "-D", "../content.zip", "."], { cwd: join(dir, "files") });
    return readFileSync(join(dir, "content.zip"));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function commitOf(state, name) {
  try {
    return git(state.path("repo.git"), "rev-parse", "--verify", "-q", `${name}^{commit}`);
  } catch {
    return notFound();
  }
}

function compare({ state }, [base, head]) {
  const [from, to] = [commitOf(state, base), commitOf(state, head)];
  const [behind, ahead] = git(state.path("repo.git"), "rev-list", "--left-right", "--count", `${from}...${to}`)
    .split("\t")
    .map(Number);
  const status = ahead && behind ? "diverged" : ahead ? "ahead" : behind ? "behind" : "identical";
  return { status, ahead_by: ahead, behind_by: behind, base_commit: { sha: from } };
}

// [method, path below repos/OWNER/NAME, permission, answer(session, path parts, query, body)]
const ROUTES = [
  ["GET", "", [], (session) => session.repository],
  [
    "GET",
    "commits/([^/]+)/pulls",
    ["read", "pull-requests"],
    (s, [sha]) => pullsWhere(s, (pull) => pull.head.sha === sha),
  ],
  [
    "GET",
    "pulls",
    ["read", "pull-requests"],
    (session, _parts, query) => {
      only(query, "state", "head", "base");
      const { state = "open", head, base } = query;
      return pullsWhere(
        session,
        (pull) =>
          (state === "all" || pull.state === state) &&
          (head === undefined || pull.head.label === head) &&
          (base === undefined || pull.base.ref === base),
      );
    },
  ],
  [
    "GET",
    "pulls/(\\d+)",
    ["read", "pull-requests"],
    (s, [n]) => pullsWhere(s, (pull) => pull.number === Number(n))[0] ?? notFound(),
  ],
  ["POST", "pulls", ["write", "pull-requests"], openPull],
  ["PATCH", "pulls/(\\d+)", ["write", "pull-requests"], changePull],
  ["GET", "issues/(\\d+)/comments", ["read", "pull-requests", "issues"], (session, [n]) => commentsOf(session, n)],
  ["POST", "issues/(\\d+)/comments", ["write", "pull-requests", "issues"], addComment],
  ["PATCH", "issues/comments/(\\d+)", ["write", "pull-requests", "issues"], changeComment],
  ["GET", "actions/workflows/([^/]+)/runs", ["read", "actions"], workflowRuns],
  ["GET", "actions/runs/(\\d+)", ["read", "actions"], oneRun],
  [
    "GET",
    "actions/runs/(\\d+)/artifacts",
    ["read", "actions"],
    (session, [id], query) => {
      only(query, "name");
      const all = artifactsOf(session.state, oneRun(session, [id]).id);
      return paged(
        "artifacts",
        all.filter((a) => query.name === undefined || a.name === query.name),
        query,
      );
    },
  ],
  ["GET", "actions/artifacts/(\\d+)/zip", ["read", "actions"], zipOf],
  [
    "GET",
    "actions/artifacts",
    ["read", "actions"],
    (session, _parts, query) => {
      only(query, "name");
      const all = artifactsOf(session.state).reverse();
      return paged(
        "artifacts",
        all.filter((a) => query.name === undefined || a.name === query.name),
        query,
      );
    },
  ],
  [
    "GET",
    "releases",
    ["read", "contents"],
    ({ state, permissions }) => {
      // Drafts are for those who may write.
      const all = state.all("releases", "release.json").reverse();
      return all.filter((release) => !release.draft || allows(permissions, "contents", "write")).map(shownRelease);
    },
  ],
  [
    "GET",
    "commits/tags/([^/]+)",
    ["read", "contents"],
    ({ state }, [tag]) => ({ sha: commitOf(state, `refs/tags/${tag}`) }),
  ],
  [
    "GET",
    "releases/tags/([^/]+)",
    ["read", "contents"],
    (session, [tag]) => {
      const release = releaseByTag(session.state, tag);
      // A draft has no tag for the API.
      return release && !release.draft ? shownRelease(release) : notFound();
    },
  ],
  ["GET", "compare/(.+)\\.\\.\\.(.+)", ["read", "contents"], compare],
];

// -f NAME=VALUE is text; -F turns true, false, null and whole numbers into what they are, and reads @FILE.
function fieldOf(text, typed) {
  const [, name, value] =
    /^([A-Za-z0-9_-]+)=(.*)$/s.exec(text) ?? unsupported(`gh api: field '${text}' is not known here`);
  if (!typed) return [name, value];
  if (value.startsWith("@")) return [name, readFileSync(value === "@-" ? 0 : value.slice(1), "utf8")];
  if (/^(true|false|null|-?\d+)$/.test(value)) return [name, JSON.parse(value)];
  return [name, value];
}

function bodyOf(values) {
  if (values.input !== undefined) return JSON.parse(readFileSync(values.input === "-" ? 0 : values.input, "utf8"));
  const fields = [
    ...(values["raw-field"] ?? []).map((f) => fieldOf(f, false)),
    ...(values.field ?? []).map((f) => fieldOf(f, true)),
  ];
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
}

function show(answer, { jq, silent }) {
  if (silent) return;
  if (Buffer.isBuffer(answer)) {
    process.stdout.write(answer);
    return;
  }
  const text = JSON.stringify(answer);
  if (jq === undefined) process.stdout.write(text);
  else process.stdout.write(execFileSync("jq", ["-rc", jq], { input: text, stdio: ["pipe", "pipe", "inherit"] }));
}

export function api(args, session) {
  const { values, positionals } = readOptions(
    "api",
    args,
    {
      method: "string",
      field: "strings",
      "raw-field": "strings",
      header: "strings",
      input: "string",
      jq: "string",
      paginate: "boolean",
      silent: "boolean",
    },
    { X: "method", F: "field", f: "raw-field", H: "header", q: "jq" },
  );
  if (positionals.length !== 1) unsupported("gh api: one path is expected");
  const body = bodyOf(values);
  if (positionals[0] === "graphql") {
    if (body?.query !== "query { viewer { login } }") unsupported("gh api graphql: that query is not known here");
    show({ data: { viewer: { login: userOf(session).login } } }, values);
    return;
  }
  const method = values.method ?? (body ? "POST" : "GET");
  const url = new URL(positionals[0].replace(/^\//, ""), "https://api.github.com/");
  const all = values.paginate ? { per_page: Number.MAX_SAFE_INTEGER, page: 1 } : {};
  const query = { ...Object.fromEntries(url.searchParams), ...(method === "GET" ? body : {}), ...all };
  const path = url.pathname.slice(1).split("/").map(decodeURIComponent);
  const expected = ["repos", ...session.repository.full_name.split("/")];
  if (expected.some((part, i) => path[i] !== part)) notFound();
  const rest = path.slice(3).join("/");
  for (const [verb, pattern, [level, ...scopes], answer] of ROUTES) {
    const match = new RegExp(`^${pattern}$`, "s").exec(rest);
    if (!match || verb !== method) continue;
    if (level) need(session, level, ...scopes);
    show(answer(session, match.slice(1), query, body ?? {}), values);
    return;
  }
  unsupported(`gh api: ${method} ${positionals[0]} is not known here`);
}
