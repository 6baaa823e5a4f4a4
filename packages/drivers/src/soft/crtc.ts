/**
 * drm_crtc: the out-fences of a display. Name and lock are in the display, which can be unplugged while its driver stays: so it
 * is the display that has to wait for readers of its name before it goes, not the module.
 */
import { type Fence, type Timeline, defineModule } from "@outlive/core"
import { isGone, isLeft } from "../departed.js"
import { DriverCode } from "../driver-code.js"
import type { Hands } from "../device.js"
import type { FenceType } from "../fence-type.js"
import { numbers } from "../numbers.js"

/** Plain memory. */
const IS_UP = 0
const LAST_SEQNO = 1
/** By display: where it stands, whose it is, its record, which one it is, the vertical blanks; who is about to use it. */
const FIRST_DISPLAY = 8
const WORDS_PER_DISPLAY = 32
const STATE = 0
const OWNER = 1
const RECORD = 2
const LIFE = 3
const VBLANKS = 4
const INTERRUPT = 5
const FIRST_COMMITTER = 16
const COMMITTERS = 16
/** By entry: a state (the record of whoever fills it meanwhile), and the vertical blank that it waits for. */
const FIRST_ENTRY = 8
const ENTRIES = 4
const DISPLAYS = 2
/** What users know of the last fences: the display, the vertical blank; none for one that went with its display. */
const FIRST_SHOWN = 128
const FIRST_BLANK = 192
const REMEMBERED = 64

const State = { absent: 0, coming: 1, there: 2, going: 3 } as const
const Entry = { free: 0, armed: 1, taken: 2 } as const

/** A display is unplugged one in so many looks. */
const UNPLUGGED_ONE_IN = 30

const UNDUE = "A fence is signaled only when its vertical blank has come, or its display went."
const NAME_GONE = "A name is read of a display that is there."

const at = (display: number, word: number) => FIRST_DISPLAY + WORDS_PER_DISPLAY * display + word
const stateOf = (display: number, entry: number) => at(display, FIRST_ENTRY + 2 * entry)
const committers = (display: number) => numbers(COMMITTERS).map((n) => at(display, FIRST_COMMITTER + n))
const blankOf = (display: number, entry: number) => stateOf(display, entry) + 1

export const crtc: FenceType = {
  driver: "soft",
  name: "crtc",
  about: "out-fences of displays that go before their module: name and lock in the display, no enable, no release",
  mustHold: [UNDUE, NAME_GONE],
  // A display that went is told by the engine, to whoever asks it for its name.
  controls: { [UNDUE]: "undue", [NAME_GONE]: { twin: "F56", shownBy: "freed crtc" } },
  hasPatch: true,
  dangles: "the lock is in the display, which goes before the module",
  isAsked: true,
  survives: true,
  faults: {
    F55: "the lock dangles on a detached fence: whoever waits for a signaled one takes it",
    F56: "the display goes without a grace period of its own: only its module waits for readers",
    undue: "the pending flips of a display are completed at any interrupt",
  },
  faultsUnder: { F55: { lifetime: "independent", form: "merged" } },
  cannot: { layered: "no job: a display has no queue, only the next vertical blank" },
  cells: DISPLAYS * ENTRIES,
  module: () => defineModule({ name: "soft crtc", driverName: "a kms driver" }),
  device({ registers, random }: Hands) {
    for (const display of numbers(DISPLAYS)) {
      if (random.oneIn(3)) continue
      registers.add(at(display, VBLANKS), 1)
      registers.store(at(display, INTERRUPT), 1)
    }
    return false
  },
  bind: (desk) => new Crtc(desk),
}

class Crtc extends DriverCode {
  /** Of the displays that this thread has brought up. */
  readonly #timelines = new Map<number, Timeline>()

  override probe(): void {
    this.desk.load()
    this.desk.words.store(IS_UP, 1)
  }

  /** A commit: its out-fence is armed for the next vertical blank. */
  issue(): Fence | undefined {
    const { words, random } = this.desk
    const display = random.below(DISPLAYS)
    const place = committers(display).find((word) => words.claim(word, 0, this.thread.record))
    if (place === undefined) return undefined
    try {
      return words.load(at(display, STATE)) === State.there ? this.#commit(display) : undefined
    } finally {
      words.store(place, 0)
    }
  }

  /** Whether somebody is about to use a display; who died at it is not. */
  #isCommitting(display: number): boolean {
    const inside = committers(display).map((word) => this.desk.words.load(word))
    return inside.some((record) => record !== 0 && !isGone(this.thread, record))
  }

  /** What one who died was filling: once the fence is in, it is armed. */
  #finish(display: number, entry: number): void {
    const { words } = this.desk
    const place = stateOf(display, entry)
    const state = words.load(place)
    if (!isLeft(this.thread, state) || !words.claim(place, state, this.thread.record)) return
    words.store(place, this.desk.isEmptyAt(this.#cellOf(display, entry)) ? Entry.free : Entry.armed)
  }

  #commit(display: number): Fence | undefined {
    const { words } = this.desk
    const entry = numbers(ENTRIES).find((n) => words.claim(stateOf(display, n), Entry.free, this.thread.record))
    if (entry === undefined) return undefined
    using timeline = this.desk.load().timeline(this.#nameOf(display))
    const seqno = words.add(LAST_SEQNO, 1) + 1
    const fence = timeline.fence(BigInt(seqno))
    fence.user = words.load(at(display, RECORD))
    const blank = words.load(at(display, VBLANKS)) + 1
    words.store(FIRST_SHOWN + (seqno % REMEMBERED), display)
    words.store(FIRST_BLANK + (seqno % REMEMBERED), blank)
    words.store(blankOf(display, entry), blank)
    this.thread.replaceAt(this.#cellOf(display, entry), fence.addRef())
    words.store(stateOf(display, entry), Entry.armed)
    return fence
  }

  override work(): boolean {
    const { words, random } = this.desk
    let isBusy = false
    for (const display of numbers(DISPLAYS)) {
      const isUp = words.load(IS_UP) === 1
      if (words.exchange(at(display, INTERRUPT), 0) === 1) {
        const isAny = this.desk.hasFault("undue")
        this.#complete(
          display,
          (entry) => isAny || words.load(blankOf(display, entry)) <= words.load(at(display, VBLANKS)),
        )
        isBusy = true
      }
      if (isUp && !this.#timelines.has(display)) this.#plug(display)
      else if (this.#timelines.has(display) && (!isUp || random.oneIn(UNPLUGGED_ONE_IN))) this.#unplug(display)
    }
    return isBusy
  }

  /** Completes flips that are armed. Whoever claims an entry has it. */
  #complete(display: number, isMeant: (entry: number) => boolean, before?: (seqno: number) => void): void {
    const { words } = this.desk
    for (const entry of numbers(ENTRIES)) {
      this.#finish(display, entry)
      if (words.load(stateOf(display, entry)) !== Entry.armed || !isMeant(entry)) continue
      if (!words.claim(stateOf(display, entry), Entry.armed, Entry.taken)) continue
      const fence = this.thread.replaceAt(this.#cellOf(display, entry), undefined)
      if (fence) {
        before?.(Number(fence.seqno))
        this.desk.attempt("signals a fence", () => fence.signal())
        this.desk.attempt("drops a fence", () => fence.drop())
      }
      words.store(stateOf(display, entry), Entry.free)
    }
  }

  #plug(display: number): void {
    const { words, stage } = this.desk
    if (!words.claim(at(display, STATE), State.absent, State.coming)) return
    // Whoever stops the driver looks at the states after this word: it waits for us, or we see it.
    if (words.load(IS_UP) !== 1) return words.store(at(display, STATE), State.absent)
    words.store(at(display, OWNER), stage.index)
    words.add(at(display, LIFE), 1)
    const module = this.desk.load()
    words.store(at(display, RECORD), module.record({ name: "crtc" }).token)
    const lock = this.desk.how.form === "patched" ? "inline" : "external"
    this.#timelines.set(display, module.timeline(this.#nameOf(display), { lock }))
    words.store(at(display, STATE), State.there)
  }

  /** Nobody commits any more; what is pending is completed; then, when nobody reads its name any more, the display goes. */
  #unplug(display: number): void {
    const { words } = this.desk
    words.store(at(display, STATE), State.going)
    this.desk.waitFor("a commit does not end", () => !this.#isCommitting(display))
    this.#complete(
      display,
      () => true,
      (seqno) => words.store(FIRST_BLANK + (seqno % REMEMBERED), 0),
    )
    const isIdle = () => numbers(ENTRIES).every((entry) => words.load(stateOf(display, entry)) === Entry.free)
    this.desk.waitFor("a flip is not completed", isIdle)
    this.desk.attempt("closes a display", () => this.#timelines.get(display)!.close())
    this.#timelines.delete(display)
    if (this.desk.switches.unload === "grace" && !this.desk.hasFault("F56")) this.thread.synchronize()
    this.thread.issuerRecord(words.load(at(display, RECORD))).discard()
    words.store(at(display, STATE), State.absent)
  }

  override stop(): void {
    const { words } = this.desk
    words.store(IS_UP, 0)
    const areGone = () => numbers(DISPLAYS).every((display) => words.load(at(display, STATE)) === State.absent)
    this.desk.waitFor("a display does not go", areGone)
  }

  judge(fence: Fence): void {
    this.#readName(fence)
    this.#readNewest()
    const { words } = this.desk
    const seqno = Number(fence.seqno)
    if (!fence.hasSignaled()) return
    const blank = words.load(FIRST_BLANK + (seqno % REMEMBERED))
    const reached = words.load(at(words.load(FIRST_SHOWN + (seqno % REMEMBERED)), VBLANKS))
    const isRemembered = words.load(LAST_SEQNO) - seqno < REMEMBERED / 2
    if (isRemembered && reached < blank) this.desk.tell("wrong", UNDUE)
  }

  /** What is pending is what races with an end. */
  #readNewest(): void {
    const { random, stage } = this.desk
    const found = this.thread.openAt(random.below(stage.settings.slots))
    if (found && this.desk.isOf(found)) this.#readName(found)
    this.desk.attempt("drops a fence", () => found?.drop())
  }

  /** As the kernel names it: by its ops, if it may still be asked for a name, through the display. */
  #readName(fence: Fence): void {
    const { board, stage, switches, words } = this.desk
    const { names } = switches
    this.desk.attempt("reads a name", () =>
      this.thread.read(() => {
        if (fence.isDetached || (names === "pending" && fence.hasSignaled())) return
        const token = fence.user
        stage.dawdle()
        const display = words.load(FIRST_SHOWN + (Number(fence.seqno) % REMEMBERED))
        if (words.load(at(display, STATE)) !== State.there) board.note("asked while it stops")
        void this.thread.issuerRecord(token).name
      }),
    )
  }

  #nameOf(display: number): string {
    return `CRTC:${display}, number ${this.desk.words.load(at(display, LIFE))}`
  }

  #cellOf(display: number, entry: number): number {
    return this.desk.firstCell + ENTRIES * display + entry
  }
}
