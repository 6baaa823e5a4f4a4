/**
 * `Symbol.dispose`, also in browsers that do not have it (Firefox 140, Safari): a bundler that lowers `using` looks there for this one
 * instead. A method called `[Symbol.dispose]` would be called "undefined".
 */
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose")
