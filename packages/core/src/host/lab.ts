/** The lab: structures over any reclamation scheme, a build of its own beside the engine's (`engine/lab/`, `scripts/strategies.mjs`). */

/** Whole operations, by seat and root; what each does is told in `engine/lab/`, at the function of that name. */
export interface LabEngine {
  labBytes(threads: number, roots: number, nodes: number): number
  initializeLab(
    threads: number,
    roots: number,
    nodes: number,
    batch: number,
    magazine: number,
    eraEvery: number,
    buckets: number,
  ): void
  isForeign(): number
  seatAt(index: number): number
  rootAt(index: number): number
  countKept(): number
  collect(seat: number): void
  offline(seat: number): void
  settleDead(seat: number, dead: number): void
  readCell(seat: number, root: number): number
  writeCell(seat: number, root: number, value: number): number
  holdCell(seat: number, root: number): number
  lookAgain(ref: number): number
  letGo(seat: number): void
  push(seat: number, root: number, value: number): number
  pop(seat: number, root: number): number
  createQueue(seat: number, root: number): number
  enqueue(seat: number, root: number, value: number): number
  dequeue(seat: number, root: number): number
  insert(seat: number, root: number, key: number): number
  remove(seat: number, root: number, key: number): number
  contains(seat: number, root: number, key: number): number
  insertHash(seat: number, root: number, key: number): number
  removeHash(seat: number, root: number, key: number): number
  containsHash(seat: number, root: number, key: number): number
  createTree(seat: number, root: number): number
  insertTree(seat: number, root: number, key: number): number
  removeTree(seat: number, root: number, key: number): number
  containsTree(seat: number, root: number, key: number): number
}

/** What a lab asks of its host: to be told of a broken invariant (it throws), and, by `quiescent`, of the end of a turn. */
export interface LabHost {
  oops(code: number, a: number, b: number, c: number): void
  turn(seat: number): void
}

/** What a JavaScript build of the lab exports as `instantiate`. */
export type LabFactory = (memory: LabMemory, host: object, atomics?: typeof Atomics) => { readonly exports: object }

/** A build: in JavaScript, or in WebAssembly as base64. */
export type LabBuild = LabFactory | string

/** Of all threads of a lab; can be sent to them. */
export interface LabMemory {
  readonly buffer: ArrayBufferLike
}

export interface LabSizes {
  /** Seats: one for each thread, numbered from 0. */
  readonly threads: number
  readonly roots: number
  readonly nodes: number
  /** How many retired nodes a seat gathers before it looks what can be given back. Default 32. */
  readonly batch?: number
  /** How many free nodes a seat has from the beginning, and changes hands with others at once. Default 32. */
  readonly magazine?: number
  /** After how many nodes made by a seat the era moves on, where there are eras. Default 32. */
  readonly eraEvery?: number
  /** Buckets of a hash table: a power of two, and so many roots from its first on. Default 1. */
  readonly buckets?: number
}

/** How large the memory of a lab has to be. @throws RangeError when links cannot name so many nodes: about 16,000 */
export function bytesOfLab(engine: LabEngine, { threads, roots, nodes }: LabSizes): number {
  const bytes = engine.labBytes(threads, roots, nodes)
  if (bytes === 0) throw new RangeError(`A lab cannot have ${nodes} nodes: its memory would be larger than 1 MB`)
  return bytes
}

/** Makes a lab in a memory that is all zero. */
export function initializeLab(engine: LabEngine, sizes: LabSizes): void {
  const { threads, roots, nodes, batch = 32, magazine = 32, eraEvery = 32, buckets = 1 } = sizes
  engine.initializeLab(threads, roots, nodes, batch, magazine, eraEvery, buckets)
}

const PAGE = 65_536

/** A new lab. @throws RangeError as `bytesOfLab` */
export function createLab(build: LabBuild, sizes: LabSizes, host: LabHost): { memory: LabMemory; engine: LabEngine } {
  const scratch = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  const pages = Math.ceil(bytesOfLab(openLab(build, scratch, host), sizes) / PAGE)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true })
  const engine = openLab(build, memory, host)
  initializeLab(engine, sizes)
  return { memory, engine }
}

/**
 * A lab's engine in another thread; `atomics` is for a JavaScript build.
 * @throws RangeError when a build with another scheme has made the lab
 */
export function openLab(build: LabBuild, memory: LabMemory, host: LabHost, atomics?: typeof Atomics): LabEngine {
  const engine = typeof build === "string" ? compiled(build, memory, host) : build(memory, host, atomics).exports
  if ((engine as LabEngine).isForeign())
    throw new RangeError("Cannot open a lab that a build with another scheme has made")
  return engine as LabEngine
}

function compiled(build: string, memory: LabMemory, host: LabHost): object {
  const bytes = Uint8Array.from(atob(build), (c) => c.charCodeAt(0))
  const imports = { env: { memory: memory as WebAssembly.Memory }, host: host as unknown as WebAssembly.ModuleImports }
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports
}

/**
 * `Atomics` that throw when there is no end to it: for looking at what is left of a structure in which something may have gone
 * wrong. The caller sets how many accesses are left.
 */
export function impatientAtomics(left: { accesses: number }): typeof Atomics {
  const names = ["load", "store", "add", "sub", "or", "exchange", "compareExchange"] as const
  type Access = (...values: unknown[]) => number
  const counted = names.map((name) => {
    const count: Access = (...values) => {
      if (--left.accesses < 0) throw new Error("Afterwards an operation has no end")
      return (Atomics[name] as unknown as Access)(...values)
    }
    return [name, count]
  })
  return Object.fromEntries(counted) as unknown as typeof Atomics
}
