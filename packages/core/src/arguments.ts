/** The checks of arguments that core's functions make, in the same words, for packages that build on it. */
export {
	checkedBoolean,
	checkedCount,
	checkedFinite,
	checkedFunction,
	checkedList,
	checkedNumber,
	checkedOptions,
	checkedString,
} from './graph/arguments.ts';
export { describe } from './graph/describe.ts';
export { checkedDType } from './graph/dtype.ts';
export { checkedNode, checkedNodes } from './graph/node.ts';
export { checkedShape } from './graph/shape.ts';
export { toNode } from './ops/operand.ts';
