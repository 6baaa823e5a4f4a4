/** What we need of it: Node's types know no WebAssembly. */
interface WebAssemblyHere {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports?: object) => { readonly exports: object }
}
export const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyHere }
