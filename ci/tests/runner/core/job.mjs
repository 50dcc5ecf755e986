// One job on one fresh machine: an empty workspace, home and temporary folder, its own token.
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Cancel } from "./cancel.mjs";
import { Failed, unsupported } from "./errors.mjs";
import { evaluate, evaluateText, evaluateTexts } from "./expression.mjs";
import { fileName, Masks, StepLog } from "./log.mjs";
import { endOrphans, TRACKING } from "./orphans.mjs";
import { runSteps } from "./steps.mjs";

const LABELS = ["ubuntu-latest", "ubuntu-22.04", "ubuntu-24.04", "ubuntu-26.04"];
const DEFAULT_MINUTES = 360;
const GH = join(dirname(fileURLToPath(import.meta.url)), "..", "gh", "gh.mjs");
// All that a step gets of the machine's own environment.
const INHERITED = ["PATH", "TMPDIR", "USER", "LOGNAME"];

export class Job {
  status = "success";
  masks = new Masks();
  env = {};
  path = [];
  posts = [];
  tracking = `github_${randomUUID()}`;
  annotations = [];
  summaries = [];
  outputs = {};
  records = [];
  #files = 0;
  #logs = 0;

  // setup: {id, name, definition, matrix, strategy, needs, permissions, environment, secrets, vars}
  constructor(run, setup) {
    Object.assign(this, { run, ...setup });
    // One that starts after the run was stopped (always()) is not stopped again.
    this.cancel = new Cancel(run.cancel.reason === undefined ? run.cancel : undefined);
    const [, project] = run.hub.repository.full_name.split("/");
    // The same path in every job, as on GitHub: builds may depend on it.
    const machine = run.state.path("work");
    rmSync(machine, { recursive: true, force: true });
    this.workspace = join(machine, project, project);
    this.temp = join(machine, "_temp");
    this.tools = join(machine, "_tool");
    this.home = join(machine, "home");
    for (const dir of [this.workspace, this.temp, this.tools, this.home]) mkdirSync(dir, { recursive: true });
    this.defaults = { ...run.workflow.defaults, ...this.definition.defaults };
    this.logDir = join(run.dir, "log", fileName(this.name));
    for (let n = 2; existsSync(this.logDir); n++) this.logDir = join(run.dir, "log", `${fileName(this.name)}-${n}`);
    this.token = run.state.issueToken({ repository: run.hub.repository, permissions: this.permissions });
    for (const value of [this.token, ...Object.values(this.secrets)]) this.masks.add(value);
    this.eventPath = join(this.temp, "_github_workflow", "event.json");
    mkdirSync(dirname(this.eventPath));
    writeFileSync(this.eventPath, JSON.stringify(run.event.payload, null, 2));
    this.#installGh();
  }

  #installGh() {
    this.bin = join(this.run.state.path("work"), "_bin");
    mkdirSync(this.bin);
    const quoted = [process.execPath, GH, this.run.state.dir].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    writeFileSync(join(this.bin, "gh"), `#!/bin/sh\nexec ${quoted.join(" ")} "$@"\n`);
    chmodSync(join(this.bin, "gh"), 0o755);
  }

  nextFile() {
    return ++this.#files;
  }

  fail(conclusion) {
    if (this.status === "success" || conclusion === "cancelled") this.status = conclusion;
  }

  annotate(annotations) {
    this.annotations.push(...annotations);
  }

  addSummary(text) {
    if (text) this.summaries.push(this.masks.apply(text));
  }

  github() {
    return {
      ...this.run.github(),
      job: this.id,
      token: this.token,
      event: this.run.event.payload,
      event_path: this.eventPath,
      workspace: this.workspace,
    };
  }

  runner() {
    return {
      os: "Linux",
      arch: "X64",
      name: "local",
      environment: "github-hosted",
      temp: this.temp,
      tool_cache: this.tools,
    };
  }

  contexts() {
    return {
      github: this.github(),
      job: { status: this.status },
      runner: this.runner(),
      strategy: this.strategy,
      matrix: this.matrix,
      needs: this.needs,
      vars: this.vars,
      secrets: { ...this.secrets, GITHUB_TOKEN: this.token },
      inputs: this.run.event.inputs,
    };
  }

  // A program's environment: what the step was given, under what GitHub always sets.
  processEnv(env, action) {
    const inherited = INHERITED.filter((name) => process.env[name] !== undefined).map((name) => [
      name,
      process.env[name],
    ]);
    const upper = (prefix, values) =>
      Object.fromEntries(
        Object.entries(values)
          .filter(([, value]) => typeof value !== "object")
          .map(([name, value]) => [`${prefix}_${name.toUpperCase()}`, String(value ?? "")]),
      );
    const { token, repositoryUrl, ...github } = this.github();
    const path = env.PATH ?? process.env.PATH;
    return {
      ...Object.fromEntries(inherited),
      HOME: this.home,
      LANG: "C.UTF-8",
      CI: "true",
      ...env,
      ...upper("GITHUB", { ...github, ...action, actions: "true" }),
      ...upper("RUNNER", this.runner()),
      [TRACKING]: this.tracking,
      ...(this.permissions["id-token"] === "write"
        ? { ACTIONS_ID_TOKEN_REQUEST_URL: "http://127.0.0.1:0/", ACTIONS_ID_TOKEN_REQUEST_TOKEN: this.token }
        : {}),
      PATH: [...this.path, this.bin, path].join(":"),
    };
  }

  // A composite action's steps share the log of the step that called it.
  openLog(frame, record, step) {
    if (frame.action) {
      this.current.line(`##[group]${step.id ?? record.name}`);
      return this.current;
    }
    const number = String(++this.#logs).padStart(2, "0");
    this.current = new StepLog(this.logDir, `${number}-${record.id ?? record.name}`, this.masks);
    return this.current;
  }

  progress(frame, record) {
    this.run.report(
      `${"  ".repeat(1 + (frame.depth ?? 0))}${record.conclusion.padEnd(9)} ${this.masks.apply(record.name)}`,
    );
    if (record.outcome === "failure" && !record.steps) this.run.reportLog(record.log);
  }

  async #runAll() {
    const frame = {
      job: this,
      steps: {},
      inputs: this.run.event.inputs,
      env: {},
      status: "success",
      cancel: this.cancel,
    };
    this.records = await runSteps(this.definition.steps, frame);
    while (this.posts.length > 0) await this.#runPost(this.posts.pop(), frame);
    return frame;
  }

  async #runPost({ name, work }, frame) {
    if (this.status !== "success") return;
    const record = { name, outputs: {}, conclusion: "success" };
    this.openLog(frame, record, {});
    try {
      await work((text) => this.current.line(text));
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      record.conclusion = "failure";
      this.current.line(`##[error]${error.message}`);
      this.fail("failure");
    }
    this.records.push({ ...record, outcome: record.conclusion, log: this.current.path });
  }

  #takeOutputs(frame) {
    const { outputs } = this.definition;
    if (!outputs) return;
    const contexts = { ...this.contexts(), env: this.env, steps: frame.steps };
    for (const [name, value] of Object.entries(evaluateTexts(outputs, { contexts, functions: {} }))) {
      if (this.masks.hides(value)) {
        this.annotate([{ level: "warning", message: `Skip output '${name}' since it may contain secret.` }]);
      } else {
        this.outputs[name] = value;
      }
    }
  }

  #checkMachine(scope) {
    const labels = [evaluate(this.definition["runs-on"], scope)].flat();
    for (const label of labels) {
      if (!LABELS.includes(label))
        unsupported(`job '${this.id}': runs-on '${label}'; this machine stands for ${LABELS.join(", ")}`);
    }
    return labels;
  }

  async execute() {
    const began = this.run.state.now();
    const scope = { contexts: this.contexts(), functions: {} };
    this.labels = this.#checkMachine(scope);
    try {
      this.env = evaluateTexts(this.run.workflow.env, scope);
      scope.contexts.env = this.env;
      Object.assign(this.env, evaluateTexts(this.definition.env, scope));
      const limit = this.definition["timeout-minutes"];
      const minutes = limit ? Number(evaluateText(limit, scope)) : DEFAULT_MINUTES;
      this.cancel.listen(() => this.fail("cancelled"));
      const reason = `The job has exceeded the maximum execution time of ${minutes} minutes.`;
      const frame = await this.cancel.within(minutes, reason, () => this.#runAll());
      this.#takeOutputs(frame);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      this.fail("failure");
      this.annotate([{ level: "error", message: this.masks.apply(error.message) }]);
    } finally {
      // They go with the machine.
      endOrphans(this.tracking);
    }
    this.seconds = (this.run.state.now() - began) / 1000;
  }
}
