/** What a driver says of one of its fence types: what it is, what must hold, and its code by the kind of thread that runs it. */
import type { Fence, LifetimeName, ModuleDefinition } from "@outlive/core"
import type { Random } from "@outlive/workers"
import type { Desk, Trouble } from "./desk.js"
import type { Words } from "./words.js"
import type { Hands } from "./device.js"

/**
 * Of a type whose code a patch changes: before it, or with it. Of one whose lock dangles: as merged in the kernel, or with borrowed
 * locks counted, as here.
 */
export const FORMS = ["merged", "patched", "counted"] as const
export type Form = (typeof FORMS)[number]

/** How a type's code is to be: the driver looks at nothing else to know under which lifetime it runs. */
export interface How {
  readonly lifetime: LifetimeName
  readonly form: Form
  /** A fault of the list F31 to F63, put into the code. */
  readonly fault: string | undefined
}

/** What a module is made with, in one thread. */
export interface Maker {
  readonly how: How
  /** Something does not hold. After an oops nothing is told any more. */
  tell(trouble: Trouble, message: string): void
  readonly random: Random
  /** The first of the heap's cells that are this type's. */
  readonly firstCell: number
  /** Somebody else has the processor for a moment: in the middle of an issuer's function. */
  preempt(): void
  /** The words of its type; none in the thread that only watches. */
  readonly words: Words
}

/**
 * How a sentence was seen to fail: the broken twin whose race tells it. Where the engine notices it before the driver can, or the
 * driver only waits in vain: the twin, and the outcome or way of its cell that shows it.
 */
export type Control = string | { readonly twin: string; readonly shownBy: string }

/** One fence type. */
export interface FenceType {
  readonly driver: string
  readonly name: string
  /** One line. */
  readonly about: string
  /** Sentences that the race asks about. */
  readonly mustHold: readonly string[]
  /** For each of these, how it was seen to fail: a check that has never failed proves nothing. */
  readonly controls?: Readonly<Record<string, Control>>
  /** Whether a patch to the driver changes its code: then it has two forms in heaps that detach. */
  readonly hasPatch?: boolean
  /** Its lock goes although its fences have let go of their ops: before the patch it is half free. Why. */
  readonly dangles?: string
  /** In which form it is raced, whatever is asked for. */
  readonly form?: Form
  /** Broken twins: by number, what is wrong. */
  readonly faults: Readonly<Record<string, string>>
  /** Faults that come out elsewhere than in an independent heap, with the driver's patch if it has one. */
  readonly faultsUnder?: Readonly<Record<string, { readonly lifetime: LifetimeName; readonly form: Form }>>
  /** Lifetimes under which there can be no such fences, and why. */
  readonly cannot?: Readonly<Partial<Record<string, string>>>
  /** Whether it is asked to enable signaling: then a race has to show that while it stops. */
  readonly isAsked?: boolean
  /** Whether processes may die in the middle of its code: whoever comes next finishes what they had begun, or does without. */
  readonly survives?: boolean
  /** Cells of the heap that its driver uses. */
  readonly cells: number
  /** The module that its fences' ops are in. */
  module(maker: Maker): ModuleDefinition
  /** Another driver's, beside it: whose fences are behind its own, or who waits for them. Its code loads it and takes it away. */
  peer?(maker: Maker): ModuleDefinition
  /** The hardware: called in a loop by a thread that knows registers and nothing else. True if something was done. */
  device(hands: Hands): boolean
  /** The driver's code, for one thread. */
  bind(desk: Desk): Driver
}

/** A driver's code as one thread runs it. */
export interface Driver {
  /** The module has been loaded: brings the hardware up. */
  probe(): void
  /** A file is opened in this thread. */
  open(): void
  /** Somebody with an open file gives it work: the fence of that, or undefined when there is no room. */
  issue(): Fence | undefined
  /** The file is closed. */
  close(): void
  /** An interrupt or a work, if there is one. True if something was done. */
  work(): boolean
  /** No file is open any more: everything is completed or ended, and stopped. */
  stop(): void
  /** The module went. */
  remove(): void
  /** Gives back what the driver itself keeps of its fences, where that would keep its module for ever. */
  dropOwn?(): void
  /** Judges a fence that somebody holds: what must hold of it. */
  judge?(fence: Fence): void
}

/** How this type's code is to be. */
export const howFor = ({ form }: FenceType, how: How): How => (form === undefined ? how : { ...how, form })

/** What people call it. */
export const titleOf = ({ driver, name }: FenceType): string => `${driver} ${name}`
