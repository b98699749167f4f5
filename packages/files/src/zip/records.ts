// The records of a zip archive, as APPNOTE.TXT 6.3 of PKWARE describes them. All numbers begin with their lowest byte.

/** The four bytes with which each kind of record begins. */
export const signatures = {
	entry: 0x04034b50,
	inDirectory: 0x02014b50,
	end: 0x06054b50,
	end64: 0x06064b50,
	locator64: 0x07064b50,
} as const;

/** The bytes of each kind of record, without what has no fixed length. */
export const recordBytes = {
	entry: 30,
	inDirectory: 46,
	end: 22,
	end64: 56,
	locator64: 20,
} as const;

/** What a number of two or four bytes is whose value stands in a record of zip64. */
export const escapes = { uint16: 0xffff, uint32: 0xffffffff } as const;

/** How the bytes of an entry are kept. */
export const methods = { stored: 0, deflated: 8 } as const;

/** Flags of an entry: encrypted in whole or in its headers, a patch, sizes that follow the bytes, a name in UTF-8. */
export const flags = {
	unreadable: 0b10_0000_0110_0001,
	sizesFollow: 0b1000,
	utf8: 0b1000_0000_0000,
} as const;

/** What an extra field is called that holds sizes of 8 bytes. */
export const extra64 = 1;
