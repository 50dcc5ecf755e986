// One program, its output line by line. It runs in a process group of its own, so that what it
// started can be stopped with it.
import { spawn } from "node:child_process";

// How long a cancelled program has: to the interrupt, then to the termination. GitHub's numbers.
const TO_TERMINATE_MS = 7500;
const TO_KILL_MS = 10000;
// How long what it left behind may hold its output open.
const DRAIN_MS = 5000;

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // they are all gone
  }
}

function splitLines(stream, onLine) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop();
    lines.forEach(onLine);
  });
  return () => {
    if (rest) onLine(rest);
    rest = "";
  };
}

// The exit status; 128 + n for a program that signal n ended.
export function run(file, args, { cwd, env, onLine, cancel }) {
  return new Promise((done, failed) => {
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const flushes = [splitLines(child.stdout, onLine), splitLines(child.stderr, onLine)];
    const timers = [];
    const stopListening = cancel?.listen(() => {
      if (child.pid === undefined) return;
      signalGroup(child.pid, "SIGINT");
      timers.push(setTimeout(() => signalGroup(child.pid, "SIGTERM"), TO_TERMINATE_MS));
      timers.push(setTimeout(() => signalGroup(child.pid, "SIGKILL"), TO_KILL_MS));
    });
    const end = (code, signal) => {
      timers.forEach(clearTimeout);
      stopListening?.();
      child.stdout.destroy();
      child.stderr.destroy();
      for (const flush of flushes) flush();
      done(code ?? 128 + (SIGNALS[signal] ?? 0));
    };
    child.on("error", failed);
    child.on("close", end);
    child.on("exit", (code, signal) => timers.push(setTimeout(() => end(code, signal), DRAIN_MS)));
  });
}

const SIGNALS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};
