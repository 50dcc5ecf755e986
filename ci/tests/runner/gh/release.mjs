// gh release: create, edit, upload, view, download. A published release does not change any more.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { unsupported } from "../core/errors.mjs";
import { hashOf } from "../hub/artifacts.mjs";
import { git } from "../hub/repository.mjs";
import { GhError, need } from "./errors.mjs";
import { checkRepository, readOptions, takeFalse } from "./options.mjs";

const REPO = { repo: "string" };
const SHORT = { R: "repo" };

export function releaseByTag(state, tag) {
  return state.all("releases", "release.json").find((release) => release.tag_name === tag);
}

export function shownRelease({ assets, ...release }) {
  return { ...release, assets: Object.entries(assets).map(([name, digest]) => ({ name, digest })) };
}

function existing({ state }, tag) {
  return releaseByTag(state, tag) ?? noRelease();
}

function noRelease() {
  throw new GhError(1, "release not found");
}

function save({ state }, release) {
  state.write(release, "releases", String(release.id), "release.json");
}

function changeable(release) {
  if (!release.draft) throw new GhError(1, "HTTP 422: Cannot modify an immutable release");
}

function addAssets(session, release, files, clobber) {
  const dir = session.state.path("releases", String(release.id), "assets");
  mkdirSync(dir, { recursive: true });
  for (const file of files) {
    const name = basename(file);
    if (!existsSync(file)) throw new GhError(1, `open ${file}: no such file or directory`);
    if (release.assets[name] && !clobber) throw new GhError(1, `asset under the same name already exists: [${name}]`);
    copyFileSync(file, join(dir, name));
    release.assets[name] = hashOf(file);
  }
}

function create(args, session) {
  const spec = {
    ...REPO,
    draft: "boolean",
    "verify-tag": "boolean",
    prerelease: "boolean",
    title: "string",
    notes: "string",
    "notes-file": "string",
  };
  const { values, positionals } = readOptions("release create", args, spec, {
    ...SHORT,
    d: "draft",
    p: "prerelease",
    t: "title",
    n: "notes",
    F: "notes-file",
  });
  const [tag, ...files] = positionals;
  checkRepository(session, values.repo);
  need(session, "write", "contents");
  if (!values["verify-tag"]) unsupported("gh release create without --verify-tag would make the tag");
  if (releaseByTag(session.state, tag)) throw new GhError(1, `a release with the same tag name already exists: ${tag}`);
  const repository = session.state.path("repo.git");
  if (git(repository, "for-each-ref", "--format=%(refname)", `refs/tags/${tag}`) !== `refs/tags/${tag}`) {
    throw new GhError(
      1,
      `tag ${tag} doesn't exist in the repo ${session.repository.full_name}, aborting due to --verify-tag flag`,
    );
  }
  const release = {
    id: session.state.nextId(),
    tag_name: tag,
    name: values.title ?? tag,
    body:
      values.notes ??
      (values["notes-file"] ? readFileSync(values["notes-file"] === "-" ? 0 : values["notes-file"], "utf8") : ""),
    draft: values.draft ?? false,
    prerelease: values.prerelease ?? false,
    assets: {},
    created_at: session.state.now().toISOString(),
  };
  addAssets(session, release, files, false);
  save(session, release);
  process.stdout.write(`${session.repository.html_url}/releases/tag/${encodeURIComponent(tag)}\n`);
}

function edit(args, session) {
  const { rest, no } = takeFalse(args);
  const spec = { ...REPO, "verify-tag": "boolean", title: "string", notes: "string" };
  const { values, positionals } = readOptions("release edit", rest, spec, { ...SHORT, t: "title", n: "notes" });
  checkRepository(session, values.repo);
  need(session, "write", "contents");
  const release = existing(session, positionals[0]);
  changeable(release);
  for (const name of no) if (name !== "draft") unsupported(`gh release edit --${name}=false is not known here`);
  save(session, {
    ...release,
    name: values.title ?? release.name,
    body: values.notes ?? release.body,
    draft: no.includes("draft") ? false : release.draft,
  });
}

function upload(args, session) {
  const { values, positionals } = readOptions("release upload", args, { ...REPO, clobber: "boolean" }, SHORT);
  checkRepository(session, values.repo);
  need(session, "write", "contents");
  const release = existing(session, positionals[0]);
  changeable(release);
  addAssets(session, release, positionals.slice(1), values.clobber);
  save(session, release);
}

function view(args, session) {
  const { values, positionals } = readOptions("release view", args, { ...REPO, json: "string" }, SHORT);
  checkRepository(session, values.repo);
  need(session, "read", "contents");
  const { tag_name: tagName, draft: isDraft, name, body, assets } = shownRelease(existing(session, positionals[0]));
  const all = { tagName, isDraft, name, body, assets };
  const names = values.json?.split(",") ?? unsupported("gh release view without --json");
  process.stdout.write(
    JSON.stringify(
      Object.fromEntries(names.map((n) => [n, n in all ? all[n] : unsupported(`gh release view --json ${n}`)])),
    ),
  );
}

function download(args, session) {
  const { values, positionals } = readOptions(
    "release download",
    args,
    { ...REPO, dir: "string", pattern: "strings" },
    { ...SHORT, D: "dir", p: "pattern" },
  );
  checkRepository(session, values.repo);
  need(session, "read", "contents");
  const release = existing(session, positionals[0]);
  const names = Object.keys(release.assets).filter((name) => !values.pattern || values.pattern.includes(name));
  if (names.length === 0) throw new GhError(1, "no assets match the file pattern");
  mkdirSync(values.dir ?? ".", { recursive: true });
  for (const name of names)
    copyFileSync(session.state.path("releases", String(release.id), "assets", name), join(values.dir ?? ".", name));
}

export function release([verb, ...args], session) {
  const verbs = { create, edit, upload, view, download };
  (verbs[verb] ?? unsupported(`gh release ${verb} is not known here`))(args, session);
}
