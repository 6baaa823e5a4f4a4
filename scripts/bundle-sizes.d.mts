export interface PageProgram {
  readonly name: string
  readonly code: string
  /** The most kilobytes that it may take, compressed by gzip. */
  readonly gzip: number
  /** … and by brotli. */
  readonly brotli: number
}
export declare const PROGRAMS: readonly PageProgram[]

export interface Bundle {
  readonly code: string
  /** Bytes, minified and compressed by gzip. */
  readonly gzip: number
  /** … and by brotli. */
  readonly brotli: number
  /** The files of which something is in it, and how many bytes before compression. */
  readonly files: Readonly<Record<string, number>>
}
export declare function bundle(program: string): Promise<Bundle>
