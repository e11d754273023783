import type { Settings } from './options.ts'

/** OpenID Connect Discovery 3. */
export const discoveryDocument = ({ issuer, endpoints, algorithms }: Settings) => ({
  issuer,
  authorization_endpoint: `${endpoints}/authorize`,
  token_endpoint: `${endpoints}/token`,
  jwks_uri: `${endpoints}/jwks`,
  revocation_endpoint: `${endpoints}/revoke`,
  end_session_endpoint: `${endpoints}/logout`,
  userinfo_endpoint: `${endpoints}/userinfo`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: algorithms,
  token_endpoint_auth_methods_supported: ['none'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  scopes_supported: ['openid', 'profile', 'email', 'offline_access', 'notes:read', 'notes:write'],
})
