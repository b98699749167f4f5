/** What the page asks the Worker for: a run, once, and after it pictures of what the program has made. */
export type Request =
	| { readonly kind: 'run'; readonly program: string; readonly names: readonly string[] }
	| ({ readonly kind: 'graph' } & GraphRequest);

/** Which graph is asked for. */
export interface GraphRequest {
	/** The names of the scalar and of what it is differentiated in; null for what the Worker finds best. */
	readonly y: string | null;
	readonly x: string | null;
	/** The CSS pixels that there are from left to right: a graph that is wider leads down. */
	readonly width: number;
}

/** What the program has written. */
export type Output =
	| { readonly kind: 'text'; readonly text: string; readonly level: Level }
	| { readonly kind: 'picture'; readonly svg: string }
	/** All that has been left out so far. */
	| { readonly kind: 'omitted'; readonly lines: number; readonly characters: number };

/** How much a text matters. */
export type Level = 'plain' | 'warning' | 'error';

/** A program that could not be read, or has thrown. */
export interface Failure {
	readonly text: string;
	/** The line of the program, from 1; null where none is known. */
	readonly line: number | null;
}

/** What the Worker tells the page. */
export type Reply =
	| Output
	/** The program runs. */
	| { readonly kind: 'started' }
	/** The program has ended. */
	| { readonly kind: 'ended'; readonly milliseconds: number; readonly failure: Failure | null }
	/** A graph; or why there is none. */
	| { readonly kind: 'graph'; readonly graph: GraphPicture }
	| { readonly kind: 'noGraph'; readonly reason: string };

/** The graph of an expression, its Nodes, and the chain rule through it. */
export interface GraphPicture {
	/** Groups of Nodes have the attribute `data-nodes`, with indices in `nodes`. */
	readonly svg: string;
	readonly nodes: readonly NodeWords[];
	/** The names that may be asked for. */
	readonly ys: readonly string[];
	readonly xs: readonly string[];
	readonly y: string;
	/** Null where no derivative is explained. */
	readonly x: string | null;
	/** From y back to x. */
	readonly steps: readonly StepWords[];
	/** How many steps there are beyond those. */
	readonly stepsLeftOut: number;
	/** The gradient of y in x, or why there is none. */
	readonly gradient: string;
}

/** A Node in words. */
export interface NodeWords {
	/** How it is computed, such as `y = x × w`. */
	readonly text: string;
	readonly type: string;
	readonly value: string;
	/** The gradient of y in it; empty where no derivative reaches it. */
	readonly gradient: string;
	/** For each input, its name and the derivative rule. */
	readonly rules: readonly RuleWords[];
	/** The line of the program that recorded it; null where it is not known. */
	readonly line: number | null;
	/** Whether it is part of a derivative. */
	readonly isDerivative: boolean;
}

/** How a gradient passes to one input. */
export interface RuleWords {
	readonly to: string;
	readonly formula: string;
	/** Whether the gradient is multiplied by the formula; else the formula, of the gradient g, is what becomes of it. */
	readonly isFactor: boolean;
}

/** A step of the chain rule: from the gradient in a Node to what it adds to that in an input. */
export interface StepWords {
	/** Indices in the Nodes of the picture. */
	readonly from: number;
	readonly to: number;
	/** The Node and how it is computed; its local derivative; the product. Where paths have met, their sum. */
	readonly lines: readonly string[];
}
