import type { Context } from 'hono'
import { Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { SideEnv } from './side.ts'

/** What the API did not give, in its own words. */
export function notGiven<E extends SideEnv>(c: Context<E>, here: string, answer: { status: number; detail: string }) {
  const { Frame, home } = c.get('side')
  const title = answer.status === 404 ? 'Not found' : 'This cannot be shown'
  return sendOwnPage(
    c,
    <Frame title={title} here={here}>
      <h1>{title}</h1>
      <Wrong text={answer.detail} />
      <p>
        <a href={here === '' ? home : `${home}/${here}`}>Back</a>
      </p>
    </Frame>,
    answer.status === 404 ? 404 : answer.status === 403 ? 403 : 400,
  )
}
