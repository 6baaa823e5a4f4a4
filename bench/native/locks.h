// The engine's locks once more, in C: the same steps on the same words, every atomic sequentially consistent.
// What is not taken here, but has to be tested for, is tested for: a dead lock, a word that is no lock, room for one more.
// Sleeping is the kernel's futex; in JavaScript it is `Atomics.wait`, whose queue is the engine's own.
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef uint32_t u32;
typedef _Atomic u32 word;

enum { MOST_THREADS = 64, SPINS = 2000, LONGEST_PAUSE = 64, LONGEST_PARK_MS = 100, EVERYONE = 0x7fffffff };
// As the engine has them: where a thread's words lie in its record, how large that is, and how far cells are apart.
enum { STATE = 4, ID = 16, SLEPT_ON = 56, WANTED = 256, RECORD = 384, APART = 128 };
enum { LOCK_KIND = 64, ROUNDS = 68, THREADS = 1024, CELLS = THREADS + RECORD * MOST_THREADS, MEMORY = CELLS + 3 * APART };
enum { SPIN, MUTEX };
static const u32 FREE = 0, PARKED = 0x10000, OWNER = 0xfffcffff, MARK = 0xa0000000, SEAT = 0xffff, POISON = 0xdeadbeef;

// Addresses are offsets into it, as in the engine.
static _Alignas(APART) unsigned char memory[MEMORY];
#define AT(address) ((word *)(memory + (address)))

static inline u32 load(u32 at) { return atomic_load(AT(at)); }
static inline u32 add(u32 at, u32 value) { return atomic_fetch_add(AT(at), value); }
static inline u32 exchange(u32 at, u32 value) { return atomic_exchange(AT(at), value); }
static inline void store(u32 at, u32 value) { atomic_store(AT(at), value); }
static inline u32 compare_exchange(u32 at, u32 expected, u32 replacement) {
  atomic_compare_exchange_strong(AT(at), &expected, replacement);
  return expected;
}
static inline u32 peek(u32 at) { return atomic_load_explicit(AT(at), memory_order_relaxed); }
static inline void poke(u32 at, u32 value) { atomic_store_explicit(AT(at), value, memory_order_relaxed); }

// A turn of a loop, and no more: WebAssembly has no other way to pause.
static inline void relax(void) { __asm__ __volatile__(""); }
static inline void stand_aside(u32 rounds) {
  for (u32 i = 0; i < rounds; i++) relax();
}
static void oops(void) { abort(); }
static void park(u32 at, u32 seen) {
  const struct timespec longest = {0, LONGEST_PARK_MS * 1000000L};
  syscall(SYS_futex, AT(at), FUTEX_WAIT_PRIVATE, seen, &longest, NULL, 0);
}
static void wake(u32 at, u32 count) { syscall(SYS_futex, AT(at), FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0); }

// The word holds its owner's token (owner-word.ts, word.ts).

static inline void assert_lockable(u32 lock, u32 me) {
  const u32 seen = load(lock);
  if (seen == POISON || (seen & OWNER) == me) oops();
}
static inline void assert_token(u32 seen) {
  if ((seen & 0xf0000000) != MARK || (seen & SEAT) == 0) oops();
}
static inline void owner_release(u32 thread, u32 lock) {
  (void)thread;
  if (exchange(lock, FREE) & PARKED) wake(lock, 1);
}
static void lock_parked(u32 thread, u32 lock, u32 me) {
  poke(thread + SLEPT_ON, lock);
  for (u32 before = FREE;;) {
    const u32 seen = compare_exchange(lock, FREE, me | PARKED);
    if (seen == FREE) return;
    if (seen == POISON) oops();
    assert_token(seen);
    if (seen == before && load(THREADS + ((seen & SEAT) - 1) * RECORD + STATE) != (seen & OWNER)) oops();
    if ((seen & PARKED) != 0 || compare_exchange(lock, seen, seen | PARKED) == seen) park(lock, seen | PARKED);
    before = seen | PARKED;
  }
}
static void lock_spinning(u32 thread, u32 lock, u32 me) {
  u32 pause = 1;
  for (u32 left = peek(ROUNDS); left > 0; left--) {
    stand_aside(pause);
    if (pause < LONGEST_PAUSE) pause <<= 1;
    if (load(lock) == FREE && compare_exchange(lock, FREE, me) == FREE) return;
  }
  lock_parked(thread, lock, me);
}
// spin-or-sleep.ts: both of its ways.
static void owner_acquire(u32 thread, u32 lock) {
  const u32 me = peek(thread + ID);
  if (compare_exchange(lock, FREE, me) == FREE) return;
  assert_lockable(lock, me);
  if (peek(LOCK_KIND) == SPIN) lock_spinning(thread, lock, me);
  else lock_parked(thread, lock, me);
}

// What waits without sleeping looks at the holder once in so many rounds (spinning.ts).
static inline void assert_waitable(u32 seen, u32 round) {
  if (seen == POISON) oops();
  if ((round & 0xfffff) == 0 && seen != FREE) assert_token(seen);
}
static void tas_acquire(u32 thread, u32 lock) {
  const u32 me = peek(thread + ID);
  if (compare_exchange(lock, FREE, me) == FREE) return;
  assert_lockable(lock, me);
  for (u32 round = 1;; round++) {
    const u32 seen = compare_exchange(lock, FREE, me);
    if (seen == FREE) return;
    assert_waitable(seen, round);
    relax();
  }
}
static void ttas_acquire(u32 thread, u32 lock) {
  const u32 me = peek(thread + ID);
  if (compare_exchange(lock, FREE, me) == FREE) return;
  assert_lockable(lock, me);
  for (u32 round = 1;; round++) {
    const u32 seen = load(lock);
    if (seen == FREE && compare_exchange(lock, FREE, me) == FREE) return;
    assert_waitable(seen, round);
    relax();
  }
}

// Which locks a thread has (held.ts).

enum { HELD = WANTED + 8, HELD_END = WANTED + 64 };
static u32 slot_with(u32 thread, u32 value) {
  for (u32 slot = thread + HELD; slot < thread + HELD_END; slot += 4)
    if (peek(slot) == value) return slot;
  return 0;
}
static inline void assert_room(u32 thread) {
  if (peek(thread + HELD) != 0 && slot_with(thread, 0) == 0) oops();
}
static inline void note_held(u32 thread, u32 lock) {
  if (peek(thread + HELD) == 0) poke(thread + HELD, lock);
  else poke(slot_with(thread, 0), lock);
}
static inline void forget_held(u32 thread, u32 lock) {
  if (peek(thread + HELD) == lock) poke(thread + HELD, 0);
  else poke(slot_with(thread, lock), 0);
}

// ticket.ts

static const u32 ONE_DRAWN = 0x40000, ONE_SERVED = 0x10, NUMBER = 0x3fff, SERVED = 0x3fff0, NOT_DRAWN = 0x3ffff, ZERO = 0xe;
static const u32 SLEEPER = 1, FOR_EACH = 16;

static inline u32 served(u32 seen) { return seen >> 4 & NUMBER; }
static inline bool ticket_try(u32 thread, u32 lock) {
  const u32 seen = load(lock);
  if (((seen >> 18) - (seen >> 4) & NUMBER) != 0 || (seen & ZERO) != 0) return false;
  assert_room(thread);
  poke(thread + WANTED, lock);
  const bool is_ours = compare_exchange(lock, seen, seen + ONE_DRAWN) == seen;
  if (is_ours) note_held(thread, lock);
  poke(thread + WANTED, 0);
  return is_ours;
}
static void ticket_wait(u32 thread, u32 lock) {
  if ((load(lock) & ZERO) != 0 || slot_with(thread, lock) != 0) oops();
  assert_room(thread);
  poke(thread + WANTED, lock);
  u32 seen = add(lock, ONE_DRAWN);
  const u32 mine = seen >> 18;
  for (int32_t left = peek(ROUNDS);;) {
    if ((seen & ZERO) != 0) oops();
    const u32 ahead = mine - served(seen) & NUMBER;
    if (ahead == 0) break;
    if (left > 0) {
      left -= ahead;
      stand_aside(ahead * FOR_EACH);
    } else if ((seen & SLEEPER) != 0 || compare_exchange(lock, seen, seen | SLEEPER) == seen) park(lock, seen | SLEEPER);
    seen = load(lock);
  }
  note_held(thread, lock);
  poke(thread + WANTED, 0);
}
static void ticket_acquire(u32 thread, u32 lock) {
  if (!ticket_try(thread, lock)) ticket_wait(thread, lock);
}
static void ticket_release(u32 thread, u32 lock) {
  poke(thread + WANTED, lock);
  forget_held(thread, lock);
  for (;;) {
    const u32 seen = load(lock), next = ((seen & SERVED) + ONE_SERVED) & SERVED;
    if (compare_exchange(lock, seen, (seen & ~NOT_DRAWN) | next) != seen) continue;
    poke(thread + WANTED, 0);
    if (seen & SLEEPER) wake(lock, EVERYONE);
    return;
  }
}

// mcs.ts: a node is three words of the thread's record, of which there are five.

enum { NODE = WANTED + 4, NEXT = 4, TURN = 8, NODE_BYTES = 12 };
enum { HAS_IT, WAITS, SLEEPS };
static u32 node_with(u32 thread, u32 lock) {
  for (u32 node = thread + NODE; node < thread + HELD_END; node += NODE_BYTES)
    if (peek(node) == lock) return node;
  return 0;
}
static inline u32 take_node(u32 thread, u32 lock) {
  const u32 node = peek(thread + NODE) == 0 ? thread + NODE : node_with(thread, 0);
  if (node == 0) oops();
  poke(node, lock);
  poke(node + NEXT, 0);
  poke(node + TURN, WAITS);
  return node;
}
static inline bool is_node(u32 at) { return at - THREADS < MOST_THREADS * RECORD && (at & 3) == 0; }
static u32 join(u32 lock, u32 node) {
  u32 seen = load(lock);
  while (seen == FREE || is_node(seen)) {
    const u32 found = compare_exchange(lock, seen, node);
    if (found == seen) return seen;
    seen = found;
  }
  return seen;
}
static void await_turn(u32 node) {
  u32 pause = 1;
  for (u32 left = peek(ROUNDS);;) {
    const u32 state = load(node + TURN);
    if (state == HAS_IT) return;
    if (state == POISON) oops();
    if (left > 0) {
      left--;
      stand_aside(pause);
      if (pause < LONGEST_PAUSE) pause <<= 1;
    } else if (state == SLEEPS || compare_exchange(node + TURN, WAITS, SLEEPS) == WAITS) park(node + TURN, SLEEPS);
  }
}
static void mcs_wait(u32 thread, u32 lock, u32 node) {
  poke(node, 0);
  const u32 seen = load(lock);
  if ((seen != FREE && !is_node(seen)) || node_with(thread, lock) != 0) oops();
  poke(thread + WANTED, lock);
  poke(node, lock);
  const u32 previous = join(lock, node);
  if (previous == FREE) poke(node + TURN, HAS_IT);
  else {
    if (!is_node(previous)) oops();
    store(previous + NEXT, node);
    await_turn(node);
  }
  poke(thread + WANTED, 0);
}
static void mcs_acquire(u32 thread, u32 lock) {
  const u32 node = take_node(thread, lock);
  if (compare_exchange(lock, FREE, node) == FREE) poke(node + TURN, HAS_IT);
  else mcs_wait(thread, lock, node);
}
static void mcs_release(u32 thread, u32 lock) {
  const u32 node = peek(thread + NODE) == lock ? thread + NODE : node_with(thread, lock);
  if (node == 0) return;
  poke(node + TURN, WAITS);
  u32 next = load(node + NEXT);
  if (next == 0) {
    if (compare_exchange(lock, node, FREE) == node) return poke(node, 0);
    while ((next = load(node + NEXT)) == 0) relax();
  }
  if (exchange(next + TURN, HAS_IT) == SLEEPS) wake(next + TURN, 1);
  poke(node, 0);
}
