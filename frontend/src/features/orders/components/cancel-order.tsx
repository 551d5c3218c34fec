import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../components/ui/button';
import { ConfirmDialog } from '../../../components/ui/confirm-dialog';
import { FormError } from '../../../components/ui/states';
import { isCancellable, isOpen, useCancelOrder, type Order } from '../api/orders';

interface CancelOrderProps {
  readonly order: Order;
  /** Moves the focus to what the order is now, when what had it goes away. */
  readonly onFocusLost: () => void;
}

/** Offered only while it can win. */
export function CancelOrder({ order, onFocusLost }: CancelOrderProps) {
  const { t } = useTranslation();
  const cancel = useCancelOrder(order.orderId);
  const [asking, setAsking] = useState(false);
  const offered = isCancellable(order) && !cancel.isSuccess;
  return (
    <div className="flex flex-col gap-3">
      {isOpen(order) && cancel.isSuccess && <p role="status">{t('orders.cancelAsked')}</p>}
      {!cancel.isSuccess && <FormError error={cancel.error} />}
      {isOpen(order) && !offered && !cancel.isSuccess && (
        <p className="text-sm text-muted">{t('orders.tooLate')}</p>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        focusWithoutTrigger={onFocusLost}
        title={t('orders.cancelConfirm')}
        text={t('orders.cancelConfirmText')}
        confirm={t('orders.cancel')}
        dismiss={t('orders.keep')}
        onConfirm={() => cancel.mutate()}
        trigger={
          offered ? (
            <Button look="danger" busy={cancel.isPending}>
              {cancel.isPending ? t('orders.cancelling') : t('orders.cancel')}
            </Button>
          ) : undefined
        }
      />
      {offered && <FocusKeeper onFocusLost={onFocusLost} />}
    </div>
  );
}

/** Hands the focus on when the button beside it goes away while it has it. */
function FocusKeeper({ onFocusLost }: { readonly onFocusLost: () => void }) {
  const marker = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const around = marker.current?.parentElement;
    return () => {
      if (around?.contains(document.activeElement)) onFocusLost();
    };
  }, [onFocusLost]);
  return <span ref={marker} hidden />;
}
