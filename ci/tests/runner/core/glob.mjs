// Paths by pattern as hashFiles, artifacts and caches take them: one pattern a line, `!` excludes,
// `*`, `?`, `[...]` within a name, `**` across folders, `~` for home.
import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";

function lines(patterns, cwd, home) {
  return patterns
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const exclude = line.startsWith("!");
      const pattern = exclude ? line.slice(1).trim() : line;
      const path = pattern.replace(/^~(?=\/|$)/, home);
      return { exclude, path: resolve(cwd, path) };
    });
}

function regexOf(path) {
  const text = path.replace(/\*\*\/?|\*|\?|\[[^\]/]+\]|[^*?[]/g, (part) => {
    if (part === "**/") return "(?:[^/]+/)*";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part === "?") return "[^/]";
    if (part.length > 1) return part.replace(/^\[!/, "[^");
    return part.replace(/[.+^${}()|\\\]/]/g, "\\$&");
  });
  return new RegExp(`^${text}$`, "s");
}

// The folder where the search begins: what comes before the first wildcard.
function rootOf(path) {
  const wild = path.search(/[*?[]/);
  return wild < 0 ? path : path.slice(0, path.lastIndexOf(sep, wild)) || sep;
}

// A link to a folder that it lies in ends there.
function* walk(path, follow, above = []) {
  const stat = (follow ? statSync : lstatSync)(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) {
    if (stat) yield path;
    return;
  }
  const real = realpathSync(path);
  if (above.includes(real)) return;
  for (const name of readdirSync(path).sort()) yield* walk(resolve(path, name), follow, [...above, real]);
}

function within(path, regex) {
  for (let at = path; ; at = dirname(at)) {
    if (regex.test(at)) return true;
    if (at === dirname(at)) return false;
  }
}

// {files: absolute paths in order, roots: where each pattern's search began}. A folder that matches
// stands for all that is in it.
export function glob(patterns, { cwd, home, follow = true }) {
  const all = lines(patterns, cwd, home).map((p) => ({ ...p, regex: regexOf(p.path) }));
  const roots = all.filter((p) => !p.exclude).map((p) => rootOf(p.path));
  const found = new Set([...new Set(roots)].flatMap((root) => [...walk(root, follow)]));
  const chosen = [...found].filter((path) => all.reduce((is, p) => (within(path, p.regex) ? !p.exclude : is), false));
  return { files: chosen.sort(), roots };
}
