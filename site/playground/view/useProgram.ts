import { onMounted, onUnmounted, type Ref, ref, watch } from 'vue';
import { type Example, examples } from '../examples.ts';
import { packed, unpacked } from '../program/fragment.ts';

/** The program in the editor: one of the examples, one from the address, or one's own. */
export interface ProgramState {
	readonly program: Ref<string>;
	/** The example that is in the editor, as it is or changed; null for a program from the address. */
	readonly example: Ref<Example | null>;
	/** Whether the address could not be read. */
	readonly isAddressBroken: Ref<boolean>;
	/** Puts an example into the editor, and its name into the address. */
	choose(name: string): void;
	/** Puts the program into the address, and copies that. Rejects with a RangeError where it is too long, and where copying is not allowed. */
	share(): Promise<void>;
}

/** Milliseconds after the last change when the address follows, so that the program is there after a reload. */
const addressDelay = 400;

/** The program, which the fragment of the address names, holds, and follows. Nothing is kept elsewhere. */
export function useProgram(): ProgramState {
	const [first] = examples;
	if (first === undefined) throw new Error('internal: there are no examples');
	const example = ref<Example | null>(first);
	const program = ref(first.program);
	const isAddressBroken = ref(false);
	let timer: ReturnType<typeof setTimeout> | undefined;

	const setFragment = (fragment: string): void => {
		clearTimeout(timer);
		history.replaceState(history.state, '', `#${fragment}`);
	};
	const choose = (name: string): void => {
		const chosen = examples.find((each) => each.name === name);
		if (chosen === undefined) return;
		example.value = chosen;
		program.value = chosen.program;
		setFragment(`example=${name}`);
	};
	const keep = async (): Promise<void> => {
		const text = program.value;
		const words = await packed(text);
		if (text === program.value) setFragment(`program=${words}`);
	};
	const read = async (): Promise<void> => {
		const [, kind, words = ''] = /^#(example|program)=(.+)$/.exec(location.hash) ?? [];
		if (kind === 'example') {
			choose(words);
			isAddressBroken.value = example.value?.name !== words;
		}
		if (kind !== 'program') return;
		try {
			program.value = await unpacked(words);
			example.value = null;
			isAddressBroken.value = false;
		} catch {
			isAddressBroken.value = true;
		}
	};

	watch(program, (text) => {
		clearTimeout(timer);
		if (text === example.value?.program) return;
		// One that is too long for an address is said to be when it is shared.
		timer = setTimeout(() => keep().catch(() => {}), addressDelay);
	});
	onMounted(() => {
		addEventListener('hashchange', read);
		return read();
	});
	onUnmounted(() => {
		removeEventListener('hashchange', read);
		clearTimeout(timer);
	});
	return {
		program,
		example,
		isAddressBroken,
		choose,
		async share() {
			await keep();
			await navigator.clipboard.writeText(location.href);
		},
	};
}
