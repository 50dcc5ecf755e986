// Workflow commands: lines of a step's output that mean something, `::error file=x::text` and the
// older `##[error file=x]text`. Who may print lines may give commands: the tests rely on it.
import { fail, unsupported } from "./errors.mjs";

const KNOWN = new Set([
  "add-mask",
  "add-matcher",
  "add-path",
  "debug",
  "echo",
  "endgroup",
  "error",
  "group",
  "notice",
  "remove-matcher",
  "save-state",
  "set-env",
  "set-output",
  "stop-commands",
  "warning",
]);
// GitHub shows this many of a level in each step.
const MAX_ANNOTATIONS = 10;
const MAX_MESSAGE = 4096;

function decode(text, codes) {
  return codes.reduce((out, [code, char]) => out.replaceAll(code, char), text);
}

const MESSAGE_CODES = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%25", "%"],
];
const PROPERTY_CODES = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%3A", ":"],
  ["%2C", ","],
  ["%25", "%"],
];
// The older form.
const BRACKET_CODES = [
  ["%3B", ";"],
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%5D", "]"],
  ["%25", "%"],
];

function properties(text, separator, codes) {
  const pairs = text
    .split(separator)
    .map((part) => part.trim().split(/=(.*)/s))
    .filter(([name, value]) => name && value);
  return Object.fromEntries(pairs.map(([name, value]) => [name, decode(value, codes)]));
}

// {name, properties, message}, or undefined.
export function parseCommand(line, known) {
  const colons = /^\s*::([^\s:]+)(?:\s+(.*?))?::(.*)$/s.exec(line);
  if (colons && known(colons[1])) {
    return {
      name: colons[1].toLowerCase(),
      properties: properties(colons[2] ?? "", ",", PROPERTY_CODES),
      message: decode(colons[3], MESSAGE_CODES),
    };
  }
  const bracket = /##\[([^\s\]]+)(?:\s+([^\]]*))?\](.*)$/s.exec(line);
  if (bracket && known(bracket[1])) {
    return {
      name: bracket[1].toLowerCase(),
      properties: properties(bracket[2] ?? "", ";", BRACKET_CODES),
      message: decode(bracket[3], BRACKET_CODES),
    };
  }
  return undefined;
}

// Reads a step's output. What the step gave is in outputs, annotations and error.
export class CommandReader {
  outputs = {};
  annotations = [];
  error = undefined;
  #stopped = undefined;
  #log;
  #masks;

  constructor(log, masks) {
    this.#log = log;
    this.#masks = masks;
  }

  line(text) {
    if (this.#stopped !== undefined) {
      if (parseCommand(text, (name) => name === this.#stopped)) this.#stopped = undefined;
      this.#log.line(text);
      return;
    }
    const command = parseCommand(text, (name) => KNOWN.has(name.toLowerCase()));
    if (!command) {
      this.#log.line(text);
      return;
    }
    try {
      this.#carryOut(command, text);
    } catch (error) {
      this.error ??= error;
    }
  }

  #carryOut({ name, properties, message }, text) {
    switch (name) {
      case "error":
      case "warning":
      case "notice":
        this.#annotate(name, message, properties);
        break;
      case "add-mask":
        if (message.trim() === "") fail("add-mask: there is nothing to mask");
        this.#masks.add(message);
        this.#log.line("::add-mask::***");
        break;
      case "set-output":
        if (!properties.name) fail("set-output: it needs a name");
        this.outputs[properties.name] = message;
        this.#log.line(text);
        break;
      case "stop-commands":
        if (KNOWN.has(message.toLowerCase()) || message === "") fail(`stop-commands: invalid token '${message}'`);
        this.#stopped = message;
        this.#log.line(text);
        break;
      case "set-env":
      case "add-path":
        fail(`the '${name}' command is disabled; use environment files`);
        break;
      case "add-matcher":
      case "remove-matcher":
        unsupported(`the '${name}' command is not carried out here`);
        break;
      case "group":
        this.#log.line(`##[group]${message}`);
        break;
      case "endgroup":
        this.#log.line("##[endgroup]");
        break;
      // debug, echo, save-state: nothing here is read by anyone.
    }
  }

  #annotate(level, message, { title, file, line }) {
    this.#log.line(`##[${level}]${message}`);
    if (this.annotations.filter((a) => a.level === level).length >= MAX_ANNOTATIONS) return;
    const text = this.#masks.apply(message).slice(0, MAX_MESSAGE);
    this.annotations.push({ level, message: text, title, file, line });
  }
}
