/** Draws what has happened: a line for each thread, time from left to right, an arc from each signal to whoever was told by it. */
import { type Happened, type Kind, LANES, type Lanes } from "./lanes.js"

/** At most so many events are shown, of so many pauses between steps; without a pause, of so many milliseconds. */
const [MOST, PAUSES, LEAST_MS] = [3_000, 50, 250]
/** Room for the names of the lanes. */
const LEFT = 84

export class Picture {
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  #events: Happened[] = []
  /** At the right edge, in milliseconds since the race began. */
  #now = 0

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
    this.#context = canvas.getContext("2d")!
  }

  clear(): void {
    this.#events = []
  }

  /** To be called once for each frame of the page, until the race ends: then it stands still. */
  draw(lanes: Lanes | undefined): void {
    const [width, height] = this.#fit()
    const context = this.#context
    const style = getComputedStyle(this.#canvas)
    const colour = (name: string) => style.getPropertyValue(`--${name}`)
    const y = (lane: number) => ((lane + 0.5) * height) / LANES.length
    context.clearRect(0, 0, width, height)
    context.font = "14px system-ui, sans-serif"
    context.textBaseline = "middle"
    for (const [lane, name] of LANES.entries()) {
      context.fillStyle = colour("text")
      context.fillText(name, 10, y(lane))
      context.strokeStyle = colour("line")
      this.#line([LEFT, y(lane)], [width, y(lane)])
    }
    if (!lanes) return
    this.#events.push(...lanes.news())
    if (lanes.get("stop") === 0) this.#now = lanes.elapsedMs
    const [now, shownMs] = [this.#now, Math.max(LEAST_MS, PAUSES * lanes.get("pauseMs"))]
    this.#events = this.#events.filter(({ at }) => at > now - shownMs).slice(-MOST)
    const x = (at: number) => LEFT + ((at - now + shownMs) / shownMs) * (width - LEFT)
    this.#arcs(x, y, colour)
    for (const event of this.#events) this.#mark(event.kind, x(event.at), y(event.lane), height, colour)
  }

  /** As many dots as the screen has. @returns the size in CSS pixels */
  #fit(): [width: number, height: number] {
    const { clientWidth: width, clientHeight: height } = this.#canvas
    const scale = devicePixelRatio
    if (this.#canvas.width !== Math.round(width * scale)) this.#canvas.width = Math.round(width * scale)
    if (this.#canvas.height !== Math.round(height * scale)) this.#canvas.height = Math.round(height * scale)
    this.#context.setTransform(scale, 0, 0, scale, 0, 0)
    return [width, height]
  }

  #line(from: readonly [number, number], to: readonly [number, number]): void {
    this.#context.beginPath()
    this.#context.moveTo(...from)
    this.#context.lineTo(...to)
    this.#context.stroke()
  }

  #arcs(x: (at: number) => number, y: (lane: number) => number, colour: (name: string) => string): void {
    const signals = new Map<number, Happened>()
    for (const event of this.#events) if (event.kind === "signaled") signals.set(event.fence, event)
    this.#context.globalAlpha = 0.45
    for (const event of this.#events) {
      const signal = event.kind === "waited" || event.kind === "named" ? signals.get(event.fence) : undefined
      if (!signal || signal.at > event.at) continue
      this.#context.strokeStyle = colour(event.kind)
      this.#line([x(signal.at), y(signal.lane)], [x(event.at), y(event.lane)])
    }
    this.#context.globalAlpha = 1
  }

  #mark(kind: Kind, x: number, y: number, height: number, colour: (name: string) => string): void {
    const context = this.#context
    context.fillStyle = context.strokeStyle = colour(kind)
    context.lineWidth = kind === "oops" ? 3 : 1.5
    if (kind === "unloaded") {
      this.#line([x, 0], [x, height])
      context.fillRect(x - 5, y - 5, 10, 10)
    } else if (kind === "oops") {
      this.#line([x - 7, y - 7], [x + 7, y + 7])
      this.#line([x - 7, y + 7], [x + 7, y - 7])
    } else {
      context.beginPath()
      context.arc(x, y, 5, 0, 2 * Math.PI)
      if (kind === "created") context.stroke()
      else context.fill()
    }
    context.lineWidth = 1
  }
}
