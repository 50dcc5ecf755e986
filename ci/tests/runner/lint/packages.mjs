// What the checks take from packages beside what the runner does. It is bundled into one file (../check).
export { FeatureFlags } from "@actions/expressions";
export { validate } from "@actions/languageservice/validate";
export { TextDocument } from "vscode-languageserver-textdocument";
