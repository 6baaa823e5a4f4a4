export interface ExternalLock {
  readonly name: string
  readonly about: string
}
export declare const EXTERNAL_LOCKS: readonly ExternalLock[]
