import { computed, onMounted, onUnmounted, type Ref, reactive, ref, toRefs, watch } from 'vue';
import type { Editor } from '../editor/editor.ts';
import { breakable, signChanged } from '../program/breaking.ts';
import { useProgram } from './useProgram.ts';
import { useRuns } from './useRuns.ts';

/** The id of the sentence that says how the editor is left. */
export const editorHintId = 'playground-editor-hint';

/** CSS pixels of the pane beside its picture. */
const margins = 32;

/** All that the page of the playground shows, and does. */
export function usePlayground(place: Ref<HTMLElement | null>, pane: Ref<HTMLElement | null>) {
	const source = useProgram();
	const { program, example } = source;
	const runs = useRuns();
	const tab = ref<'output' | 'graph'>('output');
	const notice = ref('');
	const isReady = ref(false);
	const isBusy = computed(() => ['loading', 'running'].includes(runs.state.phase));
	let editor: Editor | null = null;

	const run = (): void => {
		notice.value = '';
		editor?.mark(null);
		runs.run(program.value);
	};
	const draw = (y: string | null = null, x: string | null = null): void => {
		runs.draw((pane.value?.clientWidth ?? 0) - margins, y, x);
	};
	const drawIfShown = (): void => {
		const { phase, graph, isDrawing } = runs.state;
		if (tab.value === 'graph' && phase === 'ended' && graph === null && !isDrawing) draw();
	};

	watch([() => runs.state.phase, tab], drawIfShown);
	watch(
		() => runs.state.phase,
		(phase) => {
			// Where panes stand one below the other, what comes of a run is seen at once.
			if (phase === 'ended') pane.value?.scrollIntoView({ block: 'nearest' });
		},
	);
	watch(
		() => runs.state.failure,
		(failure) => {
			if (failure === null) return;
			tab.value = 'output';
			if (failure.line !== null) editor?.mark({ line: failure.line, kind: 'error' });
		},
	);
	watch(program, (text) => {
		notice.value = '';
		editor?.replace(text);
	});
	onMounted(async () => {
		const { newEditor } = await import('../editor/editor.ts');
		if (place.value === null) return;
		place.value.replaceChildren();
		editor = newEditor({
			parent: place.value,
			program: program.value,
			describedBy: editorHintId,
			changed: (text) => {
				program.value = text;
			},
			run,
		});
		isReady.value = true;
	});
	onUnmounted(() => editor?.destroy());

	return {
		...source,
		...toRefs(reactive({ tab, notice, isReady, isBusy })),
		state: runs.state,
		run,
		draw,
		stop: runs.stop,
		breaking: computed(() => breakable(program.value)),
		showLine(line: number | null, kind: 'error' | 'node') {
			editor?.mark(line === null ? null : { line, kind });
		},
		choose(name: string) {
			source.choose(name);
			run();
		},
		changeSign() {
			program.value = signChanged(program.value);
			run();
		},
		async share() {
			try {
				await source.share();
				notice.value = 'The address that holds the program is copied.';
			} catch (error) {
				notice.value =
					error instanceof RangeError
						? 'The program is too long for an address.'
						: 'The address of this page holds the program: copy it from there.';
			}
		},
		title: computed(() => example.value?.title ?? 'A program from the address'),
		sentence: computed(() => example.value?.sentence ?? ''),
	};
}
