import { useState } from "react";

/**
 * A value that is shown as it will be while the server is asked: `change` shows it at once, and when the task has ended, whether it was
 * done or refused, what the server says is shown again.
 */
export function usePending<T>(actual: T): readonly [T, (value: T, task: Promise<unknown>) => void] {
  const [pending, setPending] = useState<{ value: T } | null>(null);
  const change = (value: T, task: Promise<unknown>) => {
    const mine = { value };
    setPending(mine);
    void task.finally(() => setPending((now) => (now === mine ? null : now)));
  };
  return [pending ? pending.value : actual, change];
}
