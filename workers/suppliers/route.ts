import { createMiddleware } from 'hono/factory'
import type { SupplierScope } from '../../shared/access/supplier-scopes.ts'
import { settings } from '../../shared/base/settings.ts'
import type { z } from '../../shared/base/zod.ts'
import { type About, type Answered, type Api, type Asked, guarded, type Streamed } from '../api/route.ts'
import { idempotent } from '../idempotency.ts'
import { counted } from '../rate-limit.ts'
import { signed } from './signed.ts'
import { type SupplierContext, type SupplierEnv, supplierMay, supplierOnly } from './supplier-only.ts'

interface Opened {
  /** What the token must be good for; none: any token of the supplier. */
  scope?: SupplierScope
  /** A door for data: the desk decides how many come in, and tells it; an Idempotency-Key is a batch’s own. */
  push?: boolean
}

/** As `route`, for suppliers: who carries a token from `/oauth/token`. `c.get('supplier')` says who it is. */
export function supplierRoute<A extends z.ZodType, B extends z.ZodType>(
  api: Api,
  about: About & Opened & Answered<A> & (Asked<B> & Partial<Streamed>),
  handle: (c: SupplierContext) => Response | Promise<Response>,
): void {
  const { method, path, scope, push = false, bytes } = about
  const repeatable = method === 'post' && !bytes && !push
  guarded<A, B, SupplierEnv>(
    api,
    { ...about, fails: [...(about.fails ?? []), 421] },
    {
      guards: [
        supplierOnly,
        // By the path as it is declared: a request may write it in other ways (`%69ngest`).
        ...(path.startsWith('/ingest/') ? [signed(bytes !== undefined)] : []),
        ...(push ? [] : [limited]),
        ...(scope ? [supplierMay(scope)] : []),
        ...(repeatable ? [idempotent as never] : []),
      ],
      security: [{ supplierToken: scope ? [scope] : [] }],
      needs: scope,
      limited: true,
      repeatable,
    },
    handle,
  )
}

/** Counted for the credential, apart from the developer’s own calls: a supplier cannot use those up. */
const limited = createMiddleware<SupplierEnv>((c, next) => {
  const { supplier, credential } = c.get('supplier')
  const limit = settings(c.env).API_KEY_PER_MINUTE
  if (limit === 0) return next()
  return counted(
    c as never,
    [{ label: 'credential', name: credential.credential_id, limit, budget: `supplier/${supplier.supplier_id}` }],
    next,
  )
})
