/** Whether bytes are accessed with several widths: only then can atomic operations race with each other. */
export class Widths {
  mixed = false
  /** Of each byte, how wide the operations on it are. Operations are aligned, so one width means one range. */
  private widths: Uint8Array

  constructor(bytes: number) {
    this.widths = new Uint8Array(bytes)
  }

  note(start: number, end: number): void {
    const width = end - start
    if (end > this.widths.length) this.grow(end)
    for (let byte = start; byte < end; byte++) {
      const known = this.widths[byte]!
      if (known === 0) this.widths[byte] = width
      else if (known !== width) this.mixed = true
    }
  }

  private grow(bytes: number): void {
    const widths = new Uint8Array(bytes * 2)
    widths.set(this.widths)
    this.widths = widths
  }
}
