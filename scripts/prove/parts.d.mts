export declare function partsIn(root: string): string[]
export declare function inOrder(parts: readonly string[], lasted: ReadonlyMap<string, number>): string[]
