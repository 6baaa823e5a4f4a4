/**
 * A queue that the driver switches on and off, and the hardware in its own time: a register for what is asked for, another for what
 * was done. What is asked for has a number, and the hardware says which one it has done. So what it does late, of something that was
 * asked for before, is not taken for the answer.
 */
import type { Hands } from "./device.js"
import type { Words } from "./words.js"

/** The two registers of a queue. */
export interface RunSwitch {
  readonly asked: number
  readonly done: number
}

const ON = 1
/** What lies between one number and the next. */
const NEXT = 2

export const switchOn = (words: Words, { asked }: RunSwitch): void => ask(words, asked, ON)
export const switchOff = (words: Words, { asked }: RunSwitch): void => ask(words, asked, 0)

/** Nothing is asked for twice. */
function ask(words: Words, at: number, state: number): void {
  for (;;) {
    const before = words.load(at)
    if ((before & ON) === state) return
    if (words.claim(at, before, ((before & ~ON) + NEXT) | state)) return
  }
}

/** Whether the last that was asked for is that the queue runs. */
export const isSwitchedOn = (words: Words, { asked }: RunSwitch): boolean => (words.load(asked) & ON) !== 0

/** Whether the queue has stopped, and does not go on before somebody switches it on. */
export function isStopped(words: Words, { asked, done }: RunSwitch): boolean {
  const wanted = words.load(asked)
  return (wanted & ON) === 0 && words.load(done) === wanted
}

/** The hardware: true if something was done. */
export function obey({ registers, random }: Hands, { asked, done }: RunSwitch): boolean {
  const wanted = registers.load(asked)
  if (registers.load(done) === wanted || random.oneIn(3)) return false
  registers.store(done, wanted)
  return true
}
