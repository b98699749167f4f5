/** What packages that build on core need, and users do not: the checks of arguments, and what consoles show, in the same words. */
export {
	checkedBoolean,
	checkedCount,
	checkedFinite,
	checkedFunction,
	checkedList,
	checkedNumber,
	checkedNumbers,
	checkedObject,
	checkedOptions,
	checkedString,
	isPlain,
} from './graph/arguments.ts';
export { endOfPackage } from './graph/callSite.ts';
export { describe, inspection, shortened } from './graph/describe.ts';
export { checkedDType } from './graph/dtype.ts';
export { nearestName } from './graph/nearestName.ts';
export { checkedNode, checkedNodes } from './graph/node.ts';
export { checkedShape } from './graph/shape.ts';
export {
	checkedConvolutionPadding,
	checkedWidths,
	type Widths,
} from './ops/convolutionPadding.ts';
export { constant, toIndices, toNode, toNodes, toTensor } from './ops/operand.ts';
export { checkedPerAxis } from './ops/perAxis.ts';
export { checkedSubstitute } from './program/variable.ts';
