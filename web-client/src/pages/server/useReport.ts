/** What follows an action without a form: its work is followed, and a refusal is told in the corner. */
import { useAccepted } from '@/api/accepted';
import { useToasts } from '@/components/toast';

type Answer = Parameters<ReturnType<typeof useAccepted>>[0];

/** Options of `useMutation`; `subject` is the server's name. */
export function useReport(subject: string) {
  const accepted = useAccepted();
  const toasts = useToasts();
  return {
    onSuccess: (answer: Answer) => accepted(answer, subject),
    onError: (error: unknown) => toasts.failure(error),
  };
}
