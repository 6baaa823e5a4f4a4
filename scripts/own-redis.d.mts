export interface OwnRedis {
  /** What `--queue` takes. */
  readonly address: string
  readonly socket: string
  readonly pid: number
  /** SIGKILL, as a power cut would. */
  kill(): Promise<void>
  /** Starts it again: with what it had saved, or empty. */
  restart(): Promise<void>
  /** Asks `redis-cli`, which is in the same package. @returns the lines of its answer */
  ask(...words: readonly string[]): Promise<string[]>
  /** Ends it, and removes its folder. */
  remove(): Promise<void>
}
export declare function redisProgram(): string | undefined
export declare function startRedis(options?: { password?: string; isKept?: boolean }): Promise<OwnRedis>
