// One run of a workflow, as GitHub's API shows it and as the github context does.
import { mkdirSync } from "node:fs";
import { basename } from "node:path";
import { idOf } from "./event.mjs";

export class Run {
  // parts: {state, hub, given, event, workflow, file, remotes, cancel}
  constructor(parts) {
    Object.assign(this, parts);
    const { state, event, file, workflow } = this;
    this.id = state.nextId();
    this.number = state.all("runs", "run.json").filter((r) => r.path === file).length + 1;
    this.name = workflow.name?.toString() ?? file;
    this.dir = state.path("runs", String(this.id));
    mkdirSync(this.dir, { recursive: true });
    // A run for a pull request from a fork gets no secrets and a token that only reads.
    this.trust = { fork: event.fork, secrets: event.fork ? {} : this.given.secrets };
    this.record("in_progress", null);
  }

  record(status, conclusion) {
    const { event, hub } = this;
    const branch = event.ref.replace(/^refs\/(heads|tags)\//, "");
    const head = event.head ?? { branch, sha: event.sha, repository: hub.repository };
    const now = this.state.now().toISOString();
    this.started ??= now;
    const pulls = event.payload.pull_request && !event.fork ? [{ number: event.payload.pull_request.number }] : [];
    return this.state.write(
      {
        id: this.id,
        name: this.name,
        path: this.file,
        workflow_id: idOf(this.file),
        run_number: this.number,
        run_attempt: 1,
        event: event.name,
        status,
        conclusion,
        head_branch: head.branch,
        head_sha: head.sha,
        head_repository: head.repository,
        repository: hub.repository,
        // Empty for a fork's, as on GitHub.
        pull_requests: pulls,
        actor: hub.sender,
        html_url: `${hub.repository.html_url}/actions/runs/${this.id}`,
        created_at: this.started,
        run_started_at: this.started,
        updated_at: now,
      },
      ...["runs", String(this.id), "run.json"],
    );
  }

  github() {
    const { event, hub, file } = this;
    const { full_name: repository, owner } = hub.repository;
    const refName = event.ref.replace(/^refs\/(heads|tags|pull)\//, "");
    return {
      action: "",
      actor: hub.sender.login,
      actor_id: String(hub.sender.id),
      triggering_actor: hub.sender.login,
      api_url: "https://api.github.com",
      graphql_url: "https://api.github.com/graphql",
      server_url: "https://github.com",
      base_ref: event.base_ref ?? "",
      head_ref: event.head_ref ?? "",
      event: event.payload,
      event_name: event.name,
      ref: event.ref,
      ref_name: refName,
      ref_protected: event.ref === `refs/heads/${hub.repository.default_branch}`,
      ref_type: event.ref.startsWith("refs/tags/") ? "tag" : "branch",
      repository,
      repository_id: String(hub.repository.id),
      repository_owner: owner.login,
      repository_owner_id: String(owner.id),
      repositoryUrl: `git://github.com/${repository}.git`,
      retention_days: "90",
      run_attempt: "1",
      run_id: String(this.id),
      run_number: String(this.number),
      secret_source: event.fork ? "None" : "Actions",
      sha: event.sha,
      workflow: this.name,
      workflow_ref: `${repository}/${file}@${event.ref}`,
      workflow_sha: event.sha,
    };
  }

  // The result file: what the run was, how it ended, what it left.
  finish({ conclusion, jobs, ...head }) {
    this.record("completed", conclusion);
    const own = (item) => item.run_id === this.id;
    return {
      run_id: this.id,
      workflow: basename(this.file),
      event: this.event.name,
      ref: this.event.ref,
      sha: this.event.sha,
      ...head,
      conclusion,
      jobs,
      artifacts: this.state.all("artifacts", "artifact.json").filter(own),
      attestations: this.state.all("attestations", "attestation.json").filter(own),
    };
  }
}
