/** Loads the driver, lets it work, stops it, and takes its modules away: the unload, step by step. */
import { type Role, type Stage, defineRole } from "@outlive/workers"
import { type Board, State } from "../board.js"
import { type Bound, bindAll } from "../cast.js"
import { MOST_LOOKS, type Tokens, attemptOn, noteOn } from "../desk.js"
import { isGone } from "../departed.js"
import type { FenceType } from "../fence-type.js"
import { isHalfFree } from "../half-free.js"
import { Patience } from "../patience.js"

/** For so long it works. */
const LIFE_MS = 4
const LEAST_ISSUED = 8
/** Who lets go does so at once. */
const MOST_TRIES = 500
/** Of one that the dead may keep. */
const LEAST_TRIES = 5
const LOOK_MS = 0.2

export const removerOf = (types: readonly FenceType[]): Role<Tokens> =>
  defineRole<Tokens>({
    name: "remover",
    claim: "A driver whose fences are all signaled can be unloaded, whoever still holds them.",
    seen: ["unloaded"],
    play(stage) {
      const { board, all } = bindAll(types, stage)
      while (stage.running && round(stage, board, all));
      // Seen by those who could not count it.
      stage.count("asked while it stops", board.times("asked while it stops"))
    },
  })

/** One life of the driver. False when it cannot go on. */
function round(stage: Stage<Tokens>, board: Board, all: readonly Bound[]): boolean {
  for (const { code } of all) code.probe()
  board.state = State.up
  live(stage, board)
  board.state = State.closing
  // Step 0: a module that somebody has open is not unloaded.
  const patience = new Patience(board, 2 * MOST_LOOKS)
  all[0]!.desk.waitFor("a process does not come out of the driver", () => areOut(stage, board), patience)
  for (const { code, desk, type } of all) {
    desk.attempt("stops the hardware", () => code.stop())
    if (isHalfFree(type, desk.how)) desk.note("its lock went with it")
  }
  // Those that are bound make everybody let go: not always before the same others.
  const first = stage.random.below(all.length)
  const inTurn = [...all.slice(first), ...all.slice(0, first)]
  const ends = new Set<End>()
  for (const bound of inTurn) {
    if (stage.isStopped) return false
    ends.add(unload(stage, board, bound))
    if (ends.has("stuck")) return false
  }
  if (!ends.has("kept")) board.endLife()
  for (const { code } of all) code.remove()
  board.state = State.down
  stage.sleep(1)
  return true
}

function live(stage: Stage<Tokens>, board: Board): void {
  const enough = board.times("issued") + LEAST_ISSUED
  stage.sleep(LIFE_MS)
  for (let looks = 0; board.times("issued") < enough && looks < 20 && !stage.isEnding; looks++) stage.sleep(LOOK_MS)
}

/** Nobody has the driver open any more; who died in it has not. */
function areOut(stage: Stage<Tokens>, board: Board): boolean {
  bury(stage, board)
  return board.files === 0
}

function areLetGo(stage: Stage<Tokens>, board: Board): boolean {
  bury(stage, board)
  return board.held === 0
}

function bury(stage: Stage<Tokens>, board: Board): void {
  if (!stage.isTimeJudged) board.bury((record) => isGone(stage.thread, record))
}

/** What became of a module. Kept: it stays loaded, for what the dead held is lost with them; the next life finds it loaded. */
type End = "gone" | "kept" | "stuck"

function unload(stage: Stage<Tokens>, board: Board, { desk, type, code }: Bound): End {
  const module = desk.load()
  const isHeld = board.held > 0
  let refusal = tryUnload(stage, board, module)
  if (refusal === undefined) {
    noteOn(stage, board, "unloaded")
    if (isHeld) noteOn(stage, board, "unloaded while held")
    return "gone"
  }
  if (refusal === "PENDING" && board.buried === 0) {
    desk.tell("hang", `Everything was completed or ended, and ${module.pending} fences of "${type.name}" are pending`)
    return "stuck"
  }
  noteOn(stage, board, "refused while held")
  board.isLettingGo = true
  const areDropped = desk.waitFor("those who hold fences do not let go of them", () => areLetGo(stage, board))
  for (let slot = 0; slot < stage.settings.slots; slot++) {
    const fence = stage.thread.replaceAt(slot, undefined)
    if (fence) attemptOn(stage, board, "drops a fence", () => fence.drop())
  }
  const patience = new Patience(board, MOST_TRIES)
  const isHopeless = (tries: number) => board.buried > 0 && tries >= LEAST_TRIES
  for (let tries = 0; refusal !== undefined && !isHopeless(tries) && !patience.isOver && !stage.isStopped; tries++) {
    if (tries > 0) desk.look(LOOK_MS)
    patience.look()
    refusal = tryUnload(stage, board, module)
    if (refusal === undefined || tries > 0 || !code.dropOwn) continue
    // The dead hold what is lost with them.
    if (board.buried === 0) noteOn(stage, board, "refused although nobody else holds")
    code.dropOwn()
  }
  board.isLettingGo = false
  if (refusal === undefined) {
    noteOn(stage, board, "unloaded")
    noteOn(stage, board, "gone after the last put")
    return "gone"
  }
  if (board.buried > 0) {
    noteOn(stage, board, "kept loaded by the dead")
    return "kept"
  }
  if (areDropped) desk.tell("leak", `Nobody holds a fence of "${type.name}" any more, and its module stays: ${refusal}`)
  return "stuck"
}

function tryUnload(
  stage: Stage<Tokens>,
  board: Board,
  module: { readonly state: string; tryUnload(): { code: string } | undefined },
): string | undefined {
  let refusal: string | undefined = "OOPS"
  attemptOn(stage, board, "unloads a module", () => void (refusal = module.tryUnload()?.code))
  // One whose slab is not empty goes all the same.
  return module.state === "gone" ? undefined : refusal
}
