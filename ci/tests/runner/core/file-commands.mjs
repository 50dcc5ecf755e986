// The files through which a step speaks: GITHUB_OUTPUT, GITHUB_ENV, GITHUB_PATH, GITHUB_STATE and
// GITHUB_STEP_SUMMARY.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "./errors.mjs";

const FILES = ["OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY"];
const MAX_SUMMARY = 1024 * 1024;

// NAME=value, or NAME<<DELIMITER, lines, DELIMITER. What is neither fails the step.
export function parsePairs(text, what) {
  const lines = text.split(/\r?\n/);
  const pairs = [];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      const name = line.slice(0, equals);
      if (name === "") fail(`${what}: invalid format '${line}': the name is empty`);
      pairs.push([name, line.slice(equals + 1)]);
    } else if (heredoc >= 0) {
      const [name, delimiter] = [line.slice(0, heredoc), line.slice(heredoc + 2)];
      if (name === "" || delimiter === "")
        fail(`${what}: invalid format '${line}': name and delimiter must not be empty`);
      const end = lines.indexOf(delimiter, i + 1);
      if (end < 0) fail(`${what}: invalid value: matching delimiter not found '${delimiter}'`);
      pairs.push([name, lines.slice(i + 1, end).join("\n")]);
      i = end;
    } else {
      fail(`${what}: invalid format '${line}'`);
    }
  }
  return pairs;
}

export class FileCommands {
  constructor(dir) {
    mkdirSync(dir, { recursive: true });
    this.paths = Object.fromEntries(FILES.map((name) => [name, join(dir, name.toLowerCase())]));
    for (const path of Object.values(this.paths)) writeFileSync(path, "");
  }

  // The variables that name the files.
  environment() {
    return Object.fromEntries(FILES.map((name) => [`GITHUB_${name}`, this.paths[name]]));
  }

  #text(name) {
    return readFileSync(this.paths[name], "utf8");
  }

  outputs() {
    return Object.fromEntries(parsePairs(this.#text("OUTPUT"), "GITHUB_OUTPUT"));
  }

  env() {
    const pairs = parsePairs(this.#text("ENV"), "GITHUB_ENV");
    const bad = pairs.find(([name]) => name.toUpperCase() === "NODE_OPTIONS");
    if (bad) fail(`GITHUB_ENV: can't store ${bad[0]}`);
    return Object.fromEntries(pairs);
  }

  path() {
    return this.#text("PATH")
      .split(/\r?\n/)
      .filter((line) => line !== "");
  }

  // {text, error}: one that is too big is dropped, and the step goes on.
  summary() {
    const text = this.#text("STEP_SUMMARY");
    if (Buffer.byteLength(text) <= MAX_SUMMARY) return { text };
    const size = Math.ceil(Buffer.byteLength(text) / 1024);
    return { text: "", error: `GITHUB_STEP_SUMMARY: ${size} KiB; at most 1024 KiB are shown, so nothing is` };
  }
}
