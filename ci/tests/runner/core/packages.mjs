// What the runner takes from packages. It is bundled into one file (../run), which loads several times as fast.
export { data, Evaluator, Lexer, Parser } from "@actions/expressions";
export { TokenType } from "@actions/expressions/lexer";
export { falsy } from "@actions/expressions/result";
export {
  convertWorkflowTemplate,
  isBasicExpression,
  isLiteral,
  isMapping,
  isSequence,
  NoOperationTraceWriter,
  parseWorkflow,
} from "@actions/workflow-parser";
export { parseAction } from "@actions/workflow-parser/actions/action-parser";
export { convertActionTemplate } from "@actions/workflow-parser/actions/action-template";
export { ensureStatusFunction } from "@actions/workflow-parser/model/converter/if-condition";
export { splitAllowedContext } from "@actions/workflow-parser/templates/allowed-context";
export { NullToken } from "@actions/workflow-parser/templates/tokens/null-token";
export { isMap, isScalar, LineCounter, parseDocument, visit } from "yaml";
