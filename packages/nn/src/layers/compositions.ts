import { formatShape, type Node, type Operand, ShapeError } from '@pullback/core';
import { checkedFunction, checkedNode, describe, toNode } from '@pullback/core/arguments';
import { checkedMode, type Mode } from '../modules/mode.ts';
import { Module } from '../modules/module.ts';

/** A module of one tensor and a mode. */
type Path = Module<[x: Operand, mode?: Mode], Node>;

/**
 * A path beside x itself (He et al. 2015): x + path(x), or shortcut(x) + path(x) where the path changes the shape. Throws
 * ShapeError where both differ in shape.
 */
export class Residual extends Module {
	readonly path: Path;
	readonly shortcut: Path | null;

	constructor(path: Path, shortcut?: Path) {
		super();
		this.path = checkedModule('path', path);
		this.shortcut = shortcut === undefined ? null : checkedModule('shortcut', shortcut);
	}

	override forward(x: Operand, mode?: Mode): Node {
		const node = toNode('Residual', x);
		const along = passed('path', this.path, node, mode);
		const beside = this.shortcut === null ? node : passed('shortcut', this.shortcut, node, mode);
		if (formatShape(beside.shape) !== formatShape(along.shape))
			throw new ShapeError(
				`Residual: the path makes ${formatShape(along.shape)}, beside it is ${formatShape(beside.shape)}; both must have one shape, by a shortcut such as an Affine or a Conv2d of kernel size 1`,
			);
		return beside.add(along);
	}
}

/** A function of a tensor and a mode as a module. Variables that it closes over are none of its parameters. */
export class Lambda extends Module {
	readonly f: (x: Node, mode: Mode) => Node;

	constructor(f: (x: Node, mode: Mode) => Node) {
		super();
		this.f = checkedFunction('Lambda', 'f', f);
	}

	override forward(x: Operand, mode: Mode = 'evaluate'): Node {
		const y = this.f(toNode('Lambda', x), checkedMode('Lambda', mode));
		return checkedNode('Lambda', 'the result of f', y);
	}
}

function passed(name: string, path: Path, x: Node, mode: Mode | undefined): Node {
	return checkedNode('Residual', `what the ${name} returned`, path.forward(x, mode));
}

function checkedModule(name: string, module: Path): Path {
	if (!(module instanceof Module))
		throw new TypeError(`Residual: ${name} is ${describe(module)}; it must be a Module`);
	return module;
}
