// The names of the texts of a size report, apart from what writes them.

export const sizeFormats = ['mail', 'csv', 'markdown'] as const;
export type SizeFormat = (typeof sizeFormats)[number];
