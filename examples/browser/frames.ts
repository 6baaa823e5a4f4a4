/** Frames that a GPU draws, each with a fence for which a worker waits. */
import { Heap } from "@outlive/core/all"
import { GpuTimeline } from "@outlive/webgpu"
import type { Frame, Shown } from "./frame-waiter.js"

/** How many frames may be under way: then the page waits for the oldest. */
const UNDER_WAY = 2

export class Frames {
  readonly #canvas: HTMLCanvasElement
  readonly #say: (text: string) => void
  #device: GPUDevice | undefined

  constructor(canvas: HTMLCanvasElement, say: (text: string) => void) {
    this.#canvas = canvas
    this.#say = say
  }

  lose(): void {
    this.#device?.destroy()
  }

  /** Draws until the device is lost. @param began is called when the first frame is submitted */
  async play(began: () => void): Promise<void> {
    const device = await deviceOf().catch(() => undefined)
    if (!device) return this.#say("This browser has no GPU for this page: WebGPU is missing, or has no adapter.")
    this.#device = device
    const context = this.#canvas.getContext("webgpu") as GPUCanvasContext | null
    if (!context) return this.#say("This browser has WebGPU, and no canvas for it.")
    context.configure({ device, format: navigator.gpu.getPreferredCanvasFormat() })
    using heap = Heap.create({ fences: 256, threads: 2 })
    using gpu = GpuTimeline.open(heap.attach({ name: "page" }), device)
    const worker = new Worker(new URL("./frame-waiter.js", import.meta.url), { type: "module", name: "frame waiter" })
    worker.postMessage(heap.share())
    began()
    try {
      await this.#draw(device, context, gpu, worker)
    } finally {
      worker.terminate()
    }
  }

  async #draw(
    device: GPUDevice,
    context: GPUCanvasContext,
    gpu: GpuTimeline<GPUCommandBuffer>,
    worker: Worker,
  ): Promise<void> {
    const underWay: Promise<Shown>[] = []
    for (let number = 1; ; number++) {
      await new Promise(requestAnimationFrame)
      const fence = gpu.submit([encode(device, context, number)])
      underWay.push(told(worker, { number, fence: fence.share(), submittedAt: now() }).finally(() => fence.drop()))
      if (underWay.length < UNDER_WAY) continue
      const { outcome, afterMs } = await underWay.shift()!
      if (outcome !== "signaled") {
        const { reason } = await device.lost
        await Promise.all(underWay)
        return this.#say(`Frame ${number - 1} was not drawn: its fence says ${outcome} (device ${reason}).`)
      }
      this.#say(`Frames drawn: ${number - 1}; a worker woke ${afterMs.toFixed(1)} ms after the submission.`)
    }
  }
}

async function deviceOf(): Promise<GPUDevice | undefined> {
  const adapter = await navigator.gpu?.requestAdapter()
  return adapter?.requestDevice()
}

/** A frame of one colour, which changes. */
function encode(device: GPUDevice, context: GPUCanvasContext, number: number): GPUCommandBuffer {
  const encoder = device.createCommandEncoder()
  const wave = (turn: number) => 0.5 + 0.4 * Math.sin(number / 30 + turn)
  const pass = encoder.beginRenderPass({
    colorAttachments: [
      {
        view: context.getCurrentTexture().createView(),
        clearValue: { r: wave(0), g: wave(2), b: wave(4), a: 1 },
        loadOp: "clear",
        storeOp: "store",
      },
    ],
  })
  pass.end()
  return encoder.finish()
}

/** Gives a frame to the worker; resolves when it says what it has seen. */
function told(worker: Worker, frame: Frame): Promise<Shown> {
  return new Promise((resolve) => {
    const listen = ({ data }: MessageEvent<Shown>) => {
      if (data.number !== frame.number) return
      worker.removeEventListener("message", listen)
      resolve(data)
    }
    worker.addEventListener("message", listen)
    worker.postMessage(frame)
  })
}

const now = (): number => performance.timeOrigin + performance.now()
