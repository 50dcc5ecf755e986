// hashFiles(): one hash of the files in the workspace that match, nothing when none does.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { glob } from "./glob.mjs";

export function hashFiles(patterns, job) {
  const inside = `${job.workspace}/`;
  const files = glob(patterns.join("\n"), { cwd: job.workspace, home: job.home, follow: false }).files;
  const hashes = files
    .filter((path) => path.startsWith(inside))
    .map((path) => createHash("sha256").update(readFileSync(path)).digest());
  return hashes.length === 0 ? "" : createHash("sha256").update(Buffer.concat(hashes)).digest("hex");
}
