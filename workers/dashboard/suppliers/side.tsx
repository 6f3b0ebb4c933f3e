import { createMiddleware } from 'hono/factory'
import type { Environment } from '../../../shared/supply/document.ts'
import type { Side } from '../../suppliers/pages/side.ts'
import { Tabs } from '../../suppliers/pages/tabs.tsx'
import { ask, type DashboardEnv, keyOf } from '../ask.ts'
import { Frame } from '../frame.tsx'

export type SuppliersEnv = {
  Bindings: DashboardEnv['Bindings']
  Variables: DashboardEnv['Variables'] & { side: Side }
}

/** Pages below `/dashboard/suppliers/:supplier_id/:environment` look at one supplier, by the developer's own doors. */
export const developerSide = createMiddleware<SuppliersEnv>(async (c, next) => {
  const id = encodeURIComponent(c.req.param('supplier_id') ?? '')
  const environment = c.req.param('environment') as Environment
  const base = `/dashboard/suppliers/${id}`
  const { dev_id } = c.get('session')
  c.set('side', {
    who: 'developer',
    environment,
    home: `${base}/${environment}`,
    ask: (method, path, body) => ask(c as never, method, `/suppliers/${id}${inEnvironment(path, environment)}`, body),
    stream: (path, accept) =>
      c.get('api')(
        new Request(new URL(`/v2/suppliers/${id}${inEnvironment(path, environment)}`, c.req.url), {
          headers: { ...keyOf(c as never), accept },
        }),
      ),
    Frame: ({ title, here, goesOn, children }) => (
      <Frame
        title={title}
        devId={dev_id}
        {...(goesOn && { script: '/dashboard/assets/again.js' })}
        below={
          <>
            <Where base={base} here={here} environment={environment} />
            <Tabs who="developer" home={`${base}/${environment}`} here={here} />
          </>
        }
      >
        {children}
      </Frame>
    ),
  })
  await next()
})

/** Named always: what is of both environments, as the account and its contracts are, takes no notice. */
const inEnvironment = (path: string, environment: Environment): string =>
  `${path}${path.includes('?') ? '&' : '?'}environment=${environment}`

const Where = ({ base, here, environment }: { base: string; here: string; environment: Environment }) => (
  <div class="under">
    <a href="/dashboard/suppliers">Suppliers</a>
    <nav class={`where ${environment}`} aria-label="Environment">
      {(['sandbox', 'production'] as const).map((one) =>
        one === environment ? (
          <span aria-current="true">{one}</span>
        ) : (
          <a href={`${base}/${one}${here === '' ? '' : `/${here}`}`}>{one}</a>
        ),
      )}
    </nav>
  </div>
)
