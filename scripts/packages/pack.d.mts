export interface Published {
  readonly name: string
  /** From the root of the repository. */
  readonly folder: string
  readonly manifest: {
    readonly name: string
    readonly version: string
    readonly exports: Readonly<Record<string, unknown>>
  }
}
export declare const ROOT: string
export declare function published(): Published[]
export declare function packAll(into: string): Promise<(Published & { readonly file: string })[]>
