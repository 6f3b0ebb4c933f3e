import { Supplier } from '../sdk/supplier/supplier.ts'
import { type Input, UsageError } from './command.ts'
import { readPrivate, writePrivate } from './home.ts'

/** The supplier that this machine speaks as: written by `supplier accept`. */
interface Kept {
  base_url: string
  supplier_id: string
  client_id: string
  client_secret: string
}
const FILE = 'supplier.json'

export const keepSupplier = (kept: Kept): string => writePrivate(FILE, kept)

/** The environment first, then what was kept; a secret goes only to the server that gave it. */
export function supplierOf({ client }: Pick<Input, 'client'>, { patienceMs = 60_000 } = {}): Supplier {
  const { FASCIA_CLIENT_ID: client_id, FASCIA_CLIENT_SECRET: client_secret } = process.env
  const { baseUrl } = client.options
  if (client_id && client_secret) return new Supplier({ baseUrl, patienceMs, credential: { client_id, client_secret } })
  const kept = readPrivate<Kept>(FILE)
  if (!kept.client_id || !kept.client_secret || kept.base_url !== baseUrl)
    throw new UsageError(
      `no supplier of ${baseUrl} is known here: take an invitation with "supplier accept TOKEN", or set FASCIA_CLIENT_ID and FASCIA_CLIENT_SECRET`,
    )
  const credential = { client_id: kept.client_id, client_secret: kept.client_secret }
  return new Supplier({ baseUrl, patienceMs, credential })
}
