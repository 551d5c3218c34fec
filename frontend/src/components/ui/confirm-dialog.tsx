import * as Dialog from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';
import { Button } from './button';

interface ConfirmDialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  /** Undefined when there is nothing to confirm any more: an open dialog closes. */
  readonly trigger: ReactNode | undefined;
  /** Where the focus goes when the trigger is not there to take it back. */
  readonly focusWithoutTrigger: () => void;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  readonly dismiss: string;
  readonly onConfirm: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, trigger, focusWithoutTrigger, title, text, confirm, dismiss, onConfirm } =
    props;
  const possible = trigger !== undefined;
  return (
    <Dialog.Root open={open && possible} onOpenChange={onOpenChange}>
      {possible && <Dialog.Trigger asChild>{trigger}</Dialog.Trigger>}
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 bg-ink/40" />
        <Dialog.Content
          onCloseAutoFocus={(event) => {
            if (possible) return;
            event.preventDefault();
            focusWithoutTrigger();
          }}
          className="fixed top-1/2 left-1/2 z-40 w-[min(28rem,92vw)] -translate-x-1/2 -translate-y-1/2 rounded-2xl bg-card p-6 shadow-xl"
        >
          <Dialog.Title className="text-lg">{title}</Dialog.Title>
          <Dialog.Description className="mt-2 text-muted">{text}</Dialog.Description>
          <div className="mt-6 flex justify-end gap-3">
            <Dialog.Close asChild>
              <Button look="quiet">{dismiss}</Button>
            </Dialog.Close>
            <Dialog.Close asChild>
              <Button look="danger" onClick={onConfirm}>
                {confirm}
              </Button>
            </Dialog.Close>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
