/** In place of `node:module`: pages have no built-in modules whose exports are to follow, and no source maps that can be asked. */
export const syncBuiltinESMExports = (): void => {}

const none: { readonly findSourceMap?: undefined } = {}
export default none
