/** The page: its controls, and what they do. */
import { isSupported } from "@outlive/core/all"
import { Counts } from "./counts.js"
import { Frames } from "./frames.js"
import { Picture } from "./picture.js"
import { Race } from "./race.js"

const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E
const [start, stop, draw, lose] = ["start", "stop", "draw", "lose"].map((id) => find<HTMLButtonElement>(id)) as [
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
  HTMLButtonElement,
]
const [state, crashes, pause] = [find("state"), find("crashes"), find<HTMLInputElement>("pause")]
const lifetimeOf = (form: HTMLFormElement) =>
  new FormData(form).get("lifetime") === "independent" ? "independent" : "issuer-bound"

const picture = new Picture(find<HTMLCanvasElement>("picture"))
const counts = new Counts(find<HTMLTableElement>("counts"))
let race: Race | undefined

function tellCrash(thread: string, code: string, message: string): void {
  const line = document.createElement("li")
  line.textContent = `${thread}: ${code}: ${message}`
  crashes.append(line)
}

function begin(form: HTMLFormElement): void {
  crashes.replaceChildren()
  picture.clear()
  race = new Race(lifetimeOf(form), Number(pause.value), {
    oops: tellCrash,
    failed: (message) => void end(message),
  })
  state.textContent = "Racing."
  start.disabled = true
  stop.disabled = false
}

async function end(why?: string): Promise<void> {
  if (stop.disabled) return
  stop.disabled = true
  state.textContent = "Stopping."
  const inUse = await race!.stop()
  const held =
    inUse === 0
      ? "no fence is in use any more"
      : `fences that leaked, because what crashed did not give them back: ${inUse}`
  state.textContent = `${why === undefined ? "" : `${why}. `}Stopped: ${held}.`
  start.disabled = false
}

function showPause(): void {
  find("pause-ms").textContent = `${pause.value} ms`
  if (race) race.pauseMs = Number(pause.value)
}

function refresh(): void {
  picture.draw(race?.lanes)
  counts.show(race?.lanes)
  requestAnimationFrame(refresh)
}

const { isSupported: canRace, lacking } = isSupported()
if (canRace) {
  find<HTMLFormElement>("controls").addEventListener("submit", (event) => {
    event.preventDefault()
    begin(event.currentTarget as HTMLFormElement)
  })
  stop.addEventListener("click", () => void end())
  pause.addEventListener("input", showPause)
  const frames = new Frames(find<HTMLCanvasElement>("frames"), (text) => void (find("frames-state").textContent = text))
  draw.addEventListener("click", () => {
    draw.disabled = true
    void frames
      .play(() => void (lose.disabled = false))
      .finally(() => {
        lose.disabled = true
        draw.disabled = false
      })
  })
  lose.addEventListener("click", () => frames.lose())
} else {
  const box = find("unsupported")
  box.textContent = `This page cannot race here. Missing: ${lacking.join("; ")}.`
  box.hidden = false
  start.disabled = draw.disabled = true
}
refresh()
