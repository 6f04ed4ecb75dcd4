/** The one way out: everything that the service itself asks of another host goes through here. */
export interface Outbound {
  send(request: OutboundRequest): Promise<OutboundAnswer>;
  /** Why an address may not be asked, in words for whoever typed it; null when it may. Looks names up. */
  problemOf(url: string, options?: { readonly isSlack?: boolean }): Promise<string | null>;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Only Slack's host, or the one that stands in for it. */
  readonly isSlack?: boolean;
  /** The address comes from the settings of whoever runs the service: it may lie inside. */
  readonly isOwn?: boolean;
}

export type OutboundAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      /** Seconds that the other side asked to wait. */
      readonly retryAfter: number | null;
      readonly body: string;
    }
  /** Not sent: the address is not allowed, or nobody was there. */
  | { readonly kind: 'refused' | 'unreachable'; readonly reason: string }
  /** Sent, perhaps received: nobody knows. */
  | { readonly kind: 'ambiguous'; readonly reason: string };
