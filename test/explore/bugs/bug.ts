/** A famous mistake, beside its repair. */
import type { FailureVerdict, Model } from "@outlive/explore"
import * as abba from "./abba.js"
import * as dekker from "./dekker.js"
import * as doubleChecked from "./double-checked.js"
import * as epoch from "./epoch.js"
import * as futexForgets from "./futex-forgets.js"
import * as futexUnlock from "./futex-unlock.js"
import * as lostWakeup from "./lost-wakeup.js"
import * as messagePassing from "./message-passing.js"
import * as peterson from "./peterson.js"
import * as refcountGet from "./refcount-get.js"
import * as refcountPut from "./refcount-put.js"
import * as seqlock from "./seqlock.js"
import * as treiber from "./treiber.js"

export interface Bug {
  /** Base name of the module of the twins. */
  readonly module: string
  readonly twins: Twins
  /** What is wrong. */
  readonly sentence: string
  readonly verdict: FailureVerdict
  /** What the report must name. */
  readonly names: RegExp
}

interface Twins {
  // Each with a state of its own.
  // oxlint-disable-next-line no-explicit-any
  readonly broken: Model<any>
  // oxlint-disable-next-line no-explicit-any
  readonly fixed: Model<any>
}

export const BUGS: readonly Bug[] = [
  {
    module: "peterson",
    twins: peterson,
    sentence: "Peterson's lock raises its flag after it has given the turn away",
    verdict: "assertion",
    names: /two inside/,
  },
  {
    module: "treiber",
    twins: treiber,
    sentence: "Treiber's stack takes a node for the same because it is in the same place (ABA)",
    verdict: "assertion",
    names: /node 2/,
  },
  {
    module: "seqlock",
    twins: seqlock,
    sentence: "a sequence lock's reader does not look whether somebody wrote meanwhile",
    verdict: "assertion",
    names: /torn/,
  },
  {
    module: "double-checked",
    twins: doubleChecked,
    sentence: "double-checked initialization says it is done before it is",
    verdict: "assertion",
    names: /not initialized/,
  },
  {
    module: "lost-wakeup",
    twins: lostWakeup,
    sentence: "the cell that is waited on is not the one that is asked",
    verdict: "lost-wakeup",
    names: /signal/,
  },
  {
    module: "futex-unlock",
    twins: futexUnlock,
    sentence: "a mutex is unlocked as if nobody ever waited",
    verdict: "lost-wakeup",
    names: /mutex/,
  },
  {
    module: "futex-forgets",
    twins: futexForgets,
    sentence: "who has slept for a mutex takes it as if nobody else slept",
    verdict: "lost-wakeup",
    names: /mutex/,
  },
  {
    module: "abba",
    twins: abba,
    sentence: "two locks are taken in two orders",
    verdict: "deadlock",
    names: /\ba\b.*\bb\b|\bb\b.*\ba\b/,
  },
  {
    module: "refcount-get",
    twins: refcountGet,
    sentence: "a reference is taken of what nobody refers to any more",
    verdict: "use-after-free",
    names: /payload/,
  },
  {
    module: "refcount-put",
    twins: refcountPut,
    sentence: "a reference is dropped by a load and a store",
    verdict: "leak",
    names: /never freed/,
  },
  {
    module: "epoch",
    twins: epoch,
    sentence: "a reader announces itself after it has loaded the pointer",
    verdict: "use-after-free",
    names: /old/,
  },
  {
    module: "dekker",
    twins: dekker,
    sentence: "a flag of Dekker's is raised by a plain store, which may stay in the store buffer",
    verdict: "data-race",
    names: /flag/,
  },
  {
    module: "message-passing",
    twins: messagePassing,
    sentence: "the message is read without a look at its flag",
    verdict: "data-race",
    names: /payload/,
  },
]
