import { type ComputedRef, computed, nextTick, type Ref, ref, watch } from 'vue';
import type { GraphPicture, NodeWords, StepWords } from '../program/messages.ts';
import { sanitized } from './sanitized.ts';

/** A graph that one chooses Nodes of, and steps through. */
export interface GraphState {
	/** The Nodes that are chosen: one, or those that are drawn as one. */
	readonly chosen: ComputedRef<readonly NodeWords[]>;
	/** The step of the chain rule that is shown, from 0; null before the first. */
	readonly at: Ref<number | null>;
	readonly step: ComputedRef<StepWords | null>;
	/** Goes on by a step, or back. */
	move(by: 1 | -1): void;
	/** Keys of the graph: Enter and the space bar choose the Node that has the focus, arrows step. */
	pressed(event: KeyboardEvent): void;
	clicked(event: MouseEvent): void;
}

/**
 * The picture of a graph in an element of the page, in which Nodes can be chosen. `lineChosen` hears the line of the program
 * that the chosen Node, or the Node of the step, is from.
 */
export function useGraph(
	picture: () => GraphPicture | null,
	place: Readonly<Ref<HTMLElement | null>>,
	lineChosen: (line: number | null) => void,
): GraphState {
	const indices = ref<readonly number[]>([]);
	const at = ref<number | null>(null);
	const chosen = computed(() => indices.value.flatMap((index) => picture()?.nodes[index] ?? []));
	const step = computed(() => (at.value === null ? null : (picture()?.steps[at.value] ?? null)));

	const show = (): void => {
		const groups = place.value?.querySelectorAll('[data-nodes]') ?? [];
		for (const group of groups) {
			const nodes = nodesOf(group);
			const has = (index: number | undefined): boolean =>
				index !== undefined && nodes.includes(index);
			group.classList.toggle('is-chosen', indices.value.some(has));
			group.classList.toggle('is-from', has(step.value?.from));
			group.classList.toggle('is-to', has(step.value?.to));
			group.setAttribute('aria-pressed', String(indices.value.some(has)));
		}
		place.value?.querySelector('.is-to')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
	};
	const choose = (nodes: readonly number[]): void => {
		indices.value = nodes;
		at.value = null;
		lineChosen(chosen.value.at(-1)?.line ?? null);
		show();
	};
	const move = (by: 1 | -1): void => {
		const last = (picture()?.steps.length ?? 0) - 1;
		const next = at.value === null ? (by > 0 ? 0 : null) : at.value + by;
		at.value = next === null || next < 0 ? null : Math.min(next, last);
		indices.value = [];
		const from = step.value?.from;
		lineChosen(from === undefined ? null : (picture()?.nodes[from]?.line ?? null));
		show();
	};

	watch(
		picture,
		async (graph) => {
			indices.value = [];
			at.value = null;
			await nextTick();
			const svg = graph === null ? null : sanitized(graph.svg);
			place.value?.replaceChildren(...(svg === null ? [] : [svg]));
			for (const group of svg?.querySelectorAll('[data-nodes]') ?? []) {
				group.setAttribute('tabindex', '0');
				group.setAttribute('role', 'button');
				const words = nodesOf(group).map((index) => graph?.nodes[index]?.text ?? '');
				group.setAttribute('aria-label', words.join(', '));
			}
			if (svg !== null && place.value !== null) fit(svg, place.value);
			// A picture whose parts can be chosen is more than an image.
			svg?.setAttribute('role', 'group');
		},
		{ immediate: true, flush: 'post' },
	);
	return {
		chosen,
		at,
		step,
		move,
		clicked({ target }) {
			const group = target instanceof Element ? target.closest('[data-nodes]') : null;
			if (group !== null) choose(nodesOf(group));
		},
		pressed(event) {
			const { key, target } = event;
			if (key === 'ArrowRight' || key === 'ArrowLeft') {
				event.preventDefault();
				move(key === 'ArrowRight' ? 1 : -1);
			}
			const group = target instanceof Element ? target.closest('[data-nodes]') : null;
			if (group === null || (key !== 'Enter' && key !== ' ')) return;
			event.preventDefault();
			choose(nodesOf(group));
		},
	};
}

/** The least part of its size that a picture is made smaller to: its texts are to be read. */
const minScale = 0.7;

/** Makes a picture as small as its place, down to a scale; where it is larger, its end is seen, where the chain rule begins. */
function fit(svg: SVGSVGElement, place: HTMLElement): void {
	const width = svg.width.baseVal.value;
	svg.style.width = `${Math.max(minScale * width, Math.min(width, place.clientWidth))}px`;
	svg.style.height = 'auto';
	const groups = [...svg.querySelectorAll('[data-nodes]')];
	const last = groups.toSorted((a, b) => Math.max(...nodesOf(a)) - Math.max(...nodesOf(b))).at(-1);
	const from = svg.getBoundingClientRect().left;
	const { left = from, width: extent = 0 } = last?.getBoundingClientRect() ?? {};
	place.scrollTo(left - from + extent / 2 - place.clientWidth / 2, place.scrollHeight);
}

/** The indices of the Nodes that a group stands for. */
function nodesOf(group: Element): number[] {
	return (group.getAttribute('data-nodes') ?? '').split(' ').map(Number);
}
