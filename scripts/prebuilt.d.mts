export declare function prebuiltOf(name: string, sources: string, folder?: string): string | undefined
export declare function whyNotPrebuilt(name: string, sources: string, folder?: string): string
interface Build {
  readonly name: string
  readonly archive: string
  readonly text: string
}
interface Written {
  readonly archive: string
  readonly count: number
  readonly bytes: number
  readonly packed: number
}
export declare function writeArchives(
  folder: string,
  head: { readonly version: string; readonly sources: string },
  builds: readonly Build[],
): Promise<Written[]>
