/**
 * Two counters, as SRCU has them (McKenney 2006): readers are counted by whether they came in an even or in an odd epoch.
 *
 * The epoch moves on from e when the counter of the other parity is zero: those who came before e have left. They are
 * counted in two words for all threads, not in a word each: a move costs one load, however many threads there are, and a
 * section two additions to a word that all readers write.
 *
 * Why a reader looks again after counting itself. It may read the epoch, sleep, and come to the counter of that parity when the
 * epoch is three further: it is then among those of the present epoch's next but one move, and the epoch moves on twice under
 * it. (Linux lets it, and looks at both counters for each grace period; here one move looks at one.) If the epoch is still
 * the same after it was counted, the next move but one finds it: only whoever had looked before may move the epoch on once.
 *
 * After a death: `Thread.epoch` is odd while the thread is counted for that epoch. Who dies between the two, in `enter`
 * or in `leave`, stays counted for ever: nobody can tell on which side of its addition it died. Memory is then never given
 * back; nothing is given back too early.
 */
import { seatsAmong } from "../../bound"
import { Header } from "../../layout/header"
import { Address, Size } from "../../layout/record"
import { Thread } from "../../layout/thread"
import { add, compareExchange, load, peek, store, sub } from "../../words"

/** Where those are counted who came in an epoch of this parity. */
// @inline
function counterOf(epoch: i32): i32 {
  return Header.readers + ((epoch & 1) << 2)
}

// @inline
export function enter(thread: i32): void {
  while (true) {
    const epoch = load(Header.epoch)
    // ORDER: announce, then look at the epoch again, then dereference. Pairs with `tryAdvance`.
    //  - we come first: it finds us counted, one move later at the latest;
    //  - it comes first: the epoch is another, and we begin anew.
    add(counterOf(epoch), 1)
    if (load(Header.epoch) == epoch) return store(thread + Thread.epoch, (epoch << 1) | 1)
    sub(counterOf(epoch), 1)
  }
}

// @inline
export function leave(thread: i32): void {
  const epoch = peek(thread + Thread.epoch) >> 1
  // ORDER: publish "I have stopped looking". Pairs with `tryAdvance`.
  store(thread + Thread.epoch, 0)
  sub(counterOf(epoch), 1)
}

export function tryAdvance(): bool {
  // ORDER: check: the other half of `enter`; both outcomes are told there. Pairs with `enter` and `leave`.
  const epoch = load(Header.epoch)
  if (load(counterOf(epoch + 1)) != 0) return false
  // ORDER: claim: of those who looked for this epoch one advances it; the others find it done.
  compareExchange(Header.epoch, epoch, (epoch + 1) | 0)
  return true
}

/** Only who says so by its own word: somebody who is counted and has not said so yet is not found. */
export function laggard(epoch: i32): i32 {
  const base = peek(Header.threads)
  // ORDER: observe: only to name somebody in a warning.
  const used = seatsAmong(load(Header.threadsUsed))
  for (let i = 0; i < used; i++) {
    const thread = base + i * Size.Thread
    const announced = load(thread + Thread.epoch)
    if (announced != 0 && ((announced >> 1) & 1) != (epoch & 1)) return thread
  }
  return Address.None
}

export function endSection(seat: i32): void {
  // ORDER: publish "outside any section", in the name of who cannot.
  if (load(seat + Thread.epoch) != 0) leave(seat)
}

export function offline(_thread: i32): i32 {
  return 1
}
