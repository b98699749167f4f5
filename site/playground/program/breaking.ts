/** How a line whose derivative can be broken ends. */
const mark = '// the derivative';
const line = /^(.*?)(\.neg\(\))?(\][^\]]*\/\/ the derivative.*)$/m;

/** Whether a program has a derivative that can be broken, and whether it is. */
export function breakable(program: string): 'no' | 'whole' | 'broken' {
	const found = program.includes(mark) ? line.exec(program) : null;
	if (found === null) return 'no';
	return found[2] === undefined ? 'whole' : 'broken';
}

/** The program with the other sign of the derivative. */
export function signChanged(program: string): string {
	return program.replace(
		line,
		(_, before: string, negated: string | undefined, after: string) =>
			`${before}${negated === undefined ? '.neg()' : ''}${after}`,
	);
}
