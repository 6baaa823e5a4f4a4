/** A table with a caption, its first column as row headings; it scrolls by itself where it is wider than the page. */
import { type Markup, markup } from "../markup.js"

export type Cells = readonly (string | Markup)[]

export function table(caption: string, head: readonly string[], rows: readonly Cells[]): Markup {
  const heads = head.map((cell) => markup`<th scope="col">${cell}</th>`)
  const body = rows.map(
    ([first, ...cells]) =>
      markup`<tr><th scope="row">${first}</th>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`,
  )
  return markup`<div class="wide" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`
}
