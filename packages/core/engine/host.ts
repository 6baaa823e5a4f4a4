/** What the engine may ask of its host. In WebAssembly these are imports; in JavaScript, the factory's `host`. */

/** Calls function number `op` of a module, as linked in this thread, on a fence. */
export declare function call(op: i32, fence: i32): i32
/** Reports a broken invariant, and throws: nothing after it runs. */
export declare function oops(code: i32, a: i32, b: i32, c: i32): void
/** Reports something wrong and survivable. */
export declare function warn(code: i32, a: i32, b: i32): void
/**
 * Sleeps while the word at `address` holds `value`, until woken, for at most so long. May return early. `holder` is the token
 * of whoever is waited for, or 0 where that is not known, or the caller goes on without: for the host to tell those who
 * would wait for themselves.
 */
export declare function park(address: i32, value: i32, atMostMs: i32, holder: i32): void
/** Writes where in the program this happens, as a name, to an address. */
export declare function place(thread: i32, address: i32): void
/** Writes the time into `nowLo` and `nowHi` of a thread record. */
export declare function now(thread: i32): void
/** Calls `endTurn` when this turn of the event loop is over: for work that was put off, and for schemes that care whether a thread is idle. */
export declare function turn(thread: i32): void
/** Sleeps a little: a grace period is waiting for readers, for the `round`th time. The host tells who holds it up. */
export declare function stall(thread: i32, round: i32): void
