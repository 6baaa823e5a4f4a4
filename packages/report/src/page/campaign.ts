/** A campaign: how much was played, what was found by its cause, and the shortest seed that repeats it. */
import { digits } from "../charts/quantity.js"
import { type Markup, markup } from "../markup.js"
import type { Campaign } from "../schema/campaign.js"
import { table } from "./table.js"

const n = (value: number) => value.toLocaleString("en")

export function campaignSection(campaign: Campaign, id: string): Markup {
  const { seeds, shards, operations, ms, findings, moreCauses, poisoned, build } = campaign
  const facts = `${n(seeds.done)} of ${n(seeds.all)} seeds in ${n(shards.done)} of ${n(shards.all)} shards, ${n(operations)} operations, ${digits(ms / 1_000)} s of all processes together, build ${build}.`
  const found = findings.map(({ cause, seeds: failed, shortest }) => [
    cause,
    n(failed),
    markup`${shortest.text.split("\n")[0]!} <span class="soft">seed ${shortest.seed}, ${n(shortest.size)} long</span>`,
    markup`<code>${shortest.repeat}</code>`,
  ])
  const lost = poisoned.map(({ shard, seeds: [first, last], tries, why, repeat }) => [
    `${n(shard)}: seeds ${first} to ${last}`,
    n(tries),
    why,
    repeat === undefined ? "" : markup`<code>${repeat}</code>`,
  ])
  const more = moreCauses > 0 ? markup`<p class="open">And ${n(moreCauses)} more causes.</p>` : markup``
  return markup`<section aria-labelledby="${id}"><h2 id="${id}">Campaign ${campaign.campaign}</h2>
<p>${verdictOf(campaign)} ${facts}</p>
${found.length > 0 ? table("What was found, by its cause", ["cause", "seeds", "the shortest", "to repeat it"], found) : markup``}${more}
${lost.length > 0 ? table("Shards that were set aside: they ended their process again and again", ["shard", "tries", "how it ended", "to repeat it"], lost) : markup``}
<p>To play it again: <code>${campaign.command}</code></p></section>\n`
}

function verdictOf({ passed, findings, shards }: Campaign): Markup {
  if (findings.length > 0)
    return markup`<span class="verdict bad">failed</span> ${n(findings.length)} ${findings.length === 1 ? "cause" : "causes"} found.`
  if (shards.poisoned > 0)
    return markup`<span class="verdict bad">failed</span> ${n(shards.poisoned)} ${shards.poisoned === 1 ? "shard was" : "shards were"} set aside.`
  if (!passed)
    return markup`<span class="verdict open">unfinished</span> Nothing was found; ${n(shards.missing)} shards were not played.`
  return markup`<span class="verdict good">held</span> Nothing was found.`
}
