/** What is measured of each mutex, and who they are. */
export interface Operation {
  readonly name: string
  readonly title: string
}

export const OPERATIONS: readonly Operation[] = [
  { name: "alone", title: "lock, unlock: nobody else" },
  { name: "promise", title: "the same, as a promise" },
  { name: "contended", title: "lock, unlock: two threads, for each" },
  { name: "wake", title: "two threads wake each other, round trip" },
]

/** The package's; three words of `Atomics` as it stands in textbooks; the platform's locks, where there are any. */
export const PEERS = ["@outlive/sync", "Atomics by hand", "Web Locks"] as const
export type PeerName = (typeof PEERS)[number]
