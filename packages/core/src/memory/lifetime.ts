/** Other lifetimes than the one that was merged: a program has them if it imports them (`src/entries/parts.ts`). */
import { Lifetime } from "../../built/layout.js"
import { lacking } from "../host/families.js"
import type { LifetimeName, LifetimeSwitches, lifetimeBits, lifetimeName, switchesOf } from "./lifetimes.js"

interface Lifetimes {
  readonly lifetimeBits: typeof lifetimeBits
  readonly lifetimeName: typeof lifetimeName
  readonly switchesOf: typeof switchesOf
}

let lifetimes: Lifetimes | undefined

export function provideLifetimes(provided: Lifetimes): void {
  lifetimes = provided
}

/** What the word of a heap's header says that is made with this option. @throws TypeError for what is none; HeapError NOT_IMPORTED */
export function lifetimeWord(given: LifetimeName | LifetimeSwitches = "independent"): number {
  return given === "independent" ? Lifetime.Independent : here().lifetimeBits(given)
}

/** Its name. A program without other lifetimes opens no heap that has one. */
export function lifetimeOf(word: number): LifetimeName | "custom" {
  return lifetimes?.lifetimeName(word) ?? "independent"
}

/** The same in switches. @throws HeapError NOT_IMPORTED */
export function switchesIn(word: number): LifetimeSwitches {
  return here().switchesOf(word)
}

function here(): Lifetimes {
  return lifetimes ?? lacking("all")
}
