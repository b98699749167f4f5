// An operation of one's own, with a derivative by hand: and the same with a term forgotten.
import { custom, type Node } from '@pullback/core';

/** x sigmoid(x), whose derivative is y + sigmoid(x) (1 - y). */
export const swish = custom<readonly [Node]>({
	forward: (x) => x.mul(x.sigmoid()),
	vjp: (cotangent, [x], y) => [cotangent.mul(y.add(x.sigmoid().mul(y.neg().add(1))))],
});

/** The same, but for a y in its derivative. */
export const forgetfulSwish = custom<readonly [Node]>({
	forward: (x) => x.mul(x.sigmoid()),
	vjp: (cotangent, [x], y) => [cotangent.mul(x.sigmoid().mul(y.neg().add(1)))],
});
