/** What is measured of each lifetime. */
export interface Operation {
  readonly name: string
  readonly title: string
}

/**
 * The figure of an operation's quickest moment in its process. Whatever else runs on a machine only ever slows an operation down, so these tell
 * smaller differences than medians do.
 */
export const quickestOf = (operation: string) => `${operation}, quickest`

export const OPERATIONS: readonly Operation[] = [
  { name: "life", title: "create, signal, drop" },
  { name: "signal", title: "first signal" },
  { name: "enable", title: "ask the issuer to enable signaling, first time" },
  { name: "wait", title: "wait on a signaled fence" },
  { name: "name", title: "driver's name, pending" },
  { name: "signaledName", title: "driver's name, signaled" },
  { name: "unload", title: "unload, with 64 signaled fences held" },
]
