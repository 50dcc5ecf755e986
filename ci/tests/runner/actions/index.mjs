// The local replacements of GitHub's actions, and the commit of each that they were made after. A
// workflow that pins another one is refused until somebody has compared the two.
import { unsupported } from "../core/errors.mjs";
import * as attest from "./attest.mjs";
import * as cache from "./cache.mjs";
import * as checkout from "./checkout.mjs";
import * as download from "./download-artifact.mjs";
import * as upload from "./upload-artifact.mjs";

const REPLACEMENTS = {
  "actions/checkout": { module: checkout, sha: "3d3c42e5aac5ba805825da76410c181273ba90b1" }, // v7.0.1
  "actions/upload-artifact": { module: upload, sha: "cf430e030ddbb5b0abf93d22962f4752f3646cd9" }, // v7.0.2
  "actions/download-artifact": { module: download, sha: "9000827ccba6bdab643e8b6fd33ac0654aef8333" }, // v8.0.2
  "actions/cache": { module: cache.both, sha: "55cc8345863c7cc4c66a329aec7e433d2d1c52a9" }, // v6.1.0
  "actions/cache/restore": { module: cache.restore, sha: "55cc8345863c7cc4c66a329aec7e433d2d1c52a9" }, // v6.1.0
  "actions/cache/save": { module: cache.save, sha: "55cc8345863c7cc4c66a329aec7e433d2d1c52a9" }, // v6.1.0
  "actions/attest": { module: attest.statement, sha: "1e69f48acb82d1966a394da916b4c1698aa569d6" }, // v4.2.2
  "actions/attest-build-provenance": { module: attest.provenance, sha: "4d101475d8b20a2381f78447822ac1eab6504dd8" }, // v4.2.2
};

// {inputs: {name: default}, run(context)}, or undefined when there is none.
export function replacementOf(uses) {
  const [name, ref] = uses.split("@");
  const replacement = REPLACEMENTS[name];
  if (!replacement) return undefined;
  if (ref !== replacement.sha) {
    unsupported(`uses '${uses}': the local replacement was made after ${name}@${replacement.sha}`);
  }
  return replacement.module;
}

export function booleanOf(inputs, name) {
  const value = inputs[name];
  if (/^(true|True|TRUE)$/.test(value)) return true;
  if (/^(false|False|FALSE)$/.test(value)) return false;
  return unsupported(`input '${name}': '${value}' is neither true nor false`);
}
