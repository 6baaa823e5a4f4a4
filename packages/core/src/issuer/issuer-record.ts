/** What an issuer keeps about something of its own that may go before its module does, in words that all threads see. */
import { Address, IssuerRecord as RecordWords, Kind, Record as PooledRecord } from "../../built/layout.js"
import { wholeNumber } from "../entrance/numbers.js"
import { optionsOf, text } from "../entrance/words.js"
import { checkName, readName, writeName } from "../name.js"
import type { Seat } from "../seat/seat.js"
import { addressOf, tokenWord } from "./token-word.js"
import { MADE, refuseMaking } from "../seat/made.js"
import { INSPECT, shown } from "../seat/shown.js"

/** How a record is made. */
export interface IssuerRecordOptions {
  /** What it is, for who comes after its end. Default "record". At most 56 bytes. */
  readonly name?: string
}

const LAST_WORD = RecordWords.Words - 1

/**
 * A record of an issuer's: a ring, a channel, a page of counters; twelve words, all zero at first. Nobody counts references
 * on it: whether anybody can still come when it is discarded (a grace period, a timer, a work) is the issuer's business,
 * and an unload discards nothing. Whoever uses it afterwards is told, in every flavour. Its token is one word.
 * @example
 * const ring = module.record({ name: "gfx 0" })
 * fence.user = ring.token
 * // in an op, in any thread:
 * thread.issuerRecord(fence.user).add(EMITTED, 1)
 */
export class IssuerRecord {
  /** Names this life of the record: may stand in `fence.user`, in another record, in a cell, in a message. Never 0. */
  readonly token: number
  readonly thread: Seat

  /** @internal Use `module.record` and `thread.issuerRecord`. */
  constructor(key: typeof MADE, seat: Seat, token: number) {
    if (key !== MADE) refuseMaking("an issuer's record", "module.record()")
    this.thread = seat
    this.token = token
  }

  /** @internal A line, for people. */
  [INSPECT](): string {
    return shown(this, this.token, this.thread)
  }

  /** What it is. @throws OopsError DEAD_RECORD */
  get name(): string {
    const name = readName(this.thread.words, addressOf(this.token) + RecordWords.name)
    // After the name: it was this record's if this still is the record.
    this.read(0)
    return name ?? ""
  }

  /** Whether it has not been discarded. Of a record that another may be discarding it can be late. */
  get isLive(): boolean {
    return this.thread.engine.isRecordLive(this.token) === 1
  }

  /** Word number 0 to 11: a signed number of 32 bits. @throws OopsError DEAD_RECORD; RangeError */
  read(index: number): number {
    return this.thread.engine.readRecord(this.token, wordIndex(index))
  }

  /** @throws OopsError DEAD_RECORD; RangeError */
  write(index: number, value: number): void {
    this.thread.engine.writeRecord(this.token, wordIndex(index), wordValue(value))
  }

  /**
   * Adds to a word; returns its value before. A negative number gives a count back: another may discard the record right after it.
   * @throws OopsError DEAD_RECORD; RangeError
   */
  add(index: number, value: number): number {
    return this.thread.engine.addToRecord(this.token, wordIndex(index), wordValue(value))
  }

  /** Replaces a word; returns what was there before. @throws OopsError DEAD_RECORD; RangeError */
  exchange(index: number, value: number): number {
    return this.thread.engine.exchangeRecord(this.token, wordIndex(index), wordValue(value))
  }

  /** Replaces a word that holds `expected`; returns what was there before, so equality means "done". @throws OopsError DEAD_RECORD; RangeError */
  compareExchange(index: number, expected: number, value: number): number {
    return this.thread.engine.compareExchangeRecord(this.token, wordIndex(index), wordValue(expected), wordValue(value))
  }

  /** Ends it, at once: its words are poisoned, its memory is the next one's. Waits for nobody. @throws OopsError DEAD_RECORD when that has been done */
  discard(): void {
    const { engine, record } = this.thread
    engine.discardRecord(record, this.token)
  }
}

/** Makes a record for the module that was loaded under this number. @throws HeapError FULL; RangeError, TypeError */
export function createIssuerRecord(seat: Seat, loadId: number, options: IssuerRecordOptions = {}): IssuerRecord {
  const { name = "record" } = optionsOf("a record", options)
  checkName(text("the name of a record", name))
  const { record, words } = seat
  const token = seat.make("records", () => seat.engine.createRecord(record, loadId))
  writeName(words, addressOf(token) + RecordWords.name, name)
  return new IssuerRecord(MADE, seat, token)
}

/** The record that a token names. @throws RangeError for a word that never was a token; OopsError DEAD_RECORD when it has been discarded */
export function openIssuerRecord(seat: Seat, token: number): IssuerRecord {
  const opened = new IssuerRecord(MADE, seat, tokenWord(seat, Kind.IssuerRecord, "an issuer's record", token))
  opened.read(0)
  if (seat.engine.isWork(addressOf(token)) === 0) return opened
  // Discarded meanwhile, and the memory is a work's by now: that is an oops, and no wrong token.
  opened.read(0)
  throw new RangeError("Cannot open an issuer's record: the token is a work's (`thread.work`)")
}

/** What is still known of a record that has gone, for the oops: its name, until its memory is taken by another. */
export function deadRecordName(words: Int32Array, token: number): string | undefined {
  const address = addressOf(token)
  const after = ((words[(address + PooledRecord.generation) >> 2] ?? 0) - token) & Address.TagMask
  return after <= 1 ? readName(words, address + RecordWords.name) : undefined
}

const wordIndex = (index: number) => wholeNumber("the number of a word", index, 0, LAST_WORD)
const wordValue = (value: number) => wholeNumber("a word", value, -0x8000_0000, 0x7fff_ffff)
