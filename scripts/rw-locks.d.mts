export interface RwLock {
  readonly name: string
  readonly optimistic: boolean
  readonly about: string
}
export declare const RW_LOCKS: readonly RwLock[]
