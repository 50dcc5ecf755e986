// What a job's token may do: the job's own `permissions`, else the workflow's, else GitHub's
// restricted default; cut to reading for a pull request from a fork.
const SCOPES = [
  "actions",
  "artifact-metadata",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "repository-projects",
  "security-events",
  "statuses",
];

const RANK = { none: 0, read: 1, write: 2 };

function granted(permissions) {
  if (permissions === undefined) return { contents: "read", packages: "read" };
  if (permissions === "read-all" || permissions === "write-all") {
    const level = permissions.replace("-all", "");
    return Object.fromEntries(
      SCOPES.map((scope) => [scope, scope === "id-token" && level === "read" ? "none" : level]),
    );
  }
  return permissions;
}

export function permissionsOf({ workflow, job, fork }) {
  const all = Object.entries(granted(job ?? workflow)).filter(([, level]) => level !== "none");
  if (!fork) return Object.fromEntries(all);
  return Object.fromEntries(all.filter(([scope]) => scope !== "id-token").map(([scope]) => [scope, "read"]));
}

export function allows(permissions, scope, level) {
  return RANK[permissions?.[scope] ?? "none"] >= RANK[level];
}
