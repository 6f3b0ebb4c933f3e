import { Hono } from 'hono'
import { Wrong } from '../../dashboard/frame.tsx'
import { sendOwnPage } from '../../pages/send-page.ts'
import type { ContractView } from '../contract-views.ts'
import { More, State, Table, When, withQuery } from './parts.tsx'
import type { Side, SideEnv } from './side.ts'

/** What was agreed on, by name and version. */
export const contracts = new Hono<SideEnv>()
contracts.get('/contracts', async (c) => {
  const { ask, home, who, Frame } = c.get('side')
  const list = await ask<{ contracts: ContractView[]; next: string | null }>(
    'GET',
    withQuery('/contracts', { limit: 100, after: c.req.query('after') }),
  )
  const name = c.req.query('name')
  const all = list.ok ? list.body.contracts : []
  const shown = name === undefined ? all : all.filter((one) => one.name === name)
  return sendOwnPage(
    c,
    <Frame title="Contracts" here="contracts">
      <div class="head">
        <h1>{name === undefined ? 'Contracts' : `Contract ${name}`}</h1>
        <a class="button" href={`${home}/contracts/new`}>
          Draft a contract
        </a>
      </div>
      <p class="soft">
        What a record looks like, what it becomes, and what is promised. A draft goes into review, and whoever receives
        the data makes it active; after that it does not change: a change is a new version.
      </p>
      {name !== undefined && (
        <p>
          <a href={`${home}/contracts`}>All contracts</a>
        </p>
      )}
      <Wrong text={list.ok ? undefined : list.detail} />
      {list.ok && shown.length === 0 && <Empty who={who} home={home} />}
      {shown.length > 0 && (
        <Table
          heads={['Contract', 'State', 'Records become', 'Drafted by', 'Changed']}
          rows={shown.map((one) => [
            <a href={`${home}/contracts/${one.contract_id}`}>
              {one.name}@{one.version}
            </a>,
            <State state={one.state} />,
            typesOf(one),
            one.drafted_by,
            <When at={one.changed_at} />,
          ])}
        />
      )}
      {list.ok && <More href={list.body.next && withQuery(`${home}/contracts`, { name, after: list.body.next })} />}
    </Frame>,
    list.ok ? 200 : 400,
  )
})

const Empty = ({ who, home }: Pick<Side, 'who' | 'home'>) => (
  <p>
    None yet. <a href={`${home}/contracts/new`}>Draft one</a>
    {who === 'supplier' ? ': from a few sample records it takes a minute.' : ', or let the supplier draft it.'}
  </p>
)

function typesOf({ document }: Pick<ContractView, 'document'>): string {
  if (!('rules' in document.mapping)) return 'what each record says'
  return [...new Set(document.mapping.rules.map(({ type }) => type))].join(', ')
}
