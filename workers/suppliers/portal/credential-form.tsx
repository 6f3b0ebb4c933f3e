import { SUPPLIER_SCOPES } from '../../../shared/access/supplier-scopes.ts'
import type { Environment } from '../../../shared/supply/document.ts'

/** Types are narrowed by a few machines only: the wide scopes come first, the others are folded away. */
const [WIDE, NARROW] = [
  SUPPLIER_SCOPES.filter((scope) => scope.split(':').length < 3),
  SUPPLIER_SCOPES.filter((scope) => scope.split(':').length > 2),
]

export const NewCredentialForm = ({ environment }: { environment: Environment }) => (
  <form class="fields" method="post" action="/suppliers/credentials">
    <div class="field">
      <label for="name">Name</label>
      <input id="name" name="name" required placeholder="nightly export" autocomplete="off" />
    </div>
    <div class="field">
      <label for="environment">Environment</label>
      <select id="environment" name="environment">
        {(['sandbox', 'production'] as const).map((one) => (
          <option selected={one === environment}>{one}</option>
        ))}
      </select>
    </div>
    <div class="field">
      <label for="method">It proves itself by</label>
      <select id="method" name="method">
        <option value="client_secret">a secret</option>
        <option value="private_key_jwt">a private key (private_key_jwt)</option>
      </select>
      <p class="help">
        A private key never leaves your machine; you give its public half below. Only secrets sign in here.
      </p>
    </div>
    <fieldset class="field">
      <legend>It may</legend>
      <Scopes scopes={WIDE} checked={['ingest:write', 'batches:read']} />
      <details>
        <summary>Push some types only</summary>
        <p class="help">Take the check off ingest:write, which is all of them.</p>
        <Scopes scopes={NARROW} checked={[]} />
      </details>
    </fieldset>
    <details>
      <summary>Addresses, keys and signatures</summary>
      <div class="field">
        <label for="addresses">Taken from these addresses only</label>
        <textarea
          id="addresses"
          name="addresses"
          rows={2}
          placeholder="203.0.113.0/24"
          autocomplete="off"
          spellcheck={false}
        />
        <p class="help">
          Addresses or networks, apart by spaces. Left empty: from everywhere. It holds for signing in here too.
        </p>
      </div>
      <div class="field">
        <label for="jwks">Public keys</label>
        <textarea
          id="jwks"
          name="jwks"
          class="code"
          rows={4}
          placeholder={'{"keys":[{"kty":"EC",…}]}'}
          autocomplete="off"
          spellcheck={false}
        />
        <p class="help">A JWK set: for private_key_jwt, and for signed requests.</p>
      </div>
      <div class="field flag">
        <input id="signatures" name="signatures" type="checkbox" />
        <label for="signatures">Pushes must be signed (RFC 9421)</label>
      </div>
    </details>
    <button type="submit">Make it</button>
  </form>
)

const Scopes = ({ scopes, checked }: { scopes: readonly string[]; checked: string[] }) => (
  <div class="choices">
    {scopes.map((scope) => (
      <label>
        <input type="checkbox" name="scopes" value={scope} checked={checked.includes(scope)} />
        <span>{scope}</span>
      </label>
    ))}
  </div>
)
