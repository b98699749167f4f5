import {
	autocompletion,
	closeBrackets,
	closeBracketsKeymap,
	completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { javascript } from '@codemirror/lang-javascript';
import {
	bracketMatching,
	indentOnInput,
	indentUnit,
	syntaxHighlighting,
} from '@codemirror/language';
import { EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import { complete } from './completions.ts';
import { colours, looks } from './looks.ts';
import { type MarkedLine, markedLine, markLine } from './markedLine.ts';

/** What an editor is made with. */
export interface EditorOptions {
	readonly parent: HTMLElement;
	readonly program: string;
	/** The id of what says how the editor is left. */
	readonly describedBy: string;
	/** Hears the program whenever it has changed. */
	changed(program: string): void;
	/** Control or Command with Enter was pressed. */
	run(): void;
}

/** An editor of one program. */
export interface Editor {
	/** Replaces the program, which can be undone. */
	replace(program: string): void;
	/** Marks a line and scrolls to it, or marks none. */
	mark(line: MarkedLine | null): void;
	focus(): void;
	destroy(): void;
}

/** An editor in the page. The key Tab is left to the page, which moves on to what follows. */
export function newEditor({ parent, program, describedBy, changed, run }: EditorOptions): Editor {
	const runs = (): boolean => {
		run();
		return true;
	};
	const view = new EditorView({
		parent,
		state: EditorState.create({
			doc: program,
			extensions: [
				Prec.highest(keymap.of([{ key: 'Mod-Enter', run: runs }])),
				lineNumbers(),
				history(),
				drawSelection(),
				EditorState.tabSize.of(2),
				indentUnit.of('\t'),
				indentOnInput(),
				bracketMatching(),
				closeBrackets(),
				autocompletion({ override: [complete] }),
				javascript({ typescript: true }),
				syntaxHighlighting(colours),
				looks,
				markedLine,
				keymap.of([
					...closeBracketsKeymap,
					...completionKeymap,
					...defaultKeymap,
					...historyKeymap,
				]),
				EditorView.contentAttributes.of({
					'aria-label': 'Program',
					'aria-describedby': describedBy,
					spellcheck: 'false',
				}),
				EditorView.updateListener.of(({ docChanged, state }) => {
					if (docChanged) changed(state.doc.toString());
				}),
			],
		}),
	});
	return {
		replace(text) {
			if (text === view.state.doc.toString()) return;
			view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
		},
		mark(line) {
			view.dispatch({ effects: markLine.of(line) });
			if (line === null || line.line > view.state.doc.lines) return;
			const { from } = view.state.doc.line(line.line);
			view.dispatch({ effects: EditorView.scrollIntoView(from, { y: 'nearest', yMargin: 40 }) });
		},
		focus() {
			view.focus();
		},
		destroy() {
			view.destroy();
		},
	};
}
