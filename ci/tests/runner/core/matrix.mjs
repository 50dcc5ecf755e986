// strategy.matrix to the list of its combinations, by GitHub's rules.
import { fail } from "./errors.mjs";

const LIMIT = 256;

function product(vectors) {
  let combinations = [{}];
  for (const [name, values] of Object.entries(vectors)) {
    if (!Array.isArray(values)) fail(`matrix '${name}': a list is expected`);
    if (values.length === 0) fail(`matrix '${name}': the list is empty`);
    combinations = combinations.flatMap((c) => values.map((value) => ({ ...c, [name]: value })));
  }
  return combinations;
}

// Values may be lists and mappings themselves.
function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

function matches(filter, combination) {
  return Object.entries(filter).every(([name, value]) => name in combination && same(value, combination[name]));
}

export function combinations(matrix) {
  const { include = [], exclude = [], ...vectors } = matrix;
  const names = Object.keys(vectors);
  const base = names.length === 0 ? [] : product(vectors).filter((c) => !exclude.some((e) => matches(e, c)));
  const all = base.map((c) => ({ ...c }));
  for (const extra of include) {
    // It extends each combination whose own values it would not change, or is one by itself.
    let used = false;
    base.forEach((original, i) => {
      const shared = names.filter((name) => name in extra);
      if (!shared.every((name) => same(extra[name], original[name]))) return;
      Object.assign(all[i], extra);
      used = true;
    });
    if (!used) all.push({ ...extra });
  }
  if (all.length === 0) fail("the matrix has no combination");
  if (all.length > LIMIT) fail(`the matrix has ${all.length} combinations; GitHub runs ${LIMIT} at most`);
  return all;
}
