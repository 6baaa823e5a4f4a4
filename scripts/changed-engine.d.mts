import type { BuildOptions } from "./build-engine.mjs"
export declare function buildChanged(changes: ReadonlyMap<string, string>, options: BuildOptions): Promise<number>
