// The pre-receive hook of the repository: may the token of the step that pushes write? Notes what was pushed.
import { appendFileSync, readFileSync } from "node:fs";
import { allows } from "./permissions.mjs";
import { State } from "./state.mjs";

const state = new State(process.argv[2]);
const grant = state.grantOf(process.env.GH_TOKEN ?? "");
if (allows(grant?.permissions, "contents", "write")) {
  for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
    const [, commit, ref] = line.split(" ");
    appendFileSync("pushed", `${ref}\n`);
    for (const pull of state.all("pulls", "pull.json")) {
      if (pull.state !== "open" || `refs/heads/${pull.head.ref}` !== ref || pull.head.repo.id !== pull.base.repo.id)
        continue;
      state.write({ ...pull, head: { ...pull.head, sha: commit } }, "pulls", String(pull.number), "pull.json");
    }
  }
} else {
  process.stderr.write("Permission denied to github-actions[bot]: the token has no permission contents: write\n");
  process.exitCode = 1;
}
