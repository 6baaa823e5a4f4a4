/**
 * One shared word: the only file that names an atomic.
 *
 * An address is a byte offset into the one shared memory. `ASC_TARGET` is a compile-time constant:
 * the branch for the other target is not compiled. Every atomic here is sequentially consistent.
 */

/** Reads a word that other threads may be writing. */
// @inline
export function load(address: i32): i32 {
  if (ASC_TARGET) return atomic.load<i32>(address)
  else return Atomics.load($words, address >> 2)
}

/** Writes a word that other threads may be reading. */
// @inline
export function store(address: i32, value: i32): void {
  if (ASC_TARGET) atomic.store<i32>(address, value)
  else Atomics.store($words, address >> 2, value)
}

/** Adds, and returns what was there before. */
// @inline
export function add(address: i32, value: i32): i32 {
  if (ASC_TARGET) return atomic.add<i32>(address, value)
  else return Atomics.add($words, address >> 2, value)
}

/** Subtracts, and returns what was there before. */
// @inline
export function sub(address: i32, value: i32): i32 {
  if (ASC_TARGET) return atomic.sub<i32>(address, value)
  else return Atomics.sub($words, address >> 2, value)
}

/** Sets bits, and returns what was there before. */
// @inline
export function or(address: i32, bits: i32): i32 {
  if (ASC_TARGET) return atomic.or<i32>(address, bits)
  else return Atomics.or($words, address >> 2, bits)
}

/** Replaces a word, and returns what was there before. */
// @inline
export function exchange(address: i32, value: i32): i32 {
  if (ASC_TARGET) return atomic.xchg<i32>(address, value)
  else return Atomics.exchange($words, address >> 2, value)
}

/** Replaces a word if it holds `expected`; returns what was there before, so equality means "done". */
// @inline
export function compareExchange(address: i32, expected: i32, replacement: i32): i32 {
  if (ASC_TARGET) return atomic.cmpxchg<i32>(address, expected, replacement)
  else return Atomics.compareExchange($words, address >> 2, expected, replacement)
}

/** Wakes up to `count` threads parked on a word. Costs 20-30 ns: call it only when a waiter said so on the word. */
// @inline
export function wake(address: i32, count: i32): i32 {
  if (ASC_TARGET) return atomic.notify(address, count)
  else return Atomics.notify($words, address >> 2, count)
}

/** Reads a word that no thread can be writing now, or whose value is only a hint. */
// @inline
export function peek(address: i32): i32 {
  if (ASC_TARGET) return i32.load(address)
  else return $words[address >> 2]!
}

/** Writes a word that no thread can be reading now. */
// @inline
export function poke(address: i32, value: i32): void {
  if (ASC_TARGET) i32.store(address, value)
  else $words[address >> 2] = value
}

/** How large the memory is: what lies beyond it can be no record, whatever its header says. */
export function memoryBytes(): i32 {
  if (ASC_TARGET) return memory.size() << 16
  else return $words.length << 2
}

/** Says that this thread is spinning: nothing in WebAssembly, `Atomics.pause` where it exists, a hint for an explorer. */
// @inline
export function relax(): void {
  if (ASC_TARGET) return
  else $relax()
}
