// What a job's steps left running, however it got away from them: known by a variable that every
// step's environment has, as on GitHub. A process group would not do, since its number can be
// another's by then.
import { readdirSync, readFileSync } from "node:fs";

export const TRACKING = "RUNNER_TRACKING_ID";

function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
  } catch {
    return []; // it ended, or is another user's
  }
}

export function endOrphans(id) {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  for (const pid of pids.filter((p) => environmentOf(p).includes(`${TRACKING}=${id}`))) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }
}
