/**
 * Whether everything is to be looked at, as `npm run prove` asks: every order of the largest models, and as many programs,
 * rounds and deaths as there are. `npm test` looks at a fixed part of these, which it says where it is cut.
 */
export const PROVES = process.env["OUTLIVE_PROVE"] !== undefined
