/** What AssemblyScript has and TypeScript has not: for `tsc` and editors only; `asc` never reads this file. */
type i32 = number
type bool = boolean

/** 1 when compiled to WebAssembly, 0 when compiled to JavaScript. */
declare const ASC_TARGET: number
/** Whether this is the checked flavour. */
declare const CHECKED: boolean
/** Whether each event of the trace has its time, and locks, sections and waits are events too: a checked build that is made on demand. */
declare const TRACED: boolean
/** What this build has: one of `Families` (layout/header.ts). */
declare const FAMILIES: number

/** The shared memory, in the JavaScript build. */
declare const $words: Int32Array
/** `Atomics.pause` where it exists. */
declare const $relax: () => void

declare namespace i32 {
  function load(address: number): number
  function store(address: number, value: number): void
}
declare namespace memory {
  function size(): number
}
declare namespace atomic {
  function load<T>(address: number): number
  function store<T>(address: number, value: number): void
  function add<T>(address: number, value: number): number
  function sub<T>(address: number, value: number): number
  function or<T>(address: number, value: number): number
  function xchg<T>(address: number, value: number): number
  function cmpxchg<T>(address: number, expected: number, replacement: number): number
  function notify(address: number, count: number): number
}
