/** `transfer()` of handles, and what opens and counts what it sends: in every program but those that have the smallest engine. */
import { provideTransfersIn } from "../memory/accounts.js"
import { readTransfers } from "../memory/transfers.js"
import { cancelTransfer, takeTransfer, transferOf } from "../seat/transfer.js"
import { provideTransfers } from "../seat/transferring.js"

provideTransfers({ cancelTransfer, takeTransfer, transferOf })
provideTransfersIn(readTransfers)
