import { formatShape } from '../../graph/shape.ts';
import type { Affine, Buffer, Expression, Reduction } from './expression.ts';
import type {
	Convolution,
	Kernel,
	Loops,
	Pack,
	Panels,
	Product,
	RowKernel,
	Stage,
	Strided,
} from './kernel.ts';
import type { Plan } from './plan.ts';
import { bytesOf } from './plan.ts';

/**
 * A plan as text: for each phase its kernels, for each kernel what it stores where. `t3[10r + i]` is the element
 * of temporary 3 in row r at position i of the inner loop; j, k and so on are further loops.
 */
export function printPlan(plan: Plan): string {
	const reductions = new Map<Reduction, string>();
	const lines = plan.phases.flatMap((kernels, phase) => [
		`phase ${phase}`,
		...kernels.flatMap((kernel) => printKernel(kernel, reductions)).map((line) => `  ${line}`),
	]);
	const temporaries = [...plan.offsets].map(
		([buffer, offset]) => `${nameOf(buffer)} ${offset}+${bytesOf(buffer, plan.target)}`,
	);
	return [...lines, `memory ${plan.size} bytes: ${temporaries.join(', ')}`].join('\n');
}

/** A kernel as lines. Printed by itself, it numbers its reductions from 0. */
export function printKernel(
	kernel: Kernel,
	reductions: Map<Reduction, string> = new Map(),
): string[] {
	switch (kernel.kind) {
		case 'rows':
			return printRows(kernel, reductions);
		case 'pack':
			return [printPack(kernel)];
		case 'convolution':
			return [printConvolution(kernel)];
		case 'check':
			return [
				`check ${nameOf(kernel.elements)} from ${kernel.low} to ${kernel.high}${kernel.nonzero ? ', not 0' : ''}`,
			];
		case 'scatterAdd':
			return [
				`${nameOf(kernel.output)} = scatterAdd ${nameOf(kernel.updates)} at ${nameOf(kernel.indices)}`,
			];
		default:
			return [
				`${nameOf(kernel.output)} = ${kernel.kind} ${nameOf(kernel.input)}, ${kernel.rows} rows`,
			];
	}
}

function printPack({ source, at, inner, columns, batch, output, layout }: Pack): string {
	const of = batch.length > 0 ? `${formatShape(batch)} times ` : '';
	const loops = [...batch.map((_, axis) => `b${axis}`), 'k', 'n'];
	const last = layout.tail === 'along' ? `, ${columns % layout.panel} of them along` : '';
	return `pack ${nameOf(output)} = ${nameOf(source)}[${affine(at, loops)}], ${of}${inner} by ${columns}${last}`;
}

/** A convolution; within rows, one for each of these. */
function printConvolution(
	{ batch: all, rows, inner, columns, left, right, output }: Convolution,
	loops: readonly string[] = [],
): string {
	const named = (letter: string, lengths: readonly number[]): string[] =>
		lengths.map((_, axis) => `${letter}${axis}`);
	const batch = all.slice(loops.length);
	const [b, k, p] = [[...loops, ...named('b', batch)], named('k', inner), named('p', columns)];
	const of = ({ buffer, at }: Convolution['left'], loops: readonly string[]): string =>
		`${nameOf(buffer)}[${affine(at, loops)}]`;
	return `${nameOf(output)} = ${of(left, [...b, 'o', ...k])} by ${of(right, [...b, ...k, ...p])}, ${formatShape(batch)} times ${rows} by ${formatShape(inner)} by windows ${formatShape(columns)}`;
}

function printRows(kernel: RowKernel, reductions: Map<Reduction, string>): string[] {
	const loops = kernel.rows.map((_, axis) => (kernel.rows.length === 1 ? 'r' : `r${axis}`));
	const after = kernel.after.map((buffer) => ` after ${nameOf(buffer)}`).join();
	return [
		`rows ${formatShape(kernel.rows)}${after}`,
		...kernel.segments
			.flatMap((segment) => printSegment(segment, loops, reductions))
			.map((line) => `  ${line}`),
	];
}

function printSegment(
	segment: RowKernel['segments'][number],
	loops: readonly string[],
	reductions: Map<Reduction, string>,
): string[] {
	switch (segment.kind) {
		case 'loops':
			return printLoops(segment, loops, reductions);
		case 'product':
			return [printProduct(segment, loops)];
		case 'convolution':
			return [printConvolution(segment, loops)];
	}
}

function printLoops(
	{ lanes, stages }: Loops,
	rows: readonly string[],
	reductions: Map<Reduction, string>,
): string[] {
	const lines = stages.flatMap((stage) => printStage(stage, rows, reductions));
	return lanes === 'inner' ? lines : ['four rows at once', ...lines.map((line) => `  ${line}`)];
}

function printProduct(
	{ left, right, output, inner, columns }: Product,
	loops: readonly string[],
): string {
	const operand = (operand: Strided | Panels, axes: readonly string[]): string => {
		if (operand.kind === 'panels') return `packed ${nameOf(operand.buffer)}`;
		const { buffer, at, innerStride } = operand;
		const strides = [...at.strides, innerStride, 1].slice(0, axes.length);
		return `${nameOf(buffer)}[${affine({ offset: at.offset, strides }, axes)}]`;
	};
	const by = operand(right, [...loops, 'k', 'n']);
	return `${nameOf(output)} = ${operand(left, [...loops, 'k'])} by ${by}, ${inner} by ${columns}`;
}

function printStage(
	stage: Stage,
	rows: readonly string[],
	namesOfReductions: Map<Reduction, string>,
): string[] {
	const { inner, reductions, stores } = stage;
	const loops = [...rows, ...inner.map((_, axis) => String.fromCharCode(105 + axis))];
	const names = new Map<Expression, string>();
	const found = (reduction: Reduction): string => {
		const known = namesOfReductions.get(reduction);
		if (known !== undefined) return known;
		const made = `${reduction.operation}${namesOfReductions.size}`;
		namesOfReductions.set(reduction, made);
		return made;
	};
	for (const expression of stage.expressions)
		names.set(expression, printExpression(expression, names, loops, found));
	const of = (expression: Expression): string => names.get(expression) ?? '?';
	return [
		`for ${formatShape(inner)}`,
		...reductions.map(
			(reduction) => `  ${found(reduction)} = ${reduction.operation} of ${of(reduction.input)}`,
		),
		...stores.map(
			({ buffer, at, value }) => `  ${nameOf(buffer)}[${affine(at, loops)}] = ${of(value)}`,
		),
	];
}

function printExpression(
	expression: Expression,
	names: ReadonlyMap<Expression, string>,
	loops: readonly string[],
	found: (reduction: Reduction) => string,
): string {
	switch (expression.kind) {
		case 'number':
			return Object.is(expression.value, -0) ? '-0' : String(expression.value);
		case 'position':
			return affine(expression.at, loops);
		case 'reduced':
			return found(expression.reduction);
		case 'load': {
			const pick = expression.pick;
			const moved = pick === null ? '' : ` + ${pick.stride} * ${names.get(pick.index)}`;
			return `${nameOf(expression.buffer)}[${affine(expression.at, loops)}${moved}]`;
		}
		case 'apply': {
			const operation = expression.operation === 'cast' ? expression.dtype : expression.operation;
			return `${operation}(${expression.inputs.map((input) => names.get(input)).join(', ')})`;
		}
	}
}

function affine({ offset, strides }: Affine, loops: readonly string[]): string {
	const terms = loops.flatMap((loop, axis) => {
		const stride = strides[axis] ?? 0;
		return stride === 0 ? [] : [stride === 1 ? loop : `${stride}${loop}`];
	});
	if (offset !== 0 || terms.length === 0) terms.push(String(offset));
	return terms.join(' + ');
}

/** What a buffer is called. */
export function nameOf({ role, id }: Buffer): string {
	return `${role === 'temporary' ? 't' : role}${id}`;
}
