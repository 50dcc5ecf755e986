// Values of workflow syntax: GitHub's own lexer, parser and evaluator, applied to parsed tokens.
//
// A scope is {contexts, functions}: plain values by context name, and JavaScript functions from
// plain values to a plain value (success, always, hashFiles ...).
import {
  data,
  Evaluator,
  ensureStatusFunction,
  falsy,
  isBasicExpression,
  isLiteral,
  isMapping,
  isSequence,
  Lexer,
  NullToken,
  Parser,
  splitAllowedContext,
  TokenType,
} from "../node_modules/.bundle/core.mjs";
import { Failed, Unsupported, unsupported } from "./errors.mjs";

export function toData(value) {
  return JSON.parse(JSON.stringify(value ?? null), data.reviver);
}

function toPlain(value) {
  switch (value.kind) {
    case data.Kind.Null:
      return null;
    case data.Kind.Array:
      return value.values().map(toPlain);
    case data.Kind.Dictionary:
      return Object.fromEntries(value.pairs().map((p) => [p.key, toPlain(p.value)]));
    default:
      return value.value;
  }
}

// The package's lexer (0.3.61) undoes only the first doubled quote of a text, which every script with
// an expression and several quotes is full of.
function tokensOf(text) {
  return new Lexer(text)
    .lex()
    .tokens.map((token) =>
      token.type === TokenType.STRING ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token,
    );
}

function run(text, definitionInfo, scope) {
  const { namedContexts, functions } = splitAllowedContext(definitionInfo?.allowedContext ?? []);
  try {
    const tree = new Parser(tokensOf(text), namedContexts, functions).parse();
    const contexts = new data.Dictionary(
      ...namedContexts.map((key) => ({ key, value: toData(scope.contexts[key] ?? {}) })),
    );
    const callable = new Map(
      functions.map(({ name }) => [
        name.toLowerCase(),
        { call: (...args) => toData(callOf(name, scope)(...args.map(toPlain))) },
      ]),
    );
    return new Evaluator(tree, contexts, callable).evaluate();
  } catch (error) {
    if (error instanceof Unsupported) throw error;
    throw new Failed(`evaluate '${text}': ${error.message}`);
  }
}

function callOf(name, scope) {
  return scope.functions?.[name] ?? unsupported(`function '${name}' is not known here`);
}

// The plain value of a token: a literal, what its expressions come to, or a tree of these.
export function evaluate(token, scope) {
  if (isBasicExpression(token)) return toPlain(run(token.expression, token.definitionInfo, scope));
  if (isSequence(token)) return Array.from(token, (item) => evaluate(item, scope));
  if (isMapping(token)) {
    return Object.fromEntries(Array.from(token, ({ key, value }) => [keyOf(key), evaluate(value, scope)]));
  }
  if (token instanceof NullToken) return null;
  if (isLiteral(token)) return token.value;
  return unsupported(`'${token}' is not known here`);
}

function keyOf(token) {
  return isLiteral(token) ? token.toString() : unsupported(`an expression as a key: '${token}'`);
}

// As text, by GitHub's rules: nothing for null, "Object" for a mapping.
export function evaluateText(token, scope) {
  return toData(evaluate(token, scope)).coerceString();
}

// A mapping of texts: env, with, outputs.
export function evaluateTexts(token, scope) {
  if (token === undefined) return {};
  if (!isMapping(token)) unsupported(`an expression instead of a mapping: '${token}'`);
  return Object.fromEntries(Array.from(token, ({ key, value }) => [keyOf(key), evaluateText(value, scope)]));
}

// An `if`: with or without ${{ }}; success() is implied unless a status function is called.
export function condition(token, scope) {
  if (token === undefined) return scope.functions.success();
  const text = isBasicExpression(token) ? token.expression : token.toString().trim();
  return !falsy(run(ensureStatusFunction(text || "success()", token.definitionInfo), token.definitionInfo, scope));
}
