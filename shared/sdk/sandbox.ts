/** The control of the providers' local doubles: makes them hold data and push it as the provider would. */

export interface SandboxDays {
  /** The provider's slug. */
  provider: string
  provider_user_id: string
  /** Local days, both included. */
  from: string
  to: string
  shape?: string
}
/** A record that should land. */
export interface SandboxItem {
  type: string
  /** The record's natural key: summary_id, local day or `athlete`. */
  key: string
  /** When the double's call began, ms. */
  sent_at: number
}
export interface SandboxAnswer {
  sent: number
  items: SandboxItem[]
}

/** Answers after the ingest door's 2xx. */
export async function sendDays(
  sandboxUrl: string,
  days: SandboxDays,
  send: typeof fetch = fetch,
): Promise<SandboxAnswer> {
  const response = await send(`${sandboxUrl}/sandbox/days`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(days),
    signal: AbortSignal.timeout(120_000),
  })
  const text = await response.text()
  if (!response.ok)
    throw new Error(`the sandbox of ${days.provider} answered ${response.status}: ${text.slice(0, 300)}`)
  return JSON.parse(text) as SandboxAnswer
}
