/** Free records: each is in one place, in the depot of its pool or in one thread's magazines. */
import {
  Cache,
  Callback,
  Fence,
  Header,
  IssuerRecord,
  Kind,
  Pool,
  Poison,
  Record as RecordWords,
  Size,
  Thread,
} from "../../../built/layout.js"
import { isFree } from "./lock-words.js"
import { hex } from "./problem.js"
import { Place, type PoolSurvey, type Survey } from "./survey.js"

/** Notes where every free record is. Comes first: everything else asks what is live. */
export function findFree(survey: Survey): void {
  for (const pool of survey.pools) findInDepot(survey, pool)
  for (let i = 0; i < survey.map.threadCapacity; i++) {
    const seat = survey.map.threads + i * Size.Thread
    findInCache(survey, Kind.Fence, seat, seat + Thread.fenceCache, `seat ${i + 1} fence cache`)
    findInCache(survey, Kind.Callback, seat, seat + Thread.callbackCache, `seat ${i + 1} callback cache`)
  }
}

function findInDepot(survey: Survey, pool: PoolSurvey): void {
  const words = Header.pools + pool.kind * Pool.Bytes
  const where = `depot ${pool.kind}`
  const magazines = survey.list(
    words + Pool.head,
    RecordWords.magazine,
    where,
    (address) => pool.indexOf(address) >= 0 && pool.places[pool.indexOf(address)] === Place.Nowhere,
  )
  for (const magazine of magazines) {
    const found = findChain(survey, pool, magazine, magazine, Place.Depot, where)
    // Where records go to the depot one by one, nobody writes a count.
    const count = pool.map.isCached ? survey.word(magazine + RecordWords.count) : 1
    if (count !== found)
      survey.report(
        "pool",
        magazine + RecordWords.count,
        `${survey.nameOf(magazine)} count`,
        `It says ${count}, and ${found} records are there`,
      )
  }
  const last = magazines.at(-1)
  if (last !== undefined && survey.word(words + Pool.tail) !== last)
    survey.report(
      "pool",
      words + Pool.tail,
      `${where} tail`,
      `It is ${hex(survey.word(words + Pool.tail))}, and the last is ${hex(last)}`,
    )
}

function findInCache(survey: Survey, kind: number, seat: number, cache: number, where: string): void {
  const pool = survey.pool(kind)
  const head = survey.word(cache + Cache.head)
  const reserve = survey.word(cache + Cache.reserve)
  const count = survey.word(cache + Cache.count)
  if ((head !== 0 || reserve !== 0 || count !== 0) && isFree(survey.word(seat + Thread.state)))
    survey.report("pool", cache, where, "Nobody sits there, and records are kept")
  if (count < 0 || count > pool.map.batch)
    survey.report("pool", cache + Cache.count, `${where} count`, `It is ${count}: a magazine holds ${pool.map.batch}`)
  const found = findChain(survey, pool, head, cache + Cache.head, Place.Cache, where)
  if (found !== count)
    survey.report("pool", cache + Cache.count, `${where} count`, `It says ${count}, and ${found} records are there`)
  const kept = findChain(survey, pool, reserve, cache + Cache.reserve, Place.Cache, `${where} reserve`)
  if (reserve !== 0 && survey.word(reserve + RecordWords.count) !== kept)
    survey.report(
      "pool",
      reserve + RecordWords.count,
      `${where} reserve count`,
      `It says ${survey.word(reserve + RecordWords.count)}, and ${kept} records are there`,
    )
}

/** Notes the records of one magazine; how many there are. `at` is the word that led to the first. */
function findChain(survey: Survey, pool: PoolSurvey, first: number, at: number, place: number, where: string): number {
  let n = 0
  let word = at
  for (let record = first; record !== 0; record = survey.word(record + RecordWords.link)) {
    const index = pool.indexOf(record)
    if (index < 0) {
      survey.report("pool", word, where, `It leads to ${hex(record)}, which is no record of this pool`)
      break
    }
    if (pool.places[index] !== Place.Nowhere) {
      survey.report("pool", word, where, `${survey.nameOf(record)} is there, and in a free list already`)
      break
    }
    pool.places[index] = place
    if ((survey.generationOf(record) & 1) === 1)
      survey.report(
        "pool",
        record,
        `${survey.nameOf(record)} generation`,
        `It is in use (generation ${survey.generationOf(record)}), and in ${where}`,
      )
    n++
    word = record + RecordWords.link
  }
  return n
}

/** Every record that is free by its generation is in a place for free ones; in the checked flavour it holds poison only. */
export function checkFree(survey: Survey): void {
  for (const pool of survey.pools)
    for (let index = 0; index < pool.map.capacity; index++) {
      const record = pool.addressOf(index)
      if ((survey.generationOf(record) & 1) === 1) continue
      if (pool.places[index] === Place.Nowhere)
        survey.report("lost", record, survey.nameOf(record), "It is free, and in no free list")
      else if (survey.map.isChecked) checkPoison(survey, pool, record)
    }
}

/** What was never used is zero; what was is poison, but for who freed it. */
function checkPoison(survey: Survey, pool: PoolSurvey, record: number): void {
  const expected = survey.generationOf(record) === 0 ? 0 : Poison.Word
  const freedBy = pool.kind === Kind.Callback ? Callback.freedBy : Fence.freedBy
  // An issuer's record keeps its name: who comes late is told by it.
  const end = pool.kind === Kind.IssuerRecord ? IssuerRecord.name : pool.map.size
  for (let at: number = RecordWords.count + 4; at < end; at += 4)
    if (at !== freedBy && survey.word(record + at) !== expected)
      return survey.report(
        "poison",
        record + at,
        `${survey.nameOf(record)} + ${at}`,
        "It was written to while it is free",
      )
}
