declare module 'virtual:demo-servers' {
  export const issuer: string
  export const api: string
}
