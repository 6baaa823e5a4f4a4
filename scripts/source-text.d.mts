/** Paths from `root` of all files that are written by hand and accepted. */
export declare function writtenFiles(root: string, accept: (path: string) => boolean): string[]
