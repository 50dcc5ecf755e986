// The runner cannot say what GitHub would do: exit status 2, whatever the workflow's own rules are.
export class Unsupported extends Error {}

// A step or an action failed, as it would on GitHub.
export class Failed extends Error {}

export function unsupported(message) {
  throw new Unsupported(message);
}

export function fail(message) {
  throw new Failed(message);
}
