/** The longest word that an error shows whole. */
const maxWordCharacters = 100;

/** A word of the command line as an error shows it: its beginning, if it is long. */
export function quoted(word: string): string {
	return JSON.stringify(
		word.length > maxWordCharacters ? `${word.slice(0, maxWordCharacters)}...` : word,
	);
}
