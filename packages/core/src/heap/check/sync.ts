/** The primitives for synchronization: words with an owner, counts, and the maps of those that wait. */
import { ObjectType, Size, SyncObject, SyncWord, Thread } from "../../../built/layout.js"
import { checkLockWord, isTaken } from "./lock-words.js"
import { hex } from "./problem.js"
import type { Survey } from "./survey.js"

const PER_WORD = 32

export function checkSync(survey: Survey, object: number, type: number, name: string): void {
  checkWord(survey, object, type, name)
  const hasReaders = type === ObjectType.RwLock
  for (const map of [SyncObject.sleepers, SyncObject.promises, ...(hasReaders ? [SyncObject.readers] : [])])
    checkMap(survey, object + map, `${name} ${map === SyncObject.readers ? "readers" : "waiters"}`)
}

function checkWord(survey: Survey, object: number, type: number, name: string): void {
  const word = survey.word(object + SyncObject.word)
  const report = (message: string) => survey.report("object", object + SyncObject.word, `${name} word`, message)
  if (type <= ObjectType.Once) {
    const isOver = word === SyncWord.Died || (type === ObjectType.Once && word === SyncWord.Done)
    if (!isOver) checkLockWord(survey, object + SyncObject.word, `${name} word`, type === ObjectType.RwLock)
    return
  }
  const limit = survey.word(object + SyncObject.limit)
  if (type === ObjectType.Semaphore && (word < 0 || word >> 1 > limit))
    report(`It counts ${word >> 1} permits, of at most ${limit}`)
  if ((type === ObjectType.Barrier || type === ObjectType.Latch) && word < 0)
    report(`It is ${hex(word)}: a count is never negative`)
}

/** Who waits, or reads, sits in a seat. */
export function checkMap(survey: Survey, map: number, where: string): void {
  for (let index = 0; index < SyncObject.MostSeats / PER_WORD; index++) {
    const bits = survey.word(map + 4 * index)
    for (let bit = 0; bit < PER_WORD; bit++) {
      if (((bits >>> bit) & 1) === 0) continue
      const seat = index * PER_WORD + bit
      const state = survey.map.threads + seat * Size.Thread + Thread.state
      if (seat >= survey.map.threadCapacity || !isTaken(survey.word(state), seat))
        survey.report("object", map + 4 * index, where, `Seat ${seat + 1} is there, where nobody sits`)
    }
  }
}
