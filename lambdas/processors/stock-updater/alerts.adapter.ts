import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Claims } from '@yorozu/lambda-shared/claims';
import type { StockAlert, StockUpdaterDeps } from './stock-updater';

const claimSeconds = 2 * 86_400;

/**
 * Alerts on the topic `stock-alerts`, once per product and day. A hot product moves many times a second, so a container
 * remembers what it has claimed today and asks the table once.
 */
export function stockAlerts(
  client: Pick<SNSClient, 'send'>,
  topicArn: string,
  claims: Claims,
): StockUpdaterDeps['alerts'] {
  let today = '';
  let raised = new Set<string>();

  async function publish(alert: StockAlert): Promise<void> {
    await client.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: 'Low stock',
        Message: JSON.stringify({ type: 'LowStock', ...alert }),
        MessageAttributes: { type: { DataType: 'String', StringValue: 'LowStock' } },
      }),
    );
  }

  return {
    raise: async (alert) => {
      const day = alert.at.slice(0, 10);
      if (day !== today) {
        today = day;
        raised = new Set();
      }
      if (raised.has(alert.productId)) return;
      const claim = `stock-alert#${alert.productId}#${day}`;
      if (await claims.take(claim, claimSeconds)) {
        try {
          await publish(alert);
        } catch (error) {
          await claims.release(claim);
          throw error;
        }
      }
      raised.add(alert.productId);
    },
  };
}
