/** A page of somebody's that gets something new in its middle: written whole, or it stays as it was. */
import { readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { UsageError } from "./exit-codes.js"
import { writing } from "./results.js"

/** Beside it, for a rename does not go from one disk to another. */
const draftOf = (file: string) => `${file}.${process.pid}`

/** What is in it. Before anything is raced. @throws UsageError when it is no file, or it cannot be written again */
export function readPage(path: string): string {
  try {
    // A device may have no end.
    if (!statSync(path).isFile()) throw new Error("it is no file")
    const draft = draftOf(realpathSync(path))
    writeFileSync(draft, "")
    rmSync(draft)
    return readFileSync(path, "utf8")
  } catch (error) {
    throw new UsageError(`Option --page is ${path}: ${(error as Error).message}`)
  }
}

/** Where the disk is full, and where somebody ends this in the middle, the page of before stays. @throws OutputError */
export function writePage(path: string, text: string): void {
  writing(path, () => {
    const file = realpathSync(path)
    const draft = draftOf(file)
    try {
      writeFileSync(draft, text, { mode: statSync(file).mode })
      renameSync(draft, file)
    } catch (error) {
      rmSync(draft, { force: true, recursive: true })
      throw error
    }
  })
}
