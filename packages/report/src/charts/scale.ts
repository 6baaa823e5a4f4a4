/** From a figure to a place in a picture, and where the ticks stand. */

export interface Scale {
  at(value: number): number
  readonly ticks: readonly number[]
}

/** From 0 to a round number above the most. */
export function linear(most: number, [from, to]: readonly [number, number], wanted = 4): Scale {
  const step = roundStep((most > 0 ? most : 1) / wanted)
  const end = Math.ceil((most > 0 ? most : 1) / step - 1e-9) * step
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step)
  return { ticks, at: (value) => from + ((to - from) * value) / end }
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step))
  return power * ([1, 2, 5, 10].find((times) => times * power >= step * 0.999) ?? 10)
}

/** Powers of ten; of fewer than two, 1, 2 and 5 times them. A figure of 0 stands at the least. */
export function logarithmic(least: number, most: number, [from, to]: readonly [number, number]): Scale {
  const low = least > 0 ? least : Math.min(1, most > 0 ? most : 1)
  const high = Math.max(most, low * 1.01)
  const [first, last] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)]
  const tens = Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
  const fine = tens.flatMap((ten) => [1, 2, 5].map((times) => times * ten))
  const [a, b] = [low / 1.15, high * 1.15]
  const within = (all: readonly number[]) => all.filter((tick) => tick >= a && tick <= b)
  const ticks = within(tens).length >= 3 ? within(tens) : within(fine)
  const width = Math.log(b / a)
  return { ticks, at: (value) => from + ((to - from) * Math.log(Math.max(value, a) / a)) / width }
}
