import { HighlightStyle } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours of the page's own, which follow its theme. */
export const colours = HighlightStyle.define([
	{
		tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword],
		color: 'var(--playground-keyword)',
	},
	{ tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--playground-string)' },
	{ tag: [tags.number, tags.bool, tags.null], color: 'var(--playground-number)' },
	{ tag: [tags.lineComment, tags.blockComment], color: 'var(--vp-c-text-2)', fontStyle: 'italic' },
	{ tag: [tags.typeName, tags.className], color: 'var(--playground-type)' },
	{ tag: tags.function(tags.variableName), color: 'var(--playground-function)' },
	{ tag: tags.function(tags.propertyName), color: 'var(--playground-function)' },
]);

/** The looks of the editor. */
export const looks: Extension = EditorView.theme({
	'&': {
		height: '100%',
		fontSize: '13px',
		color: 'var(--vp-c-text-1)',
		backgroundColor: 'var(--vp-code-block-bg)',
	},
	'.cm-scroller': { fontFamily: 'var(--vp-font-family-mono)', lineHeight: '1.6' },
	'.cm-content': { padding: '10px 0', caretColor: 'var(--vp-c-text-1)' },
	'.cm-gutters': {
		color: 'var(--vp-c-text-3)',
		backgroundColor: 'var(--vp-code-block-bg)',
		border: 'none',
	},
	'.cm-cursor': { borderLeftColor: 'var(--vp-c-text-1)' },
	'&.cm-focused': { outline: 'none' }, // what it is in has one
	'.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground':
		{ backgroundColor: 'var(--vp-c-brand-soft)' },
	'&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--vp-c-brand-soft)' },
	'.marked-error': {
		backgroundColor: 'var(--vp-c-danger-soft)',
		boxShadow: 'inset 3px 0 var(--vp-c-danger-1)',
	},
	'.marked-node': {
		backgroundColor: 'var(--vp-c-brand-soft)',
		boxShadow: 'inset 3px 0 var(--vp-c-brand-1)',
	},
	'.cm-tooltip': {
		color: 'var(--vp-c-text-1)',
		backgroundColor: 'var(--vp-c-bg-elv)',
		border: '1px solid var(--vp-c-divider)',
		borderRadius: '6px',
		maxWidth: 'min(30rem, 92vw)',
		overflow: 'hidden',
	},
	'.cm-tooltip.cm-tooltip-autocomplete > ul': {
		fontFamily: 'var(--vp-font-family-mono)',
		maxHeight: '13rem',
	},
	'.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 8px' },
	'.cm-tooltip-autocomplete ul li[aria-selected]': {
		color: 'var(--vp-c-text-1)',
		backgroundColor: 'var(--vp-c-brand-soft)',
	},
	'.cm-completionDetail': { color: 'var(--vp-c-text-2)', fontStyle: 'normal' },
	'.cm-completionInfo': { padding: '8px 10px', lineHeight: '1.45' },
	'.cm-completionInfo code': { whiteSpace: 'pre-wrap', fontSize: '12px' },
	'.cm-completionInfo p': { margin: '6px 0 0' },
});
