import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';

/** A line of the program that something is said of. */
export interface MarkedLine {
	/** From 1. */
	readonly line: number;
	/** Where an error is from; or where a Node was recorded. */
	readonly kind: 'error' | 'node';
}

/** Marks a line, or none, in place of what was marked. */
export const markLine = StateEffect.define<MarkedLine | null>();

const field = StateField.define<DecorationSet>({
	create: () => Decoration.none,
	update(marked, { changes, docChanged, effects, state }) {
		let now = docChanged ? marked.map(changes) : marked;
		for (const effect of effects) {
			if (!effect.is(markLine)) continue;
			const { value } = effect;
			now =
				value === null || value.line > state.doc.lines
					? Decoration.none
					: Decoration.set(
							Decoration.line({ class: `marked-${value.kind}` }).range(
								state.doc.line(value.line).from,
							),
						);
		}
		return now;
	},
	provide: (self) => EditorView.decorations.from(self),
});

/** Keeps the marked line, and shows it. */
export const markedLine: Extension = field;
