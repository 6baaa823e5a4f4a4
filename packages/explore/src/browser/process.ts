/** In place of Node's `process`: what the explorer replaces while a thread runs, and puts back. */
const none = (): never[] => []

export const process = {
  nextTick: (callback: () => void): void => queueMicrotask(callback),
  hrtime: none,
  rawListeners: none,
  removeAllListeners: none,
  on: none,
  off: none,
  /** Places in a page's files are told without its origin. */
  cwd: (): string => (globalThis as { location?: { origin: string } }).location?.origin ?? "",
}
