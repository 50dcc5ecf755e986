// Each file past each checker; findings in the order of the lines.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { takeCacheModes } from "../core/cache-mode.mjs";
import { actionlint } from "./actionlint.mjs";
import { languageService } from "./language-service.mjs";
import { rules } from "./rules.mjs";

const CHECKERS = { "language service": languageService, actionlint, rule: rules };

// A finding is {line, column, message}, both from 1.
async function findings(file, root) {
  // None of the checkers knows the key yet.
  const { content } = takeCacheModes(file, readFileSync(resolve(root, file), "utf8"));
  const all = [];
  for (const [name, checker] of Object.entries(CHECKERS)) {
    for (const finding of await checker(file, content, root)) all.push({ ...finding, name });
  }
  return all.sort((a, b) => a.line - b.line || a.column - b.column);
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { root: { type: "string", default: "." } },
    allowPositionals: true,
  });
  let count = 0;
  for (const file of positionals) {
    for (const { line, column, message, name } of await findings(file, resolve(values.root))) {
      process.stdout.write(`${file}:${line}:${column}: ${message.replace(/\s+/g, " ")} [${name}]\n`);
      count++;
    }
  }
  return count === 0 ? 0 : 1;
}

try {
  // actionlint's program never ends by itself.
  process.exit(await main());
} catch (error) {
  process.stderr.write(`check: ${error.message}\n`);
  process.exit(2);
}
