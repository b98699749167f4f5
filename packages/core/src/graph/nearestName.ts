/** The longest name that may be misspelt: a longer one is no slip of the pen. */
const maxNameCharacters = 40;

/** The one of `names` that was meant by `name`: another spelling or part of it, its initials, or what is a few letters away. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
	if (name.length > maxNameCharacters) return undefined;
	const plain = withoutSigns(name);
	if (plain === '') return undefined;
	const isPartOf = (whole: string): boolean =>
		Math.min(plain.length, whole.length) > 2 && (whole.includes(plain) || plain.includes(whole));
	return (
		names.find((each) => withoutSigns(each) === plain) ??
		names.find((each) => initialsOf(each) === plain) ??
		names.find((each) => isPartOf(withoutSigns(each))) ??
		closest(plain, names)
	);
}

/** The one of `names` that takes the fewest letters to change, and no more than a third of it. */
function closest(plain: string, names: readonly string[]): string | undefined {
	let found: string | undefined;
	let fewest = Infinity;
	for (const name of names) {
		const letters = editDistance(withoutSigns(name), plain);
		if (letters >= fewest || letters > name.length / 3) continue;
		found = name;
		fewest = letters;
	}
	return found;
}

function withoutSigns(name: string): string {
	return name.replace(/[^a-z0-9]/gi, '').toLowerCase();
}

/** The first letters of the words in a name such as learningRate. */
function initialsOf(name: string): string {
	return (name.match(/^.|[A-Z0-9]/g) ?? []).join('').toLowerCase();
}

/** How many letters must be put in, left out or replaced to make one of the other (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 0; i < a.length; i++) {
		const next = [i + 1];
		for (let j = 0; j < b.length; j++) {
			const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
			// j and j + 1 are in range of both rows.
			next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
		}
		row = next;
	}
	return row.at(-1) ?? 0;
}
