export interface DemoConfig {
  readonly issuer: string
  readonly api: string
}

export async function loadDemoConfig(): Promise<DemoConfig> {
  const response = await fetch('/config.json')
  if (!response.ok) throw new Error(`/config.json answers ${response.status}`)
  return (await response.json()) as DemoConfig
}
