/** As `receiver.js`, with the engine in JavaScript. */
import "@outlive/core/js"
import "./receiver.js"
