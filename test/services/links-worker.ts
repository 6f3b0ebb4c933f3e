import { DurableObject } from 'cloudflare:workers'
import { WarmLink } from '../../durable-objects/warm-link.ts'
import { DESTINATIONS } from '../../shared/catalog/units.ts'
import { DELIVERY_DEFAULTS } from '../../shared/delivery/defaults.ts'
import { Refused, type SendContext } from '../../shared/delivery/define.ts'
import type { Shipment } from '../../shared/delivery/shipment.ts'

/** What a test asks of a kind of destination. */
export interface Asked {
  type: string
  settings: Record<string, unknown>
  secrets: Record<string, unknown>
  timeoutMs: number
  event_types: string[]
  /** Absent: the settings are tested. */
  shipments?: Shipment[]
}
interface Env {
  LINKS: DurableObjectNamespace<LinkHolder>
}

export class LinkHolder extends DurableObject<Env> {
  private warm: WarmLink | undefined

  override async fetch(request: Request): Promise<Response> {
    const asked = (await request.json()) as Asked
    const unit = DESTINATIONS[asked.type]!
    if (!('connect' in unit)) throw new Error(`nothing connects to a ${asked.type}`)
    const { settings, secrets, timeoutMs, event_types, shipments } = asked
    const context = (signal: AbortSignal): SendContext<unknown, unknown> => ({
      destination_id: 'dst_1',
      settings: unit.settings.parse(settings),
      secrets: unit.secrets.parse(secrets),
      delivery: { ...DELIVERY_DEFAULTS, event_types },
      signing: { signing_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
      signal,
      timeoutMs,
      fetch: (input, init) => fetch(input, init),
      now: () => Date.now(),
      insideAllowed: true,
      linkTo: async ({ id }) => ({ url: `https://fascia.example/v2/payloads/${id}`, payload_id: id }),
    })
    if (!shipments) {
      try {
        await unit.check?.(context(new AbortController().signal))
        return Response.json({ refused: null })
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        return Response.json({ refused: error.message, field: error.field })
      }
    }
    this.warm ??= new WarmLink({ connect: (signal) => unit.connect(context(signal)), timeoutMs })
    const link = this.warm
    return Response.json(await Promise.all(shipments.map((shipment) => link.ship(shipment))))
  }
}

/** One object for each path: whoever asks again by the same path finds its link warm. */
export default {
  fetch: (request, { LINKS }) => LINKS.getByName(new URL(request.url).pathname).fetch(request),
} satisfies ExportedHandler<Env>
