export function functionsRun(program: string, ...args: string[]): Map<string, Set<number>>
export function eager(text: string, ends: Set<number>): string
