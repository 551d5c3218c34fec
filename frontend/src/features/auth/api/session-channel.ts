import { z } from 'zod';

const messageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('signed-out') }),
  z.object({ type: z.literal('signed-in'), userId: z.string() }),
]);
export type SessionMessage = z.infer<typeof messageSchema>;

/** The cookie is shared by all tabs, so who is here changes in all of them at once. */
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('yorozu.session') : undefined;

export function tellOtherTabs(message: SessionMessage): void {
  channel?.postMessage(message);
}

export function onOtherTab(listener: (message: SessionMessage) => void): void {
  channel?.addEventListener('message', (event: MessageEvent<unknown>) => {
    const message = messageSchema.safeParse(event.data);
    if (message.success) listener(message.data);
  });
}
