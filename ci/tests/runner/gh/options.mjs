// Options of gh's commands: parsed strictly, so that none is passed over.
import { parseArgs } from "node:util";
import { unsupported } from "../core/errors.mjs";

// spec: {name: "string" | "boolean" | "strings"}, short: {letter: name}
export function readOptions(command, args, spec, short = {}) {
  const options = Object.fromEntries(
    Object.entries(spec).map(([name, type]) => {
      const letter = Object.keys(short).find((key) => short[key] === name);
      return [
        name,
        { type: type.replace(/s$/, ""), multiple: type === "strings", ...(letter ? { short: letter } : {}) },
      ];
    }),
  );
  try {
    return parseArgs({ args: args.map(withValue), options, allowPositionals: true, strict: true });
  } catch (error) {
    return unsupported(`gh ${command}: ${error.message}`);
  }
}

// gh takes --draft=false where Node knows only --draft: what is said to be false is not said.
function withValue(arg) {
  return arg.replace(/^(--[a-z-]+)=true$/, "$1");
}

// The named ones said to be false, taken out of the arguments.
export function takeFalse(args) {
  const said = args.filter((arg) => /^--[a-z-]+=false$/.test(arg));
  return { rest: args.filter((arg) => !said.includes(arg)), no: said.map((arg) => arg.slice(2, -"=false".length)) };
}

export function checkRepository(session, given) {
  if (given !== undefined && given !== session.repository.full_name) {
    unsupported(`gh -R '${given}': only '${session.repository.full_name}' is here`);
  }
}
