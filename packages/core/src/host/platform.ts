/**
 * WebAssembly's own types where the program that uses us has them, and what we need of them where it has not: Node's types know no
 * `WebAssembly`, and a program for Node need not have the library "dom".
 */
type Declared = typeof globalThis

/** `WebAssembly.Memory`. */
export type WebAssemblyMemory = Declared extends { WebAssembly: { Memory: { prototype: infer Memory } } }
  ? Memory
  : { readonly buffer: ArrayBufferLike }

/** `WebAssembly.Module`: can be posted, and is not looked into. */
export type WebAssemblyModule = Declared extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : object
