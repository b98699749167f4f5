import { matmul, type Node, randomKey, tanh } from '@pullback/core';
import { Affine, callWith, Sequential, sequential, Tanh } from '../../src/index.ts';
import { type Floating, layer, pure, type Rows } from './row.ts';

const affine = (key: Node, dtype: Floating): Affine =>
	new Affine({ inputs: 3, outputs: 2, key, dtype });

export const modules: Rows = {
	Buffer: 'the class of what `buffer` makes',
	Module: 'the abstract class of every module; tested by those that extend it',
	Sequential: layer((key, dtype) => new Sequential([affine(key, dtype), new Tanh()]), [4, 3]),
	StateError: 'an error; `modules/state.test.ts`',
	Summary: 'the class of what `summary` of a module returns; `modules/summary.test.ts`',
	buffer: 'makes a Variable that is saved and not trained; `modules/buffer.test.ts`',
	callWith: pure(
		(x, weight, bias) => callWith(affine(randomKey(1), 'f32'), [weight, bias], x),
		[[4, 3], [3, 2], [2]],
	),
	fromTorch: 'assigns Variables from a state of PyTorch’s; `fromTorch.test.ts` of the examples',
	loadState: 'assigns Variables; `modules/state.test.ts`',
	observingCalls: 'tells of the calls of modules; `modules/calls.test.ts`',
	parametersOf: 'picks parameters by path; `modules/parametersOf.test.ts`',
	sequential: layer(
		(key, dtype) => sequential(affine(key, dtype), tanh, (x) => matmul(x, x.transpose())),
		[4, 3],
	),
	stateOf: 'reads Variables; `modules/state.test.ts`',
};
