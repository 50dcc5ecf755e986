// `run` steps: the script in a file, and the shell's command line as GitHub has it.
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandReader } from "./commands.mjs";
import { fail, unsupported } from "./errors.mjs";
import { FileCommands } from "./file-commands.mjs";
import { run } from "./process.mjs";

const SHELLS = {
  // Not asked for: without pipefail.
  undefined: "bash -e {0}",
  bash: "bash --noprofile --norc -eo pipefail {0}",
  sh: "sh -e {0}",
  python: "python3 {0}",
};

export function commandLine(shell, script) {
  const template = SHELLS[shell] ?? shell;
  if (!template.includes("{0}")) unsupported(`shell '${shell}' is not known here`);
  if (/["'\\]/.test(template)) unsupported(`shell '${shell}': quotes are not read here`);
  return template
    .trim()
    .split(/\s+/)
    .map((word) => word.replace("{0}", script));
}

// Runs it, then takes from the files what the step wrote, whether it succeeded or not.
export async function runScript({ script, shell, directory, env, job, log, cancel }) {
  const cwd = resolve(job.workspace, directory ?? "");
  if (!existsSync(cwd)) fail(`working-directory '${cwd}': no such folder`);
  const base = join(job.temp, `step-${job.nextFile()}`);
  writeFileSync(`${base}.sh`, script);
  chmodSync(`${base}.sh`, 0o755);
  const files = new FileCommands(`${base}.files`);
  const reader = new CommandReader(log, job.masks);
  const [program, ...args] = commandLine(shell, `${base}.sh`);
  log.line(`##[group]Run ${script.trimEnd()}`);
  log.line(`shell: ${[program, ...args].join(" ")}`);
  log.line("##[endgroup]");
  const code = await run(program, args, {
    cwd,
    env: { ...env, ...files.environment() },
    onLine: (line) => reader.line(line),
    cancel,
  }).catch((error) => fail(`run '${program}': ${error.message}`));
  const summary = files.summary();
  if (summary.error) reader.line(`::error::${summary.error}`);
  job.annotate(reader.annotations);
  job.addSummary(summary.text);
  Object.assign(job.env, files.env());
  job.path.unshift(...files.path().reverse());
  const outputs = { ...reader.outputs, ...files.outputs() };
  const failure = reader.error ?? (code === 0 ? undefined : `Process completed with exit code ${code}.`);
  return { outputs, failure };
}
