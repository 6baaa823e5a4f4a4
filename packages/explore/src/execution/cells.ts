/** Names of byte offsets. */
import type { Cell } from "../model.js"

export function cellNames(cells: Readonly<Record<string, Cell>> | undefined): (offset: number) => string {
  const ranges = Object.entries(cells ?? {}).map(([name, cell]) => {
    const { at, bytes = 4, count = 1 } = typeof cell === "number" ? { at: cell } : cell
    return { name, at, bytes, count }
  })
  return (offset) => {
    const found = ranges.find(({ at, bytes, count }) => offset >= at && offset < at + bytes * count)
    if (found === undefined) return `@${offset}`
    const { name, at, bytes, count } = found
    const element = count > 1 ? `${name}[${Math.floor((offset - at) / bytes)}]` : name
    const rest = (offset - at) % bytes
    return rest === 0 ? element : `${element}+${rest}`
  }
}
