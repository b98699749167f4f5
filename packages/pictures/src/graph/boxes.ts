import type { ModuleCall, RecordedCalls } from './calls.ts';
import { brief } from './names.ts';
import { counted, shownCount, sizeOf } from './numbers.ts';
import { paramsOf } from './params.ts';
import type { Part } from './parts.ts';
import { signOf } from './symbols.ts';

/** The most kinds of parts that a fold names. */
const maxKinds = 4;

/** What a call of a module is called: its path, its class, and which call it is of several. */
export function callTitle(
	call: ModuleCall,
	recorded: RecordedCalls | null,
): { readonly name: string; readonly type: string } {
	const times = recorded?.timesOf(call.module) ?? 1;
	const which = times > 1 ? `, call ${call.number} of ${times}` : '';
	// The net itself, and what is no part of it, are called by their class alone, and a box of the user’s by its title.
	if (call.path === '' || call.path === call.type || call.type === '')
		return { name: `${brief(call.path || call.type)}${which}`, type: '' };
	return { name: brief(call.path), type: `${brief(call.type)}${which}` };
}

/** What a box says: what it is, then, in small, what is in it. */
export function boxTitle(
	part: Part,
	recorded: RecordedCalls | null,
): { readonly title: string; readonly details: readonly string[] } {
	const inside = counted(part.nodes.length, 'Node');
	if (part.call !== null) {
		const { name, type } = callTitle(part.call, recorded);
		const numbers = numbersIn(part, recorded);
		const parameters = numbers === 0 ? [] : [counted(numbers, 'parameter')];
		return { title: name, details: [...(type === '' ? [] : [type]), ...parameters, inside] };
	}
	if (part.kind === 'repeat')
		return { title: `${shownCount(part.times)} × (${wordsFor(part.folded)})`, details: [inside] };
	return { title: `${inside} folded`, details: [histogramOf(part)] };
}

/** How many numbers there are in the parameters among the Nodes of a part. */
function numbersIn({ nodes }: Part, recorded: RecordedCalls | null): number {
	let count = 0;
	for (const node of nodes) {
		if (node.primitive.name !== 'variable') continue;
		const { cell } = paramsOf(node);
		if (recorded?.variables.get(cell)?.isBuffer !== true) count += sizeOf(node.shape);
	}
	return count;
}

/** What a part is, in a word or sign. */
function wordOf({ kind, nodes, call }: Part): string {
	const [node] = nodes;
	if (call !== null) return brief(call.type);
	return kind === 'node' && node !== undefined ? signOf(node) : counted(nodes.length, 'Node');
}

/** What repeats, in order. */
function wordsFor(parts: readonly Part[]): string {
	const words = parts.slice(0, maxKinds + 2).map(wordOf);
	return parts.length > words.length
		? `${words.join(' ')} and ${parts.length - words.length} more`
		: words.join(' ');
}

/** What a fold holds most of. */
function histogramOf({ folded }: Part): string {
	const counts = new Map<string, number>();
	for (const part of folded) {
		const word = wordOf(part);
		counts.set(word, (counts.get(word) ?? 0) + part.times);
	}
	const most = [...counts].sort(([, a], [, b]) => b - a);
	const shown = most.slice(0, maxKinds).map(([word, count]) => `${shownCount(count)} ${word}`);
	return most.length > maxKinds ? `${shown.join(', ')}, ...` : shown.join(', ');
}
