/** What passes between the main thread and a role's thread. */
import type { MessagePort } from "node:worker_threads"
import type { SharedHeap } from "@outlive/core"
import type { Settings } from "./settings.js"

/** To a role. */
export interface RoleTask {
  readonly heap: SharedHeap
  readonly control: SharedArrayBuffer
  readonly settings: Settings
  readonly role: string
  /** Among all threads of the race. */
  readonly index: number
  readonly threads: number
  /** What the scenario gives to all threads. */
  readonly tokens: unknown
  /** Where the thread reports each new finding at once: it may die, or hang, before it comes back. */
  readonly findings: MessagePort
}

/** A claim that did not hold. */
export interface Violation {
  readonly thread: string
  readonly role: string
  /** The role's claim, in one sentence. */
  readonly claim: string
  readonly message: string
  /** What sort of thing it is, for scenarios that tell several apart. */
  readonly kind?: string
}

/** An oops, as told by the thread in which it happened. */
export interface OopsReport {
  readonly thread: string
  readonly code: string
  readonly message: string
  /** What led to it, in order, as far as the event rings still knew. */
  readonly story: readonly string[]
}

/** Oopses of one code in one kind of operation. */
export interface OopsKind {
  readonly doing: string
  readonly code: string
  /** What the first one said. */
  readonly message: string
  readonly times: number
}

/** From a role. */
export interface RoleReport {
  readonly thread: string
  readonly role: string
  readonly operations: number
  /** What happened how often: both sides of each race should have. */
  readonly counts: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
  readonly oopses: number
  readonly oopsesByCode: Readonly<Record<string, number>>
  /** The first of each kind. */
  readonly oopsKinds: readonly OopsKind[]
  /** The first oops, in full. */
  readonly firstOops?: OopsReport
}
