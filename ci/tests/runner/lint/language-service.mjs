// GitHub's own language service: syntax, expressions, contexts, inputs of actions.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { replacementOf } from "../actions/index.mjs";
import { FeatureFlags, TextDocument, validate } from "../node_modules/.bundle/lint.mjs";

// What an action of GitHub's takes is in the table of its local replacement.
const metadata = {
  async fetchActionMetadata({ owner, name, path, ref }) {
    const uses = `${[owner, name, path].filter(Boolean).join("/")}@${ref}`;
    const replacement = replacementOf(uses);
    if (!replacement) return undefined;
    return {
      name: uses,
      description: "",
      inputs: Object.fromEntries(Object.keys(replacement.inputs).map((key) => [key, {}])),
    };
  },
};

function files(root) {
  return {
    async getFileContent({ path }) {
      return { name: path, content: readFileSync(resolve(root, path), "utf8") };
    },
  };
}

export async function languageService(file, text, root) {
  // It looks into the actions of `$/x`, the same repository, and not of `./x`, which is as long.
  const local = text.replace(/(uses:\s*["']?)\.\//g, "$1$/");
  const document = TextDocument.create(`file:///${file}`, "yaml", 1, local);
  const config = { actionsMetadataProvider: metadata, fileProvider: files(root), featureFlags: new FeatureFlags() };
  const diagnostics = await validate(document, config);
  return diagnostics.map(({ message, range }) => ({
    line: range.start.line + 1,
    column: range.start.character + 1,
    message: message.replaceAll("$/", "./"),
  }));
}
