/** More charts than this are no longer looked at. */
export const MOST_CARDS = 50

interface Present {
  user_id: string
  live: boolean
  since: string | null
  last_sample_at: string | null
}

/** Whose charts are shown: who is shown stays while there is anything to see, and the newest take the free places. */
export function chosen(users: readonly Present[], shown: Iterable<string>, most = MOST_CARDS): string[] {
  const live = users.filter((user) => user.live)
  const ids = new Set(live.map((user) => user.user_id))
  const kept = [...shown].filter((id) => ids.has(id)).slice(0, most)
  const newest = live.filter((user) => !kept.includes(user.user_id)).sort((a, b) => begun(b) - begun(a))
  return [...kept, ...newest.map((user) => user.user_id)].slice(0, most)
}

const begun = ({ since }: Present): number => (since === null ? 0 : Date.parse(since))
