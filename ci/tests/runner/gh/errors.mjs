// What the real gh would say no to, with its exit status.
import { allows } from "../hub/permissions.mjs";

export class GhError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export function notFound() {
  throw new GhError(1, "Not Found (HTTP 404)");
}

// One of the scopes is enough.
export function need(session, level, ...scopes) {
  if (scopes.some((scope) => allows(session.permissions, scope, level))) return;
  throw new GhError(1, `Resource not accessible by integration (HTTP 403): it needs ${scopes.join(" or ")}: ${level}`);
}
