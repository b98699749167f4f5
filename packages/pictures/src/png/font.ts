/** Width and height of a glyph, and the column and row that stay empty behind it, in dots. */
export const glyph = { width: 5, height: 7, gap: 1 } as const;

/** Characters, and the rows of dots that draw them, side by side with a column between them. */
const strips: readonly (readonly [characters: string, rows: readonly string[]])[] = [
	[
		'0123456789',
		[
			' ###    #    ###  #####    #  #####   ##  #####  ###   ### ',
			'#   #  ##   #   #    #    ##  #      #        # #   # #   #',
			'#  ##   #       #   #    # #  ####  #        #  #   # #   #',
			'# # #   #      #     #  #  #      # ####    #    ###   ####',
			'##  #   #     #       # #####     # #   #  #    #   #     #',
			'#   #   #    #    #   #    #  #   # #   #  #    #   #    # ',
			' ###   ###  #####  ###     #   ###   ###   #     ###   ##  ',
		],
	],
	[
		'ABCDEFGHIJKLM',
		[
			' ###  ####   ###  ###   ##### #####  ###  #   #  ###    ### #   # #     #   #',
			'#   # #   # #   # #  #  #     #     #   # #   #   #      #  #  #  #     ## ##',
			'#   # #   # #     #   # #     #     #     #   #   #      #  # #   #     # # #',
			'#   # ####  #     #   # ####  ####  # ### #####   #      #  ##    #     # # #',
			'##### #   # #     #   # #     #     #   # #   #   #      #  # #   #     #   #',
			'#   # #   # #   # #  #  #     #     #   # #   #   #   #  #  #  #  #     #   #',
			'#   # ####   ###  ###   ##### #      #### #   #  ###   ##   #   # ##### #   #',
		],
	],
	[
		'NOPQRSTUVWXYZ',
		[
			'#   #  ###  ####   ###  ####   #### ##### #   # #   # #   # #   # #   # #####',
			'#   # #   # #   # #   # #   # #       #   #   # #   # #   # #   # #   #     #',
			'##  # #   # #   # #   # #   # #       #   #   # #   # #   #  # #   # #     # ',
			'# # # #   # ####  #   # ####   ###    #   #   # #   # # # #   #     #     #  ',
			'#  ## #   # #     # # # # #       #   #   #   # #   # # # #  # #    #    #   ',
			'#   # #   # #     #  #  #  #      #   #   #   #  # #  # # # #   #   #   #    ',
			'#   #  ###  #      ## # #   # ####    #    ###    #    # #  #   #   #   #####',
		],
	],
	[
		'abcdefghijklm',
		[
			'      #               #         ##        #       #      #  #      ##        ',
			'      #               #        #  #       #                 #       #        ',
			' ###  # ##   ###   ## #  ###   #     #### # ##   ##     ##  #  #    #   ## # ',
			'    # ##  # #     #  ## #   #  ###  #   # ##  #   #      #  # #     #   # # #',
			' #### #   # #     #   # #####  #     #### #   #   #      #  ##      #   # # #',
			'#   # #   # #   # #   # #      #        # #   #   #   #  #  # #     #   # # #',
			' #### ####   ###   ####  ###   #     ###  #   #  ###   ##   #  #   ###  # # #',
		],
	],
	[
		'nopqrstuvwxyz',
		[
			'                                     #                                       ',
			'                                     #                                       ',
			'# ##   ###  ####   #### # ##   #### ####  #   # #   # #   # #   # #   # #####',
			'##  # #   # #   # #   # ##  # #      #    #   # #   # #   #  # #  #   #    # ',
			'#   # #   # ####   #### #      ###   #    #   # #   # # # #   #    ####   #  ',
			'#   # #   # #         # #         #  #  # #  ##  # #  # # #  # #      #  #   ',
			'#   #  ###  #         # #     ####    ##   ## #   #    # #  #   #  ###  #####',
		],
	],
	[
		'.,:%+-=<>/()→',
		[
			'                  ##                         #   #        #    #   #         ',
			'             ##   ##  #   #                 #     #       #   #     #     #  ',
			'             ##      #    #         #####  #       #     #   #       #     # ',
			'                    #   ##### #####       #         #   #    #       #  #####',
			'       ##    ##    #      #         #####  #       #   #     #       #     # ',
			' ##    ##    ##   #  ##   #                 #     #   #       #     #     #  ',
			' ##    #             ##                      #   #    #        #   #         ',
		],
	],
	[
		"?!'#_×±",
		[
			' ###    #     #    # #                #  ',
			'#   #   #     #    # #        #   #   #  ',
			'    #   #    #    #####        # #  #####',
			'   #    #          # #          #     #  ',
			'  #     #         #####        # #    #  ',
			'                   # #        #   #      ',
			'  #     #          # #  #####       #####',
		],
	],
];

/** Of each character, its rows; a dot is #. A space is a glyph without dots. */
const glyphs = new Map<string, readonly string[]>([[' ', []]]);
for (const [characters, rows] of strips)
	for (const [place, character] of [...characters].entries()) {
		const from = place * (glyph.width + glyph.gap);
		glyphs.set(
			character,
			rows.map((row) => row.slice(from, from + glyph.width)),
		);
	}

/** Dots of a text of one line, as [column, row]; of a character that there is no glyph for, those of a question mark. */
export function* dotsOf(text: string): Generator<readonly [column: number, row: number]> {
	for (const [place, character] of [...text].entries()) {
		const rows = glyphs.get(character) ?? glyphs.get('?') ?? [];
		for (const [y, row] of rows.entries())
			for (const [x, dot] of [...row].entries())
				if (dot === '#') yield [place * (glyph.width + glyph.gap) + x, y];
	}
}

/** Columns of dots that a text takes. */
export function columnsOf(text: string): number {
	const count = [...text].length;
	return Math.max(count * (glyph.width + glyph.gap) - glyph.gap, 0);
}
