import { Curve } from './curve.ts';
import { Pace } from './pace.ts';
import type { NetDefaults, NetName, Report, WeightMaps } from './protocol.ts';

/** What the page does at the moment. */
export type Phase =
	| 'starting'
	| 'idle'
	| 'fetching'
	| 'training'
	| 'stopped'
	| 'finished'
	| 'failed';

/** What the page shows of the net at hand and its run. */
export interface PageState {
	phase: Phase;
	/** How the nets are trained by their recipes; null before the Worker has told. */
	defaults: Readonly<Record<NetName, NetDefaults>> | null;
	net: NetName;
	parameters: number;
	/** The file that the weights are of; null if they are new. */
	file: string | null;
	/** The part of the data that has been fetched, from 0 to 1. */
	fetched: number;
	step: number;
	epoch: number;
	losses: Curve;
	/** How the test images were read last, from 0 to 1; null before that. */
	accuracy: number | null;
	/** The step after which that was. */
	testedStep: number;
	accuracies: { readonly x: number[]; readonly y: number[] };
	pace: Pace;
	maps: WeightMaps | null;
	reading: { readonly image: Float32Array; readonly probabilities: Float32Array } | null;
	/** What went wrong last, until something else is done. */
	problem: string | null;
	/** Counts the reports that change curves. */
	version: number;
}

export function newState(): PageState {
	return {
		phase: 'starting',
		defaults: null,
		net: 'two-layer',
		parameters: 0,
		fetched: 0,
		maps: null,
		reading: null,
		problem: null,
		...newRun(),
	};
}

/** What there is of a run before its first step. */
function newRun() {
	return {
		file: null,
		step: 0,
		epoch: 0,
		losses: new Curve(),
		accuracy: null,
		testedStep: -1,
		accuracies: { x: [], y: [] },
		pace: new Pace(),
		version: 0,
	};
}

/** Changes the state by what the Worker has told. */
export function follow(state: PageState, report: Report): void {
	switch (report.kind) {
		case 'ready':
			state.defaults = report.defaults;
			return;
		case 'chosen':
			Object.assign(state, newRun(), { phase: 'idle', problem: null });
			state.net = report.net;
			state.parameters = report.parameters;
			return;
		case 'fetched':
			state.fetched = report.received / report.total;
			return;
		case 'begun':
			state.phase = 'training';
			return;
		case 'steps':
			for (const loss of report.losses) state.losses.add(loss);
			state.pace.add(report.losses.length, report.milliseconds);
			state.step = report.step;
			state.epoch = report.epoch;
			state.version++;
			return;
		case 'tested':
			state.accuracy = report.accuracy;
			state.testedStep = report.step;
			state.accuracies.x.push(report.step);
			state.accuracies.y.push(100 * report.accuracy);
			state.version++;
			return;
		case 'weights':
			state.maps = report.maps;
			return;
		case 'read':
			state.reading = report;
			return;
		case 'nothing':
			state.reading = null;
			return;
		case 'stopped':
			state.phase = report.finished ? 'finished' : report.step === 0 ? 'idle' : 'stopped';
			return;
		case 'loaded':
			state.file = report.file;
			return;
		case 'failed':
			state.problem = report.message;
			if (report.request === 'train') state.phase = state.step === 0 ? 'idle' : 'failed';
			return;
		case 'saved':
		case 'firstWeights':
			return; // answers to who asked
	}
}
