/** What a process that measures for long says meanwhile: lines of its standard error. */
const MARK = "progress: "

/** In the process that measures. */
export function tellProgress(text: string): void {
  process.stderr.write(`${MARK}${text}\n`)
}

const APART_MS = 5_000

/** The same for what gets on by many small steps: told now and then, and only if there was one. */
export function progressTeller(): (done: number, of: string) => void {
  let [toldAt, told] = [performance.now(), 0]
  return (done, of) => {
    if (done === told || performance.now() - toldAt < APART_MS) return
    ;[toldAt, told] = [performance.now(), done]
    tellProgress(`${done} ${of}`)
  }
}

/** What such a line says; undefined for any other. */
export const progressIn = (line: string): string | undefined =>
  line.startsWith(MARK) ? line.slice(MARK.length) : undefined
