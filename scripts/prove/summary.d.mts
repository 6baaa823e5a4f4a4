import type { Standing } from "./journal.mjs"
export declare function summary(sources: string, parts: readonly string[], lines: Standing): string
