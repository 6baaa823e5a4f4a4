/** Paths from `root` of all files that are written by hand and accepted. */
export declare function writtenFiles(root: string, accept: (path: string) => boolean): string[]
/** Separates comments from code: in `code` comments are blank, so that offsets and lines stay. */
export declare function separate(text: string): { readonly code: string; readonly comments: readonly object[] }
