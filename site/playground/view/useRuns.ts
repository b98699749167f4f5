import { onUnmounted, reactive } from 'vue';
import type { Failure, GraphPicture, Output, Reply } from '../program/messages.ts';
import { Runner } from '../runner.ts';

/** What a program has written that is shown one below another. */
export type Entry = Exclude<Output, { readonly kind: 'omitted' }> & { readonly id: number };

/** A run of a program, and what came of it. */
export interface Runs {
	readonly state: RunState;
	run(program: string): void;
	stop(): void;
	/** Asks for the graph of what the program has made, in so many CSS pixels; of y and x by name, if they are given. */
	draw(width: number, y?: string | null, x?: string | null): void;
}

/** What is known of the run. */
export interface RunState {
	phase: 'none' | 'loading' | 'running' | 'ended' | 'stopped';
	/** How the run stands, in a sentence. */
	status: string;
	entries: Entry[];
	/** How much is left out of the entries; empty if nothing. */
	omitted: string;
	failure: Failure | null;
	graph: GraphPicture | null;
	/** Why there is no graph; empty if there is one, or none was asked for. */
	noGraph: string;
	isDrawing: boolean;
}

/** The most entries that are shown, whatever a program sends. */
const maxEntries = 2000;

/** Runs of programs, one at a time. */
export function useRuns(): Runs {
	const state: RunState = reactive(unrun());
	let program = '';
	let nextId = 0;

	/** Finds the line of a text that is no program, which engines do not tell. */
	const locate = async (failure: Failure): Promise<void> => {
		if (failure.line !== null || !failure.text.startsWith('SyntaxError')) return;
		const { unreadableLine } = await import('../editor/names.ts');
		if (state.failure?.text === failure.text)
			state.failure = { ...failure, line: unreadableLine(program) };
	};

	const hear = (reply: Reply): void => {
		switch (reply.kind) {
			case 'started':
				state.phase = 'running';
				state.status = 'Running';
				return;
			case 'text':
			case 'picture':
				if (state.entries.length < maxEntries) state.entries.push({ ...reply, id: nextId++ });
				return;
			case 'omitted':
				state.omitted = omittedText(reply.lines, reply.characters);
				return;
			case 'ended': {
				const { failure, milliseconds } = reply;
				state.phase = 'ended';
				state.status = `${failure === null ? 'Ended' : 'Failed'} after ${durationText(milliseconds)}`;
				state.failure = failure;
				if (failure !== null) void locate(failure);
				return;
			}
			case 'graph':
				state.graph = reply.graph;
				state.noGraph = '';
				state.isDrawing = false;
				return;
			case 'noGraph':
				state.graph = null;
				state.noGraph = reply.reason;
				state.isDrawing = false;
		}
	};
	const runner = new Runner(hear, (reason) => {
		state.phase = 'stopped';
		state.status = 'Ended by the browser';
		state.failure = { text: `The Worker has ended: ${reason}`, line: null };
		state.isDrawing = false;
	});
	onUnmounted(() => runner.stop());
	return {
		state,
		run(text) {
			program = text;
			Object.assign(state, unrun(), { phase: 'loading', status: 'Loading' });
			void runner.run(text);
		},
		stop() {
			if (state.phase !== 'loading' && state.phase !== 'running') return;
			runner.stop();
			state.phase = 'stopped';
			state.status = 'Stopped';
			state.isDrawing = false;
		},
		draw(width, y = null, x = null) {
			state.isDrawing = true;
			runner.askForGraph({ width, y, x });
		},
	};
}

function unrun(): RunState {
	return {
		phase: 'none',
		status: '',
		entries: [],
		omitted: '',
		failure: null,
		graph: null,
		noGraph: '',
		isDrawing: false,
	};
}

function omittedText(lines: number, characters: number): string {
	const count = (number: number, unit: string): string =>
		`${number.toLocaleString('en-US')} ${unit}${number === 1 ? '' : 's'}`;
	return `${count(lines, 'more line')} (${count(characters, 'character')}) left out`;
}

function durationText(milliseconds: number): string {
	return milliseconds < 1000
		? `${Math.max(1, Math.round(milliseconds))} ms`
		: `${(milliseconds / 1000).toFixed(1)} s`;
}
