// GitHub's packages import JSON files as modules without saying so, which plain Node refuses. Loaded
// with --import before them, this turns such a file into a module whose default export it is.
import { register } from "node:module";

const hook = `
  import { readFile } from "node:fs/promises";
  export async function load(url, context, next) {
    if (!url.endsWith(".json")) return next(url, context);
    const source = "export default " + (await readFile(new URL(url), "utf8"));
    return { format: "module", shortCircuit: true, source };
  }`;

register(`data:text/javascript,${encodeURIComponent(hook)}`);
