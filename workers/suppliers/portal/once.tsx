import type { NewCredentialView } from '../account-views.ts'

/** A credential whose secret is shown this once, and how a machine uses it. */
export const Once = ({ credential }: { credential: NewCredentialView }) => (
  <>
    <p class="notice good">
      Client id
      <br />
      <span class="once" id="client-id">
        {credential.client_id}
      </span>
      {credential.client_secret !== undefined && (
        <>
          <br />
          Client secret, shown this once
          <br />
          <span class="once" id="client-secret">
            {credential.client_secret}
          </span>
        </>
      )}
    </p>
    {credential.client_secret !== undefined && (
      <details>
        <summary>How a machine takes a token with it</summary>
        <pre class="scroll" tabindex={0}>
          {`curl -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials \\\n  ${credential.token_url}`}
        </pre>
        <p class="soft">
          The answer’s <code>access_token</code> is good for 15 minutes, as <code>Authorization: Bearer …</code>. The
          client does it by itself.
        </p>
      </details>
    )}
  </>
)
