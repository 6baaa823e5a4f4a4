/** Figures as people read them: three digits, and the unit that fits. */

const STEPS: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  "1/s": [
    [1e9, "G/s"],
    [1e6, "M/s"],
    [1e3, "k/s"],
    [1, "/s"],
  ],
  ns: [
    [1e9, "s"],
    [1e6, "ms"],
    [1e3, "µs"],
    [1, "ns"],
  ],
  us: [
    [1e6, "s"],
    [1e3, "ms"],
    [1, "µs"],
    [1e-3, "ns"],
  ],
  ms: [
    [1e3, "s"],
    [1, "ms"],
    [1e-3, "µs"],
  ],
}

/** "10.6 M/s", "4.52 µs", "12 nodes". */
export function quantity(value: number, unit: string): string {
  if (!Number.isFinite(value)) return "not measured"
  const steps = STEPS[unit]
  if (!steps) return `${digits(value)}${unit === "" ? "" : ` ${unit}`}`
  const [size, name] = steps.find(([least]) => (value === 0 ? least === 1 : Math.abs(value) >= least)) ?? steps.at(-1)!
  return `${digits(value / size)} ${name}`
}

/** Three digits that mean something. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return "–"
  if (value === 0) return "0"
  if (Math.abs(value) >= 100_000) return value.toExponential(1).replace("e+", "e")
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en")
  return String(Number(value.toPrecision(3)))
}

/** "9.8–11.2 M/s": both in the unit of the larger. */
export function span(low: number, high: number, unit: string): string {
  const [size, name] = (STEPS[unit] ?? []).find(([least]) => high >= least) ?? [1, unit]
  return `${digits(low / size)}–${digits(high / size)}${name === "" ? "" : ` ${name}`}`
}
