// The project's own rules for workflows and actions:
//   - a script is one line: what is programmed is in ci/, where it is checked and tested;
//   - no ${{ }} in a script: text from outside would be part of the program; it goes through env;
//   - every job has a time limit.
import { isMap, isScalar, LineCounter, parseDocument, visit } from "../node_modules/.bundle/core.mjs";

function scriptFindings(value) {
  const found = [];
  if (value.includes("${{")) found.push("an expression in a script; hand it over through env");
  if (value.trimEnd().includes("\n")) found.push("a script of several lines; put it in ci/");
  return found;
}

export function rules(_file, text) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const findings = [];
  const say = (node, message) => {
    const { line, col: column } = lines.linePos(node.range[0]);
    findings.push({ line, column, message });
  };
  visit(document, {
    Pair(_, { key, value }) {
      if (key?.value !== "run" || !isScalar(value) || typeof value.value !== "string") return;
      for (const message of scriptFindings(value.value)) say(key, message);
    },
  });
  const jobs = isMap(document.contents) ? document.get("jobs") : undefined;
  for (const { key, value } of isMap(jobs) ? jobs.items : []) {
    if (isMap(value) && !value.has("timeout-minutes")) say(key, `job '${key.value}' has no timeout-minutes`);
  }
  return findings;
}
