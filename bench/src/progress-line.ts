/** What a process that measures for long says meanwhile: lines of its standard error. */
const MARK = "progress: "

/** In the process that measures. */
export function tellProgress(text: string): void {
  process.stderr.write(`${MARK}${text}\n`)
}

/** What such a line says; undefined for any other. */
export const progressIn = (line: string): string | undefined =>
  line.startsWith(MARK) ? line.slice(MARK.length) : undefined
