export declare function isFile(word: string): boolean
export declare function kindOf(path: string): Promise<{
  readonly kind: "lock" | "scheme" | "program" | "model" | "role" | "experiment" | "driver" | "foreign"
  readonly file: string
}>
export declare function moduleOf(path: string): Promise<string>
export declare function byFiles(text: string): string
