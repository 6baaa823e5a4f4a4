export function serve(options?: {
  folder?: string
  port?: number
  isolated?: boolean
}): Promise<{ url: string; close(): Promise<void> }>
