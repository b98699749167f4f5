import type { Refusal, StorageReason } from '../recorder.ts';

/** Why a Node that is no root is stored, in words; `user` is the Node that reads it, if it is an operand. */
export function reasonWords(
	reason: Exclude<StorageReason, { readonly kind: 'root' }>,
	user: string,
): string {
	switch (reason.kind) {
		case 'algorithm':
			return 'it has loops or an algorithm of its own, and cannot be part of an expression';
		case 'operand':
			return `${user} reads it from memory`;
		case 'users':
			return `several Nodes use it: each would compute it again, which takes about ${additions(reason.price)}, more than ${reason.limit}`;
		case 'copies':
			return `it is broadcast: each copy would be computed again, which takes about ${additions(reason.price)}, more than ${reason.limit}`;
		case 'expression':
			return `as part of its users it would make an expression of ${reason.size} Nodes, more than ${reason.limit}`;
	}
}

function additions(price: number): string {
	return `${price} addition${price === 1 ? '' : 's'}`;
}

/** Why a Node is not computed in a kernel, in words. */
export const refusalWords: Readonly<Record<Refusal, string>> = {
	'later operand': 'something else that it reads is computed in a later kernel',
	'nothing in common': 'it reads nothing of that kernel, whose rows are not fixed',
	standalone: 'one of the two has an algorithm of its own, or is written in parts',
	'large kernel': 'the kernel would be too large to compile fast',
	'other direction':
		'neighbours in memory belong to different rows in one of the two, and to the same row in the other',
	'other rows': 'the two have no rows in common: their leading axes differ',
	'single row': 'together they would be one long row, which threads cannot share',
	'inner axes': 'the kernel computes several short rows at once, and the Node has inner axes',
	reshaped: 'it reads what the kernel computes with other axes',
	'across rows': 'a row of it needs other rows of what the kernel computes',
	'products alone': 'the target computes products in kernels of their own',
	'large matrices': 'the matrices of both products together would not stay in the cache',
	'whole operand': 'each row of the product needs all of its right operand',
	'view of rows': 'the left operand of the product is a view of what the kernel computes',
};
