/** A file's lines, one after the other: the file may be larger than memory. */
import { createReadStream } from "node:fs"

export interface TextLine {
  readonly text: string
  /** Counted from 1. */
  readonly number: number
  /** The byte after it. */
  readonly end: number
}

const NEWLINE = 0x0a

/** Every line that ends: what stands behind the last newline was being written when its writer was killed, and is left out. */
export async function* linesOf(path: string): AsyncGenerator<TextLine> {
  let rest: Buffer[] = []
  let number = 0
  let end = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      const last = chunk.subarray(from, at)
      const bytes = rest.length === 0 ? last : Buffer.concat([...rest, last])
      rest = []
      end += bytes.length + 1
      from = at + 1
      yield { text: bytes.toString("utf8"), number: ++number, end }
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
}
