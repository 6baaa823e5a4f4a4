/** In place of `node:v8`: messages come with event loops, which are not explored in pages. */
function missing(): never {
  throw new Error("Cannot explore messages in a page: use Node")
}

export const serialize = missing
export const deserialize = missing
