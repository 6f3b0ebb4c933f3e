import type { Environment } from './document.ts'

/** A supplier's desk in one environment. */
export interface DeskAddress {
  region: string
  developer_id: string
  supplier_id: string
  environment: Environment
}
/** Name of its object, and of its folder in object storage: everything of it stands under its region. */
export const deskName = ({ region, developer_id, supplier_id, environment }: DeskAddress): string =>
  `${region}/${developer_id}/${supplier_id}/${environment}`
export function parseDeskName(name: string): DeskAddress {
  const [region, developer_id, supplier_id, environment] = name.split('/')
  return {
    region: region!,
    developer_id: developer_id!,
    supplier_id: supplier_id!,
    environment: environment as Environment,
  }
}
/** Where a batch's pieces are on their way. */
export const batchFolder = (address: DeskAddress, batchId: string): string => `supply/${deskName(address)}/${batchId}/`
/** Parts of a file that is not a batch yet. */
export const uploadFolder = (address: DeskAddress, uploadId: string): string =>
  `supply/${deskName(address)}/uploads/${uploadId}/`
/** The provider's unit under which its subjects are connected. */
export const providerOf = (environment: Environment) => (environment === 'production' ? 'supplier' : 'supplier-sandbox')

/** Message on `batches` and `supplier-files`: this desk has work, and this is its turn. */
export interface BatchNudge {
  desk: string
  turn: string
}
