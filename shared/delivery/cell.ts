/** Where a connection's log is: one developer, one region, one cell number. */
export interface CellAddress {
  region: string
  developer_id: string
  cell: number
}

/** Name of the cell's object. No object is ever opened by a name that was not resolved with the developer. */
export const cellName = ({ region, developer_id, cell }: CellAddress): string => `${region}/${developer_id}/${cell}`

export function parseCellName(name: string): CellAddress {
  const [region, developer_id, cell] = name.split('/')
  return { region: region!, developer_id: developer_id!, cell: Number(cell) }
}

/** Message on `payloads` and `payloads-bulk`: this cell's inbox has something. */
export interface PayloadNudge {
  cell: string
  /** This file of the cell is to be read first. */
  file?: string
  /** This job, which runs kept payloads again, goes on. */
  rerun?: string
}
/** Message on `deliveries` and `deliveries-bulk`: this cell has news for this destination. */
export interface DeliveryNudge {
  cell: string
  destination_id: string
  /** Of what is sent again, which is leased apart from what is live. */
  again?: boolean
}
