/// <reference lib="dom" />
/** Real browsers, as they are found on this machine. */
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type Browser, type Page, ProtocolError, launch } from "puppeteer-core"

function onPath(names: readonly string[]): string | undefined {
  const all = (process.env["PATH"] ?? "").split(delimiter).flatMap((place) => names.map((name) => join(place, name)))
  return all.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

export interface Installed {
  readonly browser: "chrome" | "firefox"
  readonly name: string
  /** Undefined where there is none. */
  readonly file: string | undefined
  readonly args: readonly string[]
}

export const BROWSERS: readonly Installed[] = [
  {
    browser: "chrome",
    name: "Chromium",
    file: onPath(["chromium", "chromium-browser", "google-chrome"]),
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking"],
  },
  { browser: "firefox", name: "Firefox", file: onPath(["firefox", "firefox-esr"]), args: [] },
]

/** Makes Chromium draw by WebGPU without a GPU. */
export const SOFTWARE_GPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
]

export const titleOf = ({ name, file }: Installed): string =>
  `${name}${file === undefined ? " is not on this machine: nothing was opened in it" : ""}`

export const start = ({ browser, file, args }: Installed, more: readonly string[] = []): Promise<Browser> =>
  launch({ browser, executablePath: file!, headless: true, args: [...args, ...more] })

/** What the page has said that no page should say; goes on to grow. */
export function troubleOf(tab: Page): readonly string[] {
  const trouble: string[] = []
  tab.on("console", (message) => void (message.type() === "error" && trouble.push(message.text())))
  tab.on("pageerror", (error) => void trouble.push(String(error)))
  return trouble
}

/** Ends what hangs. */
const HANGS_MS = 60_000
const LOOKS_EACH_MS = 20

/**
 * Waits until something holds in the page, asked from outside: `waitForFunction` makes its own function in the page, which a page's
 * policy forbids it in Firefox.
 */
export async function until<T extends unknown[]>(
  tab: Page,
  holds: (...parameters: T) => boolean,
  ...parameters: T
): Promise<void> {
  const end = Date.now() + HANGS_MS
  while (!(await tab.evaluate(holds as (...parameters: unknown[]) => boolean, ...parameters))) {
    if (Date.now() > end) throw new Error(`It has not come true: ${String(holds)} of ${JSON.stringify(parameters)}`)
    await sleep(LOOKS_EACH_MS)
  }
}

/** Firefox 140, which is what Debian has, knows a width and a height, and no orientation, which comes with them here. */
export async function resize(tab: Page, width: number, height: number): Promise<void> {
  try {
    await tab.setViewport({ width, height })
  } catch (error) {
    if (!(error instanceof ProtocolError && error.message.includes("setScreenOrientationOverride"))) throw error
  }
  await until(tab, (wanted) => innerWidth === wanted, width)
}
