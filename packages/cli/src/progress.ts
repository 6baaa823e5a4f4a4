/** Progress on standard error: one line that is overwritten on a terminal, a line now and then elsewhere. */
const QUIET_MS = 5_000

export class Progress {
  readonly #terminal = process.stderr.isTTY === true
  #lastMs = performance.now()
  #shown = false

  /** Says where things stand. */
  show(text: string): void {
    if (this.#terminal) {
      process.stderr.write(`\r\u001b[2K${text}`)
      this.#shown = true
    } else if (performance.now() - this.#lastMs >= QUIET_MS) {
      this.#lastMs = performance.now()
      process.stderr.write(`${text}\n`)
    }
  }

  /** Makes room for a result. */
  clear(): void {
    if (this.#shown) process.stderr.write("\r\u001b[2K")
    this.#shown = false
  }
}
