// `cache-mode`, the workflow's or a job's say over the cache. GitHub's parser package does not know
// the key yet: it is read here and blanked, so that lines keep their numbers.
import { isMap, LineCounter, parseDocument } from "../node_modules/.bundle/core.mjs";
import { unsupported } from "./errors.mjs";

const MODES = ["write", "read", "write-only", "none"];

// {content, modes: {workflow, jobs: {id: mode}}}
export function takeCacheModes(file, text) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const modes = { workflow: undefined, jobs: {} };
  const rows = text.split("\n");

  function take(map) {
    const pair = isMap(map) && map.items.find((item) => item.key?.value === "cache-mode");
    if (!pair) return undefined;
    const mode = pair.value?.value;
    if (!MODES.includes(mode)) unsupported(`${file}: cache-mode '${mode}'; known are ${MODES.join(", ")}`);
    const row = lines.linePos(pair.key.range[0]).line - 1;
    if (!/^\s*cache-mode:\s*[a-z-]+\s*(#.*)?$/.test(rows[row])) {
      unsupported(`${file}: cache-mode must have a line of its own`);
    }
    rows[row] = "";
    return mode;
  }

  modes.workflow = take(document.contents);
  const jobs = isMap(document.contents) && document.get("jobs");
  for (const { key, value } of isMap(jobs) ? jobs.items : []) modes.jobs[key.value] = take(value);
  return { content: rows.join("\n"), modes };
}
