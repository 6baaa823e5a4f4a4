/** What a process that plays shards and the one that hands them out tell each other. */
import type { Header, ShardLine } from "./result.js"

export type ToWorker =
  | { readonly kind: "begin"; readonly header: Header }
  | { readonly kind: "play"; readonly shard: number }

export type FromWorker =
  | { readonly kind: "ready" }
  /** Before each seed. */
  | { readonly kind: "at"; readonly seed: number; readonly repeat: string }
  | { readonly kind: "done"; readonly line: ShardLine }
  /** It cannot play this campaign, and no other process of this build can. */
  | { readonly kind: "refused"; readonly message: string }
