import { beside, entriesOf, exactly, near, one, scalars, vector, within } from './rows.ts';

/** At the branch itself: what the rules say there is a convention, or an average, where there is no derivative. */
export const atBranches = entriesOf('at a branch', [
	['relu at 0', (x) => x.relu(), exactly(0), 'lambda x: torch.relu(x)', [false, false]],
	['abs at 0', (x) => x.abs(), exactly(0), 'lambda x: torch.abs(x)', [false, false]],
	[
		'the maximum of equals',
		(x, y) => x.maximum(y),
		scalars(near(0), near(0)),
		'lambda x, y: torch.maximum(x, y)',
		[false, false],
	],
	[
		'the largest of equals',
		(x) => x.amax(),
		exactly(1, 1, 0),
		'lambda x: x.amax()',
		[false, false],
	],
	[
		'clip at its bound',
		(x) => x.clip(0, 1),
		exactly(0, 1),
		'lambda x: torch.clamp(x, 0, 1)',
		[false, false],
	],
	[
		'floor at a whole number',
		(x) => x.floor().add(x),
		exactly(1),
		'lambda x: torch.floor(x) + x',
		[false, false],
	],
	[
		'sort of equals',
		(x) => x.sort().mul([1, 2]),
		exactly(1, 1),
		'lambda x: torch.sort(x).values * torch.tensor([1.0, 2.0], dtype=x.dtype)',
		[false, false],
	],
	[
		'x |x| at 0, which has a first derivative',
		(x) => x.mul(x.abs()),
		exactly(0),
		'lambda x: x * x.abs()',
		[true, false],
	],
	[
		'relu(x)^3 at 0, which has two derivatives',
		(x) => x.relu().pow(3),
		exactly(0),
		'lambda x: torch.relu(x) ** 3',
	],
	[
		'elu at 0, which has a first derivative',
		(x) => x.elu(),
		exactly(0),
		'lambda x: torch.nn.functional.elu(x)',
		[true, false],
	],
	[
		'the norm of a vector of zeros',
		(x) => x.norm(),
		exactly(0, 0),
		'lambda x: torch.linalg.vector_norm(x)',
		[false, false],
	],
	[
		'sort of what is 1e-13 apart',
		(x) => x.sort().mul([1, 2]),
		vector(beside(1, 1e-13), beside(1, -1e-13)),
		'lambda x: torch.sort(x).values * torch.tensor([1.0, 2.0], dtype=x.dtype)',
		[false, false],
	],
	[
		'relu all over, now and then at 0',
		(x) => x.relu(),
		one(within(-1, 1)),
		'lambda x: torch.relu(x)',
	],
]);
